# ruff: noqa: E501 - whole programs as literals
"""What weighs less than its rule says."""

from __future__ import annotations

import pytest

from auditor.stages.code.own_side import runs_for_own_branches
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.tree import Source
from auditor.stages.code.weight import takes_statement, weight_of

PACK = rule_pack()
ROUTE = "from fastapi import APIRouter\nrouter = APIRouter()\n@router.get(%s)\ndef read(%s):\n    %s\n    return open(place)\n"


def weight(rule: str, text: str, line: int) -> str:
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())
    return weight_of(Collector("semgrep"), source, PACK.rules[rule], line, line)


@pytest.mark.parametrize(
    ("route", "parameters", "made", "severity"),
    [
        ("'/f/{name}'", "name: str", "place = f'out/{name}.txt'", "low"),
        ("'/f/{name:path}'", "name: str", "place = f'out/{name}.txt'", ""),
        ("'/f'", "name: str", "place = f'out/{name}.txt'", ""),
        ("'/f/{name}'", "name: str, folder: str", "place = f'{folder}/{name}.txt'", ""),
        ("'/f/{name}'", "name: str, request: Request", "place = request.query_params['x'] + name", ""),
        ("'/f/{name}'", "name: str, user: str", "place = f'out/{name}.txt'", "low"),
    ],
)
def test_part_of_an_address_that_the_router_keeps_free_of_separators(
    route: str, parameters: str, made: str, severity: str
) -> None:
    assert weight("web-request-paths-confined", ROUTE % (route, parameters, made), 6) == severity


@pytest.mark.parametrize(
    ("rule", "text", "line", "severity"),
    [
        ("data-xml-entities-disabled", "import xml.etree.ElementTree as ET\nET.fromstring(x)\n", 2, "low"),
        ("data-xml-entities-disabled", "from lxml import etree\netree.fromstring(x)\n", 2, ""),
        ("web-debug-server-off", "uvicorn.run('a:app', host='0.0.0.0', reload=True)\n", 1, "low"),
        ("web-debug-server-off", "app.run(debug=True)\n", 1, ""),
        ("data-pickle-not-loaded", "pickle.dump(c, open(self.cookie_file, 'wb'))\npickle.load(open(self.cookie_file))\n", 2, "low"),
        ("data-pickle-not-loaded", "pickle.load(open(self.cookie_file))\n", 1, ""),
        ("data-pickle-not-loaded", "pickle.loads(body)\npickle.dump(a, b)\n", 1, ""),
    ],
)  # fmt: skip
def test_what_is_bounded_or_the_programs_own_weighs_less(rule: str, text: str, line: int, severity: str) -> None:
    assert weight(rule, text, line) == severity


@pytest.mark.parametrize(
    ("test", "severity"),
    [
        ('os.getenv("APP_INSECURE_ROUTES") == "true"', "low"),
        ('os.getenv("APP_ROUTES") == "true"', ""),
        ("insecure", ""),
    ],
)
def test_what_runs_only_where_a_setting_says_insecure_weighs_less(test: str, severity: str) -> None:
    text = f"def routes(router):\n    if {test}:\n        @router.post('/run')\n        def run(code: str):\n            eval(code)\n"

    assert weight("os-code-not-evaluated", text, 5) == severity
    assert weight("agent-tool-server-authenticated", text, 3) == severity


JWT = "if {test}:\n    claims = jwt.decode(token, options={{'verify_signature': False}})\n"


@pytest.mark.parametrize(
    ("test", "severity"),
    [
        ("settings.TRUSTED_PROXY_DECODE", "low"),
        ("os.environ.get('SKIP_VERIFICATION')", "low"),
        ("not settings.VERIFY", ""),
        ("settings.DEBUG_NAME", ""),
        ("token", ""),
    ],
)
def test_a_check_that_a_setting_switches_off_weighs_less(test: str, severity: str) -> None:
    assert weight("crypto-jwt-signature-checked", JWT.format(test=test), 2) == severity


@pytest.mark.parametrize(
    ("text", "line", "severity"),
    [
        ("if (process.env.ALLOW_SELF_SIGNED === 'true') {\n  agent = new https.Agent({ rejectUnauthorized: false });\n}\n", 2, "low"),
        ("const agent = process.env.INSECURE_TLS ? new https.Agent({ rejectUnauthorized: false }) : undefined;\n", 1, "low"),
        ("if (!process.env.VERIFY_TLS) {\n  agent = new https.Agent({ rejectUnauthorized: false });\n}\n", 2, ""),
        ("if (process.env.NODE_ENV) {\n  agent = new https.Agent({ rejectUnauthorized: false });\n}\n", 2, ""),
        ("const agent = new https.Agent({ rejectUnauthorized: false });\n", 1, ""),
    ],
)  # fmt: skip
def test_the_same_in_a_script(text: str, line: int, severity: str) -> None:
    source = Source(path="a.ts", language="typescript", size_bytes=1, sha256="", text=text.encode())

    assert weight_of(Collector("semgrep"), source, PACK.rules["crypto-tls-verification-on"], line, line) == severity


