"""On which side a script runs: in the page of a browser, whose requests and messages are its user's own, or elsewhere.

A page that fetches an address fetches it as its user, who could do so without it; a line that it writes is read by
whoever sits before it. The same lines in a server are a flaw.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import arguments, function_around

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
        return _NO_DATABASE.search(name) is None and _is_of_sql(script, name)
    if call is not None and any(_IS_HELD.search(script.said(each)[:_OPTIONS_LIMIT]) for each in arguments(call)[1:]):
        return False
    return not _SENDS_BROWSER.search(name) and not runs_in_page(script)


_OPTIONS_LIMIT: Final = 2_000
_IS_HELD: Final = re.compile(
    r"(?i)\b(?:dispatcher|agent|https?Agent|lookup)\s*:\s*[\w.]*(?:ssrf|safe|guard|filter|restrict|private|public_?only)\w*"
)
"""A connection that refuses addresses inside by itself: ``dispatcher: ssrfSafeDispatcher``."""


def _is_of_sql(script: Script, callee: str) -> bool:
    """Tell whether anything shows that what is asked takes SQL: its name, what its file takes, or a statement in it.

    Stores of vectors, terminals and caches have methods of the same names.
    """
    *holders, method = callee.replace("?.", ".").replace("!", "").split(".")
    holder = re.sub(r"\(.*", "", holders[-1]) if holders else ""
    return (
        _RUNS_SQL.search(method) is not None
        or _HOLDS_SQL.search(holder) is not None
        or any(_CLIENTS_OF_SQL.match(each.module) for _name, each in script.imports)
        or _STATEMENT.search(script.text[:_HEAD_BYTES]) is not None
    )


_RUNS_SQL: Final = re.compile(r"(?i)raw|unsafe|sql")
_HOLDS_SQL: Final = re.compile(
    r"(?i)db$|^db|sql|database|postgres|^pg|pool$|conn(?:ection)?$|knex|prisma|sequelize|^(?:tx|trx|transaction)$|drizzle|duck|data_?source|entity_?manager|repo(?:sitory)?$|query_?runner|d1$|orm$"
)
_CLIENTS_OF_SQL: Final = re.compile(
    r"(?:node:sqlite|bun:sqlite|pg(?:-\w+)?|postgres|mysql2?(?:/.*)?|mariadb|mssql|tedious|oracledb|(?:better-)?sqlite3?|sqlite|sql\.js|knex|sequelize(?:-\w+)?|typeorm|drizzle-orm(?:/.*)?|kysely|objection|slonik"
    r"|@?prisma(?:/.*)?|@mikro-orm/.*|@clickhouse/.*|@duckdb/.*|duckdb(?:-\w+)?|snowflake-sdk|@google-cloud/(?:bigquery|spanner)|@libsql/.*|@neondatabase/.*|@planetscale/.*|@vercel/postgres|@databricks/sql|trino-client"
    r"|@nestjs/typeorm|neo4j-driver(?:-\w+)?|@electric-sql/.*|alasql)$"
)
_STATEMENT: Final = re.compile(
    rb"[\"'`]\s*(?i:select\s[^;`\"']{1,300}?\sfrom|insert\s+into|delete\s+from|update\s+[\w.\"`$\{\}]{1,80}\s+set|create\s+(?:table|index|view)|(?:alter|drop|truncate)\s+table|pragma\s|with\s+\w+\s+as|match\s*\()"
    rb"|\b(?:SELECT\s[^;`\"']{1,300}?\sFROM|INSERT INTO|DELETE FROM|CREATE TABLE|SQL)\b"
)


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
