# ruff: noqa: E501 - whole programs as literals
"""What the file of a match shows for its severity."""

from __future__ import annotations

import pytest

from auditor.stages.code import languages
from auditor.stages.code.grounds import seen_of
from auditor.stages.code.reading import Collector, Seen
from auditor.stages.code.severity import Ground
from tests.unit.stages.code.fakes import Json, rule, source

ROUTE = "@app.post('/x')\ndef x(code: str):\n    eval(code)\n"


def seen(text: str, line: int, variant: str = "", language: str = languages.PYTHON, **changed: Json) -> Seen:
    return seen_of(Collector("t"), source(text=text, language=language), rule("r", **changed), variant, line, line)


def test_what_a_rule_brings_along_is_not_looked_for() -> None:
    assert seen("x\n", 1, rests_on="text") == Seen(ground=Ground.TEXT.value)
    assert seen("x\n", 1, rests_on="flow") == Seen(ground=Ground.FLOW.value)


def test_a_variant_may_bring_more_than_its_rule() -> None:
    assert seen("x\n", 1, "r--literal", rests_on="source", variants={"r--literal": "text"}).ground == Ground.TEXT
    assert seen("x\n", 1, "r--other", rests_on="source", variants={"r--literal": "text"}).ground == Ground.NONE


def test_a_source_in_the_file_is_shown_as_a_way() -> None:
    found = seen(ROUTE, 3, rests_on="source", capability="code-execution")

    assert (found.ground, found.origin) == (Ground.FLOW, "Request")
    assert [(step.line, step.name) for step in found.steps] == [(2, "Request"), (3, "code-execution")]


def test_without_a_source_there_is_no_ground() -> None:
    assert seen("def x(code):\n    eval(code)\n", 2, rests_on="source") == Seen()
    assert seen("eval(", 1, rests_on="source") == Seen()
    assert seen("code: x\n", 1, language=languages.YAML, rests_on="source") == Seen()


def test_a_script_is_looked_at_too() -> None:
    assert seen("eval(req.body.code)\n", 1, language=languages.TYPESCRIPT, rests_on="source").origin == "Request"


def test_a_search_in_a_function_that_knows_for_whom_it_works_lacks_something() -> None:
    of = {"rests_on": "contrast", "capability": "missing-tenant-filter"}

    assert seen("def find(text, user_id):\n    return db.search(text)\n", 2, **of).ground == Ground.CONTRAST
    assert seen("def find(text):\n    return db.search(text)\n", 2, **of).ground == Ground.NONE


def test_a_name_that_leaves_no_doubt_proves_what_is_logged() -> None:
    of = {"rests_on": "source", "capability": "secret-logged"}

    assert seen("logger.info(args.api_key)\n", 1, **of).ground == Ground.TEXT
    assert seen("def x(c):\n    url = f'db://{c.db_password}@h'\n    log.info(url)\n", 3, **of).ground == Ground.TEXT
    assert seen("def x(token):\n    log.info(token)\n", 2, **of).ground == Ground.NONE
    assert seen("log.info('the api_key is missing')\n", 1, **of).ground == Ground.NONE


def test_what_a_function_notes_for_itself_switches_nothing_off() -> None:
    of = {"rests_on": "text", "capability": "approval-disabled"}

    assert seen("def x():\n    approval_required = False\n", 2, **of).ground == Ground.NONE
    assert seen("approval_required = False\n", 1, **of).ground == Ground.TEXT
    assert seen("def x(agent):\n    agent.approval_required = False\n", 2, **of).ground == Ground.TEXT
    assert seen("def x():\n    start(approval_required=False)\n", 2, **of).ground == Ground.TEXT
    assert seen("def x(agent, approval_required=False):\n    y(agent)\n", 1, **of).ground == Ground.NONE
    assert seen("class X:\n    require_approval: bool = False\n", 2, **of).ground == Ground.NONE
    assert seen("class X:\n    auto_approve: bool = True\n", 2, **of).ground == Ground.TEXT
    assert seen("def x(agent, auto_approve=True):\n    y(agent)\n", 1, **of).ground == Ground.TEXT
    assert seen("def x(a, ask_first=False, skip_confirmation=True):\n    y(a)\n", 1, **of).ground == Ground.TEXT


