# ruff: noqa: E501 - whole programs as literals
"""What the syntax tree takes back: SQL of fixed parts, derived keys, literals that are no secrets."""

from __future__ import annotations

from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.stages.code.refine import Module, Trust, literals, may_be_secret


def module(text: str) -> Module:
    made = Module.of(dedent(text).encode())
    assert made is not None
    return made


def sql(text: str) -> Trust:
    """Trust of the SQL in the line that ends in ``# here``."""
    lines = dedent(text).split("\n")
    line = next(number for number, each in enumerate(lines, 1) if each.endswith("# here"))
    return module(text).sql(line, line)


@pytest.mark.parametrize(
    "text",
    [
        """
        TABLES = {"a": "a_v2"}
        def f(db, kind, key):
            table = TABLES[kind]
            db.execute(f"DELETE FROM {table} WHERE id = ?", [key])  # here
        """,
        """
        def f(cursor, ids):
            marks = ",".join("?" * len(ids))
            cursor.execute(f"SELECT id FROM a WHERE id IN ({marks})", ids)  # here
        """,
        """
        def f(cursor, ids):
            marks = ", ".join(["%s"] * len(ids))
            cursor.execute("SELECT id FROM a WHERE id IN (" + marks + ")", ids)  # here
        """,
        """
        COLUMNS = ("id", "title")
        def f(cursor):
            fields = ", ".join(f"a.{column}" for column in COLUMNS)
            cursor.execute(f"SELECT {fields} FROM a")  # here
        """,
        """
        def f(cursor, data):
            parts = []
            for name, value in data.items():
                if name not in {"id", "title"}:
                    continue
                parts.append(f"{name} = ?")
            sql = f"UPDATE a SET {', '.join(parts)} WHERE id = ?"
            cursor.execute(sql, [])  # here
        """,
        """
        def f(cursor, order):
            if order not in ("asc", "desc"):
                raise ValueError(order)
            cursor.execute(f"SELECT id FROM a ORDER BY id {order}")  # here
        """,
        """
        def f(cursor, limit: int, offset: int = 0):
            cursor.execute(f"SELECT id FROM a LIMIT {limit} OFFSET {offset}")  # here
        """,
        """
        class Store:
            TABLE = "a"
            def f(self, cursor):
                cursor.execute(f"SELECT id FROM {self.TABLE}")  # here
        """,
        """
        def order_of(kind):
            return "id" if kind else "title"
        def f(cursor, kind):
            cursor.execute(f"SELECT id FROM a ORDER BY {order_of(kind)}")  # here
        """,
        """
        def f(cursor, n):
            where = "WHERE a = ?" if n else ""
            query = "SELECT id FROM a "
            query += where
            cursor.execute(f"{query} LIMIT 3", [n])  # here
        """,
    ],
)
def test_sql_of_fixed_parts_is_known(text: str) -> None:
    assert sql(text) is Trust.FIXED


@pytest.mark.parametrize(
    "text",
    [
        """
        def f(db, key):
            db.execute(f"DELETE FROM a WHERE id = '{key}'")  # here
        """,
        """
        def f(db, table_name):
            db.execute(f"SELECT * FROM {table_name} LIMIT 10")  # here
        """,
        """
        def f(db, names):
            marks = ",".join(f"'{name}'" for name in names)
            db.execute(f"SELECT * FROM a WHERE name IN ({marks})")  # here
        """,
        """
        def f(db, data):
            parts = []
            for name, value in data.items():
                parts.append(f"{name} = ?")
            db.execute(f"UPDATE a SET {', '.join(parts)}")  # here
        """,
        """
        def f(db, order):
            if order not in ("asc", "desc"):
                print("odd")
            db.execute(f"SELECT id FROM a ORDER BY {order}")  # here
        """,
        """
        def f(db, request):
            sql = "SELECT id FROM a WHERE id = '%s'" % request.args["id"]
            db.execute(sql)  # here
        """,
        """
        TABLES = {}
        def f(db, kind):
            TABLES[kind] = kind
            db.execute("SELECT * FROM a WHERE kind = '{}'".format(kind))  # here
        """,
    ],
)
def test_sql_with_a_part_from_a_caller_is_not(text: str) -> None:
    assert sql(text) is Trust.OUTSIDE


