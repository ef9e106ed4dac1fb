"""What enters a function of which its own file does not tell."""

from __future__ import annotations

import re

import pytest

from auditor.content import rulesets
from auditor.formats import pysa as pysa_format
from auditor.stages.code.flow import _SINKS, _SOURCES, _Entries, _takes_statements
from auditor.stages.code.reading import Collector
from auditor.stages.code.refine import Module
from auditor.stages.code.registered import registered_in
from auditor.stages.code.tree import Source
from auditor.stages.code.ways import Ways


def parsed(text: str) -> Module:
    made = Module.of(text.encode())
    assert made is not None
    return made


def source_of(path: str, text: str) -> Source:
    return Source(path=path, language="python", size_bytes=1, sha256="", text=text.encode())


def test_a_tool_that_another_file_registers_is_followed_in_one_function() -> None:
    tool = source_of("write.py", "def write(path):\n    open(path)\n")
    kit = source_of("kit.py", "toolkit.register_tool_function(write, group='files')\n")
    module = Module.of(tool.text)
    assert module is not None
    function = module.enclosing(2)

    assert _Entries(frozenset(), registered_in([tool, kit]), {}).reach("write.py", function, ())
    assert not _Entries(frozenset(), registered_in([tool]), {}).reach("write.py", function, ())
    same = source_of("write.py", "toolkit.register_tool_function(write)\n")
    assert not _Entries(frozenset(), registered_in([same]), {}).reach("write.py", function, ())


@pytest.mark.parametrize(
    ("maker", "is_refused"),
    [
        ("def made(run):\n    if not (ROOT / run).resolve().is_relative_to(ROOT):\n        raise Bad\n", True),
        ("def made(run):\n    check_name(run)\n", True),
        ("def made(run):\n    return ROOT / run\n", False),
    ],
)
def test_a_dependency_that_refuses_makes_a_hint(maker: str, is_refused: bool) -> None:  # noqa: FBT001 - a row
    route, made = parsed("def logs(file, user):\n    open(file)\n"), parsed(maker)
    function = route.enclosing(2)
    assert function is not None
    entries = _Entries(frozenset(), {}, {function: [("file", made.tree.body[0])]})

    assert entries.is_fed(function, ("file",))
    assert entries.is_refused(function, ("file",)) is is_refused
    # what feeds one parameter says nothing of another, nor of a route of the same name in another file
    assert not entries.is_fed(function, ("user",))
    assert not entries.is_refused(function, ("user",))
    assert not entries.is_refused(parsed("def logs(file):\n    open(file)\n").enclosing(2), ("file",))