def test_code_of_others_behind_a_switch_of_that_name_is_asked_for() -> None:
    of = {"rests_on": "text", "capability": "remote-code-loading"}
    head = "import transformers\n"
    switched = "if args.trust_remote_code:\n    options['trust_remote_code'] = True\n"

    assert seen(head + switched, 3, **of).ground == Ground.NONE
    assert seen(f"{head}options['trust_remote_code'] = True\n", 2, **of).ground == Ground.TEXT
    assert seen("options['trust_remote_code'] = True\n", 1, **of).ground == Ground.NONE


def test_a_default_proves_something_where_its_function_hands_it_on() -> None:
    of = {"rests_on": "text", "capability": "remote-code-loading"}
    head = "import transformers\ndef load(name, trust_remote_code=True):\n"

    assert seen(head + "    return get(name, trust_remote_code=trust_remote_code)\n", 2, **of).ground == Ground.TEXT
    assert seen(head + "    return list(name)\n", 2, **of).ground == Ground.NONE


def test_a_table_of_options_proves_something_where_it_is_handed_over() -> None:
    of = {"rests_on": "text", "capability": "remote-code-loading"}
    table = "import transformers\ndef load(name):\n    options = dict(trust_remote_code=True)\n"

    assert seen(table + "    return get(name, **options)\n", 3, **of).ground == Ground.TEXT
    assert seen(table + "    return [each for each in name if each in options]\n", 3, **of).ground == Ground.NONE


SQL = {"rests_on": "source", "capability": "sql-injection"}


def test_the_name_of_a_table_that_a_function_is_given_is_no_ground() -> None:
    count = 'def count(self, table):\n    return self.db.execute(f"SELECT 1 FROM {table}")\n'
    made = "def create(url):\n    name = make_url(url).database\n    return db.execute(f'CREATE DATABASE {name}')\n"

    assert seen(count, 2, **SQL).ground == Ground.NONE
    assert seen(made, 3, **SQL).ground == Ground.NONE


def test_the_name_of_a_table_that_a_route_or_a_tool_is_given_is_one() -> None:
    body = 'def count(table):\n    return db.execute(f"SELECT 1 FROM {table}")\n'
    tool = (
        'class CountTool(BaseTool):\n    def _run(self, table):\n        return db.execute(f"SELECT 1 FROM {table}")\n'
    )

    assert seen(f"@app.get('/count')\n{body}", 3, **SQL).origin == "Request"
    assert seen(tool, 3, **SQL).origin == "ToolArgument"


def test_the_field_of_a_script_in_a_search_is_no_ground_and_its_text_from_a_request_is() -> None:
    of = {"rests_on": "source", "capability": "query-injection"}
    text = "def find(field, text):\n    return {'script': {'source': f\"doc['{field}'].value\"}}\n"

    assert seen(text, 2, **of).ground == Ground.NONE
    assert seen("@app.post('/find')\n" + text, 3, **of).origin == "Request"


def test_what_was_hidden_before_is_no_ground() -> None:
    of = {"rests_on": "source", "capability": "secret-logged"}
    text = "@app.post('/x')\ndef x(body: Job):\n    {name} = cut(body.code)\n    log.info('a', totp={name})\n"

    assert seen(text.format(name="redacted_code"), 4, **of).ground == Ground.NONE
    assert seen("@app.post('/x')\ndef x(token: str):\n    log.info(token)\n", 3, **of).ground == Ground.FLOW


