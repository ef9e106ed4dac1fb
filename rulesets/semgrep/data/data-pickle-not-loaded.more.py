import pickle as pkl
import cloudpickle, joblib, dill, base64, io, redis, pandas
from pickle import Unpickler, loads as unpack
import _pickle as cPickle
from joblib import load as jload


class Store:
    def __init__(self, r):
        self.r = r

    def get(self, key):
        # ruleid: data-pickle-not-loaded
        return pkl.loads(self.r.get(key))

    def put(self, key, value):
        # ok: data-pickle-not-loaded
        self.r.set(key, pkl.dumps(value))


def from_b64(text):
    # ruleid: data-pickle-not-loaded
    return unpack(base64.b64decode(text))


def from_stream(stream):
    # ruleid: data-pickle-not-loaded
    return Unpickler(stream).load()


def from_path(path):
    # ruleid: data-pickle-not-loaded
    return jload(path)


def frame(path):
    # ruleid: data-pickle-not-loaded
    return pandas.read_pickle(path)


def frame_ok(path):
    # ok: data-pickle-not-loaded
    return pandas.read_parquet(path)


def session(blob):
    # ruleid: data-pickle-not-loaded
    return dill.loads(blob)


def cloud(f):
    # ruleid: data-pickle-not-loaded
    return cloudpickle.load(f)


def fast(b):
    # ruleid: data-pickle-not-loaded
    return cPickle.loads(b)


def other(path):
    import json
    # ok: data-pickle-not-loaded
    return json.load(open(path))


class SafeUnpickler(pkl.Unpickler):
    def find_class(self, module, name):
        if (module, name) not in {("builtins", "dict")}:
            raise pkl.UnpicklingError(name)
        return super().find_class(module, name)


def restricted(f):
    # ok: data-pickle-not-loaded
    return SafeUnpickler(f).load()


from aiocache import Cache, cached
from aiocache.serializers import PickleSerializer


# ok: data-pickle-not-loaded--serializer
@cached(ttl=300, serializer=PickleSerializer())
async def in_memory(endpoint):
    return await fetch(endpoint)


# ruleid: data-pickle-not-loaded--serializer
@cached(ttl=300, cache=Cache.REDIS, serializer=PickleSerializer())
async def in_redis(endpoint):
    return await fetch(endpoint)
