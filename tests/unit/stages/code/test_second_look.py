# ruff: noqa: E501 - lines of programs
"""What a second look leaves of a match, by the whole file."""

from __future__ import annotations

import pytest

from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Trust
from auditor.stages.code.rules import rule_pack
from auditor.stages.code.second_look import second_look
from auditor.stages.code.tree import Source

PACK = rule_pack()
CHAT = """
class {name}({base}):
    def load(self, soup):
        return HumanMessage(content=soup.select_one(".text").text)
"""
LOADED = """
def {name}(pipeline):
    with open(pipeline, "rb") as file:
        return pickle.load(file)

class Pipeline:
    def __init__(self, **kwargs):
        if not kwargs.get("{flag}"):
            raise ValueError("ask for it")
"""
TYPED = "export async function drop(name: string) {{\n  await runner.query(`DROP TABLE ${{{part}}}`);\n}}\n"


def looked(rule: str, text: str, line: int, language: str = "python") -> Trust:
    source = Source(path="a", language=language, size_bytes=1, sha256="", text=text.encode())
    return second_look(Collector("semgrep"), source, PACK.rules[rule], line, line, None)


FILLED = """
@app.post("/notes")
def create():
    found = {made}
{stored}

def other(db):
    db.add(Note())
"""


@pytest.mark.parametrize(
    ("made", "stored", "trust"),
    [
        ("Note(**request.json)", "    db.session.add(found)", Trust.OUTSIDE),
        ("Note(**request.json)", "    if found:\n        await found.save()", Trust.OUTSIDE),
        ("db.merge(Note(**request.json))", "", Trust.OUTSIDE),
        ("Note.objects.create(**request.json)", "", Trust.OUTSIDE),
        ("setattr(note, **request.json)", "", Trust.OUTSIDE),
        ("SearchQuery(**request.json)", "    return run(found)", Trust.FIXED),
    ],
    ids=["added", "saved deeper inside", "merged at once", "created", "set", "asked with"],
)
def test_what_is_filled_with_a_request_is_stored(made: str, stored: str, trust: Trust) -> None:
    assert looked("web-record-fields-chosen-by-program", FILLED.format(made=made, stored=stored), 4) is trust


@pytest.mark.parametrize(
    ("name", "base", "trust"),
    [
        ("TelegramChatLoader", "BaseChatLoader", Trust.CONFIGURED),
        ("Exported", "BaseChatMessageHistory", Trust.CONFIGURED),
        ("WebLoader", "BaseLoader", Trust.OUTSIDE),
    ],
)
def test_a_kept_chat_becomes_messages_again(name: str, base: str, trust: Trust) -> None:
    assert looked("agent-retrieved-text-marked", CHAT.format(name=name, base=base), 4) is trust


@pytest.mark.parametrize(
    ("name", "flag", "trust"),
    [
        ("_send", "allow_dangerous_deserialization", Trust.CONFIGURED),
        ("send", "allow_dangerous_deserialization", Trust.OUTSIDE),
        ("_send", "pipeline", Trust.OUTSIDE),
    ],
)
def test_a_private_helper_of_a_module_that_asks_for_a_flag(name: str, flag: str, trust: Trust) -> None:
    assert looked("data-pickle-not-loaded", LOADED.format(name=name, flag=flag), 4) is trust


@pytest.mark.parametrize(
    ("part", "trust"),
    [("sanitizeTableName(name)", Trust.FIXED), ("this.table", Trust.CONFIGURED), ("name", Trust.OUTSIDE)],
)
def test_statements_of_scripts_are_looked_at_by_their_parts(part: str, trust: Trust) -> None:
    assert looked("web-sql-parameterised", TYPED.format(part=part), 2, "typescript") is trust