SINKS = {
    "shells": ("os.system(x)", "subprocess.getoutput(x)", "create_subprocess_shell(x)", "pty.spawn(x)"),
    "processes": (
        "Popen(x)  # of subprocess",
        "asyncio.create_subprocess_exec(x)",
        "os.execv(x)",
        "os.posix_spawn(x)",
        "import paramiko",
        "import asyncssh",
        "from pexpect import run",
        "anyio.run_process(x)",
    ),
    "evaluated": ("eval(x)", "exec(x)", "compile(x)", "numexpr.evaluate(x)", "PythonREPL().run(x)", "import asteval"),
    "questions_to_tables": ("import pandas as pd",),
    "evaluated_by_pandas": ("pd.eval(x)",),
    "imported": ("importlib.import_module(x)", "runpy.run_path(x)", "code.interact(x)"),
    "opened": (
        "glob.glob(x)",
        "open(x)",
        "os.scandir(x)",
        "os.rmdir(x)",
        "shutil.move(x)",
        "aiofiles.open(x)",
        "cv2.imread(x)",
        "anyio.open_file(x)",
        "fsspec.open(x)",
        "docx.Document(x)",
        "Presentation(x)",
        "load_workbook(x)",
        "pdfplumber.open(x)",
        "fitz.open(x)",
        "pd.read_csv(x)",
        "pd.read_table(x)",
        "pd.read_excel(x)",
        "pd.read_parquet(x)",
    ),
    "moved": ("os.rename(x)", "os.replace(x)", "shutil.copy(x)"),
    "paths": ("x.read_text()", "x.write_bytes()", "x.mkdir()", "x.touch()", "x.rename(y)", "x.iterdir()"),
    "sent_files": ("send_file(x)", "FileResponse(x)", "PdfReader(x)"),
    "fetched": (
        "requests.get(x)",
        "urlopen(x)",
        "feedparser.parse(x)",
        "httpx.build_request(x)",
        "import playwright",
        "websockets.connect(x)",
        "websocket.create_connection(x)",
        "sse_client(x)",
        "Repo.clone_from(x)",
        "streamablehttp_client(x)",
        "streamable_http_client(x)",
        "import selenium",
        "import crawl4ai",
        "import newspaper",
        "import yt_dlp",
        "import httplib2",
    ),
    "statements": (
        "c.execute(x)",
        "text(x)",
        "c.fetchrow(x)",
        "pd.read_sql_query(x)",
        "duckdb.sql(x)",
        "import neo4j",
        "bigquery.Client()",
        "import clickhouse_connect",
        "import clickhouse_driver",
        "import ibm_db",
        "from peewee import SQL",
        "from playhouse import pool",
        "c.exec_driver_sql(x)",
    ),
    "clients_of_an_address": ("OpenAI(base_url=x)", "ChatOpenAI(openai_api_base=x)", "httpx.Client(base_url=x)"),
    "templates": ("Template(x)", "SimpleTemplate(x)", "env.from_string(x)", "render_template_string(x)"),
    "loaded": ("pickle.loads(x)", "joblib.load(x)", "yaml.full_load(x)", "pd.read_pickle(x)", "jsonpickle.decode(x)"),
    "tool_servers": ("StdioServerParameters(command=x)",),
    "loaded_modules": ("importlib.util.spec_from_file_location(x)",),
    "read_folders": ("SimpleDirectoryReader(x)", "PyPDFLoader(x)"),
    "removed_trees": ("shutil.rmtree(x)",),
}
SOURCES = {
    "routes": ("@app.get(x)", "@app.head(x)", "@api_view(x)", "@bp.route(x)", "@router.websocket(x)"),
    "route_methods": ("@expose(x)",),
    "tools": ("@beta_async_tool", "@mcp.tool()", "@kernel_function", "@register_for_llm", "@tool_function", "@skill"),
    "tool_methods": ("class Search(BaseTool):",),
    "replies": (
        "from langchain_core.models import x",
        "import dashscope",
        "litellm.completion(x)",
        "import zhipuai",
        "import groq",
        "import mistralai",
        "import cohere",
        "from google import genai",
        "import google.generativeai",
        'boto3.client("bedrock-runtime")',
    ),
    "reply_methods_of_this_tree": ("def _ask_model(x):", "def generate_completion(x):", "x = call_gpt(y)"),
    "request_globals": ("request.args",),
    "request_attributes": (
        "request.query_params",
        "from aiohttp import web",
        "import discord",
        "from telegram import Update",
    ),
    "request_methods": ("await request.json()",),
    "asked_of_people": ("import streamlit as st",),
    "untyped_models": ("def run(chat_model):", "def run(model_client):", "def run(llm):", "def run(chat_client):"),
    "given_attributes": ("request.GET", "req.media"),
    "given_by_methods": ("await request.post()", "class Kernels(APIHandler):\n    x = self.get_argument(y)"),
    "handler_methods": ("class Contents(RequestHandler):", "class Row(MethodView):", "class Row(Resource):"),
    "answers": (
        'data["choices"][0]',
        "self.client.chat.completions.create(x)",
        "await c.messages.create(x)",
        "m.generate_content(x)",
    ),
    "member_names": ("import zipfile", "import tarfile"),
    "lists_of_members": ("zipfile.ZipFile(x).namelist()",),
}


@pytest.mark.parametrize(("kind", "known", "found"), [("sinks", SINKS, _SINKS), ("sources", SOURCES, _SOURCES)])
def test_no_program_is_passed_over_that_has_something_of_the_models(
    kind: str, known: dict[str, tuple[str, ...]], found: re.Pattern[bytes]
) -> None:
    models = (rulesets() / "pysa" / "models" / f"{kind}.pysa").read_text()
    names = {name.removesuffix("_of_objects") for name in re.findall(r'name = "(\w+)"', models)}

    assert names == known.keys()
    assert [text for texts in known.values() for text in texts if not found.search(text.encode())] == []


def test_a_program_without_any_of_it_is_passed_over() -> None:
    text = b"import argparse\n\nprint(sum(map(int, argparse.ArgumentParser().parse_args().numbers)))\n"

    assert not _SINKS.search(text)
    assert not _SOURCES.search(text)


@pytest.mark.parametrize(
    ("parameter", "body", "expected"),
    [
        ("sql", "command = text(query)\n    connection.execute(command)", True),
        ("raw_sql", "connection.execute(query)", True),
        ("name", "connection.execute(query)", False),
        ("query", "connection.execute(query)", False),
        ("sql", "connection.execute(f'SELECT * FROM ({query})')", False),
        ("sql", "query = f'SELECT * FROM ({query})'\n    connection.execute(query)", False),
    ],
)
def test_a_route_that_is_there_to_run_statements_is_given_nothing_by_one(
    parameter: str, body: str, *, expected: bool
) -> None:
    files = {
        "routes.py": f"@router.get('/x')\nasync def asked({parameter}: str):\n    return run({parameter})\n",
        "work.py": f"def run(query):\n    {body}\n",
    }
    last = body.count("\n") + 2
    steps = (
        ("routes.py", 2, "Request"),
        ("routes.py", 3, "work.run"),
        ("work.py", last, "sqlalchemy.Connection.execute"),
    )
    flow = pysa_format.Flow(
        code=9005,
        source="Request",
        sink="execute",
        steps=tuple(pysa_format.Step(path=path, line=line, name=name) for path, line, name in steps),
        is_guarded=False,
        functions=2,
    )
    ways = Ways(Collector("pysa"), {path: source_of(path, text) for path, text in files.items()})

    assert _takes_statements(ways, flow) is expected
