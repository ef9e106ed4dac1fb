"""What is told of flows beside pysa's own answer: registered tools, hosts that nobody chooses."""

from __future__ import annotations

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.flow import (
    _LOOKS_UP,
    _Entries,
    _is_of_looked_up,
    _registered,
    _starts_fixed_program,
    _with_given_values,
    _with_opened_paths,
    brings_nothing,
    checks,
    has_fixed_host,
    is_handed_something_else,
    kept_by_own_decorators,
    made_between,
    made_by_a_check,
    reads_no_path,
    registered_model,
)
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
from auditor.stages.code.tree import Source

CLIENT = b"""
class Client:
    def by_name(self, path):
        url = f"{self.base_url}{path}"
        return self.http.request("GET", url)

    def in_place(self, path):
        return self.http.get(f"{self.base_url}{path}")

    def literal(self, card):
        return self.http.get("https://api.example.com/" + card)

    def any(self, url):
        return self.http.get(url)

    def host(self, host):
        return self.http.get(f"https://{host}/x")
"""


@pytest.mark.parametrize(("line", "is_fixed"), [(5, True), (8, True), (11, True), (14, False), (17, False)])
def test_address_with_a_host_that_no_caller_chooses_is_told(line: int, is_fixed: bool) -> None:  # noqa: FBT001 - a row
    module = Module.of(CLIENT)

    assert module is not None
    assert has_fixed_host(module, line) is is_fixed


@pytest.mark.parametrize(
    "text",
    [
        b"kit.register_tool_function(store)",
        b"kit.register_tool_function(files.store, group='x')",
        b"StructuredTool.from_function(func=store)",
        b"Tool(name='x', func=store)",
        b"agent = Agent(tools=[load, store])",
        b"async def store(path: str) -> ToolResponse:",
    ],
)
def test_function_that_is_registered_as_a_tool_becomes_a_source(text: bytes) -> None:
    assert "store" in registered_model([text])
    assert "TaintSource[ToolArgument]" in registered_model([text])


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        (b"t = Tool(name='s', func=search.run)", {"methods"}),
        (b"from kit import search\nt = Tool(name='s', func=search.run)", {"functions", "methods"}),
        (b"t = Tool(name='s', func=run)", {"functions"}),
        (b"tools = [self.run]", {"methods"}),
        (b"tools = [run]", {"functions"}),
        (b"def run(x) -> ToolResponse:\n    pass\n", {"functions", "methods"}),
    ],
)
def test_a_method_that_is_registered_makes_no_tool_of_a_function_of_its_name(text: bytes, kinds: set[str]) -> None:
    model = registered_model([text])

    assert {kind for kind in ("functions", "methods") if f'find = "{kind}"' in model} == kinds


def test_tree_without_tools_has_no_model_and_no_name_breaks_out_of_one() -> None:
    assert "ModelQuery" not in registered_model([b"x = 1"])
    assert "ModelQuery" not in registered_model([b"kit.register_tool_function(self)"])


HANDED = {
    "fetch.py": """
def search_one(key, endpoint, query):
    return requests.get(endpoint, params={"q": query})

def search_two(key, query, base):
    url = f"{base.rstrip('/')}/search"
    return requests.get(url, params={"q": query})
""",
    "route.py": """from app import config
@router.post("/search")
async def search(form: Form):
    return await asyncio.to_thread(search_one, config["key"], config["endpoint"], form.query)

@router.post("/two")
async def two(form: Form):
    return await asyncio.to_thread(search_two, config["key"], form.query, base=form.base)
""",
}


@pytest.mark.parametrize(
    ("call_line", "sink_line", "is_something_else"),
    [(4, 3, True), (8, 7, False)],
)
def test_a_function_that_is_handed_over_gets_its_own_arguments(
    call_line: int, sink_line: int, *, is_something_else: bool
) -> None:
    by_path = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())
        for path, text in HANDED.items()
    }
    steps = (
        pysa_format.Step(path="route.py", line=call_line - 1, name="Request"),
        pysa_format.Step(path="route.py", line=call_line, name="fetch"),
        pysa_format.Step(path="fetch.py", line=sink_line, name="requests.get"),
    )

    found = is_handed_something_else(Collector("pysa"), by_path, steps, is_address=True)

    assert found is is_something_else


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


