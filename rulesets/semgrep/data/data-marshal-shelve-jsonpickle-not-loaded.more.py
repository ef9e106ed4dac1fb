import marshal, shelve, jsonpickle
from marshal import loads as mloads
import jsonpickle as jp


def a(b):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.loads(b)


def b(f):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.load(f)


def c(path):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    with shelve.open(path, flag="r") as db:
        return dict(db)


def d(text):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return jp.decode(text)


def e(b):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return mloads(b)


def f(o):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return jsonpickle.encode(o, unpicklable=False)


def g(o):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.dumps(o)


def h(path):
    import dbm
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return dbm.open(path, "r")


def i(text):
    import json
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return json.loads(text)
