"""Hosts and programs that nobody chooses, and beginnings that bring nothing."""

from __future__ import annotations

import pytest

from auditor.formats import pysa as pysa_format
from auditor.stages.code.fixed_programs import starts_fixed_program
from auditor.stages.code.flow_ends import (
    brings_nothing,
    ends_in_nothing,
    has_fixed_host,
    is_handed_something_else,
    reads_no_path,
)
from auditor.stages.code.handed import held_at
from auditor.stages.code.held import Held
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
from auditor.stages.code.tree import Source

WHICH = "shutil.which"
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
    assert has_fixed_host(module, line, NOWHERE) is is_fixed


NOWHERE = Held(frozenset())
PROVIDER = """
class Client:
    def models(self, body, name):
        address = {address}
        return requests.get(address, timeout=5)
"""


@pytest.mark.parametrize(
    ("address", "enters", "is_fixed"),
    [
        ("f'{body.base_url}/models'", ("body", "base_url"), False),
        ("f'{body.base_url}/models'", ("body",), False),
        ("f'{body.base_url}/models/{name}'", ("name",), True),
        ("f'{self.base_url}/models/{name}'", ("name",), True),
        ("f'{self.base_url}/models'", ("self", "base_url"), False),
        ("self.base_url + '/models'", ("self", "base_url"), False),
        ("self.base_url + name", ("name",), True),
        ("f'{self.base_url}/{self.name}'", ("self", "name"), True),
    ],
)
def test_a_host_that_comes_from_outside_is_not_fixed(address: str, enters: tuple[str, ...], *, is_fixed: bool) -> None:
    module = Module.of(PROVIDER.format(address=address).encode())
    steps = [
        pysa_format.Step(path="app.py", line=3, name="client.Client.models", enters=enters),
        pysa_format.Step(path="client.py", line=5, name="requests.get"),
    ]

    assert module is not None
    assert has_fixed_host(module, 5, held_at(module, steps)) is is_fixed


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


ALIAS = """from fastapi import FastAPI
from auth import Reader, Place

@app.get("/x")
def listed(name: str, role: Reader, place: Place, token: Unknown):
    return storage.load(role)
"""


@pytest.mark.parametrize(("name", "is_nothing"), [("role", True), ("name", False), ("place", False), ("token", False)])
def test_a_dependency_is_known_by_the_name_of_its_type(name: str, *, is_nothing: bool) -> None:
    made = (
        "Reader = Annotated[Role, Depends(reader)]\nPlace: TypeAlias = Annotated[Path, Depends(chosen)]\n"
        "Unknown = Annotated[str, Header()]\n"
        "def reader(token: str):\n    return roles.of(token)\n"
        "def chosen(name: str):\n    return ROOT / name\n"
    )
    route = Source(path="a.py", language="python", size_bytes=1, sha256="", text=ALIAS.encode())
    other = Source(path="b.py", language="python", size_bytes=1, sha256="", text=made.encode())

    assert brings_nothing(Collector("pysa"), {"a.py": route, "b.py": other}, route, 5, name) is is_nothing


def test_what_is_held_in_memory_is_sent_from_no_path() -> None:
    text = "def send(name):\n    data = BytesIO(read(name))\n    return send_file({sent}, download_name=name)\n"

    for sent, expected in (("data", True), ("name", False)):
        module = Module.of(text.format(sent=sent).encode())
        assert module is not None
        assert reads_no_path(module, 3) is expected


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


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

    assert starts_fixed_program(Collector("pysa"), files, flow) is is_fixed


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


BUILT = """import sys, asyncio
class Runner:
    def start(self, query):
        cmd = self._command(query)
        return asyncio.create_subprocess_exec(*cmd)

    def _command(self, query):
        python = sys.executable
        if self.kind == "a":
            cmd = ["agent", "run", "--query", query]
        else:
            cmd = {other}
        return cmd
"""


@pytest.mark.parametrize(
    ("other", "is_fixed"),
    [
        ("[python, self.project['file']]", True),
        ("[python, '-m', 'agent', query]", True),
        ("['agent']", True),
        ("[python, query]", False),
        ("[python, '-c', query]", False),
        ("[query, 'run']", False),
        ("query.split()", False),
    ],
)
def test_a_list_that_a_method_makes_of_named_programs_runs_no_text(other: str, *, is_fixed: bool) -> None:
    texts = {
        "tree/a.py": "def route(runner, query):\n    return runner.start(query)\n",
        "tree/b.py": BUILT.format(other=other),
    }
    files = {
        path: Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())
        for path, text in texts.items()
    }
    sink = "asyncio.subprocess.create_subprocess_exec"
    steps = (
        pysa_format.Step(path="tree/a.py", line=2, name="b.Runner.start"),
        pysa_format.Step(path="tree/b.py", line=5, name=sink),
    )
    flow = pysa_format.Flow(code=9001, source="Request", sink=sink, steps=steps, is_guarded=False, functions=2)

    assert starts_fixed_program(Collector("pysa"), files, flow) is is_fixed


