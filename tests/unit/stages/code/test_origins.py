# ruff: noqa: E501 - whole programs as literals
"""Where a value is seen to come from, and where it is not."""

from __future__ import annotations

import pytest

from auditor.stages.code.origins import Origin, origin_of
from auditor.stages.code.refine import Module


def found(text: str, capability: str = "") -> str:
    """Return the kind of what gets to the line that calls ``run``; empty where nothing is seen."""
    module = Module.of(text.encode())
    assert module is not None
    line = next(number for number, row in enumerate(text.split("\n"), 1) if "run(" in row and "def " not in row)
    origin = origin_of(module, line, line, capability)
    return origin.kind if origin else ""


SEEN = {
    "parameter of a route": ("@app.post('/x')\ndef x(code: str):\n    run(code)\n", "Request"),
    "field of a body": (
        "@app.post('/x')\ndef x(body: Job):\n    text = body.code.strip()\n    run(f'a {text}')\n",
        "Request",
    ),
    "header": ("def x(key: str = Header(None)):\n    run(key)\n", "Request"),
    "credentials": ("def x(given: HTTPAuthorizationCredentials = Depends(b)):\n    run(given.credentials)\n", ""),
    "annotated": ("def x(key: Annotated[str, Query()]):\n    run(key)\n", "Request"),
    "request": ("def x():\n    data = request.get_json()\n    run(data['code'])\n", "Request"),
    "request of a class": ("class V(View):\n    def x(self):\n        run(self.request.GET['q'])\n", "Request"),
    "view": ("class V(MethodView):\n    def post(self, name):\n        run(name)\n", "Request"),
    "upload": ("def x(file: UploadFile):\n    run(file.filename)\n", "Upload"),
    "files": ("def x():\n    for each in request.files.values():\n        run(each)\n", "Upload"),
    "tool": ("@mcp.tool()\ndef x(path: str):\n    run(path)\n", "ToolArgument"),
    "text with the name of a service": ("@mcp.tool()\ndef x(service: str):\n    run(service)\n", "ToolArgument"),
    "found by a pattern": ("@app.get('/x')\ndef x(q: str):\n    run(re.search('a(.*)', q).group(1))\n", "Request"),
    "inside of another call": ("@app.get('/x')\ndef x(q: str):\n    return str(run(q))\n", "Request"),
    "method in a list of tools": (
        (
            "class K(Kit):\n    def __init__(self):\n        tools: list = [self.save]\n"
            "    def save(self, place):\n        run(place)\n"
        ),
        "ToolArgument",
    ),
    "helper that gives it back under the name of a look-up": (
        (
            "@app.get('/x')\ndef x(q: str):\n    run(get_path(q))\n"
            "def get_path(q):\n    q = q.strip()\n    return join(ROOT, q)\n"
        ),
        "Request",
    ),
    "helper that gives it back": (
        "@app.get('/x')\ndef x(q: str):\n    run(below(q))\ndef below(q):\n    return os.path.join(ROOT, q)\n",
        "Request",
    ),
    "handler": ("class H(BaseHTTPRequestHandler):\n    def do_GET(self):\n        run(self.path)\n", "Request"),
    "configuration of a route": ("@app.post('/x')\ndef x(config: Config):\n    run(config.command)\n", "Request"),
    "tool of a class": ("class ReadTool(BaseTool):\n    def _run(self, path):\n        run(path)\n", "ToolArgument"),
    "tool by its base": (
        "class Shell(ToolBase):\n    async def call(self, command):\n        run(command)\n",
        "ToolArgument",
    ),
    "tool by hand": ("def x(path):\n    run(path)\nkit.add_tool(x)\n", "ToolArgument"),
    "handler of a server": (
        "def x(params):\n    run(params.arguments)\nserver.add_request_handler('tools/call', T, x)\n",
        "ToolArgument",
    ),
    "tool of a list": ("def x(path):\n    run(path)\ntools = [x]\n", "ToolArgument"),
    "page": ("def x(text):\n    run(text)\nbutton.click(x, inputs=[box])\n", "Request"),
    "route by hand": ("def x(text):\n    run(text)\nrouter.add_api_route('/x', x)\n", "Request"),
    "reply": (
        "def x(c):\n    answer = c.chat.completions.create(m)\n    run(answer.choices[0].message.content)\n",
        "ModelReply",
    ),
    "reply of a chain": ("def x(self):\n    run(self.llm.invoke(p))\n", "ModelReply"),
    "socket": ("def x(ws):\n    run(ws.receive_text())\n", "Request"),
    "through a helper": (
        "@app.get('/x')\ndef x(q: str):\n    work(1, q)\ndef work(n, text):\n    run(text)\n",
        "Request",
    ),
    "through a list": (
        "@app.get('/x')\ndef x(q: str):\n    parts = []\n    parts.append(q)\n    run(parts)\n",
        "Request",
    ),
    "inside": ("@app.get('/x')\ndef x(q: str):\n    def inner():\n        run(q)\n    inner()\n", "Request"),
}
NOT_SEEN = {
    "plain function": "def x(code):\n    run(code)\n",
    "number": "@app.get('/x')\ndef x(code: int):\n    run(code)\n",
    "dependency": "@app.get('/x')\ndef x(user: User = Depends(who)):\n    run(user.name)\n",
    "session": "@app.get('/x')\ndef x(db, q: str):\n    run(db)\n",
    "looked up": "@app.get('/x')\ndef x(q: str):\n    row = get_row_by_id(q)\n    run(row.code)\n",
    "from a database": "@app.get('/x')\ndef x(q: str):\n    row = db.query(T).filter(T.id == q)\n    run(row.code)\n",
    "of an unknown function": "@app.get('/x')\ndef x(q: str):\n    place = service.export(q)\n    run(place)\n",
    "method of another object with the name of a function": (
        "@app.get('/x')\ndef export(q: str):\n    place = service.export(q)\n    run(place)\n"
    ),
    "helper that gives back something else": (
        "@app.get('/x')\ndef x(q: str):\n    run(kept(q))\ndef kept(q):\n    save(q)\n    return FOLDER\n"
    ),
    "name of another function inside of the same": (
        "def make(state):\n    @tool\n    def one(text):\n        made = text\n"
        "    def other():\n        made = state.x\n        run(made)\n"
    ),
    "command of a terminal": "@main.command()\n@option('--name')\ndef x(name):\n    run(name)\n",
    "state of a tool": "@mcp.tool()\ndef x(state):\n    run(state)\n",
    "length": "@app.get('/x')\ndef x(q: str):\n    run(len(q))\n",
    "beside the statement": "@app.get('/x')\ndef x(q: str, db):\n    db.execute(run('a'), [q])\n",
    "setting": "def x(self):\n    run(self.settings.command)\n",
    "decorator that is no route": "@retry\ndef x(code):\n    run(code)\n",
    "nobody hands it over": "def x(path):\n    run(path)\nother(y)\n",
    "reply elsewhere": "def x(c):\n    answer = c.chat.completions.create(m)\n    run('ls')\n",
}