@pytest.mark.parametrize(
    ("name", "severity"), [("_legacy_key", "low"), ("key_for_compat", "low"), ("make_key", ""), ("comparable", "")]
)
def test_what_an_earlier_version_left_weighs_less(name: str, severity: str) -> None:
    text = f"def {name}(seed):\n    return random.Random(seed).getrandbits(128)\n"

    assert weight("crypto-secrets-from-secure-random", text, 2) == severity


MCP = "{route}def transport(config: {kind}):\n    return StdioTransport(command=config.command, args=config.args)\n"


@pytest.mark.parametrize(
    ("kind", "route", "severity"),
    [
        ("MCPServerConfig", "", "low"),
        ("MCPServerStdio | None", "", "low"),
        ("dict", "", ""),
        ("ConnectRequest", "", ""),
        ("MCPServerConfig", "@router.post('/mcp')\n", ""),
    ],
)
def test_a_command_of_a_typed_configuration_weighs_less(kind: str, route: str, severity: str) -> None:
    text = MCP.format(kind=kind, route=route)
    line = text.split("\n").index("    return StdioTransport(command=config.command, args=config.args)") + 1

    assert weight("agent-mcp-command-fixed", text, line) == severity


EXCHANGED = """
async def exchange(form):
    data = {{"access_token": {asked}}}
    user = await client.userinfo(token=data)
    if not user:
        {refused}
    return jwt.decode(form.token, options={{"verify_signature": False}})
"""


@pytest.mark.parametrize(
    ("asked", "refused", "severity"),
    [
        ("form.token", "raise HTTPException(400)", "low"),
        ("form.other", "raise HTTPException(400)", ""),
        ("form.token", "user = None", ""),
    ],
)
def test_a_token_that_its_issuer_was_asked_about_weighs_less(asked: str, refused: str, severity: str) -> None:
    assert weight("crypto-jwt-signature-checked", EXCHANGED.format(asked=asked, refused=refused), 7) == severity


@pytest.mark.parametrize(
    ("mode", "severity"), [("0o755", "low"), ("0o644", "low"), ("0o777", ""), ("0o666", ""), ("MODE", "")]
)
def test_what_others_may_read_and_not_write_weighs_less(mode: str, severity: str) -> None:
    assert weight("bandit-file-permissions-narrow", f"os.chmod(place, {mode})\n", 1) == severity


@pytest.mark.parametrize(("name", "severity"), [("get_unverified_claims", "low"), ("claims_of", "")])
def test_a_helper_whose_name_says_that_nothing_is_verified_weighs_less(name: str, severity: str) -> None:
    text = f"def {name}(token):\n    return jwt.decode(token, options={{'verify_signature': False}})\n"

    assert weight("crypto-jwt-signature-checked", text, 2) == severity


@pytest.mark.parametrize(
    ("condition", "severity"),
    [
        ("options.requestOptions?.verifySsl === false", "low"),
        ("requestOptions?.verifySsl === false", "low"),
        ("isSlow === false", ""),
    ],
)
def test_a_check_that_a_setting_over_two_lines_switches_off(condition: str, severity: str) -> None:
    text = f"const agent =\n  {condition}\n    ? new Agent({{ rejectUnauthorized: false }})\n    : undefined;\n"

    source = Source(path="client.ts", language="typescript", size_bytes=1, sha256="", text=text.encode())

    assert weight_of(Collector(""), source, rule_pack().rules["crypto-tls-verification-on"], 3, 3) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('logger.debug(f"prompt: {prompt}")', "low"),
        ('logger.log(logging.DEBUG, "prompt: %s", prompt)', "low"),
        ('logger.trace("prompt: {}", prompt)', "low"),
        ('logger.info(f"prompt: {prompt}")', ""),
        ('logger.info("debug: %s", prompt)', ""),
        ('logger.log(logging.INFO, "prompt: %s", prompt)', ""),
    ],
)
def test_what_is_written_for_debugging_weighs_less(text: str, severity: str) -> None:
    assert weight("log-no-personal-data", text, 1) == severity
    assert weight("log-no-secret-values", text, 1) == ""


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("app/platform/wecom_crypt.py", "low"),
        ("libs/wechat/api.py", "low"),
        ("sdk/WXBizMsgCrypt3.py", "low"),
        ("channels/feishu.py", "low"),
        ("channels/weixinIlink/client.py", "low"),
        ("channels/dingtalk/stream.py", "low"),
        ("app/auth/sessions.py", ""),
        ("app/slackness.py", ""),
        ("app/larking.py", ""),
    ],
)
def test_what_the_protocol_of_a_messenger_prescribes_weighs_less(path: str, severity: str) -> None:
    text = b"cipher = AES.new(key, AES.MODE_CBC, key[:16])\n"
    source = Source(path=path, language="python", size_bytes=1, sha256="", text=text)

    for rule in ("crypto-iv-nonce-salt-not-constant", "crypto-weak-ciphers-not-used", "crypto-sha1-not-used"):
        assert weight_of(Collector("semgrep"), source, PACK.rules[rule], 1, 1) == severity
    assert weight_of(Collector("semgrep"), source, PACK.rules["crypto-tls-verification-on"], 1, 1) == ""