def test_table_that_only_the_maker_of_an_object_sets_is_weak() -> None:
    text = """
    class Store:
        def __init__(self, table):
            self._table = table
        def f(self, db):
            db.execute(f"SELECT * FROM {self._table}")  # here
    """

    assert sql(text) is Trust.CONFIGURED


def test_key_from_the_environment_through_a_derivation_is_no_literal() -> None:
    text = """
    def cipher():
        secret = os.environ["KEY"]
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"label/v1").derive(secret.encode())
        return Fernet(base64.urlsafe_b64encode(key))
    """

    assert module(text).key(5, 5) is Trust.OUTSIDE


def test_key_derived_from_a_literal_is_a_literal() -> None:
    text = """
    def cipher():
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"label/v1").derive(b"hunter2")
        return Fernet(base64.urlsafe_b64encode(key))
    """

    assert module(text).key(4, 4) is Trust.FIXED


@pytest.mark.parametrize(
    "value",
    [
        "image_generation.openai.api_key",
        "READ+API_KEY",
        "__PASS__",
        "在此处填写APIKEY",
        "00000000-0000-0000-0000-000000000000",
        "xxxxxxxx-xxxx-xxxx",
        "__no_answer__",
        "x-oauth-basic",
        "x-access-token",
        "ACCESS_TOKEN",
        "\\033[32m✓\\033[0m",
        "✓",
        "the key of the user",
    ],
)
def test_names_marks_and_prose_are_no_secrets(value: str) -> None:
    assert not may_be_secret(value)


@pytest.mark.parametrize(
    "value",
    [
        "c0ffee51ba5eba11d06edeadbeef4f00",
        "Summer-2024-loan",
        "sk-deadbeef4f00c0ffee51ba5eba11d06ec0dedbad",
        "hunter2",
        "__hunter2__",
        "00000000-0000-4000-8000-c0ffee51ba5e",
        "loan-assistant-signing-secret",
    ],
)
def test_values_with_the_shape_of_a_secret_stay(value: str) -> None:
    assert may_be_secret(value)


def test_literals_are_found() -> None:
    assert literals("""a = "x", b'y\\'z', f'''w'''""") == ["x", "y\\'z", "w"]


def test_text_that_is_no_python_is_left_alone() -> None:
    assert Module.of(b"def f(:") is None
    assert Module.of(b"x = '" + b"a" * 1_100_000 + b"'") is None
    assert Module.of(b"(" * 5000) is None


@settings(max_examples=100, deadline=None)
@given(st.text(alphabet="abf(){}[]=+%,.'\" \n:", max_size=80), st.integers(1, 5))
def test_any_text_is_survived(text: str, line: int) -> None:
    made = Module.of(text.encode())

    if made is not None:
        assert made.sql(line, line + 1) in Trust
        assert made.key(line, line) in Trust


@pytest.mark.parametrize(
    ("code", "trust"),
    [
        ("def f(code):\n    run([sys.executable, '-c', code])", Trust.OUTSIDE),
        ("def f(path):\n    run(['sh', '-c', f'ls {shlex.quote(path)}'])", Trust.FIXED),
        ("def f(n: int):\n    run(['python', '-c', f'print({n})'])", Trust.FIXED),
        ("def f(a):\n    text = 'print(1)'\n    run('python', '-c', text)", Trust.FIXED),
    ],
)
def test_code_for_an_interpreter_is_judged_by_what_it_is_made_of(code: str, trust: Trust) -> None:
    last = code.count("\n") + 1

    assert module(code).code(last, last) is trust