def test_the_key_of_a_conversation_is_no_secret_because_a_caller_sent_it() -> None:
    of = {"rests_on": "source", "capability": "secret-logged"}
    route = "@app.post('/x')\ndef x(request: Request, session_key: str, token: str):\n    log.info({})\n"

    assert seen(route.format("'for {}', session_key"), 3, **of).ground == Ground.NONE
    assert seen(route.format("'for {}', session_key, token"), 3, **of).ground == Ground.FLOW
    assert seen(route.format("request.session.session_key, request.args"), 3, **of).ground == Ground.FLOW


ESCAPES = "function escapeHtml(s) {\n  return String(s).replace(/&/g, '&amp;').replace(/</g, '&lt;')\n}\n"
FILLS = "function esc(s) {\n  const d = document.createElement('div')\n  d.textContent = s\n  return d.innerHTML\n}\n"


def shown_as_html(helpers: str, value: str) -> str:
    text = f"{helpers}function show(message) {{\n  el.innerHTML = {value}\n}}\n"
    of: Json = {"rests_on": "flow", "capability": "cross-site-scripting"}
    line = text.count("\n", 0, text.index("el.innerHTML")) + 1
    given = rule("agent-model-output-html-sanitised", **of)
    return seen_of(Collector("t"), source(text=text, language=languages.TYPESCRIPT), given, "", line, line).ground


@pytest.mark.parametrize(
    ("helpers", "value"),
    [
        (ESCAPES, "escapeHtml(message.content)"),
        (ESCAPES, "`<p id=${message.id}>${escapeHtml(message.content)}</p>`"),
        (ESCAPES + "function fmt(t) {\n  let h = escapeHtml(t)\n  h = h.replace(/x/g, '<br>')\n  return h\n}\n", "fmt(message.content)"),
        (ESCAPES + "const page = (all) => all.map(each => `<li>${escapeHtml(each.text)}</li>`).join('')\n", "page(message.content)"),
        (FILLS, "`<p>${esc(message.content)}</p>`"),
        (FILLS + "function fmt(t) {\n  return esc(t).split('x').map(each => `<p>${each}</p>`).join('')\n}\n", "fmt(message.content)"),
        ("function esc(s) {\n  const d = document.createElement('p')\n  d.appendChild(document.createTextNode(s))\n  return d.innerHTML\n}\n", "esc(message.content)"),
    ],
)  # fmt: skip
def test_html_that_a_function_of_the_file_escapes_is_to_review(helpers: str, value: str) -> None:
    assert shown_as_html(helpers, value) == Ground.NONE


@pytest.mark.parametrize(
    ("helpers", "value"),
    [
        (ESCAPES, "`<p>${message.content}</p>`"),
        (ESCAPES, "`<p>${escapeHtml(message.title)}</p>${message.content}`"),
        (ESCAPES + "function fmt(t) {\n  return t.replace(/x/g, '<br>')\n}\n", "fmt(message.content)"),
        ("function escapeHtml(s) {\n  return s\n}\n", "escapeHtml(message.content)"),
        (ESCAPES + "import { marked } from 'marked'\nfunction fmt(t, n) {\n  return escapeHtml(n) + marked(t)\n}\n", "fmt(message.content, message.title)"),
        ("function esc(s) {\n  const d = document.createElement('div')\n  d.innerHTML = s\n  return d.innerHTML\n}\n", "esc(message.content)"),
    ],
)  # fmt: skip
def test_html_of_which_a_part_is_not_escaped_stays(helpers: str, value: str) -> None:
    assert shown_as_html(helpers, value) == Ground.FLOW


@pytest.mark.parametrize("value", ["content", "page.content", "props.html", "fetched.text", "error.message"])
def test_what_is_not_said_in_a_conversation_is_to_review(value: str) -> None:
    assert shown_as_html("", value) == Ground.NONE


def test_what_another_file_makes_is_asked_of_the_program() -> None:
    text = "import { fmt } from './fmt'\nel.innerHTML = fmt(message.content)\n"
    given = rule("agent-model-output-html-sanitised", rests_on="flow", capability="cross-site-scripting")

    found = seen_of(Collector("t"), source(text=text, language=languages.TYPESCRIPT), given, "", 2, 2)

    assert (found.ground, any(found.asks)) == (Ground.NONE, True)