def test_methods_of_paths_become_an_open_that_pysa_finds_without_types() -> None:
    text = b"place.read_bytes()\n(ROOT / name).write_text(said)\nos.unlink(place)\nself.unlink(place)\n'a'.unlink()\n"

    assert _with_opened_paths(text) == (
        b"open(place).read_bytes()\nopen((ROOT / name)).write_text(said)\nos.unlink(place)\n"
        b"self.unlink(place)\n'a'.unlink()\n"
    )


REGISTRY = b"""TOOLS = {}

def capability(name):
    def keep(function):
        TOOLS[name] = function
        return function

    return keep
"""
TOOL = b"""from registry import capability

@capability("save")
def save_note(path, text):
    open(path, "w").write(text)
"""
LOOP = b"for call in reply.tool_calls:\n    TOOLS[call.function.name](**json.loads(call.function.arguments))\n"


def test_function_that_an_own_decorator_keeps_is_a_tool_where_a_model_names_what_runs() -> None:
    assert kept_by_own_decorators([REGISTRY, TOOL, LOOP]) == {"save_note"}
    assert "save_note" in registered_model([], kept_by_own_decorators([REGISTRY, TOOL, LOOP]))


def test_decorator_that_keeps_nothing_or_a_tree_without_a_model_makes_no_tools() -> None:
    timed = b"def capability(function):\n    started = now()\n    return function\n"

    assert kept_by_own_decorators([REGISTRY, TOOL]) == frozenset()
    assert kept_by_own_decorators([timed, TOOL, LOOP]) == frozenset()


def test_decorator_without_arguments_keeps_too() -> None:
    registry = b"def skill(function):\n    SKILLS.append(function)\n    return function\n"
    tool = b"@skill\n@timed\nasync def remove(path):\n    os.remove(path)\n"

    assert kept_by_own_decorators([registry, tool, LOOP]) == {"remove"}


@pytest.mark.parametrize(
    ("annotation", "is_none"),
    [
        (": UploadFile", True),
        (": Response", True),
        (": Path", False),
        (": str", False),
        (": os.PathLike", False),
        ("", False),
    ],
)
def test_upload_that_is_read_is_no_path_that_is_opened(annotation: str, *, is_none: bool) -> None:
    text = f"async def save(upload{annotation}):\n    data = await upload.read_bytes()\n    return data\n"

    assert reads_no_path(parsed(text), 2) is is_none


def test_what_an_object_was_made_with_is_not_taken_for_something_else() -> None:
    texts = {
        "loader.py": b"class Reader:\n    def __init__(self, config):\n        self.config = config\n\n"
        b"    def load(self):\n        return requests.get(self.config['url'])\n",
        "views.py": b"def add():\n    reader = Reader(request.get_json())\n    return reader.load()\n",
    }
    by_path = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text) for path, text in texts.items()
    }
    steps = [
        pysa_format.Step(path="views.py", line=2, name="Request"),
        pysa_format.Step(path="views.py", line=3, name="load"),
        pysa_format.Step(path="loader.py", line=6, name="requests.get"),
    ]

    assert not is_handed_something_else(Collector("pysa"), by_path, steps, is_address=True)


def parsed(text: str) -> Module:
    made = Module.of(text.encode())
    assert made is not None
    return made


@pytest.mark.parametrize(
    ("opened", "is_none"),
    [("io.BytesIO(data)", True), ("data", False), ("stream", True), ("'/srv/' + data", False)],
)
def test_an_image_that_is_held_in_memory_is_no_path(opened: str, *, is_none: bool) -> None:
    text = f"def load(data):\n    stream = BytesIO(base64.b64decode(data))\n    return Image.open({opened})\n"

    assert reads_no_path(parsed(text), 3) is is_none


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
    ],
)
def test_an_address_that_begins_with_a_host_that_goes_on_is_not_checked(check: str, *, is_check: bool) -> None:
    text = f"def fetch(link):\n    if not {check}:\n        raise ValueError(link)\n    return requests.get(link)\n"
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())

    assert checks(Collector("pysa"), source, 4, frozenset()) is is_check