def asked(text: str, what: str) -> Trust:
    """Answer to a question about the line that ends in ``# here``."""
    lines = dedent(text).split("\n")
    line = next(number for number, each in enumerate(lines, 1) if each.endswith("# here"))
    answer: Trust = getattr(module(text), what)(line, line)
    return answer


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            async def f(form):
                async with session.get(form.url) as answer:  # here
                    pass
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            async def f(name):
                return await client.get(f"https://api.corp.cn/models/{name}")  # here
            """,
            Trust.FIXED,
        ),
        (
            """
            async def f(request, form, index: int):
                url, key = await get_openai_connection(index)
                url = url.rstrip("/")
                target = f"{url}/chat/completions"
                target += f"?{request.query_params}"
                await session.request(method="POST", url=target, data=form)  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            class Client:
                def f(self, path):
                    return requests.get(f"{self.base_url}/{path}")  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            def f(host):
                return requests.get(f"https://{host}/status")  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            from flask import request

            def f():
                return requests.get(request.get_json()["link"])  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            def f(url):
                url = url.strip()
                return requests.get(url)  # here
            """,
            Trust.OUTSIDE,
        ),
    ],
)
def test_the_beginning_of_an_address_decides_who_chooses_the_host(text: str, expected: Trust) -> None:
    assert asked(text, "address") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            async def f(id):
                file = await Files.get_file_by_id(id)
                path = await asyncio.to_thread(Storage.get_file, file.path)
                path = Path(path)
                return FileResponse(path)  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            async def f(name):
                return FileResponse(os.path.join(FOLDER, name))  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            from flask import request, send_file

            def f():
                return send_file(os.path.join("/srv/files", request.args["name"]))  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            from quart import request

            def f():
                name = request.args.get("name")
                return open("/srv/files/" + name)  # here
            """,
            Trust.OUTSIDE,
        ),
    ],
)
def test_a_path_that_was_stored_is_not_this_callers(text: str, expected: Trust) -> None:
    assert asked(text, "path") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            class Sandbox:
                def f(self):
                    os.system(f"chown {self.user}:root {self.folder}")  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            def f(name):
                os.system(f"convert {name}")  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            def f():
                os.system("sync" + " --all")  # here
            """,
            Trust.FIXED,
        ),
    ],
)
def test_a_command_of_the_objects_own_settings_is_a_hint(text: str, expected: Trust) -> None:
    assert asked(text, "command") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            """
            def f(session, tags):
                return [
                    text(f"EXISTS (SELECT 1 FROM tags WHERE value = :tag_{number})")  # here
                    for number, tag in enumerate(tags)
                ]
            """,
            Trust.FIXED,
        ),
        (
            """
            def build(expression):
                parts, params = [], []
                for key, value in expression.items():
                    parts.append(f"{key} = ?")
                    params.append(value)
                return " AND ".join(parts), params

            def f(cursor, given):
                where, params = build(given)
                cursor.execute(f"SELECT id FROM a WHERE {where}", params)  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            class Store:
                def __init__(self, label):
                    self.label = label
                    self.label = self.label or self.label
                    self.label = self.label.strip() + self.label
                    self.database.query(f"MATCH (n:`{self.label}`) DELETE n")  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            def f(session, ids):
                author = "message->>'user_id'"
                query = text(f"SELECT {author} FROM messages WHERE id IN :ids")  # here
                for id, author in session.execute(query, {"ids": ids}).all():
                    print(id, author)
            """,
            Trust.FIXED,
        ),
        (
            """
            def f(session, names):
                name = "a"
                for name in names:
                    session.execute(f"SELECT a FROM {name}")  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            def f(cursor, knowledge_id, document):
                key = knowledge_id
                if document:
                    key = document.knowledge_id
                cursor.execute(f"DROP INDEX idx_{key}")  # here
            """,
            Trust.CONFIGURED,
        ),
        (
            """
            def f(cursor, knowledge_id):
                cursor.execute(f"DELETE FROM a WHERE id = '{knowledge_id}'")  # here
            """,
            Trust.OUTSIDE,
        ),
        (
            """
            def f(cursor, request):
                cursor.execute(f"DELETE FROM a WHERE id = '{request.id}'")  # here
            """,
            Trust.OUTSIDE,
        ),
    ],
)
def test_sql_of_counters_bound_pairs_and_row_keys(text: str, expected: Trust) -> None:
    assert asked(text, "sql") is expected


def test_a_question_about_names_that_are_made_of_each_other_comes_to_an_end() -> None:
    names = [f"n{number}" for number in range(60)]
    body = "\n".join(f"    {name} = f'{{{'}{'.join(names)}}}'" for name in names)

    text = "def f(cursor, x):\n" + body + "\n    cursor.execute(f'SELECT a FROM {n1}')  # here"  # noqa: S608 - text to be judged

    assert asked(text, "sql") in Trust


def test_a_key_that_is_derived_from_a_setting_of_another_file_is_no_literal() -> None:
    text = """
    from app.env import SECRET_KEY

    def cipher():
        key = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"mfa").derive(
            SECRET_KEY.encode()
        )
        return Fernet(base64.urlsafe_b64encode(key))  # here
    """

    assert asked(text, "key") is Trust.OUTSIDE


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("def f(self):\n    return requests.get(self.request.GET['u'])  # here", "address"),
        ("def f(self):\n    return requests.get(self.cleaned_data['u'])  # here", "address"),
        ("def f(self):\n    return open('/srv/' + self.get_argument('n'))  # here", "path"),
        ("def f(request):\n    return open('/srv/' + request.POST['n'])  # here", "path"),
        (
            "def f(cursor, request):\n    cursor.execute(f\"SELECT a FROM t WHERE n = '{request.POST['n']}'\")  # here",
            "sql",
        ),
        ("async def f(ws):\n    return open('/srv/' + await ws.receive_text())  # here", "path"),
        ("def f():\n    os.system('convert ' + sys.argv[1])  # here", "command"),
    ],
)
def test_what_was_sent_is_outside_in_every_framework(text: str, what: str) -> None:
    assert asked(text, what) is Trust.OUTSIDE


def test_what_the_server_put_on_a_request_is_its_own() -> None:
    text = "def f(request, index: int):\n    return requests.get(request.app.state.config.URLS[index])  # here"

    assert asked(text, "address") is not Trust.OUTSIDE


CLAUSE = "where, %s = self._where(filters)\n    cursor.execute(f'SELECT a FROM t WHERE {where}', %s)"
COLUMNS = "c = ', '.join(f'\"{k}\"' for k in %s.keys())\n    cursor.execute(f'INSERT INTO t ({c}) VALUES (1)')"
CLEANED = "d = {'a': filters, 'b': 1}\n    p = {k: v for k, v in d.items() if v}\n    "


@pytest.mark.parametrize(
    ("body", "trust"),
    [
        (CLAUSE % ("params", "params"), Trust.CONFIGURED),
        (CLAUSE % ("note", "note"), Trust.OUTSIDE),
        (CLEANED + COLUMNS % "p", Trust.FIXED),
        (COLUMNS % "filters", Trust.OUTSIDE),
        (CLEANED.replace("d.items", "filters.items").replace("k", "k") + COLUMNS % "p", Trust.OUTSIDE),
    ],
)
def test_clauses_with_bound_values_and_keys_of_the_program(body: str, trust: Trust) -> None:
    text = f"def f(self, cursor, filters):\n    {body}\n"
    module = Module.of(text.encode())

    assert module is not None
    assert module.sql(text.count("\n"), text.count("\n")) is trust


def test_function_inside_of_a_method_knows_the_class() -> None:
    text = (
        "class Graph:\n    def _label(self):\n        return self.workspace.replace('`', '``')\n\n"
        "    async def drop(self, node):\n        async def work(tx):\n            label = self._label()\n"
        "            query = f'MATCH (n:`{label}`) DELETE n WHERE 1'\n"
        "            await tx.run(query, id=node)\n"
    )
    module = Module.of(text.encode())

    assert module is not None
    assert module.sql(9, 9) >= Trust.CONFIGURED


HELD = """
    class Store:
        def info(self, names):
            known = self.tables()
            missing = {missing}
            if missing:
                raise ValueError(missing)
            return [self._rows(name) for name in names]

        def _rows(self, table):
            return self.db.execute(f"SELECT * FROM {{table}}")  # here