KDF = """SALT = b"app-database-encryption"
def key_of({parameter}):
    kdf = PBKDF2HMAC(algorithm=SHA256(), length=32, salt=SALT, iterations=600000)
    plain = {value}
    return kdf.derive(plain)
"""


@pytest.mark.parametrize(
    ("parameter", "value", "severity"),
    [
        ("", "(known := os.getenv('MODEL_KEY', '')).encode()", "low"),
        ("secret", "secret.get_secret_value().encode()", "low"),
        ("", "os.environ['APP_SECRET'].encode()", "low"),
        ("password", "password.encode()", ""),
        ("user", "user.password_secret.encode()", ""),
        ("text", "text.encode()", ""),
    ],
)
def test_the_salt_of_a_key_of_the_program_weighs_less(parameter: str, value: str, severity: str) -> None:
    text = KDF.format(parameter=parameter, value=value)

    assert weight("crypto-iv-nonce-salt-not-constant", text, 3) == severity


@pytest.mark.parametrize(("name", "severity"), [("api_key", "low"), ("raw_key", "low"), ("password", ""), ("key", "")])
def test_the_salt_of_an_id_that_is_made_of_a_key_weighs_less(name: str, severity: str) -> None:
    text = f"def track({name}, salt=b'app'):\n    return hashlib.pbkdf2_hmac('sha256', {name}.encode(), salt, 1000)\n"

    assert weight("crypto-iv-nonce-salt-not-constant", text, 2) == severity
    bare = text.replace("salt=b'app'", "_=0").replace("salt,", "b'app',")
    assert weight("crypto-iv-nonce-salt-not-constant", bare, 2) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('_KEY_DERIVATION_SALT = b"app-a5d354120d50240ac80b"', "low"),
        ('salt: bytes = b"app-a5d354120d50240ac80b"', "low"),
        ('_SALTED_TOKEN = "app-a5d354120d50240ac80b"', ""),
        ('TOKEN = "app-a5d354120d50240ac80b"  # salt', ""),
    ],
)
def test_a_salt_is_no_token(text: str, severity: str) -> None:
    assert weight("secret-token-not-hardcoded", text, 1) == severity
    assert weight("secret-environment-no-fallback", text, 1) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('BASE = "http://app-tools.internal"', "low"),
        ('BASE = "http://app.test:8080/v1"', "low"),
        ('BASE = "http://app.internal.example.com"', ""),
        ('BASE = "http://models.example.com"', ""),
        ('BASE = "http://192.168.10.12:9001/v2"', "low"),
        ('BASE = "http://10.1.2.3/"', "low"),
        ('BASE = "http://34.87.10.20:9100/v1"', ""),
        ('BASES = ["http://192.168.10.12", "http://models.example.com"]', ""),
        ('BASE = "http://192.168.10.12.example.com"', ""),
    ],
)
def test_a_host_that_is_nowhere_outside_weighs_less(text: str, severity: str) -> None:
    assert weight("crypto-endpoint-not-clear-text", text, 1) == severity


def test_an_open_port_where_there_are_no_keys_weighs_less() -> None:
    text = "def serve(server, keys):\n{secure}    server.add_insecure_port('[::]:4317')\n"
    secure = "    if keys:\n        server.add_secure_port('[::]:4317', keys)\n"

    assert weight("crypto-endpoint-not-clear-text", text.format(secure=secure), 4) == "low"
    assert weight("crypto-endpoint-not-clear-text", text.format(secure=""), 2) == ""


def test_a_check_that_is_on_by_default_weighs_less_where_it_is_turned_off() -> None:
    text = "class Mail:\n    verify_certs: bool = {default}\n    def open(self):\n        if not self.verify_certs:\n            c = ssl._create_unverified_context()\n"

    assert weight("crypto-tls-verification-on", text.format(default=True), 5) == "low"
    assert weight("crypto-tls-verification-on", text.format(default=False), 5) == ""


TOOLKIT = """class {name}:
    def run_query(self, {parameter}):
        return self.connection.execute({parameter}).fetchall()

    def describe(self, table):
        return self.connection.execute(f"DESCRIBE {{table}}")
"""


@pytest.mark.parametrize(
    ("name", "parameter", "severity"),
    [
        ("SqlTools", "query", "low"),
        ("DuckDbTools(Toolkit)", "sql", "low"),
        ("DuckDBRunner(SqlRunner)", "sql", "low"),
        ("SqlTools", "key", ""),
        ("Store", "query", ""),
    ],
)
def test_a_toolkit_that_runs_any_statement_of_a_model(name: str, parameter: str, severity: str) -> None:
    assert weight("web-sql-parameterised", TOOLKIT.format(name=name, parameter=parameter), 6) == severity


TRIMMED = """class OracleRunner(SqlRunner):
    def run_sql(self, args):
        sql = {made}
        if sql.endswith(";"):
            sql = sql[:-1]
        cursor = self.connection.cursor()
        cursor.execute(sql)

    def describe(self, table):
        self.connection.cursor().execute(f"DESCRIBE {{table}}")
"""