@pytest.mark.parametrize("name", SEEN)
def test_what_an_outsider_controls_is_seen(name: str) -> None:
    text, kind = SEEN[name]
    assert found(text) == kind


@pytest.mark.parametrize("name", NOT_SEEN)
def test_what_is_not_seen_is_none(name: str) -> None:
    assert found(NOT_SEEN[name]) == ""


def test_what_another_server_sends_counts_where_code_runs_by_it() -> None:
    text = "def x():\n    data = requests.get(URL).content\n    run(data)\n"

    assert found(text) == ""
    assert found(text, "deserialization") == "Download"


def test_calls_in_a_circle_end() -> None:
    assert found("def a(x):\n    b(x)\ndef b(x):\n    a(x)\n    run(x)\n") == ""


def test_the_place_where_it_comes_in_is_named() -> None:
    module = Module.of(b"@app.post('/x')\ndef x(\n    code: str,\n):\n    run(code)\n")
    assert module is not None
    assert origin_of(module, 5, 5) == Origin(3, "Request")


def test_the_content_of_an_upload_is_no_path() -> None:
    text = "async def x(file: UploadFile):\n    data = await file.read()\n    run(io.BytesIO(data))\n"

    assert found(text, "path-traversal") == ""
    assert found(text, "deserialization") == "Upload"
    assert found("async def x(file: UploadFile):\n    run(file.filename)\n", "path-traversal") == "Upload"


def test_a_helper_that_refuses_a_path_that_leads_out_gives_back_another() -> None:
    text = (
        "@app.get('/x')\ndef x(q: str):\n    run(below(q))\ndef below(q):\n    place = (ROOT / q).resolve()\n"
        "    if not place.is_relative_to(ROOT):\n        raise ValueError\n    return place\n"
    )

    assert found(text, "path-traversal") == ""
    assert found(text.replace("        raise ValueError\n", "        warn()\n"), "path-traversal") == "Request"