def test_a_page_that_asks_for_an_address_is_shown_and_earns_nothing() -> None:
    text = "window.addEventListener('message', (e) => {\n  fetch(e.data.url)\n})\n"
    given = rule("web-helper-urls-allow-listed", rests_on="way", capability="address-through-helper")

    found = seen_of(Collector("t"), source(path="a.tsx", text=text, language=languages.TYPESCRIPT), given, "", 2, 2)

    assert (found.ground, found.origin, found.is_held) == (Ground.NONE, "Request", False)


def test_a_secret_in_a_line_of_a_page_or_for_debugging_is_to_review() -> None:
    def ground(line: str, path: str = "src/server/a.ts") -> str:
        given = rule("log-no-secret-values", rests_on="source", capability="secret-logged")
        return seen_of(
            Collector("t"), source(path=path, text=line, language=languages.TYPESCRIPT), given, "", 1, 1
        ).ground

    assert ground("logger.info(user.password)\n") == Ground.TEXT
    assert ground("logger.debug(user.password)\n") == Ground.NONE
    assert ground("console.log(data.accessToken)\n", "src/App.tsx") == Ground.NONE


def test_a_credential_of_a_file_of_settings_counts_where_it_lets_somebody_in() -> None:
    given = rule("secret-default-credential-absent", rests_on="text", capability="default-credential")

    def ground(path: str) -> str:
        text = source(path=path, text="JWT_SECRET=change-me\n", language=languages.GENERIC)
        return seen_of(Collector("t"), text, given, "", 1, 1).ground

    assert ground("deploy/.env") == Ground.TEXT
    assert ground("deploy/.env.example") == Ground.NONE


@pytest.mark.parametrize(
    ("path", "ground"),
    [
        ("Dockerfile", Ground.TEXT),
        ("deploy/install.sh", Ground.TEXT),
        (".devcontainer/Dockerfile", Ground.NONE),
        ("docker/dev/Dockerfile", Ground.NONE),
        ("Dockerfile.dev", Ground.NONE),
    ],
)
def test_what_an_image_for_developers_downloads_runs_on_their_machines(path: str, ground: Ground) -> None:
    language = languages.SHELL if path.endswith(".sh") else languages.DOCKERFILE
    at = source(path, "RUN curl https://a.example/x.sh | sh\n", language)

    assert seen_of(Collector("t"), at, rule("r", rests_on="text", capability="remote-code"), "", 1, 1).ground == ground


LINES = {"rests_on": "text", "capability": "tls-verification"}


@pytest.mark.parametrize(
    ("text", "line", "ground"),
    [
        ("get(url, verify=False)\n", 1, Ground.TEXT),
        ("def x():\n    get(url, verify=False)\n", 2, Ground.TEXT),
        ("def x():\n    if not strict:\n        get(url, verify=False)\n", 3, Ground.BRANCH),
        ("if a:\n    pass\nelif b:\n    get(url, verify=False)\n", 4, Ground.BRANCH),
        ("if a:\n    def x():\n        get(url, verify=False)\n", 3, Ground.BRANCH),
        (
            "class Open(Adapter):\n    def send(self):\n        get(url, verify=False)\ndef set_up(s, strict):\n    if not strict:\n        s.mount(Open())\n",
            3,
            Ground.BRANCH,
        ),
        (
            "def off():\n    get(url, verify=False)\ndef set_up(strict):\n    if not strict:\n        off()\n    else:\n        off()\n",
            2,
            Ground.BRANCH,
        ),
        (
            "def off():\n    get(url, verify=False)\ndef set_up(strict):\n    if not strict:\n        off()\n    off()\n",
            2,
            Ground.TEXT,
        ),
        ("def off():\n    get(url, verify=False)\nif __name__ == '__main__':\n    off()\n", 2, Ground.TEXT),
        ("def off():\n    get(url, verify=False)\n", 2, Ground.TEXT),
        (
            "class Open:\n    def off(self):\n        get(url, verify=False)\n    def on(self):\n        if x:\n            Open()\n",
            3,
            Ground.TEXT,
        ),
        ("@app.get('/')\ndef off():\n    get(url, verify=False)\nif x:\n    off()\n", 3, Ground.TEXT),
        ("if a:\n    pass\nget(url, verify=False)\n", 3, Ground.TEXT),
        ("if get(url, verify=False):\n    pass\n", 1, Ground.TEXT),
        ("if __name__ == '__main__':\n    get(url, verify=False)\n", 2, Ground.TEXT),
        ("if not done:\n    return\nget(url, verify=False)\n", 3, Ground.TEXT),
        ("get(\n", 1, Ground.TEXT),
    ],
)
def test_lines_that_run_where_a_condition_holds_are_told_from_those_that_run_in_any_case(
    text: str, line: int, ground: Ground
) -> None:
    assert seen(text, line, **LINES) == Seen(ground=ground.value)