@pytest.mark.parametrize(
    ("given", "trust"),
    [
        ("chunks: BaseVectorStorage", Trust.CONFIGURED),
        ("chunks", Trust.OUTSIDE),
        ("chunks: Any", Trust.OUTSIDE),
        ("other: BaseVectorStorage", Trust.OUTSIDE),
    ],
)
def test_a_store_that_a_function_is_given_is_its_callers(given: str, trust: Trust) -> None:
    text = f"async def near(query, {given}):\n    return await chunks.query(query, top_k=5)\n"

    assert looked("agent-vector-search-tenant-filtered", text, 2) is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ("if stored_key is not None and stored_key != expected_key:", Trust.CONFIGURED),
        ("return {key: value for key, value in given.items() if key != TOKEN_KEY}", Trust.CONFIGURED),
        ("return token.api_key != MASTER_KEY_ALIAS", Trust.CONFIGURED),
        ('if key == "LANGFUSE_SECRET_KEY":', Trust.CONFIGURED),
        ("return token.api_key != MASTER_KEY", Trust.OUTSIDE),
        ("if request_key != expected_key:", Trust.OUTSIDE),
        ("if headers.get('X-Api-Key') != expected_key:", Trust.OUTSIDE),
        ("if token != settings.admin_token:", Trust.OUTSIDE),
    ],
)
def test_a_key_that_tells_entries_apart_is_no_secret(row: str, trust: Trust) -> None:
    assert looked("web-secret-compared-constant-time", f"{row}\n", 1) is trust


SHORTER = """
def _shorter(password):
    return base64.b64encode(hashlib.sha256(password.encode()).digest())

def kept(password):
    return {made}
"""


@pytest.mark.parametrize(
    ("made", "trust"),
    [
        ("bcrypt.hashpw(_shorter(password), bcrypt.gensalt())", Trust.FIXED),
        ("_shorter(password)", Trust.OUTSIDE),
        ("bcrypt.hashpw(_shorter(password), salt) or _shorter(password)", Trust.OUTSIDE),
        ("password", Trust.OUTSIDE),
    ],
)
def test_a_password_that_is_made_shorter_for_a_slow_hash(made: str, trust: Trust) -> None:
    assert looked("crypto-password-hash-slow", SHORTER.format(made=made), 3) is trust


BLOCK = """
const [html, setHtml] = useState("");
useEffect(() => {{
  setHtml("");
  void {made}.then((text) => setHtml(text));
}}, [code]);
return <div dangerouslySetInnerHTML={{{{ __html: html }}}} />;
"""


@pytest.mark.parametrize(
    ("made", "trust"), [("highlightCode(code)", Trust.CONFIGURED), ("fetchAnswer(code)", Trust.OUTSIDE)]
)
def test_what_a_highlighter_made_is_a_hint(made: str, trust: Trust) -> None:
    text = BLOCK.format(made=made)

    assert looked("agent-model-output-html-sanitised", text, 7, "typescript") is trust


@pytest.mark.parametrize(
    ("part", "trust"),
    [("min(body.n, 5)", Trust.CONFIGURED), ("int(body.n)", Trust.CONFIGURED), ("body.topic", Trust.OUTSIDE)],
)
def test_numbers_in_a_system_prompt_are_no_instructions(part: str, trust: Trust) -> None:
    text = f"""
def suggest(body):
    n = {part}
    text = f"Ask exactly {{n}} questions."
    return run(system_instruction=text, user_content=body.text)
"""

    assert looked("agent-system-prompt-free-of-request-text", text, 5) is trust


@pytest.mark.parametrize(
    ("steps", "trust"),
    [
        ("const steps = given ?? TOUR_STEPS;", Trust.CONFIGURED),
        ("const steps = messages;", Trust.OUTSIDE),
        ("const steps = await answer.json();", Trust.OUTSIDE),
    ],
)
def test_entries_of_a_constant_are_own_text(steps: str, trust: Trust) -> None:
    text = f"const TOUR_STEPS: Step[] = [{{ content: '<b>one</b>' }}];\n{steps}\n"
    text += "return <div dangerouslySetInnerHTML={{ __html: steps[0].content }} />;\n"

    assert looked("agent-model-output-html-sanitised", text, 3, "typescript") is trust


