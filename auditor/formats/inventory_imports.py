"""What other documents know of a system, in the shape of an inventory: OpenAPI, SQL, catalogues, source code, objects.

Nothing is guessed: a risk follows the method or the command; a grade or a personal field stands where the document says
so.
"""

from __future__ import annotations

import ast
import csv
import io
import logging
import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.documents import Document, read
from auditor.formats.inventory import Action, DataField, Dataset, Service

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

WRITING: Final = ("post", "put", "patch", "delete")
_METHODS: Final = (*WRITING, "get")
_PERSONAL_TAGS: Final = frozenset({"personal", "personal-data", "personal data", "pii", "个人信息", "个人数据"})
_ROUTES_LIMIT: Final = 20_000
_TABLES_LIMIT: Final = 20_000
_STATEMENT_BYTES: Final = 1 << 20
SOURCE_BYTES: Final = 2 << 20
_TABLE_WRITES: Final = (("WRITE INSERT", "medium"), ("WRITE UPDATE", "medium"), ("WRITE DELETE", "high"))
_DATABASE: Final = (("DDL *", "high"), ("ROLE *", "high"))
"""What a database is asked whatever its tables: changes of its structure, and of who may do what."""
_AUDIT_CALL: Final = re.compile(r"(?i)audit")
_PATH: Final = re.compile(r"<(?:[a-z_]+:)?([A-Za-z_][A-Za-z0-9_]*)>")


class Imported(Struct, frozen=True, kw_only=True):
    """What one source gives.

    Attributes:
        components: Names.
        datasets: With their fields, as far as the source lists them.
        actions: That must be logged.
        services: That answer people or call models.
        edges: Ways between data sets, (from, to).
        problems: What in it could not be read; then it does not list everything.
    """

    components: tuple[str, ...] = ()
    datasets: tuple[Dataset, ...] = ()
    actions: tuple[Action, ...] = ()
    services: tuple[Service, ...] = ()
    edges: tuple[tuple[str, str], ...] = ()
    problems: tuple[str, ...] = ()


# --- OpenAPI ----------------------------------------------------------------------------------------------------------


def of_openapi(data: bytes, origin: str, component: str = "") -> Imported:
    """Return what an OpenAPI 3 description says of an application: an action for each path and writing method.

    A path that is tagged as personal data (`_PERSONAL_TAGS`, or ``x-personal-data: true``) gives its GET, too.

    Args:
        data: YAML or JSON.
        origin: Where it stands, for each action.
        component: Name of the application; the title of the description where empty.
    """
    found = list(read(data))
    top = found[0].value if len(found) == 1 and isinstance(found[0], Document) else None
    if not isinstance(top, dict) or not str(top.get("openapi", "")).startswith("3"):
        return Imported(problems=(f"{origin}: no description of OpenAPI 3",))
    info = top.get("info")
    name = component or (str(info.get("title", "")) if isinstance(info, dict) else "") or "application"
    base = _base_path(top.get("servers"))
    paths = top.get("paths")
    if not isinstance(paths, dict):
        return Imported(components=(name,), problems=(f"{origin}: it has no paths",))
    actions: list[Action] = []
    problems: list[str] = []
    for path, item in paths.items():
        if not isinstance(item, dict) or not isinstance(path, str):
            problems.append(f"{origin}: {str(path)[:100]} is no path item")
            continue
        if "$ref" in item:
            problems.append(f"{origin}: {path} stands in another document ({str(item['$ref'])[:100]})")
        for method in _METHODS:
            operation = item.get(method)
            if not isinstance(operation, dict):
                continue
            personal = _is_personal(operation) or _is_personal(item)
            if method == "get" and not personal:
                continue
            actions.append(
                Action(
                    component=name,
                    action=f"{method.upper()} {base}{path}",
                    risk="high" if personal or method == "delete" else "medium",
                    personal=personal,
                    origin=f"{origin}#/paths/{path.replace('~', '~0').replace('/', '~1')}/{method}",
                )
            )
    return Imported(components=(name,), actions=tuple(actions[:_ROUTES_LIMIT]), problems=tuple(problems))


def _base_path(servers: object) -> str:
    first = servers[0] if isinstance(servers, list) and servers else None
    url = str(first.get("url", "")) if isinstance(first, dict) else ""
    path = re.sub(r"^[a-z]+://[^/]*", "", url, flags=re.IGNORECASE)
    return path.rstrip("/") if path.startswith("/") else ""


def _is_personal(value: Mapping[str, Any]) -> bool:
    tags = value.get("tags")
    named = {str(each).strip().lower() for each in tags} if isinstance(tags, list) else set()
    return bool(named & _PERSONAL_TAGS) or value.get("x-personal-data") is True


