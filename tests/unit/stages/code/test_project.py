"""What the whole program knows of a route: log-in and audit that stand in other files."""

from __future__ import annotations

from textwrap import dedent

import pytest

from auditor.stages.code.project import Project

ROUTE = """
    from fastapi import APIRouter, Depends
    from app.wiring import get_service

    router = APIRouter()

    @router.post("/spaces/{space_id}/pin")
    async def pin(space_id: int, service=Depends(get_service)):
        await service.pin(space_id)
        return {"ok": True}
"""


def project(**files: str) -> Project:
    return Project({name.replace("__", "/") + ".py": dedent(text) for name, text in files.items()})


def line_of(text: str, part: str) -> int:
    return next(number for number, row in enumerate(dedent(text).split("\n"), 1) if part in row)


AT = line_of(ROUTE, "@router.post")


def test_a_dependency_of_a_dependency_that_asks_who_is_there_is_a_log_in() -> None:
    wiring = """
        def get_session():
            return Session()

        async def get_service(session=Depends(get_session), login_user=Depends(Payload.get_login_user)):
            return Service(session, login_user)
    """

    assert project(app__routes=ROUTE, app__wiring=wiring).is_guarded("app/routes.py", AT)


def test_dependencies_that_ask_nobody_are_none() -> None:
    wiring = """
        def get_session():
            return Session()

        async def get_service(session=Depends(get_session)):
            return Service(session)
    """

    assert not project(app__routes=ROUTE, app__wiring=wiring).is_guarded("app/routes.py", AT)


@pytest.mark.parametrize(
    "main",
    [
        """
        from app import routes
        app.include_router(routes.router, prefix="/api", dependencies=[Depends(require_user)])
        """,
        """
        from app.routes import router as space_router
        api = APIRouter(dependencies=[Depends(get_current_user)])
        api.include_router(space_router)
        """,
        """
        class TokenMiddleware(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                if request.headers.get("Authorization") != TOKEN:
                    return JSONResponse({"detail": "no"}, status_code=401)
                return await call_next(request)
        app.add_middleware(TokenMiddleware)
        """,
        """
        @app.middleware("http")
        async def check(request, call_next):
            if not compare_digest(request.headers.get("x-api-key", ""), KEY):
                return Response(status_code=403)
            return await call_next(request)
        """,
    ],
)
def test_routers_and_middleware_of_other_files_are_log_ins(main: str) -> None:
    assert project(app__routes=ROUTE, app__main=main).is_guarded("app/routes.py", AT)


@pytest.mark.parametrize(
    "main",
    [
        """
        from app import routes
        app.include_router(routes.router, prefix="/api")
        """,
        """
        class TraceMiddleware(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                token = request.headers.get("Authorization")
                if token and tenant_of(token) == 0:
                    return JSONResponse({"detail": "no tenant"}, status_code=403)
                return await call_next(request)
        app.add_middleware(TraceMiddleware)
        """,
        """
        app.add_middleware(CORSMiddleware, allow_origins=ORIGINS)
        """,
    ],
)
def test_a_middleware_that_lets_through_who_brings_nothing_is_no_log_in(main: str) -> None:
    assert not project(app__routes=ROUTE, app__main=main).is_guarded("app/routes.py", AT)


def test_a_middleware_of_another_program_covers_nothing_here() -> None:
    main = """
        class TokenMiddleware(BaseHTTPMiddleware):
            async def dispatch(self, request, call_next):
                if request.headers.get("Authorization") != TOKEN:
                    return JSONResponse({}, status_code=401)
        app.add_middleware(TokenMiddleware)
    """

    assert not project(api__routes=ROUTE, gateway__main=main).is_guarded("api/routes.py", AT)


def test_what_a_service_of_another_file_writes_is_an_audit_record() -> None:
    service = """
        class Service:
            async def pin(self, space_id):
                await self.store.pin(space_id)
                await AuditLog.record(actor=self.user, action="pin")
    """

    assert project(app__routes=ROUTE, app__service=service).is_audited("app/routes.py", AT)
    assert not project(app__routes=ROUTE).is_audited("app/routes.py", AT)