@pytest.mark.parametrize(
    ("name", "use", "trust"),
    [
        ("PARTNER_API_KEY", "new Partner({ apiKey: PARTNER_API_KEY });", Trust.CONFIGURED),
        ("BILLING_API_KEY", "fetch(url, { headers: { A: `Bearer ${BILLING_API_KEY}` } });", Trust.CONFIGURED),
        ("ADMIN_API_KEY", "if (request.headers.get('x-key') !== ADMIN_API_KEY) throw new Error();", Trust.OUTSIDE),
        ("ADMIN_API_KEY", "connect({ apiKey: ADMIN_API_KEY }); if (given === ADMIN_API_KEY) open();", Trust.OUTSIDE),
        ("WEBHOOK_SECRET", "verify({ token: WEBHOOK_SECRET });", Trust.OUTSIDE),
        ("PARTNER_API_KEY", "", Trust.OUTSIDE),
        ("PARTNER_API_KEY", "if (PARTNER_API_KEY === 'x') warn(); new Partner({ apiKey: PARTNER_API_KEY });", Trust.CONFIGURED),
    ],
)  # fmt: skip
def test_a_key_that_is_only_shown_to_another_service_is_a_hint(name: str, use: str, trust: Trust) -> None:
    text = f"const {name} = process.env.{name} || 'test-of-9f3a';\n{use}\n"

    assert looked("secret-environment-no-fallback", text, 1, "typescript") is trust


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("const at = Math.floor(Math.random() * apiKeys.length);\nreturn apiKeys[at];", Trust.CONFIGURED),
        ("const at = Math.floor(Math.random() * chars.length);\nreturn chars[at];", Trust.OUTSIDE),
        ("const at = Math.floor(Math.random() * words.length);\ntoken += words[at];", Trust.OUTSIDE),
        ("const token = Math.random().toString(36);\nreturn token;", Trust.OUTSIDE),
    ],
)
def test_an_entry_that_is_chosen_by_chance_is_no_secret_made_by_chance(text: str, trust: Trust) -> None:
    assert looked("crypto-secrets-from-secure-random", text, 2, "typescript") is trust


@pytest.mark.parametrize(
    ("check", "trust"),
    [
        ('!base || !new URL(base).hostname.endsWith(".corp.cn")', Trust.FIXED),
        ("!base || !allowed.some((each) => { return new URL(base).hostname === each; })", Trust.FIXED),
        ('!base || !new URL(base).hostname.endsWith("corp.cn")', Trust.OUTSIDE),
        ('!base || !other.hostname.endsWith(".corp.cn")', Trust.OUTSIDE),
        ("!base", Trust.OUTSIDE),
    ],
)
def test_a_script_that_gives_up_unless_it_knows_the_host(check: str, trust: Trust) -> None:
    text = f"if ({check}) {{\n  return refused();\n}}\nconst target = `${{base}}/x`;\nawait fetch(target);\n"

    assert looked("agent-request-urls-allow-listed", text, 5, "typescript") is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ("hashlib.sha1(password.encode(), usedforsecurity=False)", Trust.CONFIGURED),
        ("hashlib.sha1(password.encode(), usedforsecurity=True)", Trust.OUTSIDE),
        ("hashlib.sha1(password.encode())", Trust.OUTSIDE),
    ],
)
def test_a_hash_whose_author_says_that_it_secures_nothing_is_a_hint(row: str, trust: Trust) -> None:
    assert looked("crypto-password-hash-slow", f"def leaked(password):\n    return {row}\n", 2) is trust


@pytest.mark.parametrize(
    ("value", "trust"), [("api_key_hash", Trust.FIXED), ("api_key", Trust.OUTSIDE), ("hash_of_key_raw", Trust.OUTSIDE)]
)
def test_the_digest_of_a_key_in_a_log_is_no_secret(value: str, trust: Trust) -> None:
    assert looked("log-no-secret-values", f"logger.debug('failed for %s', {value})\n", 1) is trust


@pytest.mark.parametrize(
    ("made", "trust"),
    [
        ("hmac.new(KEY, password.encode(), 'sha256').digest()", Trust.CONFIGURED),
        ("hashlib.sha256(password.encode()).digest()", Trust.OUTSIDE),
    ],
)
def test_a_keyed_digest_of_a_password_is_a_hint(made: str, trust: Trust) -> None:
    text = f"import hashlib, hmac\ndef kept(password):\n    return {made}\n"

    assert looked("crypto-password-hash-slow", text, 3) is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ('NAME = os.environ.get("PROXY_CA_SECRET", "proxy-ca")\n', Trust.CONFIGURED),
        ('NAME = os.environ.get("PROXY_CA_SECRET", "proxy-secret")\n', Trust.OUTSIDE),
        ('NAME = os.environ.get("JWT_SECRET", "jwt")\n', Trust.OUTSIDE),
        ('NAME = os.environ.get("FLOWER_PASSWORD", "flower")\n', Trust.OUTSIDE),
    ],
)
def test_the_name_of_what_holds_a_secret_is_no_secret(row: str, trust: Trust) -> None:
    assert looked("secret-environment-no-fallback", row, 1) is trust