@pytest.mark.parametrize(
    ("made", "severity"),
    [("args.sql.rstrip()", "low"), ("args.sql", "low"), ("f'SELECT * FROM {args.table}'", ""), ("args.table[1:]", "")],
)
def test_a_statement_of_a_model_may_be_cut_at_its_ends(made: str, severity: str) -> None:
    assert weight("web-sql-parameterised", TRIMMED.format(made=made), 10) == severity


SERVER = """# {words}
import subprocess
from fastapi import FastAPI
app = FastAPI()
{route}
def run(path, command):
    subprocess.run(command, shell=True)
    return open(path).read()
"""
INSIDE = "This server runs inside the sandbox and executes actions."


@pytest.mark.parametrize(
    ("path", "words", "route", "severity"),
    [
        ("app/runtime/action_server.py", INSIDE, "@app.post('/run')", "low"),
        ("app/sandbox/server.py", "It is running in a docker container", "@app.post('/run')", "low"),
        ("app/runtime/action_server.py", "Executes actions.", "@app.post('/run')", ""),
        ("app/api/server.py", INSIDE, "@app.post('/run')", ""),
        ("app/runtime/action_server.py", INSIDE, "", ""),
    ],
)
def test_a_server_inside_a_sandbox_runs_any_command(path: str, words: str, route: str, severity: str) -> None:
    text = SERVER.format(words=words, route=route).encode()
    source = Source(path=path, language="python", size_bytes=1, sha256="", text=text)

    for rule, line in (("agent-tool-arguments-not-in-shell", 7), ("web-request-paths-confined", 8)):
        assert weight_of(Collector("semgrep"), source, PACK.rules[rule], line, line) == severity


CONFINED = """class Kit:
    def write(self, path, text):
        path = os.path.abspath(path)
        if {test}:
            if os.path.commonpath([path, self.root]) != self.root:
                {answer}
        with open({used}, "w") as file:
            file.write(text)
"""


@pytest.mark.parametrize(
    ("test", "answer", "used", "severity"),
    [
        ("self.safe_mode", "return 'outside'", "path", "low"),
        ("self.safe_mode", "raise ValueError(path)", "path", "low"),
        ("self.safe_mode", "log(path)", "path", ""),
        ("self.safe_mode", "return 'outside'", "text", ""),
        ("path", "return 'outside'", "path", ""),
    ],
)
def test_a_path_that_is_confined_where_a_setting_says_so(test: str, answer: str, used: str, severity: str) -> None:
    text = CONFINED.format(test=test, answer=answer, used=used)

    assert weight("agent-tool-paths-confined", text, 7) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('setup="$(conda shell.bash hook)"\neval "$setup"\n', "low"),
        ('  local place=$(python -c "print(1)")\n  place=$(eval echo "$place")\n', "low"),
        ('setup="$1"\neval "$setup"\n', ""),
        ('setup=$(choose "$1")\neval "$setup"\n', ""),
        ('setup="$(conda hook)"\nsetup="$setup $OPTIONS"\neval "$setup"\n', ""),
        ('eval "$setup"\n', ""),
    ],
)
def test_a_script_that_evaluates_what_its_own_commands_wrote(text: str, severity: str) -> None:
    source = Source(path="a.sh", language="shell", size_bytes=1, sha256="", text=text.encode())
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "eval" in row)

    found = weight_of(Collector("semgrep"), source, PACK.rules["shell-eval-of-arguments"], line, line)

    assert found == severity


def test_a_runner_of_statements_that_are_a_field_of_what_it_is_given() -> None:
    text = "class DuckRunner:\n    def run_sql(self, args):\n        return self.conn.query(args.{field}).to_df()\n"

    assert weight("web-sql-parameterised", text.format(field="sql"), 3) == "low"
    assert weight("web-sql-parameterised", text.format(field="name"), 3) == ""


@pytest.mark.parametrize(
    ("after", "severity"), [("shutil.rmtree(folder)", "low"), ("os.remove(folder)", "low"), ("serve(folder)", "")]
)
def test_what_is_opened_to_be_removed_weighs_less(after: str, severity: str) -> None:
    text = f"def drop(folder):\n    os.chmod(folder, 0o777)\n    {after}\n"

    assert weight("bandit-file-permissions-narrow", text, 2) == severity


STORED = """def verify(stored, password):
    {doc}
    if {test}:
        known = hashlib.md5(password.encode()).hexdigest()
        return {answer}
"""


@pytest.mark.parametrize(
    ("doc", "test", "answer", "severity"),
    [
        ("pass", "is_md5_hash(stored)", "hmac.compare_digest(stored, known)", "low"),
        ("'Digest that is kept for existing accounts.'", "stored", "known", "low"),
        ("pass", "stored", "hmac.compare_digest(stored, known)", ""),
        ("pass", "is_md5_hash(stored)", "known", ""),
        ("'Digest of a password.'", "stored", "known", ""),
    ],
)
def test_a_digest_that_an_earlier_version_stored(doc: str, test: str, answer: str, severity: str) -> None:
    text = STORED.format(doc=doc, test=test, answer=answer)

    assert weight("crypto-password-hash-slow", text, 4) == severity


