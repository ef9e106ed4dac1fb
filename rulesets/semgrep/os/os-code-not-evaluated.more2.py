import importlib.util
import urllib.request

from flask import request

import builtin_tools


def load(name):
    place = f"/var/cache/{name}.py"
    # ruleid: os-code-not-evaluated--fetched
    urllib.request.urlretrieve(f"https://hub.example.org/{name}.py", place)
    spec = importlib.util.spec_from_file_location(name, place)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def fetch(name):
    # ok: os-code-not-evaluated--fetched
    urllib.request.urlretrieve("https://hub.example.org/x.csv", name)
    return builtin_tools.TOOLS[name]


@app.post("/add")
def add():
    body = request.json
    # ruleid: os-code-not-evaluated--import
    maker = globals()[body["factory"]]
    return maker()


@app.post("/addfixed")
def add_fixed():
    body = request.json
    # ok: os-code-not-evaluated--import
    maker = builtin_tools.TOOLS[body["factory"]]
    return maker()