@pytest.mark.parametrize(
    ("parameters", "is_nothing"),
    [
        ("config: AppConfig = Depends(get_config)", True),
        ("config: Annotated[AppConfig, Depends(get_config)]", True),
        ("*, config=Depends(get_config)", True),
        ("name: str, config=Depends(get_config)", False),
        ("request: Request", False),
        ("", False),
    ],
)
def test_a_route_that_is_given_only_what_the_program_answers_for(parameters: str, *, is_nothing: bool) -> None:
    text = f"@app.get('/x')\ndef listed({parameters}):\n    return storage.load(config)\n"
    source = Source(path="a.py", language="python", size_bytes=1, sha256="", text=text.encode())

    assert brings_nothing(Collector("pysa"), {"a.py": source}, source, 3) is is_nothing


def test_what_keeps_something_and_gives_it_back_is_no_decorator() -> None:
    keeps = b"def get(name):\n    made = build(name)\n    CACHE[name] = made\n    return made\n"
    tool = b"@app.get('/runs')\ndef get_run(run_id):\n    return run_id\n"

    assert kept_by_own_decorators([keeps, tool, LOOP]) == frozenset()


def test_what_is_given_a_result_of_a_tool_is_no_tool() -> None:
    assert "process" not in registered_model(
        [b"def process(reply: ToolResponse, run: str) -> ToolResponse:\n    pass\n"]
    )
    assert "fetch" in registered_model([b"def fetch(url: str) -> ToolResponse:\n    pass\n"])


GIVEN = """from fastapi import Depends
{made}

@app.get("/x")
def listed(place=Depends(chosen)):
    return storage.load(place)
"""


@pytest.mark.parametrize(
    ("made", "is_nothing"),
    [
        ("def chosen(name: str):\n    return ROOT / name\n", False),
        ("def chosen(name: str):\n    return ROOT\n", True),
        ("def chosen(request: Request):\n    return request.app.state.root\n", True),
    ],
)
def test_a_dependency_that_makes_something_of_the_request_answers_for_nothing(made: str, *, is_nothing: bool) -> None:
    route = Source(path="a.py", language="python", size_bytes=1, sha256="", text=GIVEN.format(made="").encode())
    other = Source(path="b.py", language="python", size_bytes=1, sha256="", text=made.encode())

    assert brings_nothing(Collector("pysa"), {"a.py": route, "b.py": other}, route, 5) is is_nothing


def test_what_is_held_in_memory_is_sent_from_no_path() -> None:
    text = "def send(name):\n    data = BytesIO(read(name))\n    return send_file({sent}, download_name=name)\n"

    for sent, expected in (("data", True), ("name", False)):
        module = Module.of(text.format(sent=sent).encode())
        assert module is not None
        assert reads_no_path(module, 3) is expected


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
    assert bool(_LOOKS_UP.match(name)) is expected


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


def test_a_path_by_its_name_is_opened_by_its_method() -> None:
    assert _with_opened_paths(b"with place.open() as f: ...") == b"with open(place).open() as f: ..."
    assert _with_opened_paths(b"self.log_path.open('w')") == b"open(self.log_path).open('w')"
    assert _with_opened_paths(b"webbrowser.open(x); archive.open(y)") == b"webbrowser.open(x); archive.open(y)"


@pytest.mark.parametrize(
    ("text", "is_typed"),
    [
        (b"from django.views import View\nname = self.request.GET['a']\n", True),
        (b"from rest_framework import views\nname = request.data['a']", True),
        (b"import ours\nname = request.GET['a']\n", False),
        (b"from django.views import View\nname = other_request.GETTER\n", False),
    ],
)
def test_what_is_sent_to_a_view_of_django_has_a_type(text: bytes, is_typed: bool) -> None:  # noqa: FBT001 - a row
    made = _with_given_values(text)

    assert (b"_auditor_given." in made) is is_typed
    assert made.split(b"\n")[0] == text.split(b"\n")[0]
    assert made.endswith(b"from auditor_given import given as _auditor_given\n") is is_typed
    assert (made == text) is not is_typed


RUNNER = "import subprocess\n\ndef execute({parameter}):\n    return subprocess.run({given})\n"


