"""Checks on the way of a flow, and what makes another value of it."""

from __future__ import annotations

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.flow_guards import LOOKS_UP, checks, is_of_looked_up, made_between, made_by_a_check
from auditor.stages.code.reading import Collector
from auditor.stages.code.tree import Source


@pytest.mark.parametrize("refuses", [True, False])
def test_a_path_that_a_helper_of_another_file_made_and_checked_is_a_hint(*, refuses: bool) -> None:
    check = "        if agent_id.startswith('.') or '/' in agent_id:\n            raise ValueError(agent_id)\n"
    texts = {
        "local.py": (
            "class Local(Base):\n"
            "    async def add(self, agent_id):\n"
            "        folder = await self._equip(agent_id)\n"
            "        os.makedirs(folder)\n"
        ),
        "base.py": (
            "class Base:\n"
            "    async def _equip(self, agent_id):\n"
            "        return self._partition(agent_id)\n"
            "    def _partition(self, agent_id):\n"
            f"{check if refuses else ''}"
            "        return os.path.join(self.root, agent_id)\n"
        ),
    }
    by_path = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())
        for path, text in texts.items()
    }

    assert made_by_a_check(Collector("pysa"), by_path, "local.py", 4) is refuses


@pytest.mark.parametrize(
    ("check", "is_check"),
    [
        ("link.startswith('https://docs.corp.cn')", False),
        ("link.startswith('https://docs.corp.cn/')", True),
        ("_SKILL_NAME_RE.match(link)", True),
        ("self.ID_PATTERN.match(link)", True),
        ("URL_RE.match(link)", False),
        ("link.startswith(('http://', 'https://'))", False),
        ("link.startswith('http')", False),
        ("link.startswith('file://')", False),
        ("link.startswith('/srv/')", True),
        ("validate_link(link)", True),
        ("await asyncio.to_thread(validate_link, link)", True),
        ("await loop.run_in_executor(None, validate_link, link)", True),
        ("await asyncio.to_thread(shorten, link)", False),
        ("await pool.submit(validate_link, link)", False),
    ],
)
def test_an_address_that_begins_with_a_host_that_goes_on_is_not_checked(check: str, *, is_check: bool) -> None:
    text = (
        f"async def fetch(link):\n    if not {check}:\n        raise ValueError(link)\n    return requests.get(link)\n"
    )
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())

    assert checks(Collector("pysa"), source, 4, frozenset()) is is_check


ROUTE = """@router.get("/x")
async def shown(name: str):
    {before}
    return answer({given})
"""


@pytest.mark.parametrize(
    ("before", "given", "made"),
    [
        ("pass", "service.prepare(name)", {"prepare"}),
        ("place = service.prepare(name)", "place", {"prepare"}),
        ("place, kind = await run(lambda: service.resolve_file(name))", "place, kind", {"run", "resolve_file"}),
        ("found = service.find_row(name); place = found.path", "place", {"find_row"}),
        ("place = request.args.get('name')", "place", set()),
        ("body = get_body(request)", "body", set()),
        ("other = service.prepare(name)", "name", set()),
        ("found = web_search(name)", "found[0].url", {"web_search"}),
        ("place = re.search('a(.*)', name).group(1)", "place", set()),
        ("place = _NAME_RE.search(name)", "place", set()),
    ],
)
def test_what_is_made_between_two_steps_of_a_way(before: str, given: str, made: set[str]) -> None:
    text = ROUTE.format(before=before, given=given)
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())
    steps = (
        pysa_format.Step(path="a.py", line=2, name="Request"),
        pysa_format.Step(path="a.py", line=4, name="app.answer"),
        pysa_format.Step(path="b.py", line=9, name="open"),
    )

    assert made_between(Collector("pysa"), {"a.py": source}, steps) == made


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("resolve_attachment_file", True),
        ("find_row", True),
        ("get_user", True),
        ("search", True),
        ("google_search", True),
        ("research", False),
        ("get_path", False),
        ("resolve_file_path", False),
        ("resolve_app_registration_endpoints", False),
        ("get_base_address", False),
        ("get_json", False),
        ("build_url", False),
        ("get", False),
    ],
)
def test_what_looks_something_up_by_its_name(name: str, *, expected: bool) -> None:
    assert bool(LOOKS_UP.match(name)) is expected


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


