"""SQL through sqlglot: which tables a statement reads and writes, and which columns become which.

What sqlglot cannot read is undetermined, never "no lineage": every statement comes back, with the reason where it says
nothing.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.lineage.values import Column, clean
from auditor.formats.lineage.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

SIZE_LIMIT_BYTES: Final = 2_000_000
"""A file; 1 MB of statements takes about ten seconds of processor time."""
COLUMN_LIMIT_BYTES: Final = 200_000
"""A statement whose columns are traced."""
COLUMN_STATEMENTS: Final = 2_000
"""Statements of one text whose columns are traced, at about three milliseconds a column."""
COLUMNS: Final = 2_000
NODES: Final = 100_000
"""Steps of one statement's columns: a chain of WITH that refers to each part twice doubles at every link."""
TABLES: Final = 2_000


class Statement(Struct, frozen=True, kw_only=True):
    """One statement.

    Attributes:
        writes: Table that it fills, dotted; empty for a query.
        reads: Tables that it reads, dotted.
        columns: Inputs of each output column; `Column.dataset` is a dotted table.
        outputs: Names of the output columns.
        undetermined: Why tables or columns are not known; empty if they are.
        is_write: It changes data without saying from where (VALUES, DELETE).
    """

    writes: str = ""
    reads: tuple[str, ...] = ()
    columns: tuple[Column, ...] = ()
    outputs: tuple[str, ...] = ()
    undetermined: str = ""
    is_write: bool = False


def statements(text: str, engine: str, schema: Mapping[str, Sequence[str]] | None = None) -> Iterator[Statement]:
    """Yield the statements of a text that have to do with data.

    Args:
        text: SQL.
        engine: Name of the engine or dialect; empty for sqlglot's own.
        schema: Columns by dotted table, as far as they are known.
    """
    dialect = words().dialect(engine) if engine else ""
    if dialect is None:
        yield Statement(undetermined=f"dialect {clean(engine, 40)} is not known")
        return
    if len(text) > SIZE_LIMIT_BYTES:
        yield Statement(undetermined=f"larger than {SIZE_LIMIT_BYTES:,} bytes")
        return
    import sqlglot  # noqa: PLC0415 - 0.2 s, where there is SQL
    from sqlglot import errors, exp  # noqa: PLC0415

    logging.getLogger("sqlglot").setLevel(logging.CRITICAL)  # it warns of what we say ourselves
    try:
        parsed = sqlglot.parse(text, dialect=dialect or None)
    except (errors.SqlglotError, RecursionError, ValueError, AttributeError) as error:
        pieces = _pieces(text)
        if len(pieces) < 2:  # noqa: PLR2004 - nothing to part
            yield Statement(undetermined=_why(error))
            return
        for piece in pieces:  # one statement that is refused costs only itself
            yield from statements(piece, engine, schema)
        return
    for number, tree in enumerate(parsed):
        if tree is None or isinstance(
            tree,
            exp.Set
            | exp.Use
            | exp.Comment
            | exp.Transaction
            | exp.Commit
            | exp.Rollback
            | exp.Drop
            | exp.Grant
            | exp.Semicolon,
        ):
            continue
        try:
            yield _statement(tree, dialect, schema or {}, traces_columns=number < COLUMN_STATEMENTS)
        except (errors.SqlglotError, RecursionError, ValueError, KeyError, AttributeError, TypeError) as error:
            yield Statement(undetermined=_why(error))


def _pieces(text: str) -> list[str]:
    """Part a text at semicolons outside of quotes and comments, as its tokens have them."""
    found, start, quote, at = [], 0, "", 0
    while at < len(text):
        char = text[at]
        if quote:
            end = text.find(quote, at)
            at = len(text) if end < 0 else end + len(quote)
            quote = ""
            continue
        if char in {"'", '"', "`"}:
            quote = char
        elif text.startswith("--", at):
            quote = "\n"
        elif text.startswith("/*", at):
            quote = "*/"
        elif char == ";":
            found.append(text[start:at])
            start = at + 1
        at += 1
    found.append(text[start:])
    return [each for each in found if each.strip()]