"""


@pytest.mark.parametrize(
    ("missing", "trust"),
    [
        ("set(names).difference(known)", Trust.CONFIGURED),
        ("set(names) - known", Trust.CONFIGURED),
        ("[name for name in names if name not in known]", Trust.CONFIGURED),
        ("set(known) - set(names)", Trust.OUTSIDE),
        ("[name for name in names if name in known]", Trust.OUTSIDE),
        ("names", Trust.OUTSIDE),
    ],
)
def test_callers_of_a_private_method_hold_its_names_against_the_known_ones(missing: str, trust: Trust) -> None:
    assert sql(HELD.format(missing=missing)) is trust


@pytest.mark.parametrize(
    ("body", "trust"),
    [
        ("def f(db):\n    return _rows(db, 'notes')\n", Trust.CONFIGURED),
        ("def f(db):\n    return _rows(db, table='notes')\n", Trust.CONFIGURED),
        ("def f(db, kind):\n    return _rows(db, kind)\n", Trust.OUTSIDE),
        ("def f(db, kind):\n    _rows(db, 'notes')\n    return _rows(db, kind)\n", Trust.OUTSIDE),
        ("def f(db, given):\n    return _rows(db, *given)\n", Trust.OUTSIDE),
        ("HANDLERS = {'rows': _rows}\ndef f(db):\n    return _rows(db, 'notes')\n", Trust.OUTSIDE),
        ("", Trust.OUTSIDE),
    ],
)
def test_what_a_private_function_is_given_is_what_all_of_its_callers_give(body: str, trust: Trust) -> None:
    text = 'def _rows(db, table):\n    return db.execute(f"SELECT * FROM {table}")  # here\n\n'

    assert sql(text + body) is trust


NEAR = """
    import json
    def near(db, vector: {annotation}):
        db.execute(f"SELECT id FROM notes ORDER BY v <-> '{{json.dumps(vector)}}'")  # here