@pytest.mark.parametrize(
    ("room", "severity"),
    [("make_safe_connect()", "low"), ("ssrf_protected(policy)", "low"), ("client.stream(url)", ""), ("unsafely()", "")],
)
def test_a_request_inside_of_what_refuses_hosts(room: str, severity: str) -> None:
    text = f"async def load(client, url):\n    with {room}:\n        return await client.get(url)\n"

    assert weight("agent-request-urls-allow-listed", text, 3) == severity


@pytest.mark.parametrize(("scheme", "severity"), [("http", "low"), ("https", "")])
def test_no_certificate_is_checked_where_there_is_none(scheme: str, severity: str) -> None:
    text = f"conn = aiohttp.TCPConnector(ssl=False)\naddress = f'{scheme}://{{host}}'\n"

    assert weight("crypto-tls-verification-on", text, 1) == severity


CLAUSE = """def found(cursor, filters, order, table):
    where, values = built(filters)
    name = {name}
    sql = f"SELECT text FROM {{name}} WHERE {{where}} {more}"
    params = {{"limit": 3, **{bound}}}
    cursor.execute(sql, params)
"""


@pytest.mark.parametrize(
    ("name", "more", "bound", "severity"),
    [
        ("validated(table)", "", "values", "low"),
        ("table", "", "values", ""),
        ("validated(table)", "ORDER BY {order}", "values", ""),
        ("validated(table)", "", "filters", ""),
    ],
)
def test_a_clause_that_comes_with_the_values_it_binds(name: str, more: str, bound: str, severity: str) -> None:
    text = CLAUSE.format(name=name, more=more, bound=bound)

    assert weight("agent-model-output-not-sql", text, 6) == severity


def weight_in(path: str, language: str, rule: str, text: str, line: int) -> str:
    source = Source(path=path, language=language, size_bytes=1, sha256="", text=text.encode())
    return weight_of(Collector("semgrep"), source, PACK.rules[rule], line, line)


@pytest.mark.parametrize(
    ("text", "line", "severity"),
    [
        ('{\n  "agent_policy": {\n    "permission": "deny",\n    "requires_approval": false\n  }\n}\n', 4, "low"),
        ('{\n  "effect": "allow",\n  "agent": {\n    "requires_approval": false\n  }\n}\n', 4, ""),
        ('{\n  "agent": {\n    "requires_approval": false,\n    "effect": "allow"\n  }\n}\n', 3, "low"),
        ('{\n  "agent": {\n    "requires_approval": false\n  }\n}\n', 3, ""),
    ],
)
def test_an_entry_of_a_policy_that_says_what_is_permitted_is_decided_by_itself(
    text: str, line: int, severity: str
) -> None:
    assert weight_in("a.json", "json", "agent-approval-required", text, line) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("DENY = Policy(permission='deny', requires_approval=False)\n", "low"),
        ("DENY = {'permission': 'deny', 'requires_approval': False}\n", "low"),
        ("AGENT = Agent(name='a', requires_approval=False)\n", ""),
        ("AGENT = {'name': 'permission', 'requires_approval': False}\n", ""),
    ],
)
def test_the_same_in_python(text: str, severity: str) -> None:
    assert weight("agent-approval-required", text, 1) == severity


ORIGINS = """app = FastAPI()
app.add_middleware(CORSMiddleware, allow_origins=["*"], allow_credentials=True)
{decorator}
async def {name}(request, call_next):
    if request.headers.get("{header}") != str(request.base_url):
        return JSONResponse(status_code={status}, content=dict())
    return await call_next(request)
"""


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({}, "low"),
        ({"decorator": "", "name": "dispatch"}, "low"),
        ({"decorator": "@app.get('/x')"}, ""),
        ({"header": "x-request-id"}, ""),
        ({"status": "200"}, ""),
    ],
)
def test_origins_that_something_before_every_route_refuses_count_for_less(
    changed: dict[str, str], severity: str
) -> None:
    plain = {"decorator": "@app.middleware('http')", "name": "same_origin", "header": "origin", "status": "403"}

    assert weight("web-cors-origins-listed", ORIGINS.format(**(plain | changed)), 2) == severity


PREFIX = """async def show(request):
    place = os.path.join(ROOT, request.match_info["path"])
    real = {made}
    if {test}:
        {body}
    return open({opened}, "rb").read()
"""


@pytest.mark.parametrize(
    ("changed", "severity"),
    [
        ({}, "low"),
        ({"opened": "real"}, "low"),
        ({"made": "Path(place).resolve()", "test": "not str(real).startswith(str(ROOT))"}, "low"),
        ({"made": "place.strip()"}, ""),
        ({"body": "log.warning(place)"}, ""),
        ({"test": "real.startswith(ROOT)"}, ""),
        ({"opened": "request.query['other']"}, ""),
    ],
)
def test_a_path_that_is_held_by_its_beginning_is_told_as_that(changed: dict[str, str], severity: str) -> None:
    plain = {
        "made": "os.path.realpath(place)",
        "test": "not real.startswith(ROOT)",
        "body": "return web.Response(status=403)",
        "opened": "place",
    }

    assert weight("web-request-paths-confined", PREFIX.format(**(plain | changed)), 6) == severity