def test_of_settings_no_branch_is_seen() -> None:
    assert seen("if: x\nverify: false\n", 2, language=languages.YAML, **LINES) == Seen(ground=Ground.TEXT.value)


@pytest.mark.parametrize(
    ("name", "capability", "ground"),
    [
        ("get_example_config", "tls-verification", Ground.NONE),
        ("sample", "tls-verification", Ground.NONE),
        ("smoke", "tls-verification", Ground.NONE),
        ("resample", "tls-verification", Ground.TEXT),
        ("configured", "tls-verification", Ground.TEXT),
        ("get_example_config", "provider-key", Ground.TEXT),
    ],
)
def test_what_a_function_shows_as_an_example_is_to_review_but_for_real_secrets(
    name: str, capability: str, ground: Ground
) -> None:
    of = {"rests_on": "text", "capability": capability}

    assert seen(f"def {name}():\n    return Config(verify=False)\n", 2, **of) == Seen(ground=ground.value)


@pytest.mark.parametrize(("name", "ground"), [("info", Ground.NONE), ("error", Ground.NONE), ("answer", Ground.TEXT)])
def test_what_a_log_of_the_program_is_given_its_callers_say(name: str, ground: Ground) -> None:
    of = {"rests_on": "text", "capability": "personal-data-logged"}
    text = f"class Log:\n    def {name}(self, message):\n        logger.info(message)\n"

    assert seen(text, 3, **of) == Seen(ground=ground.value)
    assert seen("logger.info(message)\n", 1, **of) == Seen(ground=Ground.TEXT.value)


def test_what_a_command_prints_its_user_reads() -> None:
    of = {"rests_on": "source", "capability": "secret-logged", "language": languages.JAVASCRIPT}

    assert seen("console.log(authToken)\n", 1, **of).ground == Ground.TEXT
    assert seen("#!/usr/bin/env node\nconsole.log(authToken)\n", 2, **of).ground == Ground.NONE


@pytest.mark.parametrize(
    ("rest", "ground"),
    [
        ("    return Started(call_id=session_token)\n", Ground.NONE),
        ("    return {'call_sid': session_token}\n", Ground.NONE),
        ("    return {'auth': session_token}\n", Ground.TEXT),
        ("    return Started(session_token)\n", Ground.TEXT),
    ],
)
def test_a_token_that_is_called_an_id_where_it_is_handed_on(rest: str, ground: Ground) -> None:
    text = f"def start(answer):\n    session_token = answer.get('token')\n    logger.info(f'begun {{session_token}}')\n{rest}"

    assert seen(text, 3, rests_on="source", capability="secret-logged").ground == ground
    other = text.replace("session_token", "api_key")
    assert seen(other, 3, rests_on="source", capability="secret-logged").ground == Ground.TEXT
