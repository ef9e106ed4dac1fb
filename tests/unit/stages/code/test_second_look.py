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
