import importlib
import json

KNOWN = {"datetime", "uuid"}


def revive(value):
    if value.get("type") == "constructor":
        *module, name = value["id"]
        # ruleid: os-code-not-evaluated--reviver
        return getattr(importlib.import_module(".".join(module)), name)(*value["args"])
    return value


def good_revive(value):
    module, name = value["id"]
    if module not in KNOWN:
        raise ValueError(module)
    # ok: os-code-not-evaluated--reviver
    return getattr(importlib.import_module(module), name)(*value["args"])


def read(text):
    return json.loads(text, object_hook=revive), json.loads(text, object_hook=good_revive)