# --- Databases --------------------------------------------------------------------------------------------------------


def of_sql(text: str, origin: str, namespace: str, component: str) -> Imported:
    """Return the tables of a dump (``pg_dump --schema-only`` and the like); its rows are passed over.

    Args:
        text: The dump.
        origin: Where it stands.
        namespace: OpenLineage namespace and database (``postgres://host:5432|agentdb``).
        component: Name of the database among the components.
    """
    import sqlglot  # noqa: PLC0415 - half a second that only this pays
    from sqlglot import exp  # noqa: PLC0415
    from sqlglot.errors import SqlglotError  # noqa: PLC0415

    # what sqlglot says beside its answer would reach the terminal; the answer is looked at
    logging.getLogger("sqlglot").setLevel(logging.ERROR)
    tables: dict[str, tuple[str, ...]] = {}
    problems: list[str] = []
    for line, statement in _creations(text):
        try:
            made = sqlglot.parse_one(statement, read="postgres")
        except (SqlglotError, RecursionError):
            problems.append(f"{origin}:{line}: a statement that cannot be read")
            continue
        table = made.find(exp.Table) if isinstance(made, exp.Create) else None
        if table is None or not table.name:
            problems.append(f"{origin}:{line}: a statement that cannot be read")
            continue
        name = f"{table.db or 'public'}.{table.name}"
        columns = [each.name for each in made.find_all(exp.ColumnDef)]
        tables[name] = tuple(dict.fromkeys(columns))
        if len(tables) >= _TABLES_LIMIT:
            problems.append(f"{origin}: more than {_TABLES_LIMIT:,} tables")
            break
    if not tables and not problems:
        problems.append(f"{origin}: it creates no table")
    return _of_tables(tables, origin, namespace, component, problems)


def of_columns(text: str, origin: str, namespace: str, component: str) -> Imported:
    """Return the tables of a catalogue: CSV of schema, table and column, one a line, no header."""
    tables: dict[str, list[str]] = {}
    problems: list[str] = []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text, newline="")), 1):
            if len(row) < 3:  # noqa: PLR2004 - schema, table, column
                problems.append(f"{origin}: line {number} of the catalogue is cut off")
                continue
            tables.setdefault(f"{row[0]}.{row[1]}", []).append(row[2])
    except csv.Error as error:
        problems.append(f"{origin}: its catalogue is no CSV ({error})")
    if not tables:
        problems.append(f"{origin}: its catalogue lists no table")
    return _of_tables({name: tuple(each) for name, each in tables.items()}, origin, namespace, component, problems)


def _of_tables(
    tables: Mapping[str, tuple[str, ...]], origin: str, namespace: str, component: str, problems: list[str]
) -> Imported:
    mark = "." if "|" in namespace else "|"
    datasets = tuple(
        Dataset(
            id=f"{namespace}{mark}{name}",
            kind="table",
            fields=tuple(DataField(name=each) for each in columns) if columns else None,
            origin=origin,
        )
        for name, columns in sorted(tables.items())
    )
    actions = [Action(component=component, action=name, risk=risk, origin=origin) for name, risk in _DATABASE]
    actions += [
        Action(component=component, action=action, object=name, risk=risk, origin=origin)
        for name in sorted(tables)
        for action, risk in _TABLE_WRITES
    ]
    has_any = bool(tables)
    return Imported(
        components=(component,),
        datasets=datasets,
        actions=tuple(actions) if has_any else (),
        problems=tuple(problems[:100]),
    )


_CREATE: Final = re.compile(
    r"^\s*CREATE\s+(?:UNLOGGED\s+|OR\s+REPLACE\s+|MATERIALIZED\s+)*(?:TABLE|VIEW)\b", re.IGNORECASE
)


def _creations(text: str) -> Iterator[tuple[int, str]]:
    """Yield statements that create a table or view, with their lines; what lies between them is not even split."""
    collected: list[str] = []
    begun = 0
    size = 0
    is_copying = False
    for number, line in enumerate(text.splitlines(), 1):
        if is_copying:
            is_copying = line != "\\."
            continue
        if not collected:
            if line.startswith("COPY ") and line.rstrip().endswith("FROM stdin;"):
                is_copying = True
                continue
            if not _CREATE.match(line):
                continue
            begun, size = number, 0
        collected.append(line)
        size += len(line)
        if line.rstrip().endswith(";") or size > _STATEMENT_BYTES:
            yield begun, "\n".join(collected)
            collected = []
    if collected:
        yield begun, "\n".join(collected)


# --- Source code ------------------------------------------------------------------------------------------------------


