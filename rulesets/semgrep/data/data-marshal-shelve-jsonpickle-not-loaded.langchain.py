from langchain_core.load import load, loads


def flow(text):
    # ruleid: data-marshal-shelve-jsonpickle-not-loaded--langchain
    return loads(text, secrets_from_env=True, valid_namespaces=["flows"])


def own(text):
    # ok: data-marshal-shelve-jsonpickle-not-loaded--langchain
    return loads(text, secrets_map={"KEY": "x"})


def given(value):
    # ok: data-marshal-shelve-jsonpickle-not-loaded--langchain
    return load(value, secrets_from_env=False)