def test_a_middleware_that_records_every_request_is_an_audit() -> None:
    main = """
        app.add_middleware(AuditLoggingMiddleware, audit_level=LEVEL)
    """

    assert project(app__routes=ROUTE, app__main=main).is_audited("app/routes.py", AT)


def test_functions_behind_a_guard_for_administrators_are_known() -> None:
    text = """
        @router.post("/verify")
        async def verify(form: Form, user=Depends(get_admin_user)):
            async with session.get(form.url) as answer:
                return await answer.json()

        @router.post("/fetch")
        async def fetch(form: Form, user=Depends(get_verified_user)):
            async with session.get(form.url) as answer:
                return await answer.json()
    """
    made = project(app__routes=text)
    first, second = (n for n, row in enumerate(dedent(text).split("\n"), 1) if "session.get" in row)

    assert made.is_for_administrators("app/routes.py", first)
    assert not made.is_for_administrators("app/routes.py", second)


@pytest.mark.parametrize(
    ("decorator", "given", "is_theirs"),
    [
        ("", '_=_get_user(role="admin")', True),
        ("", 'user=Depends(require_roles(["admin"]))', True),
        ('@requires_role("superuser")', "", True),
        ("", '_=_get_user(role="member")', False),
        ("", 'user=Depends(require_roles(["admin", "member"]))', False),
        ("", 'name=Query("admin")', False),
    ],
)
def test_a_role_that_is_asked_for_by_its_name(decorator: str, given: str, *, is_theirs: bool) -> None:
    text = f'@router.post("/install")\n{decorator}\nasync def install(form: Form, {given}):\n    run(form.url)\n'

    assert project(a=text).is_for_administrators("a.py", 4) is is_theirs


def test_what_is_not_there_is_neither_guarded_nor_audited() -> None:
    empty = Project()

    assert not empty.is_guarded("a.py", 1)
    assert not empty.is_audited("a.py", 1)
    assert not empty.is_for_administrators("a.py", 1)
    assert not project(a="x = 1").is_guarded("a.py", 99)


def test_route_that_only_tells_where_else_to_go_asks_nobody_itself() -> None:
    route = """
        @router.post("/", status_code=201)
        async def create_folder_redirect():
            \"\"\"Redirect to the projects.\"\"\"
            return RedirectResponse(url="/projects/", status_code=status.HTTP_307_TEMPORARY_REDIRECT)
    """
    at = line_of(route, "@router.post")

    assert project(app__routes=route).is_guarded("app/routes.py", at)
    changing = route.replace("return Redirect", "save(1)\n            return Redirect")
    assert not project(app__routes=changing).is_guarded("app/routes.py", at)


def test_second_decorator_of_one_function_is_told_with_the_first() -> None:
    text = "@router.post('/a/')\n@router.post('/a')\nasync def add():\n    pass\n\n@router.post('/b')\ndef other():\n    pass\n"  # noqa: E501 - a program
    project = Project({"a.py": text})

    assert [line for line in range(1, 9) if project.is_told_above("a.py", line)] == [2]


@pytest.mark.parametrize(
    ("other", "is_uncalled"),
    [
        ("def f():\n    return 1\n", True),
        ("from auth import user_of\nuser_of(token)\n", False),
        ("TABLE = {'user': service.user_of}\n", False),
        ("def user_of_all():\n    return 1\n", True),
    ],
)
def test_a_helper_that_nothing_in_the_tree_names_is_uncalled(other: str, *, is_uncalled: bool) -> None:
    helper = "class Service:\n    def user_of(self, token):\n        return jwt.decode(token, verify=False)\n"

    assert Project({"auth.py": helper, "other.py": other}).is_uncalled("auth.py", 3) is is_uncalled


def test_a_decorated_function_may_be_called_by_its_decorator() -> None:
    route = "@app.get('/me')\ndef me(token):\n    return jwt.decode(token, verify=False)\n"

    assert not Project({"a.py": route}).is_uncalled("a.py", 3)
    assert not Project({"a.py": "claims = jwt.decode(token, verify=False)\n"}).is_uncalled("a.py", 1)


