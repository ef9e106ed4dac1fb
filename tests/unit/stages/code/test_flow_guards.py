"""Checks on the way of a flow, and what makes another value of it."""

from __future__ import annotations

import ast

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.flow_guards import checks, is_checked_on, is_guard, made_by_a_check
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
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

    assert checked(source, 4, frozenset()) is is_check


def checked(source: Source, line: int, way: frozenset[str]) -> bool:
    """Ask of what the calls in a line are given."""
    module = Module.of(source.text)
    assert module is not None
    return checks(module, line, way, [each for call in module.calls_at(line)[-1:] for each in call.args])


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


def test_what_a_value_passes_further_on_is_no_check_of_it() -> None:
    text = "def route(link):\n    return Models.validate_end_point(link)\n"

    assert checked(source_of("a.py", text), 2, frozenset())
    assert not checked(source_of("a.py", text), 2, frozenset({"validate_end_point"}))


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

    assert checked(source, 4, frozenset()) is is_check


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

    assert checked(source_of("a.py", text), 3, frozenset()) is is_check


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


@pytest.mark.parametrize(
    ("end", "is_check"),
    [("raise BadRequest", True), ("abort(400)", True), ("return '', 400", True), ("log(host)", False)],
)
def test_an_abort_ends_as_an_error_does(end: str, *, is_check: bool) -> None:
    text = (
        f"def add(url):\n    host = urlsplit(url).hostname\n    if host not in HOSTS:\n        {end}\n    clone(url)\n"
    )

    assert checked(source_of("a.py", text), 5, frozenset()) is is_check


def steps_of(*steps: tuple[str, int, str, tuple[str, ...]]) -> list[pysa_format.Step]:
    return [pysa_format.Step(path=path, line=line, name=name, enters=enters) for path, line, name, enters in steps]


ROUTE = """def route(request, group, name, user):
    {check}
    return load(name)
"""


@pytest.mark.parametrize(
    ("check", "is_check"),
    [
        ("verify_token(request.headers['token'])", False),
        ("check_permission(user, 'files')", False),
        ("ensure_ready()", False),
        ("if group not in GROUPS: raise Bad", False),
        ("if user.role not in ('admin',): raise Bad", False),
        ("if name not in NAMES: raise Bad", True),
        ("check_name(name)", True),
        ("name = secure_filename(name)", True),
        ("place = (ROOT / name).resolve().relative_to(ROOT)", True),
    ],
)
def test_a_check_counts_where_it_looks_at_the_value(check: str, *, is_check: bool) -> None:
    files = {
        "a.py": source_of("a.py", ROUTE.format(check=check)),
        "b.py": source_of("b.py", "def load(place):\n    return open(place)\n"),
    }
    steps = steps_of(
        ("a.py", 1, "Request", ("name",)), ("a.py", 3, "b.load", ("place",)), ("b.py", 2, "builtins.open", ())
    )

    assert is_checked_on(Collector("pysa"), files, steps, frozenset({"load"})) is is_check


@pytest.mark.parametrize(
    ("check", "is_check"),
    [("if mode not in MODES: raise Bad", False), ("if place not in PLACES: raise Bad", True)],
)
def test_the_parameter_that_a_value_enters_by_is_asked_for(check: str, *, is_check: bool) -> None:
    files = {
        "a.py": source_of("a.py", "def route(name, mode):\n    return load(name, mode)\n"),
        "b.py": source_of("b.py", f"def load(place, mode):\n    {check}\n    return read(place, mode)\n"),
        "c.py": source_of("c.py", "def read(place, mode):\n    return open(place + mode)\n"),
    }
    steps = steps_of(
        ("a.py", 1, "Request", ("name",)),
        ("a.py", 2, "b.load", ("place",)),
        ("b.py", 3, "c.read", ("place",)),
        ("c.py", 2, "builtins.open", ()),
    )

    assert is_checked_on(Collector("pysa"), files, steps, frozenset({"load", "read"})) is is_check


@pytest.mark.parametrize(
    ("check", "is_check"),
    [("if user not in USERS: raise Bad", False), ("if name not in NAMES: raise Bad", True)],
)
def test_a_function_that_gives_a_value_back_may_have_checked_it(check: str, *, is_check: bool) -> None:
    files = {
        "a.py": source_of(
            "a.py", f"def wanted(user):\n    name = request.args['name']\n    {check}\n    return name\n"
        ),
        "b.py": source_of("b.py", "def route(user):\n    name = wanted(user)\n    return open(name)\n"),
    }
    steps = steps_of(("a.py", 2, "Request", ()), ("b.py", 2, "a.wanted", ()), ("b.py", 3, "builtins.open", ()))

    assert is_checked_on(Collector("pysa"), files, steps, frozenset()) is is_check


@pytest.mark.parametrize(
    ("made", "is_check"),
    [("os.path.join(ROOT, name)", False), ("os.path.realpath(os.path.join(ROOT, name))", True)],
)
def test_what_a_path_begins_with_says_nothing_before_dots_are_taken_out(made: str, *, is_check: bool) -> None:
    text = (
        f"def load(name):\n    place = {made}\n    if not place.startswith(ROOT): raise Bad\n    return open(place)\n"
    )
    module = Module.of(text.encode())
    assert module is not None
    given = module.calls_at(4)[-1].args

    assert checks(module, 4, frozenset(), given, is_path=True) is is_check
    assert checks(module, 4, frozenset(), given, is_path=False)


@pytest.mark.parametrize(
    ("check", "is_check"), [("made.is_valid(raise_exception=True)", False), ("is_valid(name)", True)]
)
def test_a_serializer_that_has_its_fields_is_no_check(check: str, *, is_check: bool) -> None:
    call = ast.parse(check, mode="eval").body
    assert isinstance(call, ast.Call)

    assert is_guard(call) is is_check