@pytest.mark.parametrize(
    ("name", "use", "trust"),
    [
        ("_LEGACY_ADMIN_PASSWORD", "    if password == {name}:\n        refuse()\n", Trust.CONFIGURED),
        ("_LEGACY_ADMIN_PASSWORD", "    return log_in('admin', {name})\n", Trust.OUTSIDE),
        ("ADMIN_PASSWORD", "    if password == {name}:\n        let_in()\n", Trust.OUTSIDE),
    ],
)
def test_a_password_that_is_known_to_be_bad_is_named_to_refuse_it(name: str, use: str, trust: Trust) -> None:
    text = f'{name} = "password1234"\ndef check(password):\n{use.format(name=name)}'

    assert looked("secret-password-not-hardcoded", text, 1) is trust


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("def asks(code):\n    compile(code, 'x', 'exec')\n    return True\n", Trust.FIXED),
        ("def asks(code):\n    made = compile(code, 'x', 'exec')\n    return made\n", Trust.OUTSIDE),
        ("def asks(code):\n    exec(compile(code, 'x', 'exec'))\n", Trust.OUTSIDE),
    ],
)
def test_what_is_compiled_and_thrown_away_runs_nothing(text: str, trust: Trust) -> None:
    assert looked("os-code-not-evaluated", text, 2) is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ("no_ssl_verify: bool = False\n", Trust.FIXED),
        ("skip_tls_verification = field(default=False)\n", Trust.FIXED),
        ("no_ssl_verify: bool = field(\n    default=False,\n)\n", Trust.FIXED),
        ("client = get(url, verify=False)\n", Trust.OUTSIDE),
        ("verify_ssl: bool = False\n", Trust.OUTSIDE),
        ("no_ssl_verify: bool = True\n", Trust.OUTSIDE),
    ],
)
def test_a_flag_that_would_switch_a_check_off_and_is_off(row: str, trust: Trust) -> None:
    assert looked("crypto-tls-verification-on", row, 1) is trust


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        ("body: A = Body(\n    examples=[\n        {'password': 'securepassword123'},\n    ])\n", Trust.CONFIGURED),
        (
            "class A:\n    config = {'json_schema_extra':\n        {'password': 'securepassword123'}}\n",
            Trust.CONFIGURED,
        ),
        ("start(\n    users=[\n        {'password': 'securepassword123'},\n    ])\n", Trust.OUTSIDE),
    ],
)
def test_a_password_that_a_schema_shows_as_an_example_is_a_hint(text: str, trust: Trust) -> None:
    assert looked("secret-password-not-hardcoded", text, 3) is trust


@pytest.mark.parametrize(
    ("made", "trust"),
    [("await runtime.create_session(name)", Trust.CONFIGURED), ("Session(engine)", Trust.OUTSIDE)],
)
def test_code_that_a_sandbox_executes_is_no_statement(made: str, trust: Trust) -> None:
    text = f"async def run(code):\n    session = {made}\n    return await session.execute(code)\n"

    assert looked("agent-model-output-not-sql", text, 3) is trust


def test_how_a_key_begins_is_no_key() -> None:
    assert looked("secret-token-not-hardcoded", "api_key = 'sk-proj-'\n", 1) is Trust.FIXED
    assert looked("secret-token-not-hardcoded", "api_key = 'sk-proj-a8Fk2mQ9zLw0'\n", 1) is Trust.OUTSIDE


@pytest.mark.parametrize(
    ("loader", "trust"),
    [
        ("NoDatesSafeLoader", Trust.CONFIGURED),
        ("loaders.SafeLineLoader", Trust.CONFIGURED),
        ("DateLoader", Trust.OUTSIDE),
    ],
)
def test_a_loader_of_another_file_is_safe_by_its_name_as_a_hint(loader: str, trust: Trust) -> None:
    assert looked("bandit-yaml-safe-load", f"def f(text):\n    return yaml.load(text, Loader={loader})\n", 2) is trust


FOLDER = """def inside(place, folder):
    place = os.path.abspath(place)
{ends}    {test}
"""