@pytest.mark.parametrize(
    ("body", "only_reads"),
    [
        ("def search_documents(query):\n    return [row.title for row in store.find_by_title(query)]\n", True),
        ("async def list_runs(filters):\n    return await runs.matching(filters)\n", True),
        ("def search_documents(query):\n    store.add(query)\n    return store.find(query)\n", False),
        ("def search_documents(query):\n    return index_documents(query)\n", False),
        ("def start_run(query):\n    return runs.of(query)\n", False),
        ("def get_answer(query):\n    return chain.invoke(query)\n", False),
    ],
)
def test_a_route_that_only_looks_something_up(body: str, *, only_reads: bool) -> None:
    project = Project({"a.py": f"@app.post('/x')\n{body}"})

    assert project.only_reads("a.py", 1) is only_reads


@pytest.mark.parametrize(
    ("body", "is_inside"),
    [
        ("    if urlparse(given).netloc == base.netloc:\n        return given\n    return '/'\n", True),
        ("    return given if given.startswith('/') else '/'\n", True),
        ("    return given or '/'\n", False),
    ],
)
def test_a_redirect_whose_target_another_file_confines(body: str, *, is_inside: bool) -> None:
    route = "@app.get('/')\ndef enter(request):\n    target = next_url(request)\n    return RedirectResponse(target)\n"
    project = Project({"a.py": route, "b.py": f"def next_url(given):\n{body}"})

    assert project.redirects_inside("a.py", 4) is is_inside
    assert not Project({"a.py": route.replace("next_url(request)", "request.query_params['next']")}).redirects_inside(
        "a.py", 4
    )


PATHS = """
class Paths:
    def resolve(self, name):
        place = (self.root / name).resolve()
        {check}
        return place
"""


@pytest.mark.parametrize(
    ("made", "check", "is_checked"),
    [
        ("paths.resolve(name)", "place.relative_to(self.root); raise ValueError(name)", True),
        (
            "await asyncio.to_thread(paths.resolve, name)",
            "if not place.is_relative_to(self.root): raise ValueError",
            True,
        ),
        ("through(name)", "if not place.is_relative_to(self.root): raise ValueError", True),
        ("paths.resolve(name)", "log(place)", False),
        ("ROOT / name", "if not place.is_relative_to(self.root): raise ValueError", False),
    ],
)
def test_a_path_that_a_function_of_another_file_confines(made: str, check: str, *, is_checked: bool) -> None:
    route = f"@app.get('/f')\nasync def file(name):\n    place = {made}\n    return FileResponse(path=place)\n"
    through = "def through(name):\n    return paths.resolve(name)\n"
    project = Project({"a.py": route, "b.py": PATHS.format(check=check), "c.py": through})

    assert project.is_path_checked("a.py", 4) is is_checked


def test_a_route_beside_one_that_asks_was_meant_to_ask() -> None:
    other = """
    @router.delete("/spaces/{space_id}")
    async def remove(space_id: int, user=Depends(get_current_user)):
        await spaces.remove(space_id)
"""

    assert project(app__routes=ROUTE + other).is_asked_beside("app/routes.py", AT)
    assert not project(app__routes=ROUTE, app__other=other).is_asked_beside("app/routes.py", AT)
    assert not project(app__routes=ROUTE).is_asked_beside("app/nowhere.py", 1)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("@open_router.get('/me')\ndef me(user=Depends(get_current_user)):\n    return load(user)\n", False),
        ("@router.get('/me')\ndef me(user=Depends(get_current_user)):\n    return load(user)\n", True),
        ("@router.post('/rows')\ndef rows(row: RowCreate):\n    return store(row)\n", False),
        ("@router.post('/rows')\ndef rows(row: Member):\n    return store(row)\n", True),
        ("@router.post('/rows')\ndef rows(row):\n    return add_provider(row)\n", False),
        ("@router.post('/rows')\ndef rows(row):\n    return add_member(row)\n", True),
        ("@router.post('/rows')\ndef rows(row):\n    return worker.add_member(row)\n", False),
    ],
)
def test_a_route_says_something_of_the_others_of_its_router(other: str, *, expected: bool) -> None:
    """Another router may be asked elsewhere, a body is no log-in, and a wrong setting is no caller that is refused."""
    helpers = """
    class RowCreate(BaseModel):
        @validator("token")
        def check(cls, value):
            raise PermissionDenied("forbidden")

    class Member(Guard):
        def __init__(self, request):
            raise PermissionDenied("forbidden")

    def add_provider(row):
        if row.auth_type == "api_key" and not row.api_key:
            raise InvalidAuthConfigError("api_key")

    def add_member(row):
        if not check_token(row):
            raise AuthError("token")
    """
    first = "@router.post('/add')\ndef add(row):\n    return keep(row)\n\n\n"
    program = Project({"a.py": first + other, "b.py": dedent(helpers)})

    assert program.is_asked_beside("a.py", 1) is expected