@pytest.mark.parametrize(
    ("folder", "severity"),
    [
        ("folder_path=self.config.index_folder", "low"),
        ("INDEX", "low"),
        ("settings.INDEX_FOLDER", "low"),
        ("folder", ""),
        ("os.path.join('store', folder)", ""),
        ("f'store/{folder}'", ""),
    ],
)
def test_an_index_whose_folder_a_setting_names_weighs_less(folder: str, severity: str) -> None:
    text = (
        "INDEX = 'store/index'\n"
        "class Store:\n"
        "    def load(self, folder, embeddings):\n"
        f"        return FAISS.load_local({folder}, embeddings=embeddings, allow_dangerous_deserialization=True)\n"
    )

    assert weight("data-vector-store-not-unpickled", text, 4) == severity


@pytest.mark.parametrize(
    ("test", "severity"),
    [
        ("self._verbose", "low"),
        ("verbose and prompt", "low"),
        ("config.debug", "low"),
        ("not self._verbose", ""),
        ("prompt", ""),
    ],
)
def test_what_is_logged_where_more_words_were_asked_for_weighs_less(test: str, severity: str) -> None:
    text = f"def run(self, prompt, verbose):\n    if {test}:\n        logger.info(f'Prompt: {{prompt}}')\n"

    assert weight("log-no-personal-data", text, 3) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('AUTH_KEY = "auth:token"', "low"),
        ('self.storage_key: str = "conversations"', "low"),
        ('def open(account_key="account-default"): ...', "low"),
        ('options = {"session_key": "user_session"}', "low"),
        ('AUTH_KEY = "Summer-2024-loan"', ""),
        ('STORAGE_KEY = "c0ffee51ba5eba11d06edeadbeef4f00"', ""),
        ('SIGNING_KEY = "loan-assistant-signing-secret"', ""),
        ('SECRET_KEY = "changeme"', ""),
    ],
)
def test_words_under_a_name_that_may_tell_things_apart_are_to_be_reviewed(text: str, severity: str) -> None:
    assert weight("secret-token-not-hardcoded", text, 1) == severity


@pytest.mark.parametrize(("method", "severity"), [("debug", "low"), ("info", "")])
def test_an_argument_below_the_name_of_its_method_is_of_that_level(method: str, severity: str) -> None:
    text = f"def run(session):\n    logger.{method}(\n        'asked: {{}}'.format(\n            session.messages,\n        )\n    )\n"

    assert weight("log-no-personal-data", text, 4) == severity


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ('eval "${key}=\\"\\$_value\\""', "low"),
        ('eval "${key}=\\"$_value\\""', ""),
        ('eval "$key"', ""),
    ],
)
def test_a_variable_that_is_set_by_its_name_is_no_code_of_its_value(row: str, severity: str) -> None:
    text = f"set_by() {{\n    local key=$1\n    {row}\n}}\n"

    assert weight_in("a.sh", "shell", "shell-eval-of-arguments", text, 3) == severity


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ("salt = ''.join(random.choice(LETTERS) for _ in range(8))", "low"),
        ("salt: str = str(random.randint(1, 9))", "low"),
        ("token = ''.join(random.choice(LETTERS) for _ in range(8))", ""),
        ("token = salted(random.random())", ""),
    ],
)
def test_a_salt_that_is_made_by_chance_weighs_less(row: str, severity: str) -> None:
    assert weight("crypto-secrets-from-secure-random", row, 1) == severity


@pytest.mark.parametrize(
    ("rule", "text", "line", "severity"),
    [
        ("crypto-tls-verification-on", "if (import.meta.env.DEV) {\n  get({ rejectUnauthorized: false })\n}\n", 2, "low"),
        ("crypto-tls-verification-on", "if (ready) {\n  get({ rejectUnauthorized: false })\n}\n", 2, ""),
        ("crypto-tls-verification-on", "const tls = c.ssl === 'preferred'\n  ? { rejectUnauthorized: false }\n  : on\n", 2, "low"),
        ("crypto-tls-verification-on", "const tls = c.ssl === 'required'\n  ? { rejectUnauthorized: false }\n  : on\n", 2, ""),
        ("crypto-tls-verification-on", "const tls = c.tlsInsecure\n  ? { rejectUnauthorized: false }\n  : on\n", 2, "low"),
        ("crypto-tls-verification-on", "const tls = !c.tlsInsecure\n  ? { rejectUnauthorized: false }\n  : on\n", 2, ""),
        ("crypto-tls-verification-on", "function off(c) {\n  if (!c.insecure) return\n  set({ rejectUnauthorized: false })\n}\n", 3, "low"),
        ("crypto-tls-verification-on", "function off(c) {\n  if (c.insecure) return\n  set({ rejectUnauthorized: false })\n}\n", 3, ""),
        ("crypto-secrets-from-secure-random", "const token = `a${Math.random()}`\nnode.setAttribute('data-a', token)\n", 1, "low"),
        ("crypto-secrets-from-secure-random", "const token = `a${Math.random()}`\nreset.save(token)\n", 1, ""),
        ("crypto-iv-nonce-salt-not-constant", "const key = scryptSync(process.env.MASTER_KEY, 'salt', 32)\n", 1, "low"),
        ("crypto-iv-nonce-salt-not-constant", "const key = scryptSync(password, 'salt', 32)\n", 1, ""),
        ("crypto-password-hash-slow", "function cacheKey(r) {\n  return createHmac('sha256', KEY).update(r.password)\n}\n", 2, "low"),
        ("crypto-password-hash-slow", "function store(r) {\n  return createHmac('sha256', KEY).update(r.password)\n}\n", 2, ""),
        ("crypto-password-hash-slow", "function cacheKey(r) {\n  return createHash('sha256').update(r.password)\n}\n", 2, ""),
        ("agent-approval-required", "tools.execute(name, { dangerouslySkipVersionCheck: true })\n", 1, "low"),
        ("agent-approval-required", "function may() {\n  return { go: true, requiresApproval: false }\n}\n", 2, "low"),
        ("agent-approval-required", "start({ requiresApproval: false })\n", 1, ""),
    ],
)  # fmt: skip
def test_what_a_script_does_only_where_somebody_chose_it(rule: str, text: str, line: int, severity: str) -> None:
    source = Source(path="a.ts", language="typescript", size_bytes=1, sha256="", text=text.encode())

    assert weight_of(Collector("semgrep"), source, PACK.rules[rule], line, line) == severity


