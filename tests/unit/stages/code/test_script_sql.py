# ruff: noqa: E501 - lines of programs
"""Of what SQL text in TypeScript is made."""

from __future__ import annotations

import pytest

from auditor.stages.code.refine import Trust
from auditor.stages.code.script_sql import sql_of_script
from auditor.stages.code.script_tree import Script


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("await run.query(`DROP TABLE ${this.sanitizeTableName(name)}`)", Trust.FIXED),
        ("const table = this.sanitizeTableName(name)\nawait run.query(`DROP TABLE ${table}`)", Trust.FIXED),
        ("for (const column of ['a', 'b']) {\nawait run.query(`CREATE INDEX ON t (${column})`)", Trust.FIXED),
        ("const columns = [`a`, `b`]\nfor (const column of columns) {\nawait run.query(`CREATE INDEX ON t (${column})`)", Trust.FIXED),
        ("await run.query(`SELECT 1 FROM ${TABLES.NOTES}`)", Trust.FIXED),
        ("await run.query(`SELECT 1 FROM ${this.tableName}`)", Trust.CONFIGURED),
        ("const table = req.body.table\nawait run.query(`SELECT 1 FROM ${table}`)", Trust.OUTSIDE),
        ("let table = 'a'\ntable = req.body.table\nawait run.query(`SELECT 1 FROM ${table}`)", Trust.OUTSIDE),
        ("await run.query(`SELECT 1 FROM ${req.query.table}`)", Trust.OUTSIDE),
        ("await run.query('SELECT 1 FROM ' + name)", Trust.OUTSIDE),
        ("const table = this.sanitizeTableName(name)\nawait run.query(`DELETE FROM ${table} WHERE id = '${id}'`)", Trust.OUTSIDE),
        ("const rows = []\nrows.push(`($${at + 1}, $${at + 2})`)\nawait run.unsafe(`INSERT INTO t (a, b) VALUES ${rows.join(', ')}`, given)", Trust.FIXED),
        ("const rows = []\nrows.push(`('${name}')`)\nawait run.unsafe(`INSERT INTO t (a) VALUES ${rows.join(', ')}`)", Trust.OUTSIDE),
        ("const rows = []\nrows.push(name)\nawait run.unsafe(`INSERT INTO t (a) VALUES ${rows.join(', ')}`)", Trust.OUTSIDE),
        ("await run.unsafe(`INSERT INTO t (a) VALUES ${rows.join(', ')}`)", Trust.OUTSIDE),
        ("const table = TABLES[kind]\nconst TABLES = { a: 'notes', b: 'chats' }\nawait run.query(`SELECT 1 FROM ${table}`)", Trust.FIXED),
        ("const order = { up: 'ASC', down: 'DESC' }\nawait run.query(`SELECT 1 FROM t ORDER BY id ${order[req.query.o]}`)", Trust.FIXED),
        ("const order = { up: 'ASC', own: req.query.o }\nawait run.query(`SELECT 1 FROM t ORDER BY id ${order[req.query.o]}`)", Trust.OUTSIDE),
        ("const order = { up: 'ASC' }\norder[a] = b\nawait run.query(`SELECT 1 FROM t ORDER BY id ${order[req.query.o]}`)", Trust.OUTSIDE),
        ("const marks = ids.map((_, at) => `$${at + 1}`).join(', ')\nawait run.query(`SELECT 1 FROM t WHERE id IN (${marks})`, ids)", Trust.FIXED),
        ("const marks = ids.map(() => '?').join(', ')\nawait run.query(`SELECT 1 FROM t WHERE id IN (${marks})`, ids)", Trust.FIXED),
        ("const marks = Array(ids.length).fill('?').join(', ')\nawait run.query(`SELECT 1 FROM t WHERE id IN (${marks})`, ids)", Trust.FIXED),
        ("const marks = ids.map((id) => `'${id}'`).join(', ')\nawait run.query(`SELECT 1 FROM t WHERE id IN (${marks})`)", Trust.OUTSIDE),
        ("const sorted = up ? 'ASC' : 'DESC'\nawait run.query(`SELECT 1 FROM t ORDER BY id ${sorted}`)", Trust.FIXED),
        ("const sorted = up || 'DESC'\nawait run.query(`SELECT 1 FROM t ORDER BY id ${sorted}`)", Trust.OUTSIDE),
        ("let text = 'SELECT 1 FROM t'\nif (a) text += ' WHERE a = ?'\nawait run.query(text, [`%${q}%`])", Trust.FIXED),
        ("let text = 'SELECT 1 FROM t'\nif (a) text += ` WHERE a = ${a}`\nawait run.query(text)", Trust.OUTSIDE),
        ("function top(count: number) {\nreturn run.query(`SELECT 1 FROM t LIMIT ${count}`)", Trust.FIXED),
        ("function top(count: string) {\nreturn run.query(`SELECT 1 FROM t LIMIT ${count}`)", Trust.OUTSIDE),
        ("await run.query(`SELECT 1 FROM t WHERE a LIKE ?`, [`%${q}%`])", Trust.FIXED),
        ("await run.query(build(req.query.q))", Trust.OUTSIDE),
        ("await run.query()", Trust.OUTSIDE),
        ("(((((", Trust.OUTSIDE),
        ("const columns = ['a', other]\nfor (const column of columns) {\nawait run.query(`CREATE INDEX ON t (${column})`)", Trust.OUTSIDE),
    ],
)  # fmt: skip
def test_parts_of_a_template_are_looked_up(text: str, trust: Trust) -> None:
    script = Script.of("a.ts", text.encode())
    assert script is not None
    last = text.count("\n") + 1

    assert sql_of_script(script, *script.offsets(last, last)) is trust
