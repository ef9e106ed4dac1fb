import json
import marshal
import shelve
import sqlite3
from marshal import loads as unmarshal
from shelve import open as open_shelf

import jsonpickle
from jsonpickle.unpickler import Unpickler


def plugin_code(blob: bytes):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.loads(blob)


def plugin_file(path):
    with open(path, "rb") as handle:
        # ruleid: data-marshal-shelve-jsonpickle-not-loaded
        return marshal.load(handle), unmarshal


def memory(session_id: str):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    with shelve.open(f"/var/lib/agent/{session_id}") as db:
        return db["history"]


def cache(path):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    db = open_shelf(path, writeback=True)
    return db


def message(body: str):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return jsonpickle.decode(body)


def state(row):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return Unpickler().restore(json.loads(row["state"]))


def by_alias(data):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded
    return unmarshal(data)


def good_json(body):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return json.loads(body)


def good_encode(value):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return jsonpickle.encode(value, unpicklable=False)


def good_dump(code):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.dumps(code)


def good_sqlite(path):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return sqlite3.connect(path)


def good_new(path):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return shelve.open(path, flag="n")


def good_copy(code):
    # ok: data-marshal-shelve-jsonpickle-not-loaded
    return marshal.loads(marshal.dumps(code))


class UserSchema:
    def good_schema(self, schema, data):
        # ok: data-marshal-shelve-jsonpickle-not-loaded
        return schema.loads(data), schema.marshal(data)
