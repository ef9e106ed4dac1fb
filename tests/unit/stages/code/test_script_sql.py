# ruff: noqa: E501 - lines of programs
"""Of what SQL text in TypeScript is made."""

from __future__ import annotations

import pytest

from auditor.stages.code.refine import Trust
from auditor.stages.code.script_sql import sql_of_script


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
        ("const columns = ['a', other]\nfor (const column of columns) {\nawait run.query(`CREATE INDEX ON t (${column})`)", Trust.OUTSIDE),
    ],
)  # fmt: skip
def test_parts_of_a_template_are_looked_up(text: str, trust: Trust) -> None:
    lines = text.split("\n")

    assert sql_of_script(lines, len(lines), len(lines)) is trust
