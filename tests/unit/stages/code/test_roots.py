"""From where the files of a tree import."""

from __future__ import annotations

import pytest

from auditor.stages.code.roots import ROOTS_LIMIT, import_roots, importable, imported_in, renamed, strayed

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
    assert import_roots(texts, FOREIGN)[0] == roots


def test_number_of_roots_is_bounded() -> None:
    texts = {f"d{number}/a.py": b"import b\n" for number in range(ROOTS_LIMIT + 9)}
    texts |= {f"d{number}/b.py": b"" for number in range(ROOTS_LIMIT + 9)}

    kept, left = import_roots(texts, FOREIGN)

    assert (len(kept), len(left)) == (ROOTS_LIMIT, 9)
    assert not {*kept} & {*left}


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


@pytest.mark.parametrize(
    ("folders", "files", "names"),
    [
        (["user-service"], [], {"user-service": "user_service"}),
        (["user-service"], ["user_service/a.py"], {"user-service": "user_service_"}),
        (["user-service"], ["user_service.py"], {"user-service": "user_service_"}),
        (["apps/1st/api"], [], {"apps/1st": "_1st"}),
        (["a-b/c-d", "a-b/e"], [], {"a-b": "a_b", "a-b/c-d": "c_d"}),
        (["import"], [], {"import": "_import"}),
        (["\u670d\u52a1"], [], {"\u670d\u52a1": "__"}),
        (["plain/one"], [], {}),
    ],
)
def test_folders_that_no_import_can_name_get_another(
    folders: list[str], files: list[str], names: dict[str, str]
) -> None:
    found = importable(folders, dict.fromkeys(files, b""))

    assert found == names


def test_paths_below_folders_of_other_names() -> None:
    names = {"a-b": "a_b", "a-b/c-d": "c_d"}

    assert [renamed(path, names) for path in ("a-b/c-d/e.py", "a-b/e-f.py", "x/a-b/e.py", "")] == [
        "a_b/c_d/e.py",
        "a_b/e-f.py",
        "x/a-b/e.py",
        "",
    ]


def test_every_name_of_an_import_is_seen() -> None:
    text = b"import os, work.deep as w, x as y\nimport a.b\n    from c.d import e\nimport z as q; f()\nimport\tk  # t\n"

    assert imported_in(text) == {"os", "work", "x", "a", "c", "z", "k"}