@pytest.mark.parametrize(
    ("capability", "address", "kind"),
    [
        ("xml-entities", "'https://search.example.com/xml'", ""),
        ("xml-entities", "f'{self.api}/report'", ""),
        ("xml-entities", "address", "Download"),
        ("deserialization", "'https://search.example.com/xml'", "Download"),
    ],
)
def test_what_a_server_of_the_programs_own_choice_sent_counts_where_it_is_run(
    capability: str, address: str, kind: str
) -> None:
    text = f"class L:\n    def load(self, address):\n        got = requests.get({address})\n        run(got.content)\n"

    assert found(text, capability) == kind


@pytest.mark.parametrize(
    ("part", "kind"), [("q.split('/')[-1]", ""), ("q.split('/')[0]", "Request"), ("q[-1]", "Request")]
)
def test_what_stands_behind_the_last_separator_is_no_path(part: str, kind: str) -> None:
    text = f"@app.get('/x')\ndef x(q: str):\n    name = {part}\n    run('/tmp/' + name)\n"

    assert found(text, "path-traversal") == kind


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("requests.post('https://a.example.com/jobs', json={'q': q}).json()['poll']", ""),
        ("client.get(HOST + q)", ""),
        ("parse(q)", "Request"),
    ],
)
def test_what_a_server_answers_is_its_own(made: str, kind: str) -> None:
    text = f"@app.get('/x')\ndef x(q: str):\n    place = {made}\n    run(place)\n"

    assert found(text, "server-side-request") == kind


HELPER = """class Fetch(BaseTool):
    def execute(self, url: str):
        name = self._extract_name(url)
        run(os.path.join(self.folder, name))

    def _extract_name(self, url):
        name = {made}
        return re.sub("[^a-z]", "_", name)
"""


@pytest.mark.parametrize(
    ("made", "capability", "kind"),
    [
        ("os.path.basename(url)", "path-traversal", ""),
        ("url.strip()", "path-traversal", "ToolArgument"),
        ("os.path.basename(url)", "command-execution", "ToolArgument"),
    ],
)
def test_a_helper_of_the_file_is_looked_into_whatever_its_name(made: str, capability: str, kind: str) -> None:
    assert found(HELPER.format(made=made), capability) == kind


@pytest.mark.parametrize(
    ("test", "is_seen"),
    [
        ("if os.path.dirname(file.filename):\n        return None", False),
        ("if file.filename not in NAMES:\n        raise Bad", False),
        ("if not file.filename:\n        raise Bad", True),
        ("if file.size > LIMIT:\n        raise Bad", True),
    ],
)
def test_a_test_that_decides_by_a_name_leaves_no_choice_of_it(test: str, *, is_seen: bool) -> None:
    text = f"@app.post('/x')\nasync def x(file: UploadFile):\n    {test}\n    run(join(ROOT, file.filename))\n"

    assert bool(found(text, "upload-name")) is is_seen
    assert found(text, "command-execution") == "Upload"


@pytest.mark.parametrize(("leaf", "kind"), [("value", "Request"), ("lookup.rows[0]", "")])
def test_functions_that_call_each_other_in_many_circles_are_each_asked_once(leaf: str, kind: str) -> None:
    many = 300  # each by two ways: whoever tries all of them does not come to an end
    text = "".join(
        f"def step{number}(value):\n    return step{number + 1}(value) + step{(number * 7 + 3) % many}(value)\n"
        for number in range(many - 1)
    )
    text += f"def step{many - 1}(value):\n    return {leaf}\n"
    text += "@app.get('/x')\ndef x(path: str):\n    run(step295(path))\n"

    assert found(text, "command-execution") == kind


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("given.get('env', LocalEnv()).folder", ""),
        ("given.get('env', '')", "ToolArgument"),
        ("given.get('env', Path('.'))", "ToolArgument"),
    ],
)
def test_a_look_up_that_falls_back_to_an_object_is_the_programs_own(made: str, kind: str) -> None:
    assert found(f"@register_tool('a')\ndef x(given: dict):\n    value = {made}\n    run(value)\n") == kind


DEPENDENCY = """
def chosen(name: str = Form(...), token: str = Form(...)):
    {test}
    return name


@app.post('/x')
def x(name: str = Depends(chosen)):
    run(name)
"""


