# ruff: noqa: E501 - whole programs as literals
"""What a match is for, by the names around it."""

from __future__ import annotations

import ast
from textwrap import dedent

import pytest

from auditor.stages.code.purpose import (
    compares_own_state,
    gives_secret,
    hash_is_for_security,
    html_may_be_said,
    is_for_reading,
    is_opted_in,
    is_sealed,
    is_started_by_hand,
    is_switched,
    is_the_store_itself,
    log_is_harmless,
    members_are_checked,
    searches_one_collection,
)


def rows(text: str) -> tuple[list[str], int]:
    lines = dedent(text).split("\n")
    return lines, next(number for number, row in enumerate(lines, 1) if "md5(" in row or "sha1(" in row)


@pytest.mark.parametrize(
    "text",
    [
        """
        def encrypt_password(raw):
            return hashlib.md5(raw.encode()).hexdigest()
        """,
        """
        def f(body, key):
            signature = hashlib.md5((body + key).encode()).hexdigest()
        """,
        """
        access_token = hashlib.md5(f"{user.id}{created}".encode()).hexdigest()
        """,
        """
        export function signRequest(body: string) {
          return createHash('sha1(').update(body).digest('hex');
        }
        """,
    ],
)
def test_digests_of_passwords_signatures_and_tokens_are_for_security(text: str) -> None:
    lines, line = rows(text)

    assert hash_is_for_security(lines, line, line)


@pytest.mark.parametrize(
    "text",
    [
        """
        def model_of(name, fields):
            cache_key = hashlib.md5(f"{name}_{fields}".encode()).hexdigest()
            return MODELS[cache_key]
        """,
        """
        def state_digest(raw):
            return hashlib.md5(raw.encode()).hexdigest()
        """,
        """
        etag = hashlib.sha1(content).hexdigest()
        """,
        """
        access_token = hashlib.md5(str(uuid.uuid7()).encode()).hexdigest()
        """,
    ],
)
def test_digests_of_caches_and_contents_are_not(text: str) -> None:
    lines, line = rows(text)

    assert not hash_is_for_security(lines, line, line)


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ('logger.warning("role %s skipped", message.role)', True),
        ('logger.info(f"{len(messages)} messages, {message.id}")', True),
        ('logger.info("took %s", mask(prompt))', True),
        ('log.exception("no %s; falling back", FORWARD_USER_HEADER_JWT)', True),
        ('log.info("pool %s:**@%s", user, dsn)', True),
        ('logger.info("prompt %s", prompt)', False),
        ('logger.info(f"said {message.content}")', False),
        ('logger.info("%s: %s", user_id, question)', False),
        ('logger.info("%s", API_TOKEN)', False),
        ('logger.info("nothing but words about a prompt")', False),
        ("compute(prompt)", False),
    ],
)
def test_a_log_line_is_harmless_if_every_value_of_it_is(call: str, *, expected: bool) -> None:
    assert log_is_harmless(ast.parse(call), 1, 1) is expected


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ('<div v-html="item.answer"></div>', True),
        ('<div v-html="renderMarkdown(message.content)"></div>', True),
        ("{@html reply}", True),
        ('<span v-html="provider?.icon" class="model-icon"></span>', False),
        ('<div v-html="label(item)"></div>', False),
        ("<p v-html=\"$t('welcome')\"></p>", False),
        ("element.innerHTML = x", True),
    ],
)
def test_raw_html_of_icons_and_labels_is_not_what_a_model_said(line: str, *, expected: bool) -> None:
    assert html_may_be_said(line) is expected


@pytest.mark.parametrize(
    ("path", "line", "expected"),
    [
        ("ui/src/locales/en/layout.ts", "  base_url: 'http://portal.corp.cn/',", True),
        ("ui/src/layout.ts", "  userManualUrl: 'http://docs.corp.cn/',", True),
        ("app/client.py", 'BASE_URL = "http://models.corp.cn/v1"', False),
    ],
)
def test_addresses_that_people_open_are_no_endpoints(path: str, line: str, *, expected: bool) -> None:
    assert is_for_reading(path, line) is expected


def test_a_comparison_with_what_was_kept_asks_for_a_change() -> None:
    assert compares_own_state("if stored_signature != self._cached_signature:")
    assert not compares_own_state("if signature != expected_signature:")


@pytest.mark.parametrize(
    ("call", "expected"),
    [
        ("client.search(collection_name=name, query_vector=v)", True),
        ('client.search(collection_name="documents", query_vector=v)', False),
        ("client.search(collection_name=COLLECTION, query_vector=v)", False),
        ("client.search(v)", False),
    ],
)
def test_a_search_in_a_collection_that_was_given_may_be_one_of_a_tenant(call: str, *, expected: bool) -> None:
    assert searches_one_collection(ast.parse(call), 1, 1) is expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("f'd-{workspace}-{size}'", True),
        ("f'd-{request.user_id}'", True),
        ("f'd-{size}'", False),
        ("'documents'", False),
    ],
)
def test_an_index_that_is_opened_by_the_name_of_a_tenant(name: str, *, expected: bool) -> None:
    text = f"def found(self, workspace, request, size):\n    name = {name}\n    index = self.pinecone.Index(name)\n    return index.query(vector=v)\n"

    assert searches_one_collection(ast.parse(text), 4, 4) is expected