@pytest.mark.parametrize(
    ("line", "check", "is_confined"),
    [
        ("return confined(name).read_text()", "if not place.is_relative_to(ROOT): raise ValueError(name)", True),
        ("return confined(name).read_text()", "if not place.is_relative_to(ROOT): log(name)", False),
        ("return confined(name).read_text()", "if name in DENIED: raise ValueError(name)", False),
        ("return (ROOT / name).read_text()", "if not place.is_relative_to(ROOT): raise ValueError(name)", False),
    ],
)
def test_a_path_is_confined_where_the_one_function_of_that_name_resolves_compares_and_raises(
    line: str, check: str, *, is_confined: bool
) -> None:
    helper = f"def confined(name):\n    place = (ROOT / name).resolve()\n    {check}\n    return place\n"
    project = Project({"a.py": f"@mcp.tool()\ndef show(name):\n    {line}\n", "b.py": helper})

    assert project.is_path_confined("a.py", 3) is is_confined
    assert not Project({**project.texts, "c.py": "def confined(name):\n    return name\n"}).is_path_confined("a.py", 3)


MADE = """from fastapi import Depends

@router.get("/files")
def read(place: Path = Depends({name}), other: str = ""):
    return FileResponse({used})
"""
CHOSEN = "def chosen(name: str):\n    return ROOT / name\n"
FIXED = "def fixed(request: Request):\n    return request.app.state.root\n"
CHECKED = (
    "def checked(name: str):\n    place = (ROOT / name).resolve()\n    if not place.is_relative_to(ROOT):\n"
    "        raise ValueError(name)\n    return place\n"
)


