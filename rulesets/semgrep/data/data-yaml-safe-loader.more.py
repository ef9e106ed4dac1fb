import yaml
from yaml import load, Loader, SafeLoader, CSafeLoader, UnsafeLoader, full_load
import ruamel.yaml
from ruamel.yaml import YAML


def a(s):
    # ruleid: data-yaml-safe-loader
    return load(s, Loader)


def b(s):
    # ruleid: data-yaml-safe-loader
    return yaml.load(s, Loader=yaml.UnsafeLoader)


def c(s):
    # ruleid: data-yaml-safe-loader
    return yaml.unsafe_load(s)


def d(s):
    # ruleid: data-yaml-safe-loader
    return list(yaml.load_all(s, Loader=yaml.FullLoader))


def e(s):
    # ok: data-yaml-safe-loader
    return yaml.load(s, Loader=CSafeLoader)


def f(s):
    # ok: data-yaml-safe-loader
    return yaml.safe_load(s)


def g(s):
    # ruleid: data-yaml-safe-loader
    return YAML(typ="unsafe").load(s)


def h(s):
    # ok: data-yaml-safe-loader
    return YAML(typ="safe").load(s)


def i(s):
    try:
        from yaml import CSafeLoader as L
    except ImportError:
        from yaml import SafeLoader as L
    # ok: data-yaml-safe-loader
    return yaml.load(s, Loader=L)


class StrictLoader(yaml.SafeLoader):
    pass


def j(s):
    # ok: data-yaml-safe-loader
    return yaml.load(s, Loader=StrictLoader)


def k(s):
    # ruleid: data-yaml-safe-loader
    return yaml.load(s)


def m(s):
    # ruleid: data-yaml-safe-loader
    return full_load(s)
