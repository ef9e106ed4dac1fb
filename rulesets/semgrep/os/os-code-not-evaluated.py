import ast
import json
import operator
import pathlib

import torch

TEMPLATE_CODE = "1 + 1"


def bad(expr, code, row, func_name):
    # ruleid: os-code-not-evaluated
    value = eval(expr)
    # ruleid: os-code-not-evaluated
    exec(code, {"__builtins__": {}})
    # ruleid: os-code-not-evaluated
    config = eval(row["config"])
    # ruleid: os-code-not-evaluated
    fn = eval(f"handlers.{func_name}")
    # ruleid: os-code-not-evaluated
    exec("result = " + expr)
    tree = compile(code, "<agent>", "exec")
    # ruleid: os-code-not-evaluated
    exec(tree)
    return value, config, fn


def bad_compile(code):
    # ruleid: os-code-not-evaluated--compile
    return compile(code, "<tool>", "exec")


class Plugin:
    def load(self, source):
        ns = {}
        # ruleid: os-code-not-evaluated
        exec(source, ns)
        return ns


def good(expr, model: torch.nn.Module, session, df):
    # ok: os-code-not-evaluated
    eval("1 + 1")
    # ok: os-code-not-evaluated
    ast.literal_eval(expr)
    # ok: os-code-not-evaluated
    json.loads(expr)
    # ok: os-code-not-evaluated
    model.eval()
    # ok: os-code-not-evaluated
    session.exec(expr)
    # ok: os-code-not-evaluated
    eval(TEMPLATE_CODE)
    # ok: os-code-not-evaluated
    exec(open("agent/version.py").read())
    # ok: os-code-not-evaluated
    exec(pathlib.Path("src/_version.py").read_text())
    # ok: os-code-not-evaluated
    {"add": operator.add}[expr](1, 2)


def checks(code):
    # ok: os-code-not-evaluated--compile
    try:
        compile(code, "<string>", "exec")
    except SyntaxError:
        return False
    return True
