import hmac
import json
import pickle
import pickle as pkl
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import cloudpickle
import dill
import joblib
import pandas as pd
from aiocache.serializers import JsonSerializer, PickleSerializer
from celery import Celery
from fastapi import FastAPI, UploadFile
from joblib import load as load_model
from pickle import loads

app = FastAPI()


@app.post("/restore")
async def restore(upload: UploadFile):
    # ruleid: data-pickle-not-loaded
    state = pickle.loads(await upload.read())
    return {"keys": list(state)}


def cached_embedding(redis, text: str):
    raw = redis.get(f"emb:{text}")
    if raw:
        # ruleid: data-pickle-not-loaded
        return loads(raw)
    return None


def read_index(path: Path):
    with path.open("rb") as handle:
        # ruleid: data-pickle-not-loaded
        return pkl.load(handle)


def read_task(blob: bytes):
    # ruleid: data-pickle-not-loaded
    return cloudpickle.loads(blob)


def read_agent(path: str):
    with open(path, "rb") as handle:
        # ruleid: data-pickle-not-loaded
        agent = dill.load(handle)
    return agent


def read_classifier(path: str):
    # ruleid: data-pickle-not-loaded
    model = load_model(path)
    # ruleid: data-pickle-not-loaded
    return model, joblib.load(path + ".vocab")


def read_frame(path):
    # ruleid: data-pickle-not-loaded
    return pd.read_pickle(path)


def unpickler(data: bytes):
    # ruleid: data-pickle-not-loaded
    return pickle.Unpickler(BytesIO(data)).load()


def worker_loop(socket):
    while True:
        # ruleid: data-pickle-not-loaded
        job = socket.recv_pyobj()
        job.run()


celery = Celery("platform")
# ruleid: data-pickle-not-loaded--serializer
celery.conf.accept_content = ["json", "pickle"]
# ruleid: data-pickle-not-loaded--serializer
celery.conf.update(accept_content=["pickle"], task_serializer="json")
# ruleid: data-pickle-not-loaded--serializer
CELERY_ACCEPT_CONTENT = ["application/x-python-serialize"]
# ruleid: data-pickle-not-loaded--serializer
serializer = PickleSerializer()
# ruleid: data-pickle-not-loaded--serializer
SESSION_SERIALIZER = "django.contrib.sessions.serializers.PickleSerializer"

# ok: data-pickle-not-loaded--serializer
celery.conf.accept_content = ["json", "msgpack"]
# ok: data-pickle-not-loaded--serializer
celery.conf.update(accept_content=["json"], task_serializer="json")
# ok: data-pickle-not-loaded--serializer
json_serializer = JsonSerializer()
# ok: data-pickle-not-loaded--serializer
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
# ok: data-pickle-not-loaded--serializer
FORMATS = ["json", "pickle", "csv"]


def write_index(index, path: Path):
    # ok: data-pickle-not-loaded
    path.write_bytes(pickle.dumps(index))


def read_json(path: Path):
    # ok: data-pickle-not-loaded
    return json.loads(path.read_text())


def copy_of(value):
    # ok: data-pickle-not-loaded
    return pickle.loads(pickle.dumps(value))


def read_signed(blob: bytes, mac: bytes, key: bytes):
    expected = hmac.new(key, blob, sha256).digest()
    if not hmac.compare_digest(mac, expected):
        raise ValueError("cache entry was changed")
    # ok: data-pickle-not-loaded
    return pickle.loads(blob)


class ModelUnpickler(pickle.Unpickler):
    allowed = {("collections", "OrderedDict")}

    def find_class(self, module, name):
        if (module, name) not in self.allowed:
            raise pickle.UnpicklingError(name)
        return super().find_class(module, name)


def read_restricted(data: bytes):
    # ok: data-pickle-not-loaded
    return ModelUnpickler(BytesIO(data)).load()


def read_yaml_like(loader, text):
    # ok: data-pickle-not-loaded
    return loader.loads(text)


def send_model(path, model):
    # ok: data-pickle-not-loaded
    joblib.dump(model, path)


def listening(port):
    from multiprocessing.connection import Listener

    # ruleid: data-pickle-not-loaded--connection
    return Listener(("", port), authkey=b"infer-cluster-key-2024")


def listening_to_all(port):
    from multiprocessing.connection import Listener

    # ruleid: data-pickle-not-loaded--connection
    return Listener(("0.0.0.0", port))


def managed(port):
    # ruleid: data-pickle-not-loaded--connection
    return BaseManager(address=("", port), authkey=b"infer-cluster-key-2024")


def good_listening(place, port):
    from multiprocessing.connection import Listener

    # ok: data-pickle-not-loaded--connection
    local = Listener(place, "AF_UNIX")
    # ok: data-pickle-not-loaded--connection
    return local, Listener(("127.0.0.1", port), authkey=os.environ["RPC_KEY"].encode())
