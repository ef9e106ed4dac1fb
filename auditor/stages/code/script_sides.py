"""On which side a script runs: in the page of a browser, whose requests and messages are its user's own, or elsewhere.

A page that fetches an address fetches it as its user, who could do so without it; a line that it writes is read by
whoever sits before it. The same lines in a server are a flaw.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import function_around

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Node, Script

_ADDRESSES: Final = frozenset({"server-side-request", "address-through-helper"})
_SENDS_BROWSER: Final = re.compile(r"(?:^|\.)(?:goto|loadURL|navigate|navigateTo)$")

_HEAD_BYTES: Final = 200_000
_MODULES_OF_SERVER: Final = re.compile(
    r"(?:node:.*|fs|fs/promises|http|https|net|child_process|worker_threads|express|fastify|koa|hono(?:/.*)?|restify|next/(?:server|headers|cache)|@nestjs/.*|@hapi/.*"
    r"|h3|nitropack(?:/.*)?|@sveltejs/kit/node|@modelcontextprotocol/.*server.*|fastmcp|electron|server-only|ws|vscode)$"
)
_CLIENTS_OF_SERVER: Final = re.compile(
    r"(?:pg|mysql2?(?:/.*)?|nodemailer|ioredis|redis|mongodb|mongoose|undici|node-fetch|got|ldapjs|imapflow|tls|typeorm|sequelize|knex|kafkajs|amqplib)$"
)
_MODULES_OF_PAGE: Final = re.compile(
    r"(?:react(?:-dom)?(?:/.*)?|preact(?:/.*)?|vue|svelte(?:/.*)?|solid-js(?:/.*)?|next/(?:link|image|navigation|router)|@angular/.*|pinia|zustand|jotai|lit|webextension-polyfill)$"
)
_OF_BROWSER: Final = re.compile(
    rb"\b(?:window|document|localStorage|sessionStorage|navigator)\.[a-zA-Z]"
    rb"|\b(?:chrome|browser)\.(?:runtime|tabs|storage)\b"
)
_OF_PROCESS: Final = re.compile(
    rb"\bprocess\.(?:env\.(?!NODE_ENV\b|NEXT_PUBLIC_|VITE_)|exit|cwd|argv|stdout)\b|\bDeno\."
)
_NO_DATABASE: Final = re.compile(r"(?i)graph_?ql|gql|apollo|urql|query_?client|router|search_?params|chrome|tabs\.")
_ASKED: Final = re.compile(rb"""^\s*(?:/\*[\s\S]{0,2000}?\*/\s*|//[^\n]*\n\s*)*["']use (client|server)["']""")
_SERVER_PLACE: Final = re.compile(
    r"(?:^|/)(?:server|api|backend|worker|workers|functions|lambda|mcp|routes?|controllers?|services/server)/|\.server\.|/route\.[jt]sx?$|\+(?:page|layout)?\.?server\."
)
_PAGE_ENDS: Final = (".tsx", ".jsx", ".vue", ".svelte", ".html", ".htm")


def runs_in_page(script: Script) -> bool:
    """Tell whether a script runs in a page, by what it asks for, takes and uses.

    What could run on both sides runs elsewhere: a page alone takes harm away.
    """
    said = _ASKED.match(script.text[:2_200])
    if said is not None:
        return said[1] == b"client"
    taken = [each.module for _name, each in script.imports]
    if any(map(_MODULES_OF_SERVER.match, taken)) or _SERVER_PLACE.search(script.path):
        return False
    text = script.text[:_HEAD_BYTES]
    if _OF_PROCESS.search(text):
        return False
    if script.path.endswith(_PAGE_ENDS) or any(map(_MODULES_OF_PAGE.match, taken)):
        return True
    return _OF_BROWSER.search(text) is not None


def runs_on_server(script: Script) -> bool:
    """Tell whether a script is seen to run outside of a page: by what it takes, uses, or where it stands."""
    taken = [each.module for _name, each in script.imports]
    is_seen = any(map(_MODULES_OF_SERVER.match, taken)) or any(map(_CLIENTS_OF_SERVER.match, taken))
    return (
        is_seen
        or _SERVER_PLACE.search(script.path) is not None
        or _OF_PROCESS.search(script.text[:_HEAD_BYTES]) is not None
    )


def does_harm(script: Script, capability: str, start: int, end: int) -> bool:
    """Tell whether a value of an outsider does harm at a place by what the place is.

    It does none where a browser asks for an address, or is sent there, as its user may be, and where what is asked is
    no database.

    Args:
        script: The file.
        capability: What the flaw is about.
        start: First byte of the place.
        end: Byte behind the last.
    """
    if capability == "jwt-verification":
        return _lets_in(script, script.at(start, end))
    if capability not in _ADDRESSES and capability != "sql-injection":
        return True
    node = script.at(start, end)
    around = next((each for each in (node, *node.around()) if each.kind == "call_expression"), None)
    inside = (each for each in node.inside() if each.kind == "call_expression" and each.start >= start)
    call = next(inside, around)
    function = call.get("function") if call is not None else None
    name = script.said(function) if function is not None else ""
    if capability == "sql-injection":
        return _NO_DATABASE.search(name) is None
    return not _SENDS_BROWSER.search(name) and not runs_in_page(script)


def _lets_in(script: Script, node: Node) -> bool:
    """Tell whether a function that reads a token without a check takes what it says for who calls."""
    function = function_around(node)
    if function is None:
        return True
    said = script.said(function)
    return _ACTS_FOR.search(said) is not None or _NAMES_CALLER.search(script.name_of(function)) is not None


_ACTS_FOR: Final = re.compile(
    r"(?:req|request|ctx|c|context|event|socket|reply|res)\.(?:user\w*|auth|session|state|locals)\b|as any\)\.user"
    r"|\.set\(\s*[\"'`](?:x-)?(?:user|auth|sub|tenant)|\bnext\(\)|NextResponse\.next"
)
_NAMES_CALLER: Final = re.compile(
    r"(?i)^(?!_?(?:audit|decode|parse|peek|read|log))\w*(?:user|caller|session|auth|identity|principal|tenant|log_?in|subject|middleware|guard)"
)