def test_a_class_that_wraps_a_store_searches_for_whoever_calls_it() -> None:
    store = "class Vald(VectorStore):\n    def similarity_search(self, q):\n        return self.search_by_vector(q)\n"
    service = "class AnswerService:\n    def answer(self, q):\n        return self.store.similarity_search(q)\n"

    assert is_the_store_itself(ast.parse(store), 3)
    assert not is_the_store_itself(ast.parse(service), 3)
    assert not is_the_store_itself(ast.parse("x = store.search(q)\n"), 1)


def tree_at(text: str, part: str) -> tuple[ast.Module, int]:
    lines = dedent(text).strip("\n").split("\n")
    return ast.parse("\n".join(lines)), next(number for number, row in enumerate(lines, 1) if part in row)


SEALED = """
    def get(self, key):
        tag, payload = split(self.raw(key))
        if not hmac.compare_digest(tag, self.tag(payload)):
            return None
        return dill.loads(payload)
"""


def test_what_is_loaded_after_its_seal_was_compared_is_a_hint() -> None:
    assert is_sealed(*tree_at(SEALED, "dill.loads"))
    assert not is_sealed(*tree_at(SEALED.replace("return None", "log(key)"), "dill.loads"))
    assert not is_sealed(*tree_at(SEALED.replace("compare_digest", "sign"), "dill.loads"))
    assert not is_sealed(*tree_at("dill.loads(payload)", "dill.loads"))


@pytest.mark.parametrize(
    ("call", "by_hand"),
    [
        ('uvicorn.run("a:app", host="localhost", reload=True)', True),
        ('uvicorn.run("a:app", reload=True)', True),
        ('uvicorn.run("a:app", host="0.0.0.0", reload=True)', False),
        ("app.run(debug=True, reload=True)", False),
        ("app.run(debug=True)", False),
    ],
)
def test_server_that_a_developer_starts_and_that_only_reloads_is_a_hint(call: str, *, by_hand: bool) -> None:
    tree, line = tree_at(f'if __name__ == "__main__":\n    {call}', "run(")
    bare, at = tree_at(call, "run(")

    assert is_started_by_hand(tree, line, line) is by_hand
    assert not is_started_by_hand(bare, at, at)


LOOP = "def f(zf):\n    for m in zf.namelist():"


@pytest.mark.parametrize(
    ("text", "checked"),
    [
        ("def f(tf):\n    tf.extractall(to, filter='data')", True),
        ("def f(tf):\n    _safe_extractall(tf, to)", True),
        (f"{LOOP}\n        if not (to / m).is_relative_to(to):\n            raise E\n    zf.extractall(to)", None),
        (f"{LOOP}\n        log(m.startswith('a'))\n    zf.extractall(to)", False),
        ("def f(zf):\n    zf.extractall(to)", False),
    ],
)  # fmt: skip
def test_members_that_a_function_checks_before_are_told_apart(text: str, *, checked: bool | None) -> None:
    tree, line = tree_at(text, "extractall")

    assert members_are_checked(tree, line, line) is checked


@pytest.mark.parametrize(
    ("made", "checked"),
    [("zipfile.ZipFile(file)", True), ("tarfile.open(file)", False), ("opened(file)", False)],
)
def test_zipfile_keeps_members_inside_by_itself(made: str, *, checked: bool) -> None:
    tree, line = tree_at(
        f"def f(file, folder):\n    with {made} as archive:\n        archive.extractall(folder)\n", "extractall"
    )

    assert members_are_checked(tree, line, line) is checked


def test_memory_of_an_agent_is_a_collection_of_its_own() -> None:
    for call, is_one in (
        ("self._memory.recall(query, limit=10)", True),
        ("self._require_memory().recall(query)", True),
        ("store.recall(query, scope=mine)", True),
        ("store.recall(query)", False),
        ("self.memory.search(query)", False),
    ):
        assert searches_one_collection(ast.parse(call), 1, 1) is is_one, call


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        ("await session.list_prompts()", True),
        ("(await session.list_prompts()).prompts", True),
        ("await session.read_prompts()", False),
        ("await session.list_prompts() + asked", False),
    ],
)
def test_what_a_server_of_tools_offers_is_no_message(made: str, *, expected: bool) -> None:
    text = f"async def main(session, asked):\n    prompts = {made}\n    logger.info(f'{{prompts}}')\n"

    assert log_is_harmless(ast.parse(text), 3, 3) is expected
    assert not log_is_harmless(ast.parse(text.replace("session, asked", "session, prompts")), 3, 3)


