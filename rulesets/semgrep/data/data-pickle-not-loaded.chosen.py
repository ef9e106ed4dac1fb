import json
import pickle

import mlflow
from flask import Flask, request

app = Flask(__name__)
FORMATS = {
    # ok: data-pickle-not-loaded--chosen
    "json": json.loads,
    # ruleid: data-pickle-not-loaded--chosen
    "pickle": pickle.loads,
}
ALLOWED = {("numpy", "ndarray")}
MODELS = {"churn": "models:/churn/7"}


class Refusing(pickle.Unpickler):
    # ruleid: data-pickle-not-loaded--deny-list
    def find_class(self, module, name):
        if module in {"os", "subprocess"}:
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)


class Allowing(pickle.Unpickler):
    # ok: data-pickle-not-loaded--deny-list
    def find_class(self, module, name):
        if (module, name) not in ALLOWED:
            raise pickle.UnpicklingError(module)
        return super().find_class(module, name)


class Known(pickle.Unpickler):
    # ok: data-pickle-not-loaded--deny-list
    def find_class(self, module, name):
        if (module, name) in ALLOWED:
            return super().find_class(module, name)
        raise pickle.UnpicklingError(module)


@app.post("/score")
def score():
    # ruleid: data-pickle-not-loaded--named-model
    model = mlflow.pyfunc.load_model(request.json["model"])
    return {"score": model.predict(request.json["rows"])}


@app.post("/good/score")
def good_score():
    # ok: data-pickle-not-loaded--named-model
    model = mlflow.pyfunc.load_model(MODELS[request.json["model"]])
    return {"score": model.predict(request.json["rows"])}
