import ast, builtins, json


def a(expr):
    # ruleid: os-code-not-evaluated
    return eval(expr)


def b(src, scope):
    # ruleid: os-code-not-evaluated
    exec(compile(src, "<plugin>", "exec"), scope)


class Rule:
    def __init__(self, cond):
        self.cond = cond

    def match(self, row):
        # ruleid: os-code-not-evaluated
        return eval(self.cond, {}, {"row": row})

    def match_ok(self, row):
        # ok: os-code-not-evaluated
        return ast.literal_eval(self.cond)


def c(x):
    # ok: os-code-not-evaluated
    return eval("2 ** 10")


def d(name):
    # ruleid: os-code-not-evaluated
    return builtins.eval(name)


def e(df, cond):
    # ok: os-code-not-evaluated
    return df.query("age > 3")


def f(model):
    # ok: os-code-not-evaluated
    model.eval()
    return model


def g(code):
    # ruleid: os-code-not-evaluated
    exec(code)


def h(text):
    # ok: os-code-not-evaluated
    return json.loads(text)


def i(path):
    # ruleid: os-code-not-evaluated
    exec(open(path).read())


@app.post("/components")
def component():
    # ruleid: os-code-not-evaluated--import
    return importlib.import_module(request.json["module"])


@app.post("/parts")
def part():
    # ok: os-code-not-evaluated--import
    return importlib.import_module(MODULES[request.json["module"]])
