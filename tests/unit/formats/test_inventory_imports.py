"""What OpenAPI, SQL, catalogues, source code and objects give an inventory, and what in them cannot be read is said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.formats import inventory_imports as imports

API = b"""
openapi: 3.1.0
info: {title: loan-api, version: "1"}
servers: [{url: "https://x.cn/api/v1/"}]
paths:
  /loans: {post: {}, get: {}}
  /customers/{id}: {get: {tags: [Personal]}, delete: {}, parameters: []}
  /people: {get: {x-personal-data: true}}
  /other: {$ref: "other.yaml#/x"}
"""
DUMP = """
CREATE TABLE public.customers (
    id integer NOT NULL,
    phone text
);
COPY public.customers (id, phone) FROM stdin;
1\tCREATE TABLE stolen (id int);
\\.
CREATE UNLOGGED TABLE loans (id int, "Sum" numeric);
CREATE VIEW risk.worst AS SELECT id FROM loans;
CREATE INDEX x ON loans (id);
"""
CODE = b"""
from fastapi import APIRouter
router = APIRouter(prefix="/admin")
app = make()

@router.delete("/users/{name}")
def remove(name):
    audit_log.record("remove", name)

@router.get("/users")
def listed(): ...

@app.route("/loans/<int:number>", methods=["POST", "GET"])
async def decide(number): ...

@app.task("/no-route")
def task(): ...
"""


def test_openapi_gives_writing_methods_and_reads_of_personal_data() -> None:
    found = imports.of_openapi(API, "api.yaml")

    assert found.components == ("loan-api",)
    assert {(each.action, each.risk, each.personal) for each in found.actions} == {
        ("POST /api/v1/loans", "medium", False),
        ("GET /api/v1/customers/{id}", "high", True),
        ("DELETE /api/v1/customers/{id}", "high", False),
        ("GET /api/v1/people", "high", True),
    }
    assert found.actions[0].origin == "api.yaml#/paths/~1loans/post"
    assert len(found.problems) == 1
    assert "/other" in found.problems[0]


@pytest.mark.parametrize("data", [b"", b"[1]", b"swagger: '2.0'", b"openapi: 3.0.0", b"a: [", b"\xff\xfe"])
def test_what_is_no_openapi_says_so(data: bytes) -> None:
    found = imports.of_openapi(data, "api.yaml")

    assert found.problems
    assert found.actions == ()


def test_dump_gives_tables_and_fields_and_its_rows_are_passed_over() -> None:
    found = imports.of_sql(DUMP, "dump.sql", "postgres://pg:5432|agentdb", "agentdb")

    assert {
        each.id: None if each.fields is None else tuple(field.name for field in each.fields) for each in found.datasets
    } == {
        "postgres://pg:5432|agentdb.public.customers": ("id", "phone"),
        "postgres://pg:5432|agentdb.public.loans": ("id", "Sum"),
        "postgres://pg:5432|agentdb.risk.worst": None,
    }
    assert ("WRITE DELETE", "public.loans", "high") in {(a.action, a.object, a.risk) for a in found.actions}
    assert {"DDL *", "ROLE *"} <= {each.action for each in found.actions}
    assert found.problems == ()
    assert {each.origin for each in found.datasets} == {"dump.sql"}


def test_statement_that_cannot_be_read_is_named_with_its_line() -> None:
    found = imports.of_sql("CREATE TABLE good (a int);\nCREATE TABLE bad (a int,,;\n", "d.sql", "p", "db")

    assert [each.id for each in found.datasets] == ["p|public.good"]
    assert found.problems == ("d.sql:2: a statement that cannot be read",)
    assert imports.of_sql("SELECT 1;", "d.sql", "p", "db").problems


def test_catalogue_gives_tables_and_a_line_that_is_cut_off_is_said() -> None:
    found = imports.of_columns("public,a,id\npublic,a,name\npublic\n", "pg", "p|db", "db")

    assert [(each.id, [field.name for field in each.fields or ()]) for each in found.datasets] == [
        ("p|db.public.a", ["id", "name"])
    ]
    assert found.problems
    assert imports.of_columns("", "pg", "p|db", "db").problems


def test_routes_of_a_module_say_whether_they_are_audited() -> None:
    found = imports.of_python(CODE, "app.py", "loans")

    assert {(each.action, each.risk, each.origin) for each in found.actions} == {
        ("DELETE /admin/users/{name}", "high", "app.py:7 (audited in the function)"),
        ("POST /loans/{number}", "medium", "app.py:14 (audited in the file)"),
    }
    assert imports.of_python(b"def (", "app.py", "x").problems


def test_objects_give_components_and_what_every_cluster_has_to_log() -> None:
    found = imports.of_objects(
        [("Deployment", "a", "api", "d.yaml"), ("Secret", "a", "s", ""), ("Deployment", "b", "api", "")], "run x"
    )

    assert found.components == ("kubernetes", "api")
    names = {each.action for each in found.actions}
    assert {"create pods/exec", "get pods/exec", "create clusterrolebindings", "patch deployments"} <= names


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    imports.of_openapi(data, "x")
    imports.of_python(data, "x", "y")
    imports.of_columns(data.decode("latin-1"), "x", "y", "z")
    imports.of_sql("CREATE TABLE " + data.decode("latin-1"), "x", "y", "z")


ASKING = b"""
from langchain_openai import ChatOpenAI
model = ChatOpenAI(model="qwen-max")

def answer(store, client, question):
    found = store.similarity_search(question, k=4)
    return client.chat.completions.create(model="deepseek-v3", messages=[found])
"""


def test_code_that_looks_up_and_prompts_is_a_service_with_its_models() -> None:
    found = imports.of_python(ASKING, "answer.py", "agent")

    assert found.components == ("agent",)
    (service,) = found.services
    assert (service.id, service.uses_retrieval, service.models) == ("agent", True, ("deepseek-v3", "qwen-max"))


@pytest.mark.parametrize(
    "code",
    [
        b"re.search(pattern, text)",
        b"db.query(User)",
        b"create()",
        b"x.create(model='m')",
        b"Model(model='car')",
    ],
)
def test_code_that_does_neither_is_no_service(code: bytes) -> None:
    assert imports.of_python(code, "x.py", "x").services == ()


def test_services_of_one_name_are_one() -> None:
    one = imports.of_python(b"client.responses.create(model='a')", "a.py", "agent").services
    other = imports.of_python(b"index.as_query_engine()", "b.py", "agent").services

    (service,) = imports.joined((*one, *other))

    assert (service.uses_retrieval, service.models) == (True, ("a",))


def test_key_store_gives_actions_as_its_log_names_them() -> None:
    found = imports.of_key_store(("openbao",), ["transit/loan"], "run x")

    assert found.components == ("openbao",)
    by_object = {each.object: each.action for each in found.actions}
    assert by_object["transit/decrypt/loan"] == "update transit/decrypt"
    assert by_object["auth/token/create"] == "update auth/token/create"
    assert imports.of_key_store((), ["transit/loan"], "run x").actions == ()