def test_what_a_value_passes_further_on_is_no_check_of_it() -> None:
    text = "def route(link):\n    return Models.validate_end_point(link)\n"

    assert checks(Collector("pysa"), source_of("a.py", text), 2, frozenset())
    assert not checks(Collector("pysa"), source_of("a.py", text), 2, frozenset({"validate_end_point"}))


def test_a_field_that_a_check_made_is_a_hint() -> None:
    text = (
        "class Base:\n    def __init__(self, name):\n        self.path = place_of(name)\n\n"
        "    def drop(self):\n        shutil.rmtree(self.path)\n"
    )
    checked = (
        "def place_of(name):\n    if os.path.commonpath([ROOT, name]) != ROOT:\n        raise Bad\n    return name\n"
    )
    files = {"tree/a.py": source_of("a.py", text), "tree/b.py": source_of("b.py", checked)}

    assert made_by_a_check(Collector("pysa"), files, "tree/a.py", 6)
    files["tree/b.py"] = source_of("b.py", "def place_of(name):\n    return ROOT + name\n")
    assert not made_by_a_check(Collector("pysa"), files, "tree/a.py", 6)


@pytest.mark.parametrize(
    ("made", "is_looked_up"),
    [
        ("for client in await store.list_clients(id):\n        client.start()", True),
        ("client = store.get_client(id)\n    if client:\n        client.start()", True),
        ("client = Client(id)\n    if client:\n        client.start()", False),
        ("client = store.get_client()\n    if client:\n        client.start(id)", False),
    ],
)
def test_an_object_that_was_looked_up_holds_what_was_stored(made: str, is_looked_up: bool) -> None:  # noqa: FBT001 - a row
    text = f"async def route(id, store):\n    {made}\n"
    line = text.count("\n")
    steps = [
        pysa_format.Step(path="tree/a.py", line=line, name="client.Client.start"),
        pysa_format.Step(path="tree/a.py", line=line, name="subprocess.run"),
    ]

    assert is_of_looked_up(Collector("pysa"), {"tree/a.py": source_of("a.py", text)}, steps) is is_looked_up


@pytest.mark.parametrize(
    ("test", "is_check"),
    [
        ("set(names) != known", True),
        ("not frozenset(names) <= known", True),
        ("len(names) != len(known)", False),
        ("names != known", False),
    ],
)
def test_names_that_are_held_against_the_known_ones_are_checked(test: str, *, is_check: bool) -> None:
    text = f"def unpack(names, known):\n    if {test}:\n        raise ValueError\n    return open(names[0])\n"
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())

    assert checks(Collector("pysa"), source, 4, frozenset()) is is_check


@pytest.mark.parametrize(
    ("made", "is_check"),
    [
        ("re.sub(r'[^a-zA-Z0-9_\\-]+', '_', name)", True),
        ("re.sub('[^a-z/]', '_', name)", False),
        ("re.sub('[a-z]', '_', name)", False),
        ("re.sub('[^a-z]', '/', name)", False),
        ("quote_plus(name)", True),
        ("unquote_plus(name)", False),
    ],
)
def test_what_takes_separators_out_of_a_name_is_a_check(made: str, *, is_check: bool) -> None:
    text = f"def folder(name):\n    place = ROOT / {made}\n    return open(place)\n"

    assert checks(Collector("pysa"), source_of("a.py", text), 3, frozenset()) is is_check


BELOW = """class Files:
    def drop(self, name):
        folder, _ = self._folder(name)
        versions = inside(folder)
        shutil.rmtree(versions)

    def _folder(self, name):
        return _resolved(self.root, name)

def _resolved(root, name):
    place = (root / name).resolve()
    try:
        relative = place.relative_to(root)
    except ValueError as error:
        {handled}
    return place, relative
"""


@pytest.mark.parametrize(
    ("handled", "is_check"), [("raise Outside(name) from error", True), ("relative = place", False)]
)
def test_a_folder_that_was_refused_outside_before_something_was_made_of_it(handled: str, *, is_check: bool) -> None:
    files = {"a.py": source_of("a.py", BELOW.format(handled=handled))}

    assert made_by_a_check(Collector("pysa"), files, "a.py", 5) is is_check
