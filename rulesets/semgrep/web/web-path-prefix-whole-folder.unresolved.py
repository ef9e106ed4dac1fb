from pathlib import Path

ROOT = Path("/srv/project")


def is_inside(path: Path) -> bool:
    # ruleid: web-path-prefix-whole-folder--unresolved
    return ROOT in path.absolute().parents


def is_below(path: Path) -> bool:
    # ruleid: web-path-prefix-whole-folder--unresolved
    return path.absolute().is_relative_to(ROOT)


def good_is_inside(path: Path) -> bool:
    # ok: web-path-prefix-whole-folder--unresolved
    return ROOT in path.resolve().parents