def test_log_of_a_text_that_was_made_of_identifiers_above_is_harmless() -> None:
    text = """
    def f(message):
        error_message = f"Message with id {message.id} not found"
        log.warning(error_message)
    """

    for changed, is_harmless in (
        (text, True),
        (text.replace("message.id", "message.content"), False),
        (text.replace("def f(message)", "def f(message, error_message)"), False),
        (text.replace('f"Message with id {message.id} not found"', "render(message)"), False),
    ):
        tree, line = tree_at(changed, "log.warning")
        assert log_is_harmless(tree, line, line) is is_harmless, changed


OPTED = """
    def load(path, allow_dangerous_deserialization=False):
        if not allow_dangerous_deserialization:
            raise ValueError("say so")
        return pickle.load(open(path, "rb"))
"""


def test_what_a_caller_has_to_ask_for_is_judged_where_he_asks() -> None:
    assert is_sealed(*tree_at(OPTED, "pickle.load"))
    assert not is_sealed(*tree_at(OPTED.replace("raise ValueError", "print"), "pickle.load"))
    assert not is_sealed(*tree_at(OPTED.replace("allow_dangerous_deserialization", "verbose"), "pickle.load"))
    assert is_opted_in(tree_at(OPTED, "def")[0])
    assert is_opted_in(tree_at(OPTED.replace("raise ValueError", "raise_dangerous"), "def")[0])
    assert not is_opted_in(ast.parse("allow_dangerous_tools = True"))
    for asked in ('kwargs.get("allow_dangerous_deserialization")', "self.allow_dangerous_deserialization"):
        assert is_opted_in(ast.parse(f"if not {asked}:\n    raise ValueError(1)\n"))
    assert not is_opted_in(ast.parse('if not kwargs.get("pipeline"):\n    raise ValueError(1)\n'))


@pytest.mark.parametrize(
    ("text", "line", "is_one"),
    [
        ("if in_debug_mode():\n    app = FastAPI(debug=True)\nelse:\n    app = FastAPI(docs_url=None)\n", 2, True),
        ("if in_debug_mode():\n    app = FastAPI()\nelse:\n    app = FastAPI(debug=True)\n", 4, False),
        ("if not debug:\n    app = FastAPI(debug=True)\n", 2, False),
        ("app = FastAPI(debug=True)\n", 1, False),
    ],
)
def test_debugging_that_a_condition_asks_for_is_told(text: str, line: int, is_one: bool) -> None:  # noqa: FBT001 - a row
    assert is_switched(ast.parse(text), line) is is_one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('logger.info(f"{prompt_tokens} of {max_prompt_tokens}")', True),
        ('logger.info(f"{num_messages} messages, {total_prompt_len} characters")', True),
        ('logger.info("%s (%s)", prompt_label, message.__class__.__name__)', True),
        ('logger.info(f"round {message_number}: {e}")', True),
        ('logger.info(f"{count_tokens(messages)} {num_tokens_from_messages(messages)}")', True),
        ('if not prompt:\n    logger.warning(f"no prompt: {prompt}")', True),
        ('if prompt is None:\n    logger.warning(f"no prompt: {prompt}")', True),
        ('if prompt:\n    logger.warning(f"prompt: {prompt}")', False),
        ('logger.info(f"{self.cls_name}: {prompt}")', False),
        ('logger.info(f"{prompt_tokens}: {render_prompt(messages)}")', False),
        ('logger.info(f"{prompt_text}")', False),
        ('logger.info(f"remaining: {available_token}, {used_tokens}")', True),
        ('logger.info(f"remaining: {available_secret_token}")', False),
        ('context.log.log(type="user", content=prompt)', True),
        ("logger.log(logging.INFO, prompt)", False),
    ],
)
def test_counters_labels_and_names_of_classes_say_nothing_of_a_person(text: str, *, expected: bool) -> None:
    line = 1 + text.count("\n")

    assert log_is_harmless(ast.parse(text), line, line) is expected


MASKED = """def tell(url, password):
    shown = url
    if password:
        shown = {value}
    logger.info(f"connected to {{shown}}")
"""


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ('url.replace(f":{password}@", ":****@")', True),
        ('re.sub(r":[^@]+@", ":***@", url)', True),
        ('url.replace("a", "b")', False),
        ("url.strip()", False),
    ],
)
def test_a_value_in_which_stars_stand_for_the_secret(value: str, *, expected: bool) -> None:
    assert log_is_harmless(ast.parse(MASKED.format(value=value)), 5, 5) is expected


@pytest.mark.parametrize(
    ("kept", "is_secret"),
    [
        ("token = self._new()", True),
        ("self.reset_code = await self._new()", True),
        ("send(password=self._new())", True),
        ("token_count = self._new()", False),
        ("colour = self._new()", False),
        ("self._new()", False),
    ],
)
def test_what_is_made_by_chance_is_a_secret_where_it_is_kept_as_one(kept: str, is_secret: bool) -> None:  # noqa: FBT001 - a row
    tree = ast.parse(
        f"class A:\n    def _new(self):\n        return random.choice(x)\n\n    async def f(self):\n        {kept}\n"
    )

    assert gives_secret(tree, 3) is is_secret
    assert not gives_secret(tree, 6)