_RETRIEVAL: Final = re.compile(
    r"a?(?:similarity_search\w*|max_marginal_relevance_search\w*|get_relevant_documents)|as_retriever|as_query_engine|"
    r"query_points|search_points|hybrid_search|near_text|near_vector"
)
"""Calls by which frameworks and vector stores look something up (LangChain, LlamaIndex, Qdrant, Milvus, Weaviate)."""
_PROMPTS: Final = (
    *("chat.completions.create", "completions.create", "responses.create", "messages.create", "Generation.call"),
    *("generate_content", "init_chat_model", "litellm.completion", "ollama.chat"),
)
"""Endings of calls that hand a prompt to a model (OpenAI, Anthropic, DashScope, Gemini, LangChain, LiteLLM, Ollama)."""
_PROMPT_CLASS: Final = re.compile(r"(?:Async)?(?:Chat(?:OpenAI|Anthropic|Tongyi|Ollama|ZhipuAI)|\w+ChatModel)")
"""Classes whose instances do."""
_MODEL_WORDS: Final = frozenset({"model", "model_name", "model_id"})


def of_python(data: bytes, origin: str, component: str) -> Imported:
    """Return the routes that a Python module declares with decorators (FastAPI, Flask, Quart), and its calls.

    Whether a call with ``audit`` in its name lies in the function or at least in the file is part of the origin. A
    module that looks documents up or prompts a model makes the component a service; whether it answers people is for a
    person to take back.
    """
    try:
        tree = ast.parse(data[:SOURCE_BYTES])
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return Imported(problems=(f"{origin}: it cannot be read as Python",))
    in_file = any(_is_audit(node) for node in ast.walk(tree))
    prefixes = _prefixes(tree)
    actions: list[Action] = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for decorator in node.decorator_list:
            for method, path in _routes(decorator, prefixes):
                if method not in WRITING:
                    continue
                near = any(_is_audit(each) for each in ast.walk(node))
                where = "audited in the function" if near else "audited in the file" if in_file else "no audit call"
                actions.append(
                    Action(
                        component=component,
                        action=f"{method.upper()} {path}",
                        risk="high" if method == "delete" else "medium",
                        origin=f"{origin}:{node.lineno} ({where})",
                    )
                )
    uses_retrieval, prompts, models = _asked(tree)
    services = (
        (Service(id=component, uses_retrieval=uses_retrieval, models=models, end_users=True, component=component),)
        if uses_retrieval or prompts
        else ()
    )
    has_any = bool(actions or services)
    return Imported(components=(component,) if has_any else (), actions=tuple(actions), services=services)


def joined(services: Iterable[Service]) -> tuple[Service, ...]:
    """Return one service for all of one id: it does what any of them does."""
    found: dict[str, Service] = {}
    for each in services:
        before = found.get(each.id, each)
        found[each.id] = Service(
            id=each.id,
            uses_retrieval=each.uses_retrieval or before.uses_retrieval,
            uses_tools=tuple(sorted({*each.uses_tools, *before.uses_tools})),
            models=tuple(sorted({*each.models, *before.models})),
            end_users=each.end_users or before.end_users,
            component=each.component or before.component,
        )
    return tuple(found.values())


def _asked(tree: ast.AST) -> tuple[bool, bool, tuple[str, ...]]:
    """Return whether a module looks documents up, whether it prompts a model, and the models that it names."""
    retrieval = prompts = False
    models: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = _called(node)
        last = name.rpartition(".")[2]
        retrieval = retrieval or bool(_RETRIEVAL.fullmatch(last))
        if any(name == each or name.endswith(f".{each}") for each in _PROMPTS) or _PROMPT_CLASS.fullmatch(last):
            prompts = True
            given = [word.value for word in node.keywords if word.arg in _MODEL_WORDS]
            given += node.args[:1] if last == "init_chat_model" else []
            models |= {each.value for each in given if isinstance(each, ast.Constant) and isinstance(each.value, str)}
    return retrieval, prompts, tuple(sorted(models))


def _called(node: ast.Call) -> str:
    """Return the dotted name of what is called; what is no name in it is left out."""
    called: ast.expr = node.func
    parts: list[str] = []
    while isinstance(called, ast.Attribute):
        parts.append(called.attr)
        called = called.value
    parts.append(called.id if isinstance(called, ast.Name) else "")
    return ".".join(reversed([part for part in parts if part]))


