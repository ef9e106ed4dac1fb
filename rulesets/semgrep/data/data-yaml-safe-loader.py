import ruamel.yaml
import yaml
from ruamel.yaml import YAML
from yaml import CLoader as FastLoader
from yaml import FullLoader, SafeLoader, load


def agent(path):
    with open(path) as handle:
        # ruleid: data-yaml-safe-loader
        return yaml.load(handle)


def workflow(text: str):
    # ruleid: data-yaml-safe-loader
    return yaml.load(text, Loader=yaml.Loader)


def tools(text: str):
    # ruleid: data-yaml-safe-loader
    spec = load(text, Loader=FastLoader)
    # ruleid: data-yaml-safe-loader
    return spec, load(text, FullLoader)


async def upload(request):
    # ruleid: data-yaml-safe-loader
    return yaml.unsafe_load(await request.body())


def prompts(text):
    # ruleid: data-yaml-safe-loader
    return list(yaml.load_all(text, Loader=yaml.UnsafeLoader))


def full(text):
    # ruleid: data-yaml-safe-loader
    return yaml.full_load(text)


class EnvLoader(yaml.FullLoader):
    pass


def with_environment(text):
    # ruleid: data-yaml-safe-loader
    return yaml.load(text, Loader=EnvLoader)


def by_variable(text):
    loader = yaml.Loader
    # ruleid: data-yaml-safe-loader
    return yaml.load(text, Loader=loader)


def ruamel_unsafe(path):
    # ruleid: data-yaml-safe-loader
    reader = YAML(typ="unsafe")
    return reader.load(path)


def good(path):
    with open(path) as handle:
        # ok: data-yaml-safe-loader
        return yaml.safe_load(handle)


def good_loader(text):
    # ok: data-yaml-safe-loader
    return yaml.load(text, Loader=yaml.SafeLoader)


def good_c(text):
    # ok: data-yaml-safe-loader
    return load(text, Loader=getattr(yaml, "CSafeLoader", SafeLoader))


class IncludeLoader(yaml.SafeLoader):
    pass


def good_subclass(text):
    # ok: data-yaml-safe-loader
    return yaml.load(text, IncludeLoader)


def good_ruamel(path):
    # ok: data-yaml-safe-loader
    reader = ruamel.yaml.YAML(typ="safe", pure=True)
    # ok: data-yaml-safe-loader
    return reader.load(path)


def good_round_trip(path):
    yaml = YAML()
    # ok: data-yaml-safe-loader
    return yaml.load(path)


def good_dump(value):
    # ok: data-yaml-safe-loader
    return yaml.dump(value)