@pytest.mark.parametrize(
    ("made", "is_none"),
    [
        ("""f"/tmp/{url.split('/')[-1]}.zip\"""", True),
        ("""f"/tmp/{name}.zip\"""", True),
        ("""f"/tmp/{url.split('/')[0]}.zip\"""", False),
        ("""f"/tmp/{url.split('.')[-1]}.zip\"""", False),
        ("""f"{url}/{name}\"""", False),
        ('"/tmp/" + url', False),
    ],
)
def test_what_stands_behind_the_last_separator_leads_nowhere(made: str, *, is_none: bool) -> None:
    text = f"def save(url):\n    name = url.rsplit('/', 1)[-1]\n    place = {made}\n    open(place, 'wb')\n"
    module = Module.of(text.encode())

    assert module is not None
    assert reads_no_path(module, 4) is is_none


@pytest.mark.parametrize(
    ("address", "is_fixed"),
    [
        ("MODELS[name]['endpoint']", True),
        ("HOSTS[name]['endpoint']", True),
        ("given[name]['endpoint']", False),
        ("MODELS[name][given]", False),
        ("MODELS[name]", False),
    ],
)
def test_an_address_that_a_table_of_the_program_holds(address: str, *, is_fixed: bool) -> None:
    text = (
        "from .models import MODELS\n"
        "HOSTS = {'a': {'endpoint': 'https://a.example.com'}}\n"
        "def send(name, given):\n"
        f"    address = {address}\n"
        "    return requests.post(address, json=given)\n"
    )
    module = Module.of(text.encode())

    assert module is not None
    assert has_fixed_host(module, 5, NOWHERE) is is_fixed


@pytest.mark.parametrize(
    ("root", "is_fixed"),
    [("self.root_url()", True), ("self.root_url(path)", False), ("self.chosen()", False), ("root_url()", False)],
)
def test_an_address_that_begins_with_what_the_object_itself_gives(root: str, *, is_fixed: bool) -> None:
    text = (
        "class Gate:\n    def send(self, path):\n"
        f"        root = {root}\n"
        '        address = f"{root}/{path}"\n'
        "        return self.session.request('GET', address)\n"
    )
    module = Module.of(text.encode())

    assert module is not None
    assert has_fixed_host(module, 5, NOWHERE) is is_fixed


@pytest.mark.parametrize(("given", "is_none"), [("answer.content", True), ("answer.text", True), ("url", False)])
def test_what_was_fetched_already_is_no_address(given: str, *, is_none: bool) -> None:
    text = f"def read(url):\n    answer = get(url)\n    return feedparser.parse({given})\n"
    steps = (
        pysa_format.Step(path="a.py", line=1, name="read"),
        pysa_format.Step(path="a.py", line=3, name="feedparser.parse"),
    )
    flow = pysa_format.Flow(
        code=9004, source="ToolArgument", sink="feedparser.parse", steps=steps, is_guarded=False, functions=1
    )
    module = Module.of(text.encode())

    assert module is not None
    assert ends_in_nothing(Collector("pysa"), {}, module, "9004", flow) is is_none


@pytest.mark.parametrize(
    ("asked", "is_something_else"),
    [
        ("run(statement(question))", False),
        ("query = statement(question)\n    run(query)", False),
        ("run('SELECT 1')\n    print(question)", True),
    ],
)
def test_what_a_function_gives_back_is_what_came_from_outside(asked: str, *, is_something_else: bool) -> None:
    text = f"def run(query):\n    return text(query)\n\n\ndef rows(question):\n    {asked}\n"
    last = 4 + 2 + asked.count("\n")
    first, second = (6, last) if "query =" in asked else (last, 6) if "SELECT" in asked else (6, 6)
    files = {"rows.py": Source(path="rows.py", language="python", size_bytes=1, sha256="", text=text.encode())}
    steps = (
        pysa_format.Step(path="ask.py", line=3, name="auditor_given.answer"),
        pysa_format.Step(path="rows.py", line=first, name="ask.statement" if not is_something_else else "ask.lost"),
        pysa_format.Step(path="rows.py", line=second, name="rows.run"),
        pysa_format.Step(path="rows.py", line=2, name="sqlalchemy.text"),
    )

    found = is_handed_something_else(Collector("pysa"), files, steps, is_address=False)

    assert found is is_something_else


@pytest.mark.parametrize(
    ("program", "flags", "is_none"),
    [
        (WHICH + '("exiftool")', '"-json"', True),
        ('"/usr/bin/exiftool"', '"-json"', True),
        ("shutil.which(kind)", '"-json"', False),
        ("config[kind]", '"-json"', False),
        (WHICH + '("bash")', '"-c"', False),
    ],
)
def test_a_program_that_is_looked_for_by_its_name_is_named(program: str, flags: str, is_none: bool) -> None:  # noqa: FBT001 - a row
    text = f"import shutil, subprocess\n\ndef described(kind, place):\n    tool = {program}\n"
    text += f"    return subprocess.run([tool, {flags}, place]).stdout\n"
    module = Module.of(text.encode())
    assert module is not None
    steps = (
        pysa_format.Step(path="tree/app.py", line=3, name="ToolArgument"),
        pysa_format.Step(path="tree/made.py", line=5, name="subprocess.run"),
    )
    flow = pysa_format.Flow(
        code=9001, source="ToolArgument", sink="subprocess.run", steps=steps, is_guarded=False, functions=2
    )

    files = {"tree/made.py": Source(path="made.py", language="python", size_bytes=1, sha256="", text=text.encode())}

    assert ends_in_nothing(Collector("pysa"), files, module, "9001", flow) is is_none
