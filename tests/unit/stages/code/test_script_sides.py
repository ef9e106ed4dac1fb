"""On which side a script runs, and what does harm there."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_sides import does_harm, runs_in_page
from auditor.stages.code.script_tree import Script


def script(text: str, path: str) -> Script:
    found = Script.of(path, text.encode())
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("export const A = () => <p/>;", "src/A.tsx", True),
        ('"use client";\nimport fs from "fs";', "src/A.tsx", True),
        ('// a remark\n"use server";\nexport const a = 1;', "src/A.tsx", False),
        ("const a = document.title;", "src/a.ts", True),
        ("chrome.runtime.sendMessage(1);", "src/background.js", True),
        ("import express from 'express';\nconst a = document.title;", "src/a.ts", False),
        ("import { useState } from 'react';", "src/hooks.ts", True),
        ("import React from 'react';", "src/server/mail.tsx", False),
        ("const a = process.env.HOST;", "src/a.tsx", False),
        ("const a = process.env.NODE_ENV;", "src/a.tsx", True),
        ("export const a = 1;", "src/a.ts", False),
    ],
)
def test_a_page_is_told_by_what_it_uses(text: str, path: str, *, expected: bool) -> None:
    assert runs_in_page(script(text, path)) is expected


@pytest.mark.parametrize(
    ("capability", "text", "path", "expected"),
    [
        ("server-side-request", "fetch(url)", "src/a.ts", True),
        ("server-side-request", "fetch(url)", "src/A.tsx", False),
        ("server-side-request", "fetch(url, { dispatcher: ssrfSafeDispatcher })", "src/a.ts", False),
        ("server-side-request", "fetch(url, { dispatcher: proxyAgent })", "src/a.ts", True),
        ("address-through-helper", "page.goto(url)", "src/a.ts", False),
        ("sql-injection", "db.query(text)", "src/a.ts", True),
        ("sql-injection", "graphqlClient.query(text)", "src/a.ts", False),
        ("sql-injection", "client.query(name, { limit })", "src/a.ts", False),
        ("sql-injection", "this.parts.terminal.execute(text)", "src/a.ts", False),
        ("sql-injection", "client.$queryRawUnsafe(text)", "src/a.ts", True),
        ("sql-injection", "this.pool.query(text)", "src/a.ts", True),
        ("sql-injection", "client.query(text); import { Client } from 'pg'", "src/a.ts", True),
        ("sql-injection", "client.query(name) // delete from the store", "src/a.ts", False),
        ("sql-injection", "client.query(`select a from b where c = ${text}`)", "src/a.ts", True),
        ("cross-site-scripting", "fetch(url)", "src/A.tsx", True),
    ],
)
def test_what_a_browser_asks_for_is_no_request_of_the_server(
    capability: str, text: str, path: str, *, expected: bool
) -> None:
    assert does_harm(script(f"{text};\n", path), capability, 0, len(text)) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("function authenticate(req) {\n  req.user = jwt.decode(req.token)\n}\n", True),
        ("function userOf(req) {\n  return jwt.decode(req.token).sub\n}\n", True),
        ("function decode(token) {\n  return jwt.decode(token)\n}\n", False),
        ("function auditOf(req) {\n  return jwt.decode(req.body.token)\n}\n", False),
        ("jwt.decode(token)\n", True),
    ],
)
def test_a_token_that_is_only_read_lets_nobody_in(text: str, *, expected: bool) -> None:
    start = text.index("jwt")

    assert does_harm(script(text, "src/a.ts"), "jwt-verification", start, start + len("jwt.decode")) is expected
