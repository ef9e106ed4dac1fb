"""From where the files of a tree import."""

from __future__ import annotations

import pytest

from auditor.stages.code.roots import ROOTS_LIMIT, import_roots, strayed

FOREIGN = frozenset({"httpx", "jinja2"})


@pytest.mark.parametrize(
    ("texts", "roots"),
    [
        ({"app/api.py": b"from app.db import Row\n", "app/db.py": b""}, []),
        ({"backend/app/api.py": b"from app.db import Row\n", "backend/app/db.py": b""}, ["backend"]),
        ({"jobs/run.py": b"import loader\n", "jobs/loader.py": b""}, ["jobs"]),
        (
            {"a/src/x/y.py": b"import x.z\n", "a/src/x/z.py": b"", "b/m.py": b"from n import k\n", "b/n.py": b""},
            ["a/src", "b"],
        ),
        # inside a package its own modules are no modules of the world
        ({"p/__init__.py": b"", "p/a.py": b"import tokens\n", "p/tokens.py": b""}, []),
        # a module that has the name of a package, or of the standard library
        ({"jobs/run.py": b"import httpx, json\n", "jobs/httpx.py": b"", "jobs/json.py": b""}, []),
        ({"jobs/run.py": b"# import loader\n'''\n'''\nx = 1\n", "jobs/loader.py": b""}, []),
    ],
)
def test_folder_from_which_files_import_is_found(texts: dict[str, bytes], roots: list[str]) -> None:
    assert import_roots(texts, FOREIGN) == roots


def test_number_of_roots_is_bounded() -> None:
    texts = {f"d{number}/a.py": b"import b\n" for number in range(ROOTS_LIMIT + 9)}
    texts |= {f"d{number}/b.py": b"" for number in range(ROOTS_LIMIT + 9)}

    assert len(import_roots(texts, FOREIGN)) == ROOTS_LIMIT


@pytest.mark.parametrize(
    ("texts", "roots", "expected"),
    [
        ({"a/m.py": b"import work\n", "a/work.py": b""}, ["a", ""], {}),
        (
            {"a/m.py": b"import work\n", "a/work.py": b"", "b/m.py": b"from work import x\n", "b/work.py": b""},
            ["a", "b", ""],
            {"b/m.py": {"work": "b"}},
        ),
        (
            {"a/app/m.py": b"", "b/app/m.py": b"from . import n\nfrom app.n import k\n", "b/app/n.py": b""},
            ["a", "b", ""],
            {"b/app/m.py": {"app": "b", ".": "b/app"}, "b/app/n.py": {".": "b/app"}},
        ),
        ({"a/m.py": b"import work\n", "work.py": b"", "a/work.py": b""}, ["a", ""], {}),
        ({"m.py": b"import work\n", "work.py": b"", "a/work.py": b""}, ["a", ""], {}),
    ],
)
def test_imports_that_would_find_the_module_of_another_program(
    texts: dict[str, bytes], roots: list[str], expected: dict[str, dict[str, str]]
) -> None:
    assert strayed(texts, roots) == expected
