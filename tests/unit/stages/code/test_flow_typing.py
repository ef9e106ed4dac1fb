"""Paths and requests as pysa is shown them."""

from __future__ import annotations

import pytest

from auditor.stages.code.flow_typing import with_answers, with_given_values, with_opened_paths, with_own_modules


def test_methods_of_paths_become_an_open_that_pysa_finds_without_types() -> None:
    text = b"place.read_bytes()\n(ROOT / name).write_text(said)\nos.unlink(place)\nself.unlink(place)\n'a'.unlink()\n"

    assert with_opened_paths(text) == (
        b"open(place).read_bytes()\nopen((ROOT / name)).write_text(said)\nos.unlink(place)\n"
        b"self.unlink(place)\n'a'.unlink()\n"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"(Path(ROOT) / value).resolve().read_text()", b"open((Path(ROOT) / value).resolve()).read_text()"),
        (b'(ROOT / f"{name}.md").unlink()', b'open((ROOT / f"{name}.md")).unlink()'),
        (
            b"(a / b(c, 'x') / 'd').with_suffix('.md').write_text(x)",
            b"open((a / b(c, 'x') / 'd').with_suffix('.md')).write_text(x)",
        ),
        (b"root.joinpath(name).read_bytes()", b"open(root.joinpath(name)).read_bytes()"),
        (b"(a + b).read_text()", b"(a + b).read_text()"),
        (b"found().read_text()", b"found().read_text()"),
        (b"await place.resolve()", b"await place.resolve()"),
    ],
)
def test_a_path_that_is_put_together_is_opened(text: bytes, shown: bytes) -> None:
    assert with_opened_paths(text) == shown


def test_a_path_by_its_name_is_opened_by_its_method() -> None:
    assert with_opened_paths(b"with place.open() as f: ...") == b"with open(place).open() as f: ..."
    assert with_opened_paths(b"self.log_path.open('w')") == b"open(self.log_path).open('w')"
    assert with_opened_paths(b"webbrowser.open(x); archive.open(y)") == b"webbrowser.open(x); archive.open(y)"


@pytest.mark.parametrize(
    ("text", "is_typed"),
    [
        (b"from django.views import View\nname = self.request.GET['a']\n", True),
        (b"from rest_framework import views\nname = request.data['a']", True),
        (b"import ours\nname = request.GET['a']\n", False),
        (b"from django.views import View\nname = other_request.GETTER\n", False),
    ],
)
def test_what_is_sent_to_a_view_of_django_has_a_type(text: bytes, is_typed: bool) -> None:  # noqa: FBT001 - a row
    made = with_given_values(text)

    assert (b"_auditor_given." in made) is is_typed
    assert made.split(b"\n")[0] == text.split(b"\n")[0]
    assert made.endswith(b"from auditor_given import given as _auditor_given\n") is is_typed
    assert (made == text) is not is_typed


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"x = self.client.chat.completions.create(a)\n", b"x = _auditor_answer(a)\n"),
        (b"x = await provider.messages.create(a)\n", b"x = await _auditor_answer(a)\n"),
        (b"return MODEL.generate_content(a).text\n", b"return _auditor_answer(a).text\n"),
        (b"run(llm.invoke(a).content)\n", b"run(_auditor_answer(a).content)\n"),
        (b"x = await chat_model.ainvoke(a)", b"x = await _auditor_answer(a)\n"),
    ],
)
def test_whoever_asks_a_model_gets_an_answer_that_pysa_knows(text: bytes, shown: bytes) -> None:
    assert with_answers(text) == shown + b"from auditor_given import answer as _auditor_answer\n"