@pytest.mark.parametrize(
    ("parameter", "given", "call", "is_fixed"),
    [
        ("arguments", "arguments", "execute(['du', '-s', folder])", True),
        ("*arguments", "arguments", "execute('du', '-s', folder)", True),
        ("arguments", "[*arguments]", "execute(wanted.arguments())", True),
        ("arguments", "arguments", "execute(['bash', '-c', folder])", False),
        ("arguments", "arguments", "execute([folder, '-s'])", False),
        ("*arguments", "arguments", "execute(folder, '-s')", False),
        ("arguments", "arguments, shell=True", "execute(['du', folder])", False),
        ("arguments", "arguments", "execute(folder)", False),
    ],
)
def test_a_list_that_begins_with_a_named_program_runs_no_text(
    parameter: str,
    given: str,
    call: str,
    is_fixed: bool,  # noqa: FBT001 - a row
) -> None:
    files = {
        "tree/tool.py": source_of("tool.py", f"def measure(folder, wanted):\n    return {call}\n"),
        "tree/runner.py": source_of("runner.py", RUNNER.format(parameter=parameter, given=given)),
        "tree/wanted.py": source_of("wanted.py", "def arguments(self):\n    return ['du', '-s', self.folder]\n"),
    }
    steps = (
        pysa_format.Step(path="tree/tool.py", line=2, name="runner.execute"),
        pysa_format.Step(path="tree/runner.py", line=4, name="subprocess.run"),
    )
    flow = pysa_format.Flow(
        code=9001, source="ToolArgument", sink="subprocess.run", steps=steps, is_guarded=False, functions=2
    )

    assert _starts_fixed_program(Collector("pysa"), files, flow) is is_fixed


def test_what_a_value_passes_further_on_is_no_check_of_it() -> None:
    text = "def route(link):\n    return Models.validate_end_point(link)\n"

    assert checks(Collector("pysa"), source_of("a.py", text), 2, frozenset())
    assert not checks(Collector("pysa"), source_of("a.py", text), 2, frozenset({"validate_end_point"}))


def test_a_tool_that_another_file_registers_is_followed_in_one_function() -> None:
    tool = source_of("write.py", "def write(path):\n    open(path)\n")
    kit = source_of("kit.py", "toolkit.register_tool_function(write, group='files')\n")
    module = Module.of(tool.text)
    assert module is not None
    function = module.enclosing(2)

    assert _Entries(frozenset(), _registered([tool, kit]), {}).reach("write.py", function)
    assert not _Entries(frozenset(), _registered([tool]), {}).reach("write.py", function)
    same = source_of("write.py", "toolkit.register_tool_function(write)\n")
    assert not _Entries(frozenset(), _registered([same]), {}).reach("write.py", function)


@pytest.mark.parametrize(
    ("maker", "is_refused"),
    [
        ("def made(run):\n    if not (ROOT / run).resolve().is_relative_to(ROOT):\n        raise Bad\n", True),
        ("def made(run):\n    check_name(run)\n", True),
        ("def made(run):\n    return ROOT / run\n", False),
    ],
)
def test_a_dependency_that_refuses_makes_a_hint(maker: str, is_refused: bool) -> None:  # noqa: FBT001 - a row
    route, made = parsed("def logs(file):\n    open(file)\n"), parsed(maker)
    entries = _Entries(frozenset(), {}, {"logs": [made.tree.body[0]]})
    function = route.enclosing(2)

    assert entries.is_fed(function)
    assert entries.is_refused(function) is is_refused


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


def test_what_is_opened_by_a_method_of_a_named_path_is_the_path() -> None:
    files = {
        "tree/a.py": source_of("a.py", "def export(name):\n    written(ROOT / name)\n"),
        "tree/b.py": source_of("b.py", "def written(target):\n    target.open('w')\n"),
    }
    steps = [
        pysa_format.Step(path="tree/a.py", line=2, name="b.written"),
        pysa_format.Step(path="tree/b.py", line=2, name="builtins.open"),
    ]

    assert not is_handed_something_else(Collector("pysa"), files, steps, is_address=False)


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

    assert _is_of_looked_up(Collector("pysa"), {"tree/a.py": source_of("a.py", text)}, steps) is is_looked_up