def _why(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    first = str(error).strip().splitlines()
    return clean(f"not understood: {first[0] if first else type(error).__name__}", 160)


def _statement(  # noqa: C901, PLR0911, PLR0912 - one step for each kind of statement
    tree: Any,  # noqa: ANN401 - expressions of sqlglot
    dialect: str,
    schema: Mapping[str, Sequence[str]],
    *,
    traces_columns: bool,
) -> Statement:
    from sqlglot import exp  # noqa: PLC0415

    if isinstance(tree, exp.Command | exp.Execute) or tree.find(exp.Command):
        return Statement(undetermined=f"not understood: {clean(tree.sql(), 60)}")
    target, query = "", tree
    if isinstance(tree, exp.Create):
        if str(tree.args.get("kind", "")).upper() not in {"TABLE", "VIEW", "MATERIALIZED VIEW"}:
            return (
                Statement(undetermined=f"create {clean(tree.args.get('kind'), 40)}")
                if tree.args.get("expression")
                else Statement()
            )
        target, query = _dotted(_table_of(tree.this)), tree.args.get("expression")
        if query is None:
            return Statement(
                outputs=tuple(each.name for each in tree.find_all(exp.ColumnDef)), writes=target, is_write=True
            )
    elif isinstance(tree, exp.Insert):
        target, query = _dotted(_table_of(tree.this)), tree.args.get("expression")
    elif isinstance(tree, exp.Merge):
        target = _dotted(_table_of(tree.this))
        reads = _reads(tree, exclude=target)
        return Statement(writes=target, reads=reads, undetermined="columns of MERGE are not traced")
    elif isinstance(tree, exp.Update):
        target = _dotted(_table_of(tree.this))
        reads = _reads(tree, exclude=target)
        return Statement(
            writes=target,
            reads=reads,
            is_write=not reads,
            undetermined="columns of UPDATE are not traced" if reads else "",
        )
    elif isinstance(tree, exp.Delete):
        return Statement(is_write=True)
    elif isinstance(tree, exp.Select) and tree.args.get("into"):
        target = _dotted(_table_of(tree.args["into"].this))
        query = tree.copy()
        query.set("into", None)
    while isinstance(query, exp.Subquery | exp.Paren):
        query = query.this
    if not isinstance(query, exp.Query):
        return (
            Statement(writes=target, is_write=True)
            if isinstance(query, exp.Values | exp.Tuple) or query is None
            else Statement(undetermined=f"not understood: {type(query).__name__}")
        )
    with_ = tree.args.get("with_", tree.args.get("with"))
    if with_ and query is not tree and not query.args.get("with_", query.args.get("with")):
        query = query.copy()
        query.set("with_", with_.copy())
    reads = _reads(query)
    if len(reads) > TABLES:
        return Statement(writes=target, undetermined=f"{len(reads)} tables")
    size = len(query.sql(dialect or None)) if traces_columns else 0
    if not traces_columns or size > COLUMN_LIMIT_BYTES:
        why = (
            f"columns of a statement of {size:,} bytes are not traced"
            if size
            else "columns are not traced: too many statements"
        )
        return Statement(writes=target, reads=reads, undetermined=why)
    columns, outputs, why = _columns(query, dialect, schema)
    names = _insert_names(tree)
    if names and len(names) == len(outputs):
        renamed = dict(zip(outputs, names, strict=True))
        columns = [
            Column(renamed.get(each.field, each.field), each.dataset, each.source, each.direct, each.masking)
            for each in columns
        ]
        outputs = names
    return Statement(writes=target, reads=reads, columns=tuple(columns), outputs=tuple(outputs), undetermined=why)


def _table_of(node: Any) -> Any:  # noqa: ANN401 - expressions of sqlglot
    from sqlglot import exp  # noqa: PLC0415

    return node.this if isinstance(node, exp.Schema) else node


def _insert_names(tree: Any) -> list[str]:  # noqa: ANN401 - expressions of sqlglot
    from sqlglot import exp  # noqa: PLC0415

    if isinstance(tree, exp.Insert | exp.Create) and isinstance(tree.this, exp.Schema):
        return [each.name for each in tree.this.expressions]
    return []


def _dotted(table: Any) -> str:  # noqa: ANN401 - expressions of sqlglot
    parts = [getattr(table, "catalog", ""), getattr(table, "db", ""), getattr(table, "name", "")]
    return ".".join(clean(each) for each in parts if each)


def _reads(tree: Any, exclude: str = "") -> tuple[str, ...]:  # noqa: ANN401 - expressions of sqlglot
    """Return the tables of all scopes; names of WITH are none."""
    from sqlglot import exp  # noqa: PLC0415

    defined = {each.alias for each in tree.find_all(exp.CTE)}
    found = []
    for table in tree.find_all(exp.Table):
        if not table.name or (not table.db and table.name in defined):
            continue
        found.append(_dotted(table))
    return tuple(dict.fromkeys(each for each in found if each != exclude))


def _columns(query: Any, dialect: str, schema: Mapping[str, Sequence[str]]) -> tuple[list[Column], list[str], str]:  # noqa: ANN401 - expressions of sqlglot
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.lineage import lineage  # noqa: PLC0415

    left = NODES

    def count(_node: object) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            message = f"more than {NODES:,} steps between columns"
            raise ValueError(message)

    found = lineage(None, query, schema=_nested(schema, _reads(query)), dialect=dialect or None, on_node=count)
    assert isinstance(found, dict)  # noqa: S101 - one node for each column, as no column is asked for
    columns: list[Column] = []
    outputs: list[str] = []
    open_: list[str] = []
    for name, node in list(found.items())[:COLUMNS]:
        if name == "*" or name.endswith(".*"):
            open_.append("a star without a schema")
            continue
        outputs.append(clean(name))
        for leaf, is_hidden in _leaves(node):
            if isinstance(leaf.expression, exp.Table):
                column = leaf.name.rpartition(".")[2]
                if column == "*":
                    open_.append(f"{clean(name, 60)}: a star without a schema")
                else:
                    columns.append(Column(clean(name), _dotted(leaf.expression), clean(column), True, is_hidden))  # noqa: FBT003 - direct
            elif isinstance(leaf.expression, exp.Placeholder):
                open_.append(f"{clean(name, 60)}: a column of no known table")
    if len(found) > COLUMNS:
        open_.append(f"{len(found)} columns")
    whole = list(_indirect(query, dialect, schema))
    return list(dict.fromkeys([*columns, *whole])), outputs, "; ".join(dict.fromkeys(open_))[:300]


_MASKS: Final = frozenset(
    {
        "md5",
        "sha",
        "sha1",
        "sha2",
        "sha256",
        "sha512",
        "md5_digest",
        "sm3",
        "mask",
        "mask_show_first_n",
        "mask_show_last_n",
        "mask_hash",
        "hash",
        "encrypt",
        "aes_encrypt",
        "tokenize",
        "hmac",
        "digest",
    }
)


def _leaves(node: Any) -> Iterator[tuple[Any, bool]]:  # noqa: ANN401 - a node of sqlglot's lineage
    """Yield the ends of the ways into a column, and whether each way hides the value: once by once, bounded."""
    seen: set[tuple[int, bool]] = set()
    waiting: list[tuple[Any, bool]] = [(node, False)]
    while waiting and len(seen) < NODES:
        each, is_hidden = waiting.pop()
        if (id(each), is_hidden) in seen:
            continue
        seen.add((id(each), is_hidden))
        if not each.downstream:
            yield each, is_hidden
        waiting.extend((below, is_hidden or _hides(each.expression, below.name)) for below in each.downstream)


def _hides(expression: Any, name: str) -> bool:  # noqa: ANN401 - expressions of sqlglot
    """Tell whether every use of a column in an expression stands inside of a function that hides its value."""
    from sqlglot import exp  # noqa: PLC0415

    table, _, column = name.rpartition(".")
    uses = [
        each
        for each in expression.find_all(exp.Column)
        if each.name == column and (not table or not each.table or each.table == table.rpartition(".")[2])
    ]
    return bool(uses) and all(_is_inside_a_mask(each) for each in uses)


def _is_inside_a_mask(column: Any) -> bool:  # noqa: ANN401 - expressions of sqlglot
    from sqlglot import exp  # noqa: PLC0415

    above = column.parent
    while above is not None and not isinstance(above, exp.Select):
        if isinstance(above, exp.Func):
            name = above.name if isinstance(above, exp.Anonymous) else above.sql_name()
            if str(name).lower() in _MASKS:
                return True
        above = above.parent
    return False


def _indirect(query: Any, dialect: str, schema: Mapping[str, Sequence[str]]) -> Iterator[Column]:  # noqa: ANN401 - expressions of sqlglot
    """Yield the columns that decide which rows there are: WHERE, JOIN ON, GROUP BY, HAVING, ORDER BY of all scopes."""
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.optimizer.scope import traverse_scope  # noqa: PLC0415

    seen = set()
    for scope in traverse_scope(query):
        tables = {name: source for name, source in scope.sources.items() if isinstance(source, exp.Table)}
        alone = next(iter(tables.values())) if len(scope.sources) == 1 and tables else None
        tree = scope.expression
        clauses = [tree.args.get(key) for key in ("where", "group", "having", "order")]
        clauses.extend(each.args.get("on") for each in tree.args.get("joins") or [])
        for clause in clauses:
            for column in clause.find_all(exp.Column) if clause else ():
                table = tables.get(column.table) if column.table else alone
                if table is not None:
                    seen.add((_dotted(table), clean(column.name)))
    del dialect, schema
    for table_name, name in sorted(seen):
        yield Column("", table_name, name, direct=False)


def _nested(schema: Mapping[str, Sequence[str]], tables: Sequence[str]) -> dict[str, Any]:
    """Return the schema of some tables in the nested form of sqlglot, all at one depth as it wants."""
    known = {name: schema[name] for name in tables if schema.get(name)}
    depths = {name.count(".") for name in known}
    if len(depths) > 1:
        deepest = max(depths)
        known = {name: columns for name, columns in known.items() if name.count(".") == deepest}
    made: dict[str, Any] = {}
    for name, columns in known.items():
        at = made
        *above, last = name.split(".")
        for part in above:
            at = at.setdefault(part, {})
        at[last] = dict.fromkeys(columns, "text")
    return made
