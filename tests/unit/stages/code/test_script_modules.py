"""Which file of a tree a module of a script is."""

from __future__ import annotations

import json

import pytest

from auditor.stages.code.script_modules import Modules, is_settings

FILES = ("app/src/lib/files.ts", "app/src/page.tsx", "tools/src/index.ts", "tools/src/run.ts", "lib/files.ts", "a.js")


def modules(**settings: object) -> Modules:
    texts = {
        path.replace("__", "/") + ".json": each if isinstance(each, str) else json.dumps(each)
        for path, each in settings.items()
    }
    return Modules(dict.fromkeys(FILES, ""), texts)


def paths(base: str | None = None, **names: list[str]) -> dict[str, object]:
    named = {name.replace("_", "/"): places for name, places in names.items()}
    return {"compilerOptions": {"paths": named, **({"baseUrl": base} if base else {})}}


def test_place_is_that_of_the_file_that_asks() -> None:
    assert modules().file("app/src/page.tsx", "./lib/files") == "app/src/lib/files.ts"
    assert modules().file("app/src/page.tsx", "./lib/files.js") == "app/src/lib/files.ts"
    assert modules().file("app/src/page.tsx", "../../a") == "a.js"
    assert modules().file("app/src/page.tsx", "../../../a") == ""
    assert modules().file("app/src/page.tsx", "./lib/other") == ""


def test_settings_name_places() -> None:
    known = modules(app__tsconfig={"compilerOptions": {"paths": {"@core/*": ["./src/lib/*"], "page": ["./src/page"]}}})

    assert known.file("app/src/page.tsx", "@core/files") == "app/src/lib/files.ts"
    assert known.file("app/src/lib/files.ts", "page") == "app/src/page.tsx"
    assert known.file("tools/src/run.ts", "@core/files") == "lib/files.ts"  # they are no settings of it: by its end


def test_what_settings_place_where_nothing_lies_is_no_other_file_of_that_name() -> None:
    known = modules(app__tsconfig={"compilerOptions": {"paths": {"@/*": ["./generated/*"]}}})

    assert known.file("app/src/page.tsx", "@/files") == ""
    assert modules().file("app/src/page.tsx", "@/lib/files") == "app/src/lib/files.ts"


def test_plain_names_begin_where_settings_say() -> None:
    known = modules(app__jsconfig={"compilerOptions": {"baseUrl": "src"}})

    assert known.file("app/src/page.tsx", "lib/files") == "app/src/lib/files.ts"
    assert known.file("app/src/page.tsx", "react") == ""


def test_settings_are_taken_from_others_of_the_tree() -> None:
    above = {"compilerOptions": {"baseUrl": ".", "paths": {"~files": ["lib/files"]}}}
    known = modules(tsconfig__base=above, app__tsconfig={"extends": "../tsconfig/base", "compilerOptions": {}})

    assert known.file("app/src/page.tsx", "~files") == ""
    assert modules(base=above, app__tsconfig={"extends": "../base.json"}).file("app/src/page.tsx", "~files") == (
        "lib/files.ts"
    )


def test_remarks_and_commas_too_many_are_no_trouble() -> None:
    text = '\ufeff{ // where "lib"\n"compilerOptions": { /* a */\n"paths": {"@x/*": ["src/lib/*",], }, // b\n},\n}\n'

    assert modules(app__tsconfig=text).file("app/src/page.tsx", "@x/files") == "app/src/lib/files.ts"


@pytest.mark.parametrize(
    "said",
    [
        "",
        "{",
        "[]",
        "[" * 100_000,
        '{"compilerOptions": []}',
        '{"compilerOptions": {"paths": [1], "baseUrl": 1}}',
        '{"compilerOptions": {"paths": {"@x/*": [1, null], "a*b*c": ["*"]}}}',
        '{"extends": "./tsconfig.json"}',
        '{"extends": ["./tsconfig.json", 1]}',
        '{"compilerOptions": {"paths": {"@x/*": ["' + "x" * 300_000 + '"]}}}',
    ],
)
def test_broken_settings_say_nothing(said: str) -> None:
    assert modules(app__tsconfig=said).file("app/src/page.tsx", "@x/none") == ""


@pytest.mark.parametrize("place", ["../../etc/a", "/etc/a", "../etc/../../etc/a"])
def test_no_place_outside_of_the_tree(place: str) -> None:
    texts = dict.fromkeys(("app/page.ts", "../etc/a.ts", "/etc/a.ts", "etc/b.ts", "../plain.ts"), "")
    said = {"compilerOptions": {"baseUrl": "../..", "paths": {"outside": [place], "inside": ["../etc/b"]}}}
    known = Modules(texts, {"app/tsconfig.json": json.dumps(said)})

    assert known.file("app/page.ts", "outside") == ""
    assert known.file("app/page.ts", "plain") == ""
    assert known.file("app/page.ts", "inside") == "etc/b.ts"


def test_package_of_the_tree_is_known_by_its_own_name() -> None:
    known = modules(tools__package={"name": "@acme/agent-runner"}, package={"name": "root"})

    assert known.file("app/src/page.tsx", "@acme/agent-runner") == "tools/src/index.ts"
    assert known.file("app/src/page.tsx", "@acme/agent-runner/run") == "tools/src/run.ts"
    assert known.file("app/src/page.tsx", "@acme/other") == ""
    assert modules(tools__package={"name": 7}).file("a.js", "@acme/agent-runner") == ""


def test_files_that_take_from_one() -> None:
    texts = {
        "a.ts": "export const a = 1",
        "b.ts": "import { a } from './a'",
        "c.js": "const { a } = require('./a.js')",
        "d.ts": "export * from './a'\nimport './b'",
        "e.ts": "const a = await import('./a')",
        "f.ts": "import { a } from 'a'",
    }

    assert Modules(texts).importers == {"a.ts": ["b.ts", "c.js", "d.ts", "e.ts"], "b.ts": ["d.ts"]}


def test_which_files_are_settings() -> None:
    assert all(map(is_settings, ("tsconfig.json", "a/tsconfig.app.json", "jsconfig.json", "b/package.json")))
    assert not any(map(is_settings, ("a.json", "mytsconfig.json", "package-lock.json", "tsconfig.ts")))


def test_settings_that_cannot_be_read_are_named_where_a_name_is_guessed() -> None:
    def guessed(text: str, module: str = "@/lib/files") -> dict[str, bool]:
        texts = {"app/src/page.tsx": "", "app/src/lib/files.ts": ""}
        known = Modules(texts, {"app/tsconfig.json": text, "app/package.json": "{"})
        assert known.file("app/src/page.tsx", module) in {"app/src/lib/files.ts", ""}
        return known.guessed

    assert guessed("{ no: json") == {"app/tsconfig.json": False}
    assert guessed('{"a": "' + "x" * 200_000 + '"}') == {"app/tsconfig.json": True}
    assert guessed("{}") == {}
    assert guessed('{"compilerOptions": {}}') == {}
    assert guessed("{ no: json", "react") == {}
    assert guessed("{ no: json", "./lib/files") == {}