"""


@pytest.mark.parametrize(
    ("annotation", "trust"),
    [
        ("List[float]", Trust.FIXED),
        ("list[int] | None", Trust.FIXED),
        ("Optional[Sequence[float]]", Trust.FIXED),
        ("List[str]", Trust.OUTSIDE),
        ("list", Trust.OUTSIDE),
    ],
)
def test_a_list_of_numbers_holds_no_text(annotation: str, trust: Trust) -> None:
    text = NEAR.format(annotation=annotation)

    assert sql(text) is trust


EVALUATED = """
def make(fields, owner):
    names = safe_field_names(fields)
    arguments = ", ".join(f"{{name}}: str" for field, name in zip(fields, names, strict=True))
    body = {body}
    scope = {{}}
    exec(compile(body, "<made>", "exec"), scope)
    return scope["run"]
"""


@pytest.mark.parametrize(
    ("body", "trust"),
    [
        ('f"def run({arguments}):\\n    return call({owner!r})"', Trust.FIXED),
        ('f"def run({arguments}):\\n    return call({owner})"', Trust.OUTSIDE),
        ('f"def run({fields}):\\n    return 1"', Trust.OUTSIDE),
        ("fields[0]", Trust.OUTSIDE),
        ("owner.code", Trust.OUTSIDE),
    ],
)
def test_code_that_is_built_of_safe_names_and_literals_is_known(body: str, trust: Trust) -> None:
    text = EVALUATED.format(body=body)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if "exec(" in each)

    assert module(text).evaluated(line, line) is trust


PREPARED = """
URLS = settings.URLS

def with_version(url, payload, version):
    if version:
        url = f"{{url}}/openai/{{version}}"
    return {returned}, payload

def send(request, payload):
    url = request.app.state.config.URLS[0]
    address = f"{{url}}/chat"
    if payload:
        address, payload = with_version({given}, payload, "1")
    return session.request(method="POST", url=address, data=payload)
"""


@pytest.mark.parametrize(
    ("returned", "given", "trust"),
    [
        ("url", "url", Trust.CONFIGURED),
        ('f"{url}/x"', "url", Trust.CONFIGURED),
        ("url", 'payload["url"]', Trust.OUTSIDE),
        ('payload["url"]', "url", Trust.OUTSIDE),
        ('"https://api.corp.cn/v1"', 'payload["url"]', Trust.FIXED),
    ],
)
def test_an_address_that_a_function_of_the_file_gives_back_is_what_it_was_given(
    returned: str, given: str, trust: Trust
) -> None:
    text = PREPARED.format(returned=returned, given=given)
    line = next(number for number, each in enumerate(text.split("\n"), 1) if "session.request" in each)

    assert min(module(text).address(line, line), Trust.CONFIGURED) is min(trust, Trust.CONFIGURED)


COUNTED = """
    def count(storage, kind, request):
        table = {made}
        storage.db.execute(f"SELECT count(*) FROM {{table}}")  # here
"""


@pytest.mark.parametrize(
    ("made", "trust"),
    [
        ("namespace_to_table_name(storage.namespace)", Trust.CONFIGURED),
        ("table_name_for(kind)", Trust.CONFIGURED),
        ("table_name_for(request.args['kind'])", Trust.OUTSIDE),
        ("name_for(kind)", Trust.OUTSIDE),
    ],
)
def test_the_name_of_a_table_that_another_file_gives_is_a_hint(made: str, trust: Trust) -> None:
    text = COUNTED.format(made=made)

    assert sql(text) is trust


KEYS = """
class Store:
    def _clause(self, filters):
        parts, values = [], []
        for key, value in filters.items():
            parts.append({part})
            values.append(value)
        return " AND ".join(parts), values

    def find(self, cursor, filters):
        clause, values = self._clause(filters)
        cursor.execute(f"SELECT a FROM t WHERE {{clause}}", values)  # here
