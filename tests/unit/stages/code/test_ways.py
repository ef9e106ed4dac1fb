# ruff: noqa: E501 - whole programs as literals
"""Pysa's ways read again: what each hop hands on has to be what the next one uses."""

from __future__ import annotations

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.reading import Collector
from auditor.stages.code.tree import Source
from auditor.stages.code.ways import Ways


def is_kept(
    files: dict[str, str],
    *steps: tuple[str, str, str],
    source: str = "Request",
    is_path: bool = False,
    is_address: bool = False,
) -> bool:
    """Tell it of a way through places that are given by a text which stands in their lines alone."""
    by_path = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())
        for path, text in files.items()
    }
    made = []
    for path, text, name in steps:
        lines = [number for number, row in enumerate(files[path].split("\n"), 1) if text in row]
        assert len(lines) == 1, text
        made.append(pysa_format.Step(path=path, line=lines[0], name=name))
    flow = pysa_format.Flow(
        code=9003, source=source, sink=steps[-1][2], steps=tuple(made), is_guarded=False, functions=len(steps) - 1
    )
    return Ways(Collector("pysa"), by_path).keep(flow, is_address=is_address, is_path=is_path)


ROUTE = """
@router.get("/x")
async def shown(name: str):
    {before}
    return answer({given})
"""
HELPER = "def answer(place):\n    return open(place).read()\n"


@pytest.mark.parametrize(
    ("before", "given", "expected"),
    [
        ("pass", "name", True),
        ("pass", "place=name", True),
        ("pass", "*[name]", True),
        ("pass", "'fixed', **{'other': name}", False),
        ("pass", "**{'place': name}", True),
        ("place = ROOT / name", "place", True),
        ("pass", "service.prepare(name)", False),
        ("place = service.prepare(name)", "place", False),
        ("place, kind = await run(lambda: service.resolve_file(name))", "place", False),
        ("found = service.find_row(name); place = found.path", "place", False),
        ("found = web_search(name)", "found[0].url", False),
        ("place = re.search('a(.*)', name).group(1)", "place", True),
        ("other = service.prepare(name)", "name", True),
        ("if name not in NAMES: raise Bad", "name", False),
        ("name = uuid4().hex", "name", False),
    ],
)
def test_what_a_hop_hands_on(before: str, given: str, *, expected: bool) -> None:
    files = {"a.py": ROUTE.format(before=before, given=given), "b.py": HELPER}
    way = (("a.py", "shown", "Request"), ("a.py", "answer(", "b.answer"), ("b.py", "open", "open"))

    assert is_kept(files, *way, is_path=True) is expected


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("name: int", False),
        ("name: Literal['a', 'b']", False),
        ("name: str", True),
        ("name", True),
    ],
)
def test_numbers_hold_nothing(head: str, *, expected: bool) -> None:
    files = {"a.py": f"@tool\ndef run({head}):\n    return answer(name)\n", "b.py": HELPER}
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "return", "b.answer"), ("b.py", "open", "open"))

    assert is_kept(files, *way, source="ToolArgument") is expected


@pytest.mark.parametrize(("template", "expected"), [("/x/{name}", False), ("/x/{name:path}", True), ("/x", True)])
def test_a_part_of_an_address_holds_no_separator(template: str, *, expected: bool) -> None:
    files = {"a.py": f"@app.get('{template}')\ndef run(name: str):\n    return answer(name)\n", "b.py": HELPER}
    way = (("a.py", "def run", "Request"), ("a.py", "return", "b.answer"), ("b.py", "open", "open"))

    assert is_kept(files, *way, is_path=True) is expected


@pytest.mark.parametrize(
    ("given", "expected"), [("link", True), ("'https://host/' + link", False), ("self.base + link", False)]
)
def test_an_address_has_to_begin_with_it(given: str, *, expected: bool) -> None:
    files = {
        "a.py": f"class A:\n    @tool\n    def run(self, link):\n        return load({given})\n",
        "b.py": "def load(url):\n    return requests.get(url)\n",
    }
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "return", "b.load"), ("b.py", "requests", "requests.get"))

    assert is_kept(files, *way, source="ToolArgument", is_address=True) is expected


def test_an_object_that_is_made_of_it_holds_it_and_one_that_was_looked_up_does_not() -> None:
    b = (
        "class Unpacker:\n    def __init__(self, place):\n        self.place = place\n\n"
        "    def unpack(self):\n        shutil.unpack_archive(self.place)\n"
    )
    for made, expected in (("Unpacker(name)", True), ("store.get_unpacker(name)", False)):
        a = f"@router.post('/x')\ndef route(name: str):\n    found = {made}\n    found.unpack()\n"
        way = (
            ("a.py", "def route", "Request"),
            ("a.py", "found.unpack", "b.Unpacker.unpack"),
            ("b.py", "unpack_archive", "shutil.unpack_archive"),
        )

        assert is_kept({"a.py": a, "b.py": b}, *way) is expected


def test_a_field_that_the_first_method_sets_is_what_it_was_given() -> None:
    text = (
        "class Tool:\n    def run(self, command):\n        self.command = {}\n        self.start()\n\n"
        "    def start(self):\n        subprocess.run(self.command, shell=True)\n"
    )
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "self.start()", "a.Tool.start"), ("a.py", "subprocess", "run"))

    assert is_kept({"a.py": text.format("command")}, *way, source="ToolArgument")
    assert not is_kept({"a.py": text.format("self.table[command]")}, *way, source="ToolArgument")