@pytest.mark.parametrize(
    ("name", "used", "is_of_request", "is_of_program"),
    [
        ("chosen", "place", True, False),
        ("fixed", "place", False, True),
        ("checked", "place", False, True),
        ("unknown", "place", False, False),
        ("fixed", "place / other", False, False),
        ("chosen", "PAGE", False, False),
    ],
)
def test_a_path_that_a_dependency_of_another_file_makes(
    name: str, used: str, *, is_of_request: bool, is_of_program: bool
) -> None:
    texts = {"a.py": MADE.format(name=name, used=used), "b.py": CHOSEN + FIXED + CHECKED}
    program = Project(texts)

    assert program.is_path_made_of_request("a.py", 5) is is_of_request
    assert program.is_path_of_program("a.py", 5) is is_of_program


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ("class Own(yaml.SafeLoader):\n    pass\n", True),
        ("class Own(CSafeLoader, Mixin):\n    pass\n", True),
        ("class First(yaml.SafeLoader):\n    pass\nclass Own(First):\n    pass\n", True),
        ("class Own(yaml.FullLoader):\n    pass\n", False),
        ("class Own(yaml.Loader):\n    pass\n", False),
        ("class Own:\n    pass\n", False),
        ("", False),
    ],
)
def test_a_loader_of_another_file_that_is_safe_by_its_class(classes: str, *, expected: bool) -> None:
    program = Project(
        {"a.py": "def read(file):\n    return yaml.load(file, Loader=loaders.Own)\n", "loaders.py": classes}
    )

    assert program.loads_safely("a.py", 2) is expected
    assert not program.loads_safely("a.py", 1) or expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('return jsonify({"type": "error", "error": "not here"})', True),
        ('"""Nothing."""\n    return {"status": "ok"}', True),
        ('return JSONResponse(status_code=404, content={"detail": "gone"})', True),
        ("return JSONResponse(status_code=410, content=_GONE)", True),
        ("return jsonify(rows)", False),
        ('remove(name)\n    return {"status": "ok"}', False),
        ('return run("all")', False),
    ],
)
def test_a_route_that_answers_everybody_with_the_same_words(body: str, *, expected: bool) -> None:
    program = Project({"a.py": f"@app.post('/<path:name>')\ndef others(name):\n    {body}\n"})

    assert program.is_guarded("a.py", 1) is expected


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("from a import DEFAULT_PASSWORD\nx = verify_password(stored, DEFAULT_PASSWORD)\n", True),
        ("from a import (\n    DEFAULT_PASSWORD,\n)\nif given == DEFAULT_PASSWORD:\n    warn()\n", True),
        ("from a import DEFAULT_PASSWORD\ncreate_user('admin', DEFAULT_PASSWORD)\n", False),
        ("x = verify_password(stored, DEFAULT_PASSWORD)\ny = make(DEFAULT_PASSWORD)\n", False),
        ("", False),
    ],
)
def test_a_password_that_the_program_only_compares_with(other: str, *, expected: bool) -> None:
    program = Project({"a.py": 'import x\nDEFAULT_PASSWORD = "astro"\n', "b.py": other})

    assert program.is_only_compared("a.py", 2) is expected
    assert not program.is_only_compared("a.py", 1)


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ("@app.get('/')\ndef home():\n    return RedirectResponse(url='/docs')\n", False),
        ("@app.get('/ping')\ndef ping():\n    return {'ping': 'pong'}\n", False),
        ("@app.get('/rows')\ndef rows(user=Depends(get_current_user)):\n    return load(user)\n", True),
    ],
)
def test_a_route_that_does_nothing_says_nothing_of_the_others(other: str, *, expected: bool) -> None:
    program = Project({"a.py": f"@app.post('/add')\ndef add(row):\n    return store(row)\n\n\n{other}"})

    assert program.is_asked_beside("a.py", 1) is expected


OWN_FLAG = """
    class Agent:
        def __init__(self, config, trust_remote_code: bool = False):
            self.trust_remote_code = trust_remote_code

    agent = Agent(None, trust_remote_code=True)
"""


@pytest.mark.parametrize(
    ("other", "is_own"),
    [
        ("", True),
        ("other = Agent(read(), trust_remote_code=True)", True),
        ("model = AutoModel.from_pretrained(name, trust_remote_code=self.trust_remote_code)", False),
        ("model = SentenceTransformer(str(name), trust_remote_code=True)", False),
        ("llm = VLLM(model=name, trust_remote_code=flag)", False),
        ("model_kwargs = {'trust_remote_code': True}", False),
        ("import transformers\noptions['trust_remote_code'] = flag", False),
        ("arguments['trust_remote_code'] = self.trust_remote_code\nagent = Agent(**arguments)", True),
    ],
)
def test_a_flag_that_goes_to_no_loader_of_models_is_the_programs_own(other: str, *, is_own: bool) -> None:
    assert project(a=OWN_FLAG, b=other).is_own_flag("a.py", 6) is is_own
    assert not project(b=other).is_own_flag("b.py", 1)


BOTH = """
    from fastapi import FastAPI
    app = FastAPI()

    {first}("/models/{{name}}")
    @app.post("/models/{{name}}")
    async def model(name: str):
        return {called}(name)
"""


@pytest.mark.parametrize(
    ("first", "called", "reads"),
    [("@app.get", "describe", True), ("@app.get", "delete_model", False), ("@app.put", "describe", False)],
)
def test_a_function_that_answers_get_as_well_only_reads(first: str, called: str, *, reads: bool) -> None:
    text = BOTH.format(first=first, called=called)

    assert project(a=text).only_reads("a.py", line_of(text, "@app.post")) is reads