@pytest.mark.parametrize(
    ("test", "kind"),
    [
        ("if not Users.is_known(name):\n        raise HTTPException(401)", ""),
        ("if name not in KNOWN:\n        raise HTTPException(401)", ""),
        ("if not name:\n        raise HTTPException(401)", "Request"),
        ("if not Users.is_known(token):\n        raise HTTPException(401)", "Request"),
        ("yield name", "Request"),
    ],
)
def test_what_a_dependency_gives_back_when_it_knows_it_is_no_choice_of_the_caller(test: str, kind: str) -> None:
    assert found(DEPENDENCY.format(test=test), "path-traversal") == kind
    assert found(DEPENDENCY.format(test=test), "command-execution") == "Request"


@pytest.mark.parametrize(
    ("end", "kind"),
    [("return jsonify({'error': 'bad'}), 400", ""), ("abort(403)", ""), ("return None", "Request")],
)
def test_a_part_of_a_name_that_is_answered_with_an_error_leaves_no_choice_of_it(end: str, kind: str) -> None:
    test = f"if '..' in name or name[0] == '/':\n        {end}"
    text = f"@app.post('/x')\ndef x(name: str):\n    {test}\n    run(ROOT / name)\n"

    assert found(text, "path-traversal") == kind


@pytest.mark.parametrize(
    ("made", "kind"),
    [
        ("f'{uuid4()}.{file.filename.split(chr(46))[1]}'", ""),
        ("f'report_{file.filename}'", ""),
        ("f'{file.filename}_1'", "Upload"),
        ("f'{ROOT}/{file.filename}'", "Upload"),
    ],
)
def test_behind_letters_no_part_of_a_path_begins(made: str, kind: str) -> None:
    held = f"def x(file: UploadFile):\n    name = {made}\n    run(join(ROOT, name))\n"
    at_once = f"def x(file: UploadFile):\n    run(join(ROOT, {made}))\n"

    assert found(held, "upload-name") == kind
    assert found(at_once, "upload-name") == kind
    assert found(at_once, "command-execution") == "Upload"


NAMED = "@app.get('/x')\ndef x(name: str, ident: str):\n    {made}\n    {used}\n"


@pytest.mark.parametrize(
    ("made", "used", "kind"),
    [
        ("name = secure_filename(name)", "run(join(FOLDER, name))", ""),
        ("name = name.strip()", "run(join(FOLDER, name))", "Request"),
        ("name = secure_filename(name.strip())", "run(join(FOLDER, name))", ""),
        ("name = secure_filename(name); name, end = splitext(name)", "run(join(FOLDER, name + end))", ""),
        ("if ident: name = secure_filename(name)", "run(join(FOLDER, name))", "Request"),
        ("name = secure_filename(name) + ident", "run(join(FOLDER, name))", "Request"),
        ("place = Path(FOLDER).joinpath(name).resolve().relative_to(FOLDER)", "run(FOLDER + '/' + str(place))", ""),
        ("place = Path(FOLDER).joinpath(name).relative_to(FOLDER)", "run(FOLDER + '/' + str(place))", "Request"),
        ("pass", "FileResponse(path=run(FIXED), filename=name)", ""),
        ("pass", "FileResponse(path=run(name), filename='a')", "Request"),
    ],
)
def test_a_path_is_made_of_what_its_name_still_holds(made: str, used: str, kind: str) -> None:
    assert found(NAMED.format(made=made, used=used), "path-traversal") == kind


@pytest.mark.parametrize(
    ("made", "used", "kind"),
    [
        ("url = f'{BASE}:{PORT}/api/{name}/submit'", "client.post(run(url))", ""),
        ("url = f'https://{name}.corp.cn/api'", "client.post(run(url))", "Request"),
        ("url = f'{name}/api'", "client.post(run(url))", "Request"),
        ("url = BASE", "client.post(run(url), cookies=name, headers=ident)", ""),
        ("url = BASE", "client.post(run(url), url=name)", "Request"),
    ],
)
def test_an_address_is_chosen_by_what_its_host_is_written_with(made: str, used: str, kind: str) -> None:
    assert found(NAMED.format(made=made, used=used), "server-side-request") == kind


@pytest.mark.parametrize(
    ("place", "kind"),
    [
        ("join(FOLDER, unique(file.filename))", ""),
        ("join(FOLDER, file.filename)", "Upload"),
        ("join(FOLDER, other(file.filename))", "Upload"),
    ],
)
def test_an_upload_is_stored_at_a_place_and_is_none(place: str, kind: str) -> None:
    text = (
        "def unique(name):\n    safe = secure_filename(name)\n    return f'{token_hex(4)}_{safe}'\n\n\ndef other(name):\n    return name.lower()\n\n\n"
        f"@app.post('/x')\ndef x():\n    file = request.files['file']\n    place = {place}\n    file.save(place, run())\n"
    )

    assert found(text, "upload-name") == kind