@pytest.mark.parametrize(
    ("language", "row", "severity"),
    [
        ("shell", "curl -k -f https://localhost:443 || curl -k https://127.0.0.1/x", "low"),
        ("shell", "curl -kf 'https://[::1]:8443/health'", "low"),
        ("dockerfile", "HEALTHCHECK CMD curl -k https://localhost:8443/health", "low"),
        ("shell", "curl -k https://$HOST/health && curl https://localhost", ""),
        ("shell", "curl -k https://localhost.corp.cn/health", ""),
        ("shell", "curl -k https://localhost/x -o a; curl -k https://files.corp.cn/b", ""),
        ("shell", "pip install --trusted-host pypi.corp.cn x", ""),
    ],
)
def test_what_a_command_asks_its_own_machine_passes_no_network(language: str, row: str, severity: str) -> None:
    source = Source(path="a.sh", language=language, size_bytes=1, sha256="", text=row.encode())

    assert weight_of(Collector("semgrep"), source, PACK.rules["shell-tls-verified"], 1, 1) == severity


@pytest.mark.parametrize(
    ("text", "line", "severity"),
    [
        ('c = Configuration(host=f"http://localhost:{port}/v2", key=k)\nc.verify_ssl = False\n', 2, "low"),
        ('c = Configuration(host="https://k8s.corp.cn")\nc.verify_ssl = False\n', 2, ""),
        ('c = Configuration(host="https://k8s.corp.cn", proxy="http://p")\nc.verify_ssl = False\n', 2, ""),
        ("c = Configuration(host=host)\nc.verify_ssl = False\n", 2, ""),
        (
            'class A:\n    def __init__(self):\n        self.__url = "ws://{}:{}".format(ip, port)\n    def run(self):\n        self.ws = WebSocketApp(self.__url, on_open=x)\n        self.ws.run_forever(sslopt={"cert_reqs": ssl.CERT_NONE})\n',
            6,
            "low",
        ),
        (
            'class A:\n    def __init__(self):\n        self.__url = "wss://{}:{}".format(ip, port)\n    def run(self):\n        self.ws = WebSocketApp(self.__url, on_open=x)\n        self.ws.run_forever(sslopt={"cert_reqs": ssl.CERT_NONE})\n',
            6,
            "",
        ),
    ],
)  # fmt: skip
def test_what_speaks_to_an_address_without_tls_has_no_certificate_to_check(text: str, line: int, severity: str) -> None:
    assert weight("crypto-tls-verification-on", text, line) == severity


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ('app.config["PROPAGATE_EXCEPTIONS"] = True\n', "low"),
        ('app.config["TEMPLATES_AUTO_RELOAD"] = True\n', "low"),
        ('app.config["DEBUG"] = True\n', ""),
        ('app.config["PROPAGATE_EXCEPTIONS"] = app.debug = True\n', ""),
    ],
)
def test_errors_that_are_handed_on_show_nobody_a_debugger(text: str, severity: str) -> None:
    assert weight("web-debug-server-off", text, 1) == severity


@pytest.mark.parametrize(
    ("beside", "severity"),
    [
        ('URL = os.getenv("DOCS_EMBED_BASE_URL", "http://127.0.0.1:5000/v1")', "low"),
        ('URL = os.environ.get("DOCS_EMBED_URL", "http://localhost:5000/v1")', "low"),
        ('URL = os.getenv("DOCS_EMBED_BASE_URL", "https://api.corp.cn/v1")', ""),
        ('URL = os.getenv("OTHER_BASE_URL", "http://127.0.0.1:5000/v1")', ""),
        ('URL = os.getenv("DOCS_EMBED_BASE_URL")', ""),
    ],
)
def test_a_key_for_a_server_of_the_own_machine(beside: str, severity: str) -> None:
    text = f'import os\n{beside}\nKEY = os.getenv("DOCS_EMBED_API_KEY", "sk-docs")\n'

    assert weight("secret-environment-no-fallback", text, 3) == severity