@pytest.mark.parametrize(
    ("ends", "test", "trust"),
    [
        ("    folder += os.sep\n", "return place.startswith(folder)", Trust.FIXED),
        ("    folder += '/'\n", "return place.startswith(folder)", Trust.FIXED),
        (
            "    folder = root if root.endswith(os.sep) else root + os.sep\n",
            "return place.startswith(folder)",
            Trust.FIXED,
        ),
        ("    folder += 'x'\n", "return place.startswith(folder)", Trust.OUTSIDE),
        ("    other += os.sep\n", "return place.startswith(folder)", Trust.OUTSIDE),
        ("    pass\n", "if place.startswith(folder): raise Denied(place)", Trust.CONFIGURED),
        ("    pass\n", "if place.startswith(folder): return False", Trust.CONFIGURED),
        ("    pass\n", "if place.startswith(folder): return True", Trust.OUTSIDE),
        ("    pass\n", "if not place.startswith(folder): raise Denied(place)", Trust.OUTSIDE),
    ],
)
def test_the_beginning_of_a_folder_that_ends_or_of_one_that_is_refused(ends: str, test: str, trust: Trust) -> None:
    assert looked("web-path-prefix-whole-folder", FOLDER.format(ends=ends, test=test), 4) is trust


@pytest.mark.parametrize(
    ("made", "used", "trust"),
    [
        (
            "with tempfile.NamedTemporaryFile(suffix=ending, delete=False) as file:\n        file.write(b'')",
            "os.remove(file.name)",
            Trust.FIXED,
        ),
        ("number, place = tempfile.mkstemp(suffix=ending)\n    os.close(number)", "os.unlink(place)", Trust.FIXED),
        ("folder = tempfile.mkdtemp()\n    ending", "shutil.rmtree(folder)", Trust.FIXED),
        ("place = ROOT + ending\n    ending", "os.remove(place)", Trust.OUTSIDE),
        ("folder = tempfile.mkdtemp()\n    ending", "os.remove(os.path.join(folder, ending))", Trust.OUTSIDE),
        ("folder = tempfile.mkdtemp()\n    ending", "open(os.path.join(folder, ending), 'w')", Trust.OUTSIDE),
    ],
)
def test_a_temporary_file_that_is_removed(made: str, used: str, trust: Trust) -> None:
    text = f"def work(ending):\n    {made}\n    {used}\n"

    assert looked("web-request-paths-confined", text, 4) is trust


@pytest.mark.parametrize(
    ("made", "used", "trust"),
    [
        ("client.images.generate(prompt=text)", "answer.data[0].url", Trust.CONFIGURED),
        ("await openai.images.generate(prompt=text)", "answer.data[0].url", Trust.CONFIGURED),
        ("openai.Image.create(prompt=text)", "answer['data'][0]['url']", Trust.CONFIGURED),
        ("client.chat.completions.create(messages=text)", "answer.data[0].url", Trust.OUTSIDE),
        ("client.images.generate(prompt=text)", "text.url", Trust.OUTSIDE),
    ],
)
def test_a_picture_where_the_maker_of_a_model_put_it(made: str, used: str, trust: Trust) -> None:
    text = (
        f"async def draw(client, text):\n    answer = {made}\n    url = {used}\n    return requests.get(url).content\n"
    )

    assert looked("agent-request-urls-allow-listed", text, 4) is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ("if token == self.cancellation_token:", Trust.FIXED),
        ("if cancel_token != wanted:", Trust.FIXED),
        ("while next_token == token:", Trust.FIXED),
        ("if token == settings.eos_token:", Trust.FIXED),
        ("if token == settings.api_token:", Trust.OUTSIDE),
        ("if header != access_token:", Trust.OUTSIDE),
        ("if token == settings.unstoppable_token_value:", Trust.OUTSIDE),
    ],
)
def test_tokens_that_let_nobody_in(row: str, trust: Trust) -> None:
    assert looked("web-secret-compared-constant-time", f"{row}\n    pass\n", 1) is trust


@pytest.mark.parametrize(
    ("after", "trust"),
    [
        ('known = os.getenv("DB_PASSWORD")', Trust.FIXED),
        ("raise ValueError", Trust.FIXED),
        ("return self.error(STILL_DEFAULT)", Trust.FIXED),
        ("return tokens(user)", Trust.OUTSIDE),
        ("log_in(user)", Trust.OUTSIDE),
    ],
)
def test_a_password_that_is_named_to_replace_it(after: str, trust: Trust) -> None:
    assert looked("secret-password-not-hardcoded", f'if password == "mypassword":\n    {after}\n', 1) is trust