def _is_audit(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return any(_AUDIT_CALL.search(part) for part in _called(node).split("."))


def _prefixes(tree: ast.AST) -> dict[str, str]:
    """Return the prefix of each router that the module makes (``APIRouter(prefix="/loans")``)."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        for word in node.value.keywords:
            if word.arg in {"prefix", "url_prefix"} and isinstance(word.value, ast.Constant):
                found |= {each.id: str(word.value.value) for each in node.targets if isinstance(each, ast.Name)}
    return found


def _routes(decorator: ast.expr, prefixes: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    if not isinstance(decorator, ast.Call) or not isinstance(decorator.func, ast.Attribute):
        return
    name = decorator.func.attr
    first = decorator.args[0] if decorator.args else None
    if not isinstance(first, ast.Constant) or not isinstance(first.value, str) or not first.value.startswith("/"):
        return
    owner = decorator.func.value
    prefix = prefixes.get(owner.id, "") if isinstance(owner, ast.Name) else ""
    path = _PATH.sub(r"{\1}", prefix + first.value)
    if name in _METHODS:
        yield name, path
    elif name in {"route", "api_route"}:
        said = next((word.value for word in decorator.keywords if word.arg == "methods"), None)
        for each in said.elts if isinstance(said, ast.List | ast.Tuple | ast.Set) else ():
            if isinstance(each, ast.Constant):
                yield str(each.value).lower(), path


# --- Kubernetes -------------------------------------------------------------------------------------------------------

_WORKLOADS: Final = frozenset({"Deployment", "StatefulSet", "DaemonSet", "CronJob", "Job", "Rollout"})
_ALWAYS: Final = (
    ("create pods", "high"),
    ("delete pods", "medium"),
    ("create pods/exec", "high"),
    ("get pods/exec", "high"),
    ("create pods/attach", "high"),
    ("create pods/portforward", "high"),
    ("get secrets", "high"),
    ("list secrets", "high"),
    ("create secrets", "high"),
    ("update secrets", "high"),
    ("delete secrets", "high"),
    ("create serviceaccounts/token", "high"),
    *((f"{verb} {kind}", "high") for verb in ("create", "update", "patch", "delete") for kind in (
        "roles", "rolebindings", "clusterroles", "clusterrolebindings",
    )),
)  # fmt: skip
"""What every cluster serves and has to log (CIS Kubernetes 3.2.2)."""


def of_objects(objects: Iterable[tuple[str, str, str, str]], origin: str) -> Imported:
    """Return what Kubernetes objects say: workloads are components, changes of their kinds are actions.

    Args:
        objects: Kind, namespace, name and file of each.
        origin: Where they come from.
    """
    components: dict[str, None] = {}
    actions: dict[str, Action] = {
        name: Action(component="kubernetes", action=name, risk=risk, origin=origin) for name, risk in _ALWAYS
    }
    for kind, _namespace, name, file in objects:
        if kind not in _WORKLOADS or not name:
            continue
        components.setdefault(name, None)
        plural = f"{kind.lower()}s"
        for verb in ("create", "update", "patch", "delete"):
            actions.setdefault(
                f"{verb} {plural}",
                Action(
                    component="kubernetes", action=f"{verb} {plural}", origin=f"{origin}: {file}" if file else origin
                ),
            )
    return Imported(components=("kubernetes", *components), actions=tuple(actions.values()))


# --- Key stores -------------------------------------------------------------------------------------------------------


def of_key_store(products: Iterable[str], keys: Iterable[str], origin: str) -> Imported:
    """Return what a Vault or OpenBao has to log: changes of policies and methods, and the use of each key.

    An action is named as its log names it, by operation and the first two parts of the path; the path is its object.

    Args:
        products: ``vault`` or ``openbao``, those that were seen.
        keys: Keys of transit engines, ``mount/name``.
        origin: Where they come from.
    """
    names = tuple(products)
    asked = [(operation, path, "high") for operation, path in _STORE_REQUESTS]
    for key in sorted(keys):
        mount, _mark, name = key.rpartition("/")
        asked += [(operation, f"{mount}/{path}/{name}", risk) for operation, path, risk in _KEY_REQUESTS]
    actions = [
        Action(
            component=component,
            action=f"{operation} {'/'.join(path.split('/')[: 3 if path.startswith('auth/') else 2])}",
            object=path,
            risk=risk,
            origin=origin,
        )
        for component in names
        for operation, path, risk in asked
    ]
    return Imported(components=names, actions=tuple(actions))


_STORE_REQUESTS: Final = (
    *(("update", path) for path in ("sys/policies/acl/*", "sys/auth/*", "sys/mounts/*", "auth/token/create")),
    *(("delete", path) for path in ("sys/policies/acl/*", "sys/auth/*", "sys/mounts/*")),
    ("read", "sys/storage/raft/snapshot"),
)
_KEY_REQUESTS: Final = (
    ("update", "decrypt", "medium"),
    ("update", "encrypt", "medium"),
    ("read", "export/*", "high"),
    ("update", "keys", "high"),
    ("delete", "keys", "high"),
)