"""


@pytest.mark.parametrize(
    ("part", "trust"),
    [
        ("f\"meta->>'{key}' = %s\"", Trust.OUTSIDE),
        ('"meta->>\'" + key + "\' = %s"', Trust.OUTSIDE),
        ('"meta->>%s = %s"', Trust.CONFIGURED),
        ("f\"meta->>'{KEYS[key]}' = %s\"", Trust.CONFIGURED),
    ],
)
def test_a_clause_with_bound_values_may_have_a_key_between_quotes(part: str, trust: Trust) -> None:
    assert sql(KEYS.format(part=part)) is trust or (trust is Trust.CONFIGURED and sql(KEYS.format(part=part)) > trust)


def test_what_a_private_function_is_given_is_asked_from_within_it_too() -> None:
    text = """
    class Store:
        def _names(self, wanted):
            return ", ".join(wanted)

        def find(self, cursor, wanted):
            cursor.execute(f"SELECT {self._names(wanted)} FROM t")  # here
    """

    assert sql(text) is Trust.OUTSIDE


@pytest.mark.parametrize(
    ("made", "trust"),
    [
        ("base64.urlsafe_b64encode(b'0123-lantern-harbour')", Trust.FIXED),
        ("base64.b64encode(hashlib.sha256(b'lantern').digest())", Trust.FIXED),
        ("base64.urlsafe_b64encode(os.urandom(32))", Trust.OUTSIDE),
        ("base64.urlsafe_b64encode(SETTINGS.encode())", Trust.OUTSIDE),
    ],
)
def test_a_literal_in_another_form_is_a_literal(made: str, trust: Trust) -> None:
    text = f"import base64\nfrom app import SETTINGS\n\nKEY = {made}\n\ndef box():\n    return Fernet(KEY)  # here\n"

    assert asked(text, "key") is trust


@pytest.mark.parametrize(
    ("call", "trust"),
    [
        ("requests.Request('GET', link)", Trust.OUTSIDE),
        ("client.build_request('GET', link)", Trust.OUTSIDE),
        ("requests.Request('GET', 'https://docs.corp.cn/')", Trust.FIXED),
        ("urllib.request.Request(link)", Trust.OUTSIDE),
    ],
)
def test_the_address_of_a_request_that_is_made_first_stands_behind_its_method(call: str, trust: Trust) -> None:
    assert asked(f"def f(link):\n    return {call}  # here\n", "address") is trust


@pytest.mark.parametrize(
    ("held", "trust"),
    [
        ("request.app.state.worker_ip", Trust.CONFIGURED),
        ("request.query_params.get('host')", Trust.OUTSIDE),
        ("request.json", Trust.OUTSIDE),
    ],
)
def test_a_host_that_the_application_holds_a_function_for(held: str, trust: Trust) -> None:
    text = (
        "def own_host():\n    return 'localhost'\n\n\n@router.get('/{path}')\nasync def proxy(path: str, request: Request):\n"
        f"    host = {held}\n    url = f'http://{{host()}}:{{request.state.port}}/{{path}}'\n    return await client.request('GET', url=url)\n"
    )

    assert min(module(text).address(9, 9), Trust.CONFIGURED) is trust


@pytest.mark.parametrize(
    "made", ["name.rpartition('.')[0]", "name.rsplit('/', 1)[-1]", "name.partition(':')[2]", "name.decode('utf-8')"]
)
def test_what_is_cut_out_of_a_text_of_a_caller_is_the_callers(made: str) -> None:
    assert (
        asked(f"def f(cursor, name):\n    part = {made}\n    cursor.execute(f'SELECT {{part}}')  # here\n", "sql")
        is Trust.OUTSIDE
    )


@pytest.mark.parametrize(
    ("built", "is_open"),
    [
        ("f\"SELECT a FROM t WHERE key = '{key}'\"", True),
        ('f"SELECT a FROM t WHERE key = {key}"', False),
        ("f\"SELECT a FROM t WHERE key = '{KIND}'\"", False),
        ('"SELECT a FROM t WHERE key = \'" + key + "\'"', True),
    ],
)
def test_what_callers_give_between_the_quotes_of_a_statement_is_seen(built: str, is_open: bool) -> None:  # noqa: FBT001 - a row
    module = Module.of(f"KIND = 'a'\n\ndef f(store, key):\n    return store.first({built})\n".encode())

    assert module is not None
    assert module.quotes_outside(4, 4) is is_open