@pytest.mark.parametrize(
    ("call", "trust"),
    [
        ("tool.execute(**arguments)", Trust.FIXED),
        ("tool.execute(code=text)", Trust.FIXED),
        ("cursor.execute(text)", Trust.OUTSIDE),
        ("cursor.execute(query=text)", Trust.OUTSIDE),
    ],
)
def test_a_tool_that_is_executed_is_no_statement(call: str, trust: Trust) -> None:
    assert (
        looked("agent-model-output-not-sql", f"def run(tool, cursor, text, arguments):\n    return {call}\n", 2)
        is trust
    )


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ('mixpanel_project_token = "6da9a43058a5d1b9f3353153921fb04d"', Trust.CONFIGURED),
        ('POSTHOG_API_KEY: str = "phc1_99T7muzafUMMZX15H8XePbMSreEU"', Trust.CONFIGURED),
        ('service_token = "6da9a43058a5d1b9f3353153921fb04d"', Trust.OUTSIDE),
        ('post_key = "6da9a43058a5d1b9f3353153921fb04d"', Trust.OUTSIDE),
    ],
)
def test_a_key_by_which_a_program_tells_how_it_is_used(row: str, trust: Trust) -> None:
    assert looked("secret-token-not-hardcoded", row, 1) is trust


@pytest.mark.parametrize(
    ("built", "trust"),
    [
        ("yarl.URL.build(path=path, query=query)", Trust.FIXED),
        ("yarl.URL.build(host=path, query=query)", Trust.OUTSIDE),
        ("yarl.URL.build(**path)", Trust.OUTSIDE),
        ("yarl.URL(path)", Trust.OUTSIDE),
    ],
)
def test_an_address_that_is_built_without_a_host(built: str, trust: Trust) -> None:
    text = f"async def proxy(client, path, query):\n    url = {built}\n    return await client.get(url)\n"

    assert looked("agent-request-urls-allow-listed", text, 3) is trust


@pytest.mark.parametrize(
    ("address", "trust"),
    [("TARGETS[self.target]", Trust.FIXED), ("self.target", Trust.OUTSIDE), ("link", Trust.OUTSIDE)],
)
def test_a_request_for_an_address_of_a_table_is_none_that_a_caller_chooses(address: str, trust: Trust) -> None:
    text = f"""
class Hook:
    def deliver(self, link):
        outgoing = urllib.request.Request({address}, data=b"")
        return urllib.request.urlopen(outgoing)
"""

    assert looked("bandit-url-scheme-checked", text, 5) is trust


@pytest.mark.parametrize(
    ("options", "trust"),
    [
        ("dict(trust_remote_code=False, revision=PINNED)", Trust.FIXED),
        ('{"revision": PINNED}', Trust.FIXED),
        ("dict(trust_remote_code=False)", Trust.OUTSIDE),
        ("given()", Trust.OUTSIDE),
    ],
)
def test_options_that_name_a_revision_pin_it(options: str, trust: Trust) -> None:
    text = f"def loaded(name):\n    extra = {options}\n    return AutoModel.from_pretrained(name, **extra)\n"

    assert looked("bandit-model-revision-pinned", text, 3) is trust


@pytest.mark.parametrize(
    ("cleaned", "trust"), [("nh3.clean(markdown(text))", Trust.CONFIGURED), ("markdown(text)", Trust.OUTSIDE)]
)
def test_a_page_of_what_a_function_of_the_file_cleans_is_a_hint(cleaned: str, trust: Trust) -> None:
    text = f"def to_html(text):\n    return {cleaned}\n\n\ndef share(id):\n    return HTMLResponse(to_html(kept(id)))\n"

    assert looked("web-request-text-escaped", text, 6) is trust


ROLE = """
def record(service, user, message):
    for chunk in service.chat_completion(message):
        {stored}
        {beside}
"""


@pytest.mark.parametrize(
    ("stored", "beside", "trust"),
    [
        ("value['role'] = chunk['role']", "value['content'] += chunk['content']", Trust.FIXED),
        ("value.role = chunk.role", "value.content = chunk.content", Trust.FIXED),
        ("user['role'] = chunk['role']", "value['content'] += chunk['content']", Trust.OUTSIDE),
        ("user['role'] = chunk['role']", "user['name'] = 'n'", Trust.OUTSIDE),
        ("user.is_admin = chunk['admin']", "user.content = chunk['content']", Trust.OUTSIDE),
    ],
)
def test_the_role_of_a_message_is_no_permission(stored: str, beside: str, trust: Trust) -> None:
    assert looked("agent-model-output-grants-nothing", ROLE.format(stored=stored, beside=beside), 4) is trust


