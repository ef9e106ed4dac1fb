# ruff: noqa: E501 - lines of programs
"""Where the values at a place of a script come from, as its own file shows it."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_flows import ScriptFlows


def kind_of(text: str, capability: str = "command-execution", path: str = "a.ts") -> str:
    flows = ScriptFlows({path: text})
    script = flows.script(path)
    assert script is not None
    calls = [call for use in script.uses("run") if (call := use.parent) is not None]
    place = (calls[0].start, calls[0].end) if calls else script.offsets(1, 1)
    return flows.way_to(path, place, capability).origin


ENTRANCES = {
    "express": ("app.post('/x', (req, res) => {\n  const { code } = req.body\n  run(code)\n})", "Request"),
    "wrapped": ("router.get('/x', asyncHandler(async (req, res) => {\n  run(req.query.q)\n}))", "Request"),
    "named handler": ("function show(req: Request, res: Response) {\n  run(req.params.id)\n}", "Request"),
    "koa": ("router.post('/x', async (ctx) => {\n  run(ctx.request.body.code)\n})", "Request"),
    "fastify": ("fastify.route({ method: 'POST', url: '/x', handler: async (request) => {\n  run(request.body.code)\n} })", "Request"),
    "hono": ("app.post('/x', async (c) => {\n  const body = await c.req.json()\n  run(body.code)\n})", "Request"),
    "next": ("export async function POST(request) {\n  const data = await request.json()\n  run(data.url)\n}", "Request"),
    "next segment": ("export async function GET(_: Request, { params }) {\n  const { slug } = await params\n  run(slug)\n}", "Request"),
    "next by another name": ("async function handle(req, { params }) {\n  run(params.path.join('/'))\n}\nexport { handle as GET }", "Request"),
    "next query": ("export const GET = async (req: NextRequest) => {\n  const { searchParams } = new URL(req.url)\n  run(searchParams.get('q'))\n}", "Request"),
    "server action": ("'use server'\nexport async function go(name: string) {\n  run(name)\n}", "Request"),
    "nest": ("class A {\n  create(@Body() dto: Dto) {\n    run(dto.code)\n  }\n}", "Request"),
    "nest upload": ("class A {\n  create(@UploadedFile() file) {\n    run(file.originalname)\n  }\n}", "Upload"),
    "trpc": ("r.input(z.object({ q: z.string() })).mutation(async ({ input }) => {\n  run(input.q)\n})", "Request"),
    "h3": ("export default defineEventHandler(async (event) => {\n  const { code } = await readBody(event)\n  run(code)\n})", "Request"),
    "elysia": ("app.post('/x', ({ body }) => {\n  run(body.code)\n})", "Request"),
    "graphql": ("const r = { Query: { a: (_, args) => {\n  run(args.q)\n} } }", "Request"),
    "socket": ("const wss = open()\nsocket.on('start', (given) => {\n  run(given.code)\n})", "Request"),
    "multer": ("app.post('/x', up.single('f'), (req, res) => {\n  run(req.file.originalname)\n})", "Upload"),
    "mcp": ("server.tool('x', { q: z.string() }, async ({ q }) => {\n  run(q)\n})", "ToolArgument"),
    "mcp registered": ("server.registerTool('x', { inputSchema: { q: z.string() } }, async (args) => {\n  run(args.q)\n})", "ToolArgument"),
    "mcp request": ("server.setRequestHandler(CallToolRequestSchema, async (request) => {\n  const { name, arguments: args } = request.params\n  if (name === 'a') {\n    run(args.q)\n  }\n})", "ToolArgument"),
    "ai sdk": ("const t = tool({ execute: async ({ path }) => {\n  run(path)\n}})", "ToolArgument"),
    "langchain": ("const t = new DynamicStructuredTool({ schema, func: async ({ q }) => {\n  run(q)\n} })", "ToolArgument"),
    "langchain function": ("const t = tool(async (input) => {\n  run(input.q)\n}, { name: 'a', schema })", "ToolArgument"),
    "langchain class": ("class Sh extends Tool {\n  async _call(input: string) {\n    run(input)\n  }\n}", "ToolArgument"),
    "mastra": ("export const t = createTool({ id: 'a', execute: async ({ context }) => {\n  run(context.q)\n} })", "ToolArgument"),
    "described": ("export const t = { description: 'x', parameters: schema, execute: async (args) => {\n  run(args.q)\n} }", "ToolArgument"),
    "reply": ("const out = await openai.chat.completions.create(m)\nrun(out.choices[0].message.content)", "ModelReply"),
    "ai sdk reply": ("const { text } = await generateText({ model })\nrun(text)", "ModelReply"),
    "chain": ("const answer = await this.llm.invoke(p)\nrun(answer.content)", "ModelReply"),
}  # fmt: skip


@pytest.mark.parametrize("name", ENTRANCES)
def test_what_an_outsider_controls_is_seen_where_it_comes_in(name: str) -> None:
    text, kind = ENTRANCES[name]

    assert kind_of(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "function x(code) {\n  run(code)\n}",
        "const code = 'ls'\nrun(code)",
        "app.post('/x', (req, res) => {\n  run(COMMANDS[req.body.name])\n})",
        "app.post('/x', async (req, res) => {\n  const row = await db.find(req.body.id)\n  run(row.code)\n})",
        "app.post('/x', (req, res) => {\n  run(Number(req.body.id))\n})",
        "app.post('/x', (req, res) => {\n  run(process.env.CMD)\n})",
        "app.post('/x', (req, res) => {\n  log(req.body.code); run('ls')\n})",
        "app.post('/x', (req, res) => {\n  run(req.user.id)\n})",
        "server.tool('x', { q: z.enum(['a', 'b']) }, async ({ q }) => {\n  run(q)\n})",
        "const shape = z.object({ q: z.number() })\nserver.registerTool('x', { inputSchema: shape.shape }, async ({ q }) => {\n  run(q)\n})",
        "r.input(z.object({ q: z.string().uuid() })).mutation(async ({ input }) => {\n  run(input.q)\n})",
        "const S = z.object({ q: z.enum(['a']) })\napp.post('/x', (req) => {\n  const { q } = S.parse(req.body)\n  run(q)\n})",
        "class A {\n  get(@Param('id', ParseIntPipe) id: number) {\n    run(id)\n  }\n}",
        "const t = tool({ execute: async (_args, { toolCallId }) => {\n  run(toolCallId)\n}})",
    ],
)
def test_what_he_does_not_control_is_none(text: str) -> None:
    assert kind_of(text) == ""


CHECKS = {
    "allow list": ("if (!ALLOWED.has(q)) throw new Error()", "text"),
    "allow list around": ("if (ALLOWED.includes(q)) {", "text"),
    "pattern": ("if (!/^[a-z0-9]+$/.test(q)) return", "text"),
    "compared": ("if (q !== 'a' && q !== 'b') return", "text"),
    "host": ("if (!HOSTS.has(new URL(q).hostname)) return", "server-side-request"),
    "host by name": ("const { hostname } = new URL(q)\n  if (hostname !== 'a.example') throw new Error()", "server-side-request"),
    "named check": ("await assertPublicUrl(q)", "server-side-request"),
    "private": ("if (await isPrivateHost(q)) throw new Error()", "server-side-request"),
    "parent": ("if (q.includes('..')) return", "path-traversal"),
    "begins": ("const full = path.resolve(ROOT, q)\n  if (!full.startsWith(ROOT + path.sep)) return", "path-traversal"),
    "relative": ("const rel = path.relative(ROOT, path.resolve(ROOT, q))\n  if (rel.startsWith('..') || path.isAbsolute(rel)) return", "path-traversal"),
    "meta": ("if (/[;&|`$]/.test(q)) return", "command-execution"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_before_takes_the_ground_away(name: str) -> None:
    check, capability = CHECKS[name]
    text = "app.post('/x', async (req, res) => {\n  const q = req.body.q\n  %s\n  run(q)\n})" + (
        "\n}" if check.endswith("{") else ""
    )

    assert kind_of(text % check, capability) == ""
    assert kind_of(text % "log(q)", capability) == "Request"


@pytest.mark.parametrize(
    ("check", "capability"),
    [
        ("if (!q) return", "text"),
        ("if (typeof q !== 'string') return", "text"),
        ("if (BLOCKED.has(q)) return", "text"),
        ("if (!ALLOWED.has(other)) return", "text"),
        ("if (ALLOWED.has(q)) log(q)", "text"),
        ("if (!checkPermission(user, q)) return", "text"),
        ("if (!ALLOWED.includes(q.split(' ')[0])) return", "command-execution"),
        ("if (!/^https?:/.test(q)) return", "server-side-request"),
        ("if (!q.startsWith('http')) return", "server-side-request"),
        ("if (new URL(q).protocol !== 'https:') return", "server-side-request"),
        ("if (q.includes('..') && strict) return", "path-traversal"),
        ("if (!isThere(q)) return", "path-traversal"),
    ],
)
def test_what_leaves_the_value_free_is_no_check(check: str, capability: str) -> None:
    text = f"app.post('/x', async (req, res) => {{\n  const q = req.body.q\n  {check}\n  run(q)\n}})"

    assert kind_of(text, capability) == "Request"


@pytest.mark.parametrize(
    ("body", "capability", "kind"),
    [
        ("run(path.basename(req.body.q))", "path-traversal", ""),
        ("run(path.join(ROOT, req.body.q))", "path-traversal", "Request"),
        ("run(`https://api.example.com/${req.body.q}`)", "server-side-request", ""),
        ("run(`https://${req.body.q}/a`)", "server-side-request", "Request"),
        ("run(BASE + '/v1/' + req.body.q)", "server-side-request", ""),
        ("run(new URL(req.body.q))", "server-side-request", "Request"),
        ("run(DOMPurify.sanitize(req.body.q))", "cross-site-scripting", ""),
        ("run(req.body.q.replace(/[^a-z0-9]/g, ''))", "path-traversal", ""),
        ("run(req.body.q.replace('..', ''))", "path-traversal", "Request"),
        ("run(req.body.names.map((name) => name.trim()).join(' '))", "command-execution", "Request"),
        ("for (const each of req.body.names) run(each)", "command-execution", "Request"),
        ("const list = []; list.push(req.body.q); run(list.join(' '))", "command-execution", "Request"),
        ("let q = 'a'; q = req.body.q; run(q)", "command-execution", "Request"),
        ("let q = req.body.q; q = 'a'; run(q)", "command-execution", ""),
        ("run(made(req.body.q))\n  function made(a) { return `x ${a}` }", "command-execution", "Request"),
        ("run(known(req.body.q))\n  function known(a) { return TABLE[a] }", "command-execution", ""),
        ("const o = { a: req.body.q, b: 'x' }; run(o.b)", "command-execution", ""),
        ("const o = { a: req.body.q, b: 'x' }; run(o.a)", "command-execution", "Request"),
        ("run('a', req.body.q)", "sql-injection", ""),
        ("db.query(`select ${run(sql`a ${req.body.q}`)}`)", "sql-injection", ""),
    ],
)
def test_only_what_can_do_harm_counts(body: str, capability: str, kind: str) -> None:
    assert kind_of(f"app.post('/x', async (req, res) => {{\n  {body}\n}})", capability) == kind


@pytest.mark.parametrize(
    "text",
    [
        "run(" + "a + " * 20_000 + "req.body.q)",
        "run(" + "(" * 20_000,
        "run(" + "[" * 5_000 + "]" * 5_000 + ")",
        "if (" + "!" * 5_000 + "a) return\nrun(a)",
        "function f(a) { return f(a) }\nrun(f(x))",
        "const a = b; const b = a\nrun(a)",
        "run(`" + "${`" * 3_000 + "`}" * 3_000 + "`)",
        "\\'\nrun(",
    ],
)
def test_what_nobody_would_write_comes_to_an_end(text: str) -> None:
    assert kind_of(text) in {"", "Request"}


NOT_OUTSIDE = {
    "element of a list, called like a context": ("const q = rows.map((c) => c.query).join(' ')\nrun(q)", "sql-injection"),
    "the program's own address": ("export async function GET(request) {\n  const { origin } = new URL(request.url)\n  run(`${origin}/login`)\n}", "open-redirect"),
    "own address of a loader": ("export const load = async ({ url }) => {\n  run(`${url.origin}/api`)\n}", "server-side-request"),
    "object with a fixed address": ("app.post('/x', (req) => {\n  const c = { url: 'https://a.example/b', data: req.body }\n  run(c)\n})", "server-side-request"),
    "called like one that opens a file": ("import { run } from './own'\napp.post('/x', (req) => {\n  run(req.body.q)\n})", "path-traversal"),
    "a function that was handed over": ("export const serve = (run) => (req, res) => {\n  run(new Request(req.url))\n}", "server-side-request"),
    "entry of a folder": ("for (const entry of await opendir(a)) {\n  run(join(root, entry.name))\n}", "archive-extraction"),
    "what follows the host": ("app.post('/x', (req) => {\n  const u = new URL(CONFIGURED)\n  u.search = req.body.q\n  run(u)\n})", "server-side-request"),
    "a property that is set anew": ("app.post('/x', (req) => {\n  req.body.n = sanitize(req.body.n)\n  run(path.join(a, req.body.n))\n})", "path-traversal"),
    "a parameter that is set anew": ("app.post('/x', (req) => {\n  use(req.body.n)\n})\nfunction use(n) {\n  n = sanitize(n)\n  run(n)\n}", "path-traversal"),
    "the name of a path that is taken apart": ("app.post('/x', (req) => {\n  run(path.join(a, path.parse(req.body.n).name))\n})", "path-traversal"),
    "compared with what is left of it": ("app.post('/x', (req) => {\n  if (req.body.n !== sanitize(req.body.n)) return\n  run(path.join(a, req.body.n))\n})", "path-traversal"),
    "a type that only speaks of requests": ("export async function info({ url }: { url: string; onBeforeRequest?: Hook }) {\n  run(url)\n}", "server-side-request"),
    "what a function of another file makes": ("import { buildHtml } from 'pkg/made'\napp.get('/x', (c) => run(buildHtml(new URL(c.req.url).search)))", "cross-site-scripting"),
    "bound by a tag": ("r.input(s).query(async ({ input }) => {\n  run(sql`select ${input.q}`)\n})", "sql-injection"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_OUTSIDE)
def test_what_only_looks_like_it_is_none(name: str) -> None:
    text, capability = NOT_OUTSIDE[name]

    assert kind_of(text, capability) == ""


@pytest.mark.parametrize(
    ("text", "capability", "kind"),
    [
        ("export async function GET(request) {\n  const { origin, searchParams } = new URL(request.url)\n  run(`${origin}${searchParams.get('next')}`)\n}", "open-redirect", "Request"),
        ("for (const entry of new AdmZip(data).getEntries()) {\n  run(join(root, entry.entryName))\n}", "archive-extraction", "Member"),
        ("unzip.on('entry', (entry) => {\n  run(join(root, entry.path))\n})", "archive-extraction", "Member"),
        ("app.post('/x', (req) => {\n  const c = { url: req.body.url }\n  run(c)\n})", "server-side-request", "Request"),
        ("page.evaluate((script) => run(script), req.body.script)", "code-execution", "Request"),
        ("const storage = multer.diskStorage({ filename: (_req, file, done) => {\n  run(file.originalname)\n} })", "upload-name", "Upload"),
        ("app.post('/x', (req) => {\n  run(req.file.path)\n})", "path-traversal", ""),
    ],
)  # fmt: skip
def test_and_what_is_one(text: str, capability: str, kind: str) -> None:
    assert kind_of(text, capability) == kind


@pytest.mark.parametrize("each", ["url", "(url)", "async url", "async (url)"])
def test_one_of_many_is_followed_however_its_parameter_is_written(each: str) -> None:
    assert kind_of(f"app.post('/x', (req, res) => req.body.urls.map({each} => run(url)))") == "Request"
    assert kind_of(f"app.post('/x', (req, res) => HOSTS.map({each} => run(url)))") == ""


def test_method_of_a_class_of_the_file_is_looked_at_where_it_is_made() -> None:
    text = "class Pages {\n  run(given) {\n    return given\n  }\n}\nclass R {\n  pages = new Pages()\n  route(req) {\n    this.pages.run(req.body.url)\n  }\n}\n"
    own = ScriptFlows({"a.ts": text})
    script = own.script("a.ts")
    assert script is not None
    call = script.offsets(9, 9)

    assert not own.way_to("a.ts", call, "server-side-request").origin
    other = ScriptFlows({"a.ts": text.replace("new Pages()", "client")})
    assert other.way_to("a.ts", call, "server-side-request").origin == "Request"


@pytest.mark.parametrize("given", ["params", "params: RmParams", "{ path }"])
def test_what_a_program_hands_to_a_tool_beside_its_arguments_is_not_from_outside(given: str) -> None:
    tool = "class RmTool extends BaseTool {\n  async execute(%s) {\n    run(%s)\n  }\n}"

    assert kind_of(tool % (given, "path" if "{" in given else "params.path")) == "ToolArgument"
    assert kind_of(tool % ("task", "task.cwd")) == ""
    assert kind_of("class Task {}\n" + tool % ("given: Task", "given.cwd")) == ""


ASKED = "server.tool('rm', s, async ({ path }) => {\n%s\n  run(path)\n})"


@pytest.mark.parametrize(
    "lines",
    [
        "  const may = await askApproval('rm', path)\n  if (!may) return",
        "  if (!(await requestPermission(path))) return",
        "  if (!(await ctx.confirmAction(path))) throw new Error('no')",
    ],
)
def test_what_a_person_agreed_to_is_no_way(lines: str) -> None:
    assert kind_of(ASKED % lines, "path-traversal") == ""


@pytest.mark.parametrize(
    "lines",
    [
        "  await askApproval('rm', path)",
        "  if (!(await requirePermission(user))) return",
        "  if (!(await hasConsented(user))) return",
    ],
)
def test_what_nobody_was_asked_for_is_one(lines: str) -> None:
    assert kind_of(ASKED % lines, "path-traversal") == "ToolArgument"


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ("  const known = await store.getSession(req.query.id)\n  if (!known) return res.status(404).end()", ""),
        ("  const known = await store.findUnique(req.query.id)\n  if (!known) throw e", ""),
        ("  const known = await store.getSession(req.query.id)", "Request"),
        ("  const known = await readFile(req.query.id)\n  if (!known) return", "Request"),
        ("  const known = await store.getSession(req.query.other)\n  if (!known) return", "Request"),
    ],
)
def test_key_of_what_is_stored_is_no_path_of_a_stranger(lines: str, kind: str) -> None:
    assert kind_of(f"app.get('/x', async (req, res) => {{\n{lines}\n  run(req.query.id)\n}})", "path-traversal") == kind


ASKS = """{body}
app.get('/x', (req, res) => {{
  const back = req.query.back
  if (back && {asked}) {{
    run(`${{base}}${{back}}`)
  }}
}})
"""
STARTS = "return path.startsWith('/') && !path.startsWith('//')"


@pytest.mark.parametrize(
    ("body", "asked", "kind"),
    [
        (f"function isRelative(path) {{ {STARTS} }}", "isRelative(back)", ""),
        ("const isRelative = (path) => path.startsWith('/') && !path.startsWith('//')", "isRelative(back)", ""),
        (f"function isRelative(other, path) {{ {STARTS} }}", "isRelative(1, back)", ""),
        (f"function isRelative(path) {{ {STARTS} }}", "!isRelative(back)", "Request"),
        (f"function isRelative(other, path) {{ {STARTS} }}", "isRelative(back, 1)", "Request"),
        ("function isRelative(path) { return path.length > 1 }", "isRelative(back)", "Request"),
        (f"function isRelative(path) {{ if (path) return true; {STARTS} }}", "isRelative(back)", "Request"),
        ("const isRelative = (path) => path.startsWith('/') || allow", "isRelative(back)", "Request"),
    ],
)
def test_what_a_function_of_the_file_asks_counts_for_what_it_is_given(body: str, asked: str, kind: str) -> None:
    assert kind_of(ASKS.format(body=body, asked=asked), "open-redirect") == kind


ROW = """{body}
app.get('/x', async (req, res) => {{
  const known = groupOf(req.query.id)
  {test}
  run(req.query.id)
}})
"""


@pytest.mark.parametrize(
    ("body", "test", "kind"),
    [
        ("const groupOf = (id) => db.prepare('SELECT * FROM groups WHERE id = ?').get(id)", "if (!known) throw e", ""),
        ("function groupOf(id) {\n  return groups.get(id)\n}", "if (!known) return", ""),
        ("function groupOf(id) {\n  return store.findUnique({ where: { id } })\n}", "if (!known) return", ""),
        ("function groupOf(id) {\n  return groups.get(id)\n}", "", "Request"),
        ("function groupOf(id) {\n  return id.trim()\n}", "if (!known) return", "Request"),
        ("function groupOf(id) {\n  return groups.get(own)\n}", "if (!known) return", "Request"),
        ("function groupOf(id) {\n  return fetchPage(id).get(id)\n}", "if (!known) return", "Request"),
        (
            "function groupOf(id) {\n  return db.prepare('SELECT * FROM groups WHERE id LIKE ?').get(id)\n}",
            "if (!known) return",
            "Request",
        ),
    ],
)
@pytest.mark.parametrize("capability", ["path-traversal", "command-execution"])
def test_key_by_which_a_function_of_the_tree_gets_what_is_stored(
    body: str, test: str, kind: str, capability: str
) -> None:
    assert kind_of(ROW.format(body=body, test=test), capability) == kind


@pytest.mark.parametrize(
    ("schema", "kind"),
    [
        ("z.string().regex(/^a$/)", ""),
        ("z.string().refine(ok)", ""),
        ("z.string()", "Request"),
        ("z.string().min(1)", "Request"),
    ],
)
def test_schema_that_is_asked_first_counts_for_what_it_asks(schema: str, kind: str) -> None:
    text = f"const shop = {schema}\napp.get('/x', (req, res) => {{\n  let to = req.query.to\n  if (!shop.safeParse(to).success) return\n  run(to)\n}})"

    assert kind_of(text, "path-traversal") == kind


@pytest.mark.parametrize(
    ("parameter", "kind"),
    [
        ("req: Request", "Request"),
        ("req: AuthenticatedRequest<Body>", "Request"),
        ("request: NextRequest", "Request"),
        ("req: any", "Request"),
        ("req", "Request"),
        ("toSend: ExecutableHttpRequest", ""),
        ("request: ChatRequest", ""),
        ("request: { body: string }", ""),
    ],
)
def test_request_of_another_type_is_none_of_http(parameter: str, kind: str) -> None:
    name = parameter.partition(":")[0]

    assert kind_of(f"function send({parameter}) {{\n  run({name}.body)\n}}") == kind


def test_what_a_program_is_started_with_names_files_and_may_not_be_run() -> None:
    text = "for await (const chunk of process.stdin) run(chunk.toString())"

    assert kind_of(text) == "Request"
    assert kind_of(text, "path-traversal") == ""
    assert kind_of(text, "server-side-request") == ""


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("file.status !== 'approved'", ""),
        ("file.status !== 'pending'", "ToolArgument"),
        ("file.kind !== 'approved'", "ToolArgument"),
        ("other.status !== 'approved'", "ToolArgument"),
        ("file.status === 'approved'", "ToolArgument"),
    ],
)
def test_what_was_approved_with_the_thing_that_it_is_a_part_of(condition: str, kind: str) -> None:
    text = f"server.tool('rm', s, async ({{ files }}) => {{\n  for (const file of files) {{\n    if ({condition}) continue\n    run(file.path)\n  }}\n}})"

    assert kind_of(text, "path-traversal") == kind


@pytest.mark.parametrize(
    ("condition", "kind"),
    [
        ("e.origin !== HOME", ""),
        ("!HOMES.has(e.origin)", ""),
        ("e.data.token !== bootToken", ""),
        ("!e.origin", "Request"),
        ("e.data.token === undefined", "Request"),
        ("e.data.kind !== 'run'", "Request"),
    ],
)
def test_message_of_a_page_whose_sender_is_asked_for(condition: str, kind: str) -> None:
    text = f"window.addEventListener('message', (e) => {{\n  if ({condition}) return\n  run(e.data.url)\n}})"

    assert kind_of(text, "server-side-request") == kind


def test_window_of_a_desktop_program_is_no_stranger_to_it() -> None:
    text = "ipcMain.handle('open', (event, given) => run(given))"

    assert kind_of(text, "external-link") == "Window"  # what it passes on are links of what it shows
    assert kind_of(text) == ""
    assert kind_of(text, "path-traversal") == ""
    assert kind_of(text, "server-side-request") == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("function answer(ctx) {\n  run(ctx.query.x)\n  ctx.body = 1\n}", "Request"),
        ("function build(ctx) {\n  run(ctx.query.x)\n}", ""),
        ("function answer(ctx: ParameterizedContext) {\n  run(ctx.query.x)\n}", "Request"),
        ("export const visit = (call) => run(call.arguments)", ""),
        ("const f = async () => run(await agent.run('x'))", "ModelReply"),
        ("const f = async () => run(await taskExecutor.run('x'))", ""),
        ("const f = async () => run(await agentRegistry.run('x'))", ""),
    ],
)
def test_what_is_called_like_an_entrance_may_be_none(text: str, kind: str) -> None:
    assert kind_of(text) == kind


@pytest.mark.parametrize(("given", "kind"), [("updates", "Request"), ("{ ...req.body }", "Request"), ("{ data: req.body }", "Request"), ("{ name: req.body.name }", ""), ("{ meta: { ...old, name: req.body.name } }", "")])  # fmt: skip
def test_fields_that_a_program_names_are_chosen_by_it(given: str, kind: str) -> None:
    text = f"app.put('/x', (req, res) => {{\n  const updates = req.body\n  run({given})\n}})"

    assert kind_of(text, "mass-assignment") == kind


@pytest.mark.parametrize(("value", "kind"), [("Buffer.from(req.body.data, 'base64')", ""), ("Buffer.from(req.body.data, 'base64').toString()", "Request")])  # fmt: skip
def test_bytes_name_no_file(value: str, kind: str) -> None:
    assert kind_of(f"app.post('/x', (req, res) => {{\n  run({value})\n}})", "path-traversal") == kind


@pytest.mark.parametrize("around", ["useMemo(() => marked.parse({}), [])", "computed(() => marked({}))", "$derived(marked({}))", "converter.makeHtml({})"])  # fmt: skip
def test_what_a_page_works_out_holds_what_it_is_made_of(around: str) -> None:
    text = f"const shown = {around.format('message.content')}\nel.innerHTML = shown\nrun(shown)"

    assert kind_of(text, "cross-site-scripting") == "ModelReply"


@pytest.mark.parametrize(("before", "kind"), [("const io = new Server(http)\n", "Request"), ("const client = new SocketModeClient({})\n", "")])  # fmt: skip
def test_messages_of_a_channel_that_others_can_open(before: str, kind: str) -> None:
    text = f"{before}socket.on('command', (body) => {{\n  run(body.url)\n}})"

    assert kind_of(text, "server-side-request") == kind


def test_the_page_itself_is_the_base_of_an_address() -> None:
    assert kind_of("run(new URL(href, location.href).href)", "cross-site-scripting") == ""
    assert kind_of("run(new URL(location.hash, 'https://a.cn').href)", "cross-site-scripting") == "Request"


def test_a_list_of_what_is_allowed_is_asked_by_its_name() -> None:
    text = "app.get('/x', (req, res) => {\n  if (!matchesAllowlist(req.query.url, list)) return res.end()\n  run(req.query.url)\n})"

    assert kind_of(text, "server-side-request") == ""
    assert kind_of(text.replace("matchesAllowlist", "matchesTitle"), "server-side-request") == "Request"


@pytest.mark.parametrize(("check", "kind"), [("validatePlanId", ""), ("validatePlan", "Request")])
def test_check_of_an_id_is_one_of_the_value(check: str, kind: str) -> None:
    assert (
        kind_of(f"app.get('/x', (req, res) => {{\n  {check}(req.query.id)\n  run(req.query.id)\n}})", "path-traversal")
        == kind
    )


FIELDS = "app.post('/x', (request) => {\n  const given = request.body\n  const row: any = { updatedAt: 1 }\n  %s\n  run(row)\n})"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("row.name = given.name", ""),
        ("row.name = given", ""),
        ("row.data = given", "Request"),
        ("Object.assign(row, given)\n  row = given", "Request"),
    ],
)
def test_field_that_the_program_named_is_no_record_of_the_sender(line: str, kind: str) -> None:
    assert kind_of(FIELDS % line, "mass-assignment") == kind


ROUTE = "app.post('/x', { schema: { %s } }, async (request, reply) => {\n  const { q } = request.%s\n  run({ where: { q } })\n})"


@pytest.mark.parametrize(
    ("schema", "part", "capability", "kind"),
    [
        ("body: z.object({ q: z.string().nullish() })", "body", "query-injection", ""),
        ("body: Type.Object({ q: Type.String() })", "body", "query-injection", ""),
        ("querystring: { type: 'object', properties: { q: { type: 'string' } } }", "query", "query-injection", ""),
        ("body: z.object({ q: z.string().nullish() })", "body", "code-execution", "Request"),
        ("body: z.object({ q: z.enum(['a', 'b']) })", "body", "code-execution", ""),
        ("body: z.object({ q: z.any() })", "body", "query-injection", "Request"),
        ("body: z.object({ other: z.string() })", "body", "query-injection", "Request"),
    ],
)
def test_schema_of_a_route_says_what_is_left_free(schema: str, part: str, capability: str, kind: str) -> None:
    assert kind_of(ROUTE % (schema, part), capability) == kind


@pytest.mark.parametrize(
    ("head", "options", "kind"),
    [
        ("import yauzl from 'yauzl-promise'", "", ""),
        ("import yauzl from 'yauzl'", "{ lazyEntries: true }", ""),
        ("import yauzl from 'yauzl'", "{ decodeStrings: false }", "Member"),
        ("import unzipper from 'unzipper'", "", "Member"),
    ],
)
def test_reader_of_archives_that_refuses_what_leads_out(head: str, options: str, kind: str) -> None:
    text = f"{head}\nconst zip = await open(path, {options or '{}'})\nfor await (const entry of zip) {{\n  run(`${{root}}/${{entry.filename}}`)\n}}"

    assert kind_of(text, "archive-extraction") == kind


STORED = "import multipart from '@fastify/multipart'\napp.post('/x', async (request) => {\n  const file = await request.file()\n  const id = uuidv4()\n  run(%s)\n})"


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("`./uploads/${randomUUID()}-${file.filename}`", ""),
        ("path.join(root, `${id}_${file.filename}`)", ""),
        ("path.join(root, Date.now() + '-' + file.filename)", ""),
        ("`./uploads/${file.filename}`", "Upload"),
        ("`./uploads/${randomUUID()}/${file.filename}`", "Upload"),
        ("`./uploads/${prefix}-${file.filename}`", "Upload"),
        ("`./uploads/${randomUUID()}-${request.body.name}`", "Request"),
    ],
)
def test_name_of_a_sender_behind_what_was_made_for_the_file(name: str, kind: str) -> None:
    assert kind_of(STORED % name, "upload-name") == kind


def test_reader_of_uploads_that_leaves_names_as_they_are_is_no_help() -> None:
    text = STORED % "`./uploads/${randomUUID()}-${file.filename}`"

    assert kind_of(text.replace("@fastify/multipart", "multiparty"), "upload-name") == "Upload"


CLOSES = "app.post('/x', (req, res) => {\n  const given = req.body.path\n  {\n    const full = path.resolve(given)\n    const isUnder = (root) => {\n      const rel = path.relative(root, %s)\n      return !rel.startsWith('..')\n    }\n    if (!(isUnder(home) || (own && isUnder(own)))) %s\n  }\n  run(given)\n})"


@pytest.mark.parametrize(
    ("looks_at", "then", "kind"),
    [("full", "return res.end()", ""), ("other", "return res.end()", "Request"), ("full", "log(1)", "Request")],
)
def test_check_that_looks_at_a_value_by_its_name(looks_at: str, then: str, kind: str) -> None:
    assert kind_of(CLOSES % (looks_at, then), "path-traversal") == kind


PROXY = "const BASE = process.env.API || 'https://a.example'\napp.get('/x', async (req, res) => {\n  let url = %s\n  if (req.query.q) url += `?${req.query.q}`\n  run(url)\n})"


@pytest.mark.parametrize(
    ("begins", "kind"),
    [("`${BASE}/${req.query.path}`", ""), ("BASE + '/v1'", ""), ("''", "Request"), ("`https://`", "Request")],
)
def test_what_is_added_behind_a_host_does_not_choose_it(begins: str, kind: str) -> None:
    assert kind_of(PROXY % begins, "server-side-request") == kind


@pytest.mark.parametrize(("by", "kind"), [("'.'", ""), ("'/'", "Request"), ("'-'", "Request")])
def test_what_stands_between_dots_leads_nowhere_up(by: str, kind: str) -> None:
    text = f"app.get('/x', (req, res) => {{\n  const [one, two] = req.query.q.split({by})\n  run(path.join(root, one, two))\n}})"

    assert kind_of(text, "path-traversal") == kind


FIELD = "class Input {\n  @IsString()\n  other: string\n\n  @IsString()\n  %s\n  url: string\n}\nclass C {\n  @Post()\n  go(@Body() input: Input) {\n    run(input.url)\n  }\n}"


@pytest.mark.parametrize(
    ("decorator", "kind"),
    [
        ("@IsSafeWebhookUrl({ message: 'no' })", ""),
        ("@IsUrl({ host_whitelist: ['a.example'] })", ""),
        ("@IsIn(['a', 'b'])", ""),
        ("@IsUrl()", "Request"),
        ("@MaxLength(9)", "Request"),
    ],
)
def test_class_of_what_is_sent_says_what_is_left_free(decorator: str, kind: str) -> None:
    assert kind_of(FIELD % decorator, "server-side-request") == kind


def test_class_of_another_file_is_asked_when_all_files_are_known() -> None:
    head, tail = FIELD.replace("%s", "@IsIn(['a'])").split("class C", 1)
    texts = {"dto.ts": "export " + head, "a.ts": f"import {{ Input }} from './dto'\nclass C{tail}"}
    flows = ScriptFlows(texts)
    script = flows.script("a.ts")
    assert script is not None
    place = script.offsets(5, 5)

    assert flows.way_to("a.ts", place, "server-side-request").origin == ""
    other = ScriptFlows({**texts, "dto.ts": texts["dto.ts"].replace("@IsIn(['a'])", "")})
    assert other.way_to("a.ts", place, "server-side-request").origin == "Request"


SORTED = "app.post('/x', (req) => sort(req.body))\ntype Sort = {\n  by?: %s;\n  name: string;\n};\nfunction sort(options: Sort) {\n  run(`order by ${options.by}`)\n}"


@pytest.mark.parametrize(
    ("typed", "kind"),
    [("number | null", ""), ('"asc" | "desc"', ""), ("string", "Request"), ("string | number", "Request")],
)
def test_field_of_a_type_is_a_number_or_a_word(typed: str, kind: str) -> None:
    assert kind_of(SORTED % typed, "sql-injection") == kind


def test_schema_that_has_a_name_is_looked_at() -> None:
    text = "const picture = z.string().refine((u) => u.startsWith(OWN))\nconst s = z.object({ logo: picture.nullish() })\nr.input(s).mutation(async ({ input }) => {\n  run(input.logo)\n})"

    assert kind_of(text, "server-side-request") == ""
    assert kind_of(text.replace(".refine((u) => u.startsWith(OWN))", ""), "server-side-request") == "Request"


def test_field_of_a_type_stays_a_word_in_another_form() -> None:
    text = SORTED.replace("${options.by}", "${options.by.toUpperCase()}")

    assert kind_of(text % '"asc" | "desc"', "sql-injection") == ""
    assert kind_of(text % "string", "sql-injection") == "Request"


def test_name_without_a_dot_leads_nowhere_up() -> None:
    text = "app.get('/x', (req, res) => {\n  const name = req.query.q\n  if (name.includes('%s')) return\n  run(path.join(root, name))\n})"

    assert kind_of(text % ".", "path-traversal") == ""
    assert kind_of(text % "-", "path-traversal") == "Request"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ("new URL(req.url).pathname", ""),
        ("new URL(req.url).searchParams.get('q')", "Request"),
        ("decodeURIComponent(new URL(req.url).pathname)", "Request"),
    ],
)
def test_path_of_an_address_holds_no_html_until_it_is_decoded(value: str, kind: str) -> None:
    assert (
        kind_of(f"app.get('/x', (req, res) => {{\n  run(`<base href='${{{value}}}'>`)\n}})", "cross-site-scripting")
        == kind
    )