def test_an_answer_that_a_helper_gives_back_is_followed_into_it() -> None:
    text = (
        "def asked(prompt):\n    answer = client.chat.completions.create(prompt)\n    return answer.choices[0].text\n\n"
        "def go():\n    code = asked('write')\n    perform({})\n\n"
        "def perform(code):\n    exec(code)\n"
    )
    way = (
        ("a.py", "completions", "ModelReply"),
        ("a.py", "code = asked", "a.asked"),
        ("a.py", "    perform(", "a.perform"),
        ("a.py", "exec", "exec"),
    )

    assert is_kept({"a.py": text.format("code.strip()")}, *way, source="ModelReply")
    assert not is_kept({"a.py": text.format("CODES[code]")}, *way, source="ModelReply")


def test_a_thread_is_handed_what_its_target_runs() -> None:
    text = "@tool\ndef run(command):\n    Thread(target=go, args=({},)).start()\n\ndef go(text):\n    os.system(text)\n"
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "Thread", "a.go"), ("a.py", "os.system", "os.system"))

    assert is_kept({"a.py": text.format("command")}, *way, source="ToolArgument")
    assert not is_kept({"a.py": text.format("'ls'")}, *way, source="ToolArgument")


def test_a_function_of_a_name_that_many_files_define_is_not_known() -> None:
    few = {f"f{number}.py": "def made(a):\n    return a\n" for number in range(3)}
    many = {f"f{number}.py": "def made(a):\n    return a\n" for number in range(9)}
    a = {"a.py": "@tool\ndef run(name):\n    place = base.made(name)\n    open(place)\n"}
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "open", "open"))

    assert is_kept(a | few, *way, source="ToolArgument")
    assert not is_kept(a | many, *way, source="ToolArgument")


def test_what_cannot_be_read_is_not_seen_to_be_kept() -> None:
    files = {"a.py": "@tool\ndef run(name):\n    return answer(name)\n", "b.py": "def answer(place:\n    open(place)\n"}
    way = (("a.py", "def run", "ToolArgument"), ("a.py", "return", "b.answer"), ("b.py", "open", "open"))

    assert not is_kept(files, *way, source="ToolArgument")


def test_an_object_that_a_dependency_gives_is_the_programs_own() -> None:
    store = "class Store:\n    def load(self, name):\n        return open(self.path)\n"
    head = "def store_of():\n    return Store(HERE)\n\ndef place_of(name: str):\n    return ROOT / name\n\n"
    way = (("a.py", "def route", "Request"), ("a.py", "held.load", "b.Store.load"), ("b.py", "open", "open"))
    other = (("a.py", "def route", "Request"), ("a.py", "open", "open"))
    own = f"{head}@router.get('/x')\ndef route(held=Depends(store_of)):\n    return held.load('a')\n"
    fed = f"{head}@router.get('/x')\ndef route(place=Depends(place_of)):\n    return open(place)\n"

    assert not is_kept({"a.py": own, "b.py": store}, *way)
    assert is_kept({"a.py": fed}, *other)


@pytest.mark.parametrize(
    ("field", "before", "expected"),
    [
        ("mode: str", "pass", True),
        ("mode: Literal['a', 'b']", "pass", False),
        ("mode: Optional[Literal['a', 'b']] = None", "pass", False),
        ("mode: str\n    @field_validator('mode')\n    def known(cls, mode):\n        if mode not in MODES:\n            raise ValueError\n        return mode", "pass", False),
        ("mode: str\n    @field_validator('name')\n    def known(cls, mode):\n        if mode not in MODES:\n            raise ValueError\n        return mode", "pass", True),
        ("mode: str", "parts = PARTS[asked.mode]", False),
        ("mode: str", "parts = PARTS.get(asked.mode)", True),
        ("mode: str", "parts = asked.rows[asked.mode]", True),
    ],
)  # fmt: skip
def test_a_field_that_its_class_or_a_table_holds_to_some_words(field: str, before: str, *, expected: bool) -> None:
    files = {
        "routes.py": "@router.post('/x')\nasync def shown(body: Asked):\n    return await run(body)\n",
        "work.py": f"async def run(asked: Asked):\n    {before}\n    return answer(asked.mode)\n{HELPER}",
        "forms.py": f"class Asked(BaseModel):\n    {field}\n",
    }
    way = (
        ("routes.py", "async def", "Request"),
        ("routes.py", "await run", "work.run"),
        ("work.py", "return answer", "work.answer"),
        ("work.py", "open(place)", "open"),
    )

    assert is_kept(files, *way, is_path=True) is expected


@pytest.mark.parametrize(
    ("declared", "klass", "expected"),
    [
        ('"Connection"', "class Connection:\n    def close(self): ...\n", False),
        ("Connection | None", "class Connection(Base):\n    def close(self): ...\n", False),
        ("str", "class Connection:\n    def close(self): ...\n", True),
        ("Connection", "class Connection(BaseModel):\n    def close(self): ...\n", True),
        ("Connection", "@dataclass\nclass Connection:\n    def close(self): ...\n", True),
        ("Connection", "class Connection:\n    host: str\n", True),
        ("Connection", "other = 1\n", True),
    ],
)
def test_an_object_of_the_program_is_no_argument_of_a_model(declared: str, klass: str, *, expected: bool) -> None:
    files = {
        "tool.py": f"@register('call')\nasync def call(conn: {declared}, name: str):\n    url = conn.host\n    return await fetch(url)\n",
        "net.py": "async def fetch(url):\n    return await client.get(url)\n",
        "connection.py": klass,
    }
    way = (
        ("tool.py", "async def", "ToolArgument"),
        ("tool.py", "return await fetch", "net.fetch"),
        ("net.py", "client.get", "get"),
    )

    assert is_kept(files, *way, source="ToolArgument", is_address=True) is expected