@pytest.mark.parametrize(
    ("rule", "text", "trust"),
    [
        ("secret-token-not-hardcoded", 'def run(session_key: str = "cli:direct"): ...', Trust.FIXED),
        ("secret-token-not-hardcoded", 'API_SESSION_KEY = "api:default"', Trust.FIXED),
        ("secret-token-not-hardcoded", 'SESSION_KEY = "c0ffee51ba5eba11d06edeadbeef4f00"', Trust.OUTSIDE),
        ("secret-token-not-hardcoded", 'SIGNING_KEY = "api:default"', Trust.OUTSIDE),
        ("secret-password-not-hardcoded", 'text = PROMPT.format(exec_pass="executed successfully")', Trust.FIXED),
        ("secret-password-not-hardcoded", 'connect(db_pass="executed-77")', Trust.OUTSIDE),
        ("secret-password-not-hardcoded", 'ALIASES = {"1password": "1password-cli"}', Trust.FIXED),
        ("secret-password-not-hardcoded", 'USERS = {"password": "1password-cli"}', Trust.OUTSIDE),
    ],
)
def test_names_of_conversations_and_of_products_are_no_secrets(rule: str, text: str, trust: Trust) -> None:
    assert looked(rule, text, 1) is trust


CUT = """def relative(self, place):
    base = os.path.abspath(self.base)
    whole = os.path.abspath(place)
    if whole.startswith(base):
        {inside}
    {after}
"""


@pytest.mark.parametrize(
    ("inside", "after", "trust"),
    [
        ("return whole[len(base):]", "return whole", Trust.CONFIGURED),
        ("return whole[len(base):]", "raise ValueError(place)", Trust.OUTSIDE),
        ("return whole", "return ''", Trust.OUTSIDE),
        ("return whole[3:]", "return whole", Trust.OUTSIDE),
    ],
)
def test_a_path_that_only_loses_its_beginning(inside: str, after: str, trust: Trust) -> None:
    assert looked("web-path-prefix-whole-folder", CUT.format(inside=inside, after=after), 4) is trust


@pytest.mark.parametrize(
    ("text", "line", "trust"),
    [
        ("messages = [{'role': 'system', 'content': body.instructions}, *body.messages]", 1, Trust.CONFIGURED),
        ("said = body.system\nmessages = [{'role': 'system', 'content': said}]", 2, Trust.CONFIGURED),
        ("messages = [{'role': 'system', 'content': body.question}]", 1, Trust.OUTSIDE),
        ("messages = [{'role': 'system', 'content': 'You know ' + body.system}]", 1, Trust.OUTSIDE),
    ],
)
def test_an_interface_takes_the_message_of_the_system_from_its_caller(text: str, line: int, trust: Trust) -> None:
    body = "\n".join(f"    {row}" for row in text.split("\n"))

    assert looked("agent-system-prompt-free-of-request-text", f"def route(body):\n{body}\n", line + 1) is trust


@pytest.mark.parametrize(
    ("rule", "text", "trust"),
    [
        ("crypto-endpoint-not-clear-text", '"origin": "http://docs.example.com",', Trust.FIXED),
        ("crypto-endpoint-not-clear-text", '"Referer": "http://docs.example.com/",', Trust.FIXED),
        ("crypto-endpoint-not-clear-text", '"endpoint": "http://docs.example.com",', Trust.OUTSIDE),
        ("crypto-md5-not-used", "token_suffix = md5(query).hexdigest()[:8]", Trust.CONFIGURED),
        ("crypto-md5-not-used", "token = md5(password).hexdigest()", Trust.OUTSIDE),
    ],
)
def test_where_a_request_says_it_comes_from_and_a_few_letters_of_a_digest(rule: str, text: str, trust: Trust) -> None:
    assert looked(rule, text, 1) is trust


PROXY = """def proxy(url):
    {check}
    target = f"{{url}}?{{request.query_string}}" if request.query_string else url
    return requests.request("GET", {used})
"""


