import os
from pathlib import Path

ROOT = "/srv/data"


def read_file(path):
    place = os.path.realpath(os.path.join(ROOT, path))
    # ruleid: web-path-prefix-whole-folder
    if not place.startswith(ROOT):
        raise ValueError("outside")
    return open(place).read()


def read_resolved(path):
    place = (Path(ROOT) / path).resolve()
    # ruleid: web-path-prefix-whole-folder
    if not str(place).startswith(str(ROOT)):
        raise ValueError("outside")
    return place.read_text()


def read_at_once(path):
    # ruleid: web-path-prefix-whole-folder
    if os.path.abspath(path).startswith(ROOT):
        return open(path).read()
    raise ValueError("outside")


def read_with_separator(path):
    place = os.path.realpath(os.path.join(ROOT, path))
    # ok: web-path-prefix-whole-folder
    if not place.startswith(ROOT + os.sep):
        raise ValueError("outside")
    return open(place).read()


def read_relative(path):
    place = (Path(ROOT) / path).resolve()
    # ok: web-path-prefix-whole-folder
    if not place.is_relative_to(ROOT):
        raise ValueError("outside")
    return place.read_text()


def is_of_the_system(path):
    # ok: web-path-prefix-whole-folder
    return os.path.abspath(path).startswith("/etc")


def same_or_below(path):
    place = os.path.realpath(path)
    # ok: web-path-prefix-whole-folder
    return place == ROOT or place.startswith(f"{ROOT}/")