@pytest.mark.parametrize(
    "text",
    [
        b"x = self.llm.invoke(a)\n",  # an attribute of this name is a source of its own
        b"x = chain.invoke(a)\n",
        b"x = orders.create(a)\n",
        b"x = llm.bind_tools(a)\n",
        b"x = make().messages.create(a)\n",
        b"x = completions\n",
    ],
)
def test_other_calls_stay_as_they_are(text: bytes) -> None:
    assert with_answers(text) is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"from aiohttp import web\nx = request.match_info['a']", b"x = _auditor_given.match_info['a']"),
        (b"from aiohttp import web\nx = await request.json()", b"x = await _auditor_given.called()"),
        (b"import aiohttp\nx = request.query['a']", b"x = request.query['a']"),
        (b"from starlette.routing import Route\nx = await request.form()", b"x = await _auditor_given.called()"),
        (b"from fastapi import FastAPI\nfrom starlette.x import y\nx = request.body", b"x = request.body"),
        (b"from tornado.web import RequestHandler\nx = self.get_argument('a')", b"x = _auditor_given.called('a')"),
        (b"import falcon\nx = req.media.get('a')", b"x = _auditor_given.media.get('a')"),
        (b"from bottle import request\nx = request.forms", b"x = _auditor_given.forms"),
        (b"import argparse\nx = self.get_argument('a')", b"x = self.get_argument('a')"),
    ],
)
def test_what_is_sent_to_a_handler_of_other_frameworks_has_a_type(text: bytes, shown: bytes) -> None:
    assert (
        with_given_values(text).removesuffix(b"\nfrom auditor_given import given as _auditor_given\n").endswith(shown)
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"from work import x\n", b"from b.c.work import x\n"),
        (b"    from work.deep import x\n", b"    from b.c.work.deep import x\n"),
        (b"import work  # ours\n", b"import b.c.work as work  # ours\n"),
        (b"import work as w\n", b"import b.c.work as w\n"),
        (b"import work.deep as w\n", b"import b.c.work.deep as w\n"),
        (b"from . import x\n", b"from b.c.own import x\n"),
        (b"from .x import y\n", b"from b.c.own.x import y\n"),
        (b"from ..x import y\n", b"from b.c.x import y\n"),
        (b"from workers import x\nimport worked\n", b"from workers import x\nimport worked\n"),
    ],
)
def test_an_own_module_is_imported_from_the_root_of_the_tree(text: bytes, shown: bytes) -> None:
    assert with_own_modules(text, {"work": "b/c", ".": "b/c/own"}) == (shown, frozenset())


@pytest.mark.parametrize(
    ("text", "folder"),
    [
        (b"import os, work\n", "b"),
        (b"import work.deep\n", "b"),
        (b"import work\n", "b-c"),
        (b"import work\n", "b/class"),
    ],
)
def test_what_cannot_be_imported_so_is_named(text: bytes, folder: str) -> None:
    assert with_own_modules(text, {"work": folder}) == (text, frozenset({"work"}))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (
            b"from django.http import JsonResponse\ndata = json.loads(request.body)\n",
            b"json.loads(_auditor_given.body)",
        ),
        (b"from django.views import View\nname = self.request.headers['x']\n", b"_auditor_given.headers['x']"),
        (b"from rest_framework import serializers\nv = made.validated_data['v']\n", b"_auditor_given.data['v']"),
        (b"from rest_framework import serializers\nself.validated_data = {}\n", b"self.validated_data = {}"),
        (b"from starlette.requests import Request\ndata = await request.body()\n", b"request.body()"),
        (b"import flask\nmade.validated_data\n", b"made.validated_data"),
    ],
)
def test_what_a_view_of_django_is_sent_has_a_type(text: bytes, shown: bytes) -> None:
    assert shown in with_given_values(text).replace(b"_auditor_given.called()", b"request.body()")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (b"x = reply['choices'][0]['message']['content']\n", b"x = _auditor_answer()['message']['content']"),
        (b'return response.json()["choices"][0]["text"]\n', b'return _auditor_answer()["text"]'),
        (b"x = data.get('choices')[0]\n", b"x = _auditor_answer()"),
        (b"reply['choices'][0] = 1\n", b"reply['choices'][0] = 1"),
        (b"x = form['choices']\n", b"x = form['choices']"),
    ],
)
def test_the_first_choice_of_an_answer_is_one(text: bytes, shown: bytes) -> None:
    assert shown in with_answers(text)