COMMAND = """
{decorated}
def run(args):
    password = generate()
    client.update(password)
    {shown}(f"Reset admin password: {{password}}")


def set_up(parser):
    {handed}
"""


@pytest.mark.parametrize(
    ("decorated", "shown", "handed", "severity"),
    [
        ("", "print", "parser.set_defaults(func=run)", "low"),
        ("@click.command()", "click.echo", "pass", "low"),
        ("@app.command('reset')", "print", "pass", "low"),
        ("", "print", "run()", ""),
        ("", "logger.info", "parser.set_defaults(func=run)", ""),
        ("@app.post('/reset')", "print", "pass", ""),
    ],
)
def test_what_a_command_shows_to_whom_started_it(decorated: str, shown: str, handed: str, severity: str) -> None:
    text = COMMAND.format(decorated=decorated, shown=shown, handed=handed)

    assert weight("log-no-secret-values", text, 6) == severity


WORKFLOW = """
on: {on}
jobs:
  bump:
    if: {own}
    steps:
      - run: |
          git push origin HEAD:${{{{ github.event.pull_request.head.ref }}}}
  other:
    if: {other}
"""


@pytest.mark.parametrize(
    ("own", "other", "severity"),
    [
        ("github.event.pull_request.head.repo.full_name == github.repository", "always()", "low"),
        ("github.repository == github.event.pull_request.head.repo.full_name && true", "always()", "low"),
        ("github.event.pull_request.head.repo.fork == false", "always()", "low"),
        ("${{ !github.event.pull_request.head.repo.fork }}", "always()", "low"),
        ("github.event.pull_request.head.repo.full_name != github.repository", "always()", ""),
        ("github.event.pull_request.head.repo.full_name == github.repository || true", "always()", ""),
        ("always()", "github.event.pull_request.head.repo.full_name == github.repository", ""),
    ],
)
def test_a_job_for_branches_of_the_own_repository(own: str, other: str, severity: str) -> None:
    text = WORKFLOW.format(on="pull_request", own=own, other=other)
    source = Source(path=".github/workflows/a.yml", language="yaml", size_bytes=1, sha256="", text=text.encode())

    assert weight_of(Collector("semgrep"), source, PACK.rules["os-workflow-text-not-in-scripts"], 7, 8) == severity


@pytest.mark.parametrize(
    "text",
    [
        b"jobs:\n  a:\n    if: x\n    steps: " + b"[" * 20_000 + b"]" * 20_000,
        b"jobs: [a]\n",
        b"jobs:\n  a: &a\n    needs: *a\n",
        b"jobs:\n  a: {if: [x]}\n",
        b"- jobs\n",
        b"jobs: {\n",
        b"",
    ],
)
def test_a_workflow_that_is_none_is_one_of_no_own_branch(text: bytes) -> None:
    source = Source(path=".github/workflows/a.yml", language="yaml", size_bytes=1, sha256="", text=text)

    assert not runs_for_own_branches(source, 3)


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ('eval "$(${CONDA_BIN} shell.bash hook)"', "low"),
        ("eval $($TOOL env)", "low"),
        ('eval "$(${CONDA_BIN} $1 hook)"', ""),
        ('eval "$(${CONDA_BIN} "$@")"', ""),
        ('eval "$(hook) $1"', ""),
        ('eval "$COMMAND"', ""),
    ],
)
def test_what_a_command_writes_without_an_argument_of_the_caller(row: str, severity: str) -> None:
    source = Source(path="a.sh", language="shell", size_bytes=1, sha256="", text=row.encode())

    assert weight_of(Collector("semgrep"), source, PACK.rules["shell-eval-of-arguments"], 1, 1) == severity


def test_the_name_of_a_key_beside_its_secret_is_told_with_it() -> None:
    text = 'A = os.getenv("MINIO_ACCESS_KEY", "minioadmin")\nS = os.getenv("MINIO_SECRET_KEY", "minioadmin")\n'

    assert weight("secret-environment-no-fallback", text, 1) == "low"
    assert weight("secret-environment-no-fallback", text, 2) == ""
    assert weight("secret-environment-no-fallback", text.split("\n", 1)[0] + "\n", 1) == ""


@pytest.mark.parametrize(
    ("klass", "parameter", "takes"),
    [
        ("QuerySQLDataBaseTool", "query", True),
        ("QuerySQLDataBaseTool", "table", False),
        ("FindFileTool", "query", False),
        ("Runner(BaseSQLDatabaseTool)", "sql", True),
    ],
)
def test_a_tool_that_is_there_for_statements_is_called_with_one(klass: str, parameter: str, *, takes: bool) -> None:
    module = Module.of(f"class {klass}:\n    def _run(self, {parameter}):\n        return run({parameter})\n".encode())

    assert module is not None
    assert takes_statement(module, 2, parameter) is takes