@pytest.mark.parametrize(
    ("check", "used", "trust"),
    [
        ("if not _is_safe_url(url): return None", "target", Trust.CONFIGURED),
        ("if not signature_is_good(url): raise ValueError", "url", Trust.OUTSIDE),
        ("if not is_url_allowed(url): raise ValueError", "url", Trust.CONFIGURED),
        ("if not _is_safe_url(url): log(url)", "target", Trust.OUTSIDE),
        ("if not _is_safe_url(other): return None", "target", Trust.OUTSIDE),
        ("if not is_signed(url): return None", "target", Trust.OUTSIDE),
    ],
)
def test_a_host_that_was_asked_about_before_a_query_is_put_behind_it(check: str, used: str, trust: Trust) -> None:
    assert looked("agent-request-urls-allow-listed", PROXY.format(check=check, used=used), 4) is trust


@pytest.mark.parametrize(
    ("row", "trust"),
    [
        ("export const think_token = process.env.THINK_TOKEN || 'thinking-mark'\n", Trust.FIXED),
        ("export const login_token = process.env.LOGIN_TOKEN || 'thinking-mark'\n", Trust.OUTSIDE),
    ],
)
def test_token_that_parts_a_text_is_no_secret(row: str, trust: Trust) -> None:
    assert looked("secret-environment-no-fallback", row, 1) is trust


@pytest.mark.parametrize(("value", "trust"), [("x-oauth-basic", Trust.FIXED), ("Zm9vYmFyLTEyMzQ1", Trust.OUTSIDE)])
@pytest.mark.parametrize("is_with_marks", [True, False])
def test_only_the_literal_that_was_matched_is_a_secret(value: str, trust: Trust, *, is_with_marks: bool) -> None:
    text = f"set('git:host.example', {{ username: token, password: '{value}' }})\n".encode()
    start = text.index(value.encode()) - is_with_marks
    offsets = (start, start + len(value) + 2 * is_with_marks)
    source = Source(path="a.ts", language="typescript", size_bytes=1, sha256="", text=text)
    rule = PACK.rules["secret-password-not-hardcoded"]

    assert second_look(Collector("semgrep"), source, rule, 1, 1, offsets) is trust


TRUNCATED = "description: The key. For example,\n\n  `-----BEGIN RSA PRIVATE KEY-----\n\n  MIIEpQIBAAKCAQEAuyf/lNrH9ck8DmNyo3fG{more}\n\n  -----END RSA PRIVATE KEY-----`\n"


@pytest.mark.parametrize(
    ("text", "trust"),
    [
        (TRUNCATED.format(more="GvCI1l9s."), Trust.CONFIGURED),
        (TRUNCATED.format(more="A" * 1592), Trust.OUTSIDE),
        (TRUNCATED.format(more="A").partition("  -----END")[0], Trust.OUTSIDE),
        (TRUNCATED.replace("MIIEpQIBAAKCAQEA", "MC4CAQAwBQYDK2Vw").format(more="A" * 40), Trust.OUTSIDE),
    ],
    ids=["of fifty bytes", "whole", "without an end", "short by its kind"],
)
def test_private_key_that_says_it_is_longer_than_it_is(text: str, trust: Trust) -> None:
    assert looked("secret-private-key-absent", text, 3, "yaml") is trust


@pytest.mark.parametrize(
    ("then", "trust"),
    [
        ("raise RuntimeError('set it')", Trust.FIXED),
        ("sys.exit(1)", Trust.FIXED),
        ("log.warning('set it')", Trust.OUTSIDE),
    ],
)
def test_a_fallback_with_which_the_program_refuses_to_start(then: str, trust: Trust) -> None:
    text = f'KEY = os.getenv("INDEX_API_KEY", "not-specified")\nif KEY is None or KEY == "not-specified":\n    {then}\n'

    assert looked("secret-environment-no-fallback", text, 1) is trust
    assert looked("secret-environment-no-fallback", text.replace('== "not', '== "un'), 1) is Trust.OUTSIDE


@pytest.mark.parametrize(
    ("beside", "trust"), [("measurementId: 'G-2K1MPK763J'", Trust.CONFIGURED), ("name: 'G'", Trust.OUTSIDE)]
)
def test_key_by_which_visits_are_counted_stands_beside_what_they_are_counted_for(beside: str, trust: Trust) -> None:
    text = f"const SENT = {{\n  {beside},\n  apiSecret: 'UccV7rIoTF6II6E9zYX5Ow',\n}};\n"

    assert looked("secret-token-not-hardcoded", text, 3, "typescript") is trust
