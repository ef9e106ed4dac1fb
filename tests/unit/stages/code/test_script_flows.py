# ruff: noqa: E501 - whole programs as literals
"""Whether what a request says gets to a function of another file."""

from __future__ import annotations

import pytest

from auditor.stages.code.reading import Seen
from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_values import Search

PATH = "path-through-helper"
ADDRESS = "address-through-helper"

STORAGE = """import fs from 'fs'
import path from 'path'

export async function removeFile(folder: string, name: string) {
  const place = path.join('/srv', folder, name)
  await fs.promises.unlink(place)
}
"""
ROUTE = "import { removeFile } from './storage'\n\nrouter.delete('/f', async (req, res) => {\n%s\n})\n"


def reached(route: str, storage: str = STORAGE, line: int = 6, **more: str) -> bool:
    texts = {"storage.ts": storage, "routes.ts": ROUTE % route, **more}
    return gets_to(texts, "storage.ts", line)


def asked(flows: ScriptFlows, path: str, line: int, capability: str) -> Seen:
    script = flows.script(path)
    return flows.way_to(path, script.offsets(line, line), capability) if script is not None else Seen()


def gets_to(texts: dict[str, str], path: str, line: int, capability: str = PATH) -> bool:
    return bool(asked(ScriptFlows(texts), path, line, capability).steps)


@pytest.mark.parametrize(
    "route",
    [
        "  await removeFile('a', req.body.name)",
        "  await removeFile(req.params.folder, 'b')",
        "  const { name } = req.body\n  await removeFile('a', name)",
        "  const name = req.query.name\n  const full = `${name}.txt`\n  await removeFile('a', full)",
        "  await storage.removeFile('a', request.query.name)",
        "  const { name } = await request.json()\n  await removeFile('a', name)",
    ],
)
def test_part_of_a_request_reaches_the_function(route: str) -> None:
    assert reached(route)


@pytest.mark.parametrize(
    "route",
    [
        "  await removeFile('a', 'b')",
        "  await removeFile('a', path.basename(req.body.name))",
        "  const { name } = req.body\n  if (!isAllowed(name)) return\n  await removeFile('a', name)",
        "  const id = parseInt(req.params.id)\n  await removeFile('a', id)",
        "  await removeOther('a', req.body.name)",
        "  await removeFile('a', row.name)",
        "  const end = req.body.name.split('.').pop()\n  const name = `${id}.${end}`\n  await removeFile('a', name)",
        "  const place = await lookUp(req.params.id)\n  await removeFile('a', place)",
    ],
)
def test_what_is_no_part_of_a_request_or_is_checked_does_not(route: str) -> None:
    assert not reached(route)


def test_only_the_argument_that_gets_to_the_place_counts() -> None:
    storage = "export function log(name, text) {\n  fs.unlinkSync(text)\n  return read(name)\n}\n"

    log_first = "import { log } from './s'\nlog(req.body.name, 'x')\n"
    log_second = "import { log } from './s'\nlog('x', req.body.name)\n"

    assert not gets_to({"s.ts": storage, "r.ts": log_first}, "s.ts", 2)
    assert gets_to({"s.ts": storage, "r.ts": log_second}, "s.ts", 2)


def test_request_is_followed_through_a_service_in_between() -> None:
    service = (
        "import { removeFile } from './storage'\n"
        "export class Files {\n  async drop(name: string) {\n    const clean = name.trim()\n"
        "    return removeFile('a', clean)\n  }\n}\n"
    )
    route = "import { Files } from './service'\nconst files = new Files()\nfiles.drop(req.body.name)\n"

    assert gets_to({"storage.ts": STORAGE, "service.ts": service, "routes.ts": route}, "storage.ts", 6)
    assert not gets_to({"storage.ts": STORAGE, "service.ts": service}, "storage.ts", 6)


def test_functions_that_call_each_other_come_to_an_end() -> None:
    text = "export function a(x) {\n  fs.unlinkSync(x)\n  return b(x)\n}\nfunction b(y) {\n  return a(y)\n}\n"

    assert not gets_to({"a.ts": text}, "a.ts", 2)


@pytest.mark.parametrize("text", ["", "(((((", "function a(", "function a(b) {", "export const a = (b) =>", "'\\"])
def test_broken_text_is_no_trouble(text: str) -> None:
    assert not gets_to({"a.ts": text}, "a.ts", 1)
    assert not gets_to({}, "a.ts", 1)


def test_parameter_that_a_framework_fills_from_a_request_is_a_part_of_it() -> None:
    service = "export class Proxy {\n  async load(address: string) {\n    return axios.get(address)\n  }\n}\n"
    route = (
        "import { Proxy } from './proxy'\nexport class ProxyController {\n  @Post('fetch')\n"
        "  async fetch(%s) {\n    return this.proxy.load(body.url)\n  }\n}\n"
    )

    for parameter in ("@Body() body: { url: string }", "@Body(new Pipe()) body: Load, @Query('a') a: string"):
        assert gets_to({"p.ts": service, "c.ts": route % parameter}, "p.ts", 3)
    assert not gets_to({"p.ts": service, "c.ts": route % "body: Job"}, "p.ts", 3)


def test_way_names_each_call_from_the_request_to_the_place() -> None:
    service = (
        "import { removeFile } from './storage'\nexport function drop(name) {\n  return removeFile('a', name)\n}\n"
    )
    route = "import { drop } from './service'\n\ndrop(req.body.name)\n"
    flows = ScriptFlows({"storage.ts": STORAGE, "service.ts": service, "routes.ts": route})

    way = [(step.file, step.line, step.name) for step in asked(flows, "storage.ts", 6, PATH).steps]

    assert way == [("routes.ts", 3, "drop"), ("service.ts", 3, "removeFile"), ("storage.ts", 6, "removeFile")]


@pytest.mark.parametrize(
    "caller",
    [
        "server.tool('rm', 'Removes', { name: z.string() }, async ({ name }) => {\n  await removeFile('a', name)\n})",
        "tool({ inputSchema: s, execute: async ({ names }) => names.map((name) => removeFile('a', name)) })",
        "p.input(s).mutation(async ({ ctx, input }) => {\n  return removeFile('a', input.name)\n})",
        "p.input(s).mutation(async ({ input }) => {\n  for (const name of input.names) removeFile('a', name)\n})",
    ],
)
def test_what_a_tool_or_a_procedure_is_given_reaches_the_function(caller: str) -> None:
    texts = {"storage.ts": STORAGE, "tools.ts": f"import {{ removeFile }} from './storage'\n{caller}\n"}

    assert gets_to(texts, "storage.ts", 6)


@pytest.mark.parametrize(
    "caller",
    [
        "p.input(s).mutation(async ({ ctx, input }) => {\n  return removeFile('a', ctx.folder)\n})",
        "tool({ inputSchema: s, execute: async ({ names }) => NAMES.map((name) => removeFile('a', name)) })",
    ],
)
def test_what_the_program_itself_hands_over_does_not(caller: str) -> None:
    texts = {"storage.ts": STORAGE, "tools.ts": f"import {{ removeFile }} from './storage'\n{caller}\n"}

    assert not gets_to(texts, "storage.ts", 6)


@pytest.mark.parametrize(
    ("storage", "is_reached"),
    [
        ("export function keep(place, text) {\n  fs.writeFileSync(place, 'x')\n}\n", True),
        ("export function keep(place, text) {\n  fs.writeFileSync('/srv/log', place)\n}\n", False),
        ("export function keep(place, text) {\n  writeFile(place, text)\n}\n", True),
    ],
)
def test_what_is_written_is_no_path(storage: str, *, is_reached: bool) -> None:
    texts = {"s.ts": storage, "r.ts": "import { keep } from './s'\nkeep(req.body.name, 'x')\n"}

    assert gets_to(texts, "s.ts", 2) is is_reached
    own = {**texts, "s.ts": f"{storage}import {{ writeFile }} from './tools'\n"}
    assert gets_to(own, "s.ts", 2) is (is_reached and "fs." in storage)


@pytest.mark.parametrize(
    ("address", "is_reached"),
    [("`${base}/v1/${place}`", False), ("`${base}${place}`", False), ("`${place}/v1`", True), ("place", True)],
)
def test_the_beginning_of_an_address_decides_its_host(address: str, *, is_reached: bool) -> None:
    storage = f"export function load(place) {{\n  return fetch({address})\n}}\n"
    texts = {"s.ts": storage, "r.ts": "import { load } from './s'\nload(req.body.name)\n"}

    assert gets_to(texts, "s.ts", 2, ADDRESS) is is_reached


TOOL = "import %s from './storage'\nserver.tool('rm', 'Removes', { name: z.string() }, %s)\n"


@pytest.mark.parametrize(
    ("storage", "taken", "given"),
    [
        ("export default async function removeFile({ name }) {\n  fs.unlinkSync(name)\n}\n", "drop", "drop"),
        (
            "export const removeFile = async ({ name }) => {\n  fs.unlinkSync(name)\n}\n",
            "{ removeFile as drop }",
            "drop",
        ),
    ],
)
def test_function_that_another_file_hands_to_a_framework(storage: str, taken: str, given: str) -> None:
    assert gets_to({"storage.ts": storage, "tools.ts": TOOL % (taken, given)}, "storage.ts", 2)
    assert not gets_to({"storage.ts": storage, "tools.ts": TOOL % (taken, "other")}, "storage.ts", 2)


def test_injected_service_is_known_by_its_type() -> None:
    service = "export class Files {\n  get(name: string) {\n    return fs.readFileSync(name)\n  }\n}\n"
    other = "export class Rows {\n  get(id: string) {\n    return id\n  }\n}\n"
    route = (
        "import { %s } from './%s'\nexport class Api {\n  constructor(private readonly kept: %s) {}\n  @Get()\n"
        "  one(@Query('n') n: string) {\n    return this.kept.get(n)\n  }\n}\n"
    )
    texts = {"files.ts": service, "rows.ts": other}

    assert gets_to({**texts, "api.ts": route % ("Files", "files", "Files")}, "files.ts", 3)
    assert not gets_to({**texts, "api.ts": route % ("Rows", "rows", "Rows")}, "files.ts", 3)


def test_common_name_of_an_unknown_object_is_nobodys() -> None:
    service = "export class Files {\n  get(name: string) {\n    return fs.readFileSync(name)\n  }\n}\n"

    assert not gets_to({"files.ts": service, "a.ts": "import x from 'y'\nx().get(req.body.q)\n"}, "files.ts", 3)


@pytest.mark.parametrize(
    "place",
    [
        "./lib/storage", "./lib/storage.js", "@/lib/storage", "./lib", "@acme/lib/storage",
    ],
)  # fmt: skip
def test_modules_are_found_by_path_index_and_alias(place: str) -> None:
    texts = {
        "lib/storage.ts": "export function removeFile(name) {\n  fs.unlinkSync(name)\n}\n",
        "lib/index.ts": "export * from './storage'\n",
        "app.ts": f"import {{ removeFile }} from '{place}'\nremoveFile(req.body.name)\n",
    }

    assert gets_to(texts, "lib/storage.ts", 2)


def test_value_that_a_function_of_another_file_confines_is_refuted() -> None:
    guard = (
        "export function inside(name) {\n  const place = path.resolve(ROOT, name)\n"
        "  if (!place.startsWith(ROOT + path.sep)) throw new Error('outside')\n  return place\n}\n"
    )
    route = "import { inside } from './guard'\napp.get('/f', (req) => {\n  fs.readFileSync(inside(req.query.n))\n})\n"
    flows = ScriptFlows({"guard.ts": guard, "route.ts": route})
    loose = ScriptFlows({"guard.ts": guard.replace("throw new Error('outside')", "log(place)"), "route.ts": route})

    seen = asked(flows, "route.ts", 3, "path-traversal")

    assert (seen.steps, seen.is_refuted) == ((), True)
    assert asked(loose, "route.ts", 3, "path-traversal").origin == "Request"


@pytest.mark.parametrize(
    ("condition", "is_reached"),
    [
        ("!parts.every((each) => isUuid(each))", False),
        ("!parts.every((each) => NAMES.has(each))", False),
        ("parts.some((each) => each.includes('..'))", False),
        ("!parts.every((each) => each.length > 0)", True),
        ("parts.some((each) => !each)", True),
    ],
)
def test_parts_of_a_path_may_be_looked_at_one_by_one(condition: str, *, is_reached: bool) -> None:
    storage = (
        "import fs from 'fs'\nexport async function put(...parts: string[]) {\n"
        f"  if ({condition}) throw new Error('no')\n  fs.writeFileSync(parts.join('/'), '')\n}}\n"
    )
    route = "import { put } from './storage'\n\nrouter.put('/f', async (req, res) => {\n  await put(req.params.a, req.body.b)\n})\n"

    assert gets_to({"storage.ts": storage, "routes.ts": route}, "storage.ts", 4) is is_reached


def test_what_a_validator_of_hono_lets_through_is_the_callers() -> None:
    route = (
        "import { removeFile } from './storage'\n\napp.delete('/f', async (c) => {\n"
        "  const { name } = c.req.valid('json')\n  await removeFile('a', name)\n  return c.json({})\n})\n"
    )

    assert gets_to({"storage.ts": STORAGE, "routes.ts": route}, "storage.ts", 6)


READ = "import fs from 'fs'\nexport async function readIt({ path }) {\n  return fs.readFileSync(path, 'utf8')\n}\n"
REGISTERED = "server.tool('read', { path: z.string() }, readIt)\n"


@pytest.mark.parametrize(
    "more",
    [
        {"b.ts": "import { readIt } from './a.js'\n" + REGISTERED},
        {"b.ts": "import { readIt as run } from './a'\n" + REGISTERED.replace("readIt", "run")},
        {"b.ts": "import * as files from './a'\n" + REGISTERED.replace("readIt", "files.readIt")},
        {"i.ts": "export * from './a'\n", "b.ts": "import { readIt } from './i'\n" + REGISTERED},
        {"i.ts": "export { readIt as run } from './a'\n", "b.ts": "import { run } from './i'\nserver.tool('r', {}, run)\n"},
        {"i/index.ts": "import { readIt } from '../a'\nexport { readIt }\n", "b.ts": "import { readIt } from './i'\n" + REGISTERED},
        {"b.ts": "import { readIt } from './a'\nexport const it = { name: 'r', description: 'd', inputSchema: {}, handler: readIt }\n"},
        {"b.ts": "const { readIt } = require('./a')\n" + REGISTERED},
        {"b.ts": "const { readIt: run } = require('./a')\n" + REGISTERED.replace("readIt", "run")},
        {"b.ts": "const run = require('./a').readIt\n" + REGISTERED.replace("readIt", "run")},
        {"b.ts": "const { readIt } = await import('./a')\n" + REGISTERED},
    ],
)  # fmt: skip
def test_tool_that_another_file_registers_by_its_bare_name(more: dict[str, str]) -> None:
    assert gets_to({"a.ts": READ, **more}, "a.ts", 3)


@pytest.mark.parametrize(
    "more",
    [
        {"b.ts": "import { readIt } from './other'\n" + REGISTERED},
        {"b.ts": "import { readIt } from './a'\nlist.push(readIt)\n"},
        {"b.ts": "import * as files from './a'\n" + REGISTERED.replace("readIt", "files.other")},
        {"b.ts": "const { readOther: readIt } = require('./a')\n" + REGISTERED},
        {"b.ts": "import { readIt } from './a'\nexport const it = { name: 'r', handler: readIt }\n"},
        {"i.ts": "export { other as readIt } from './a'\n", "b.ts": "import { readIt } from './i'\n" + REGISTERED},
    ],
)
def test_what_is_no_tool_or_another_function_is_none(more: dict[str, str]) -> None:
    assert not gets_to({"a.ts": READ, **more}, "a.ts", 3)


@pytest.mark.parametrize(
    "text",
    [
        "class S {\n  async readIt(given) {\n    return fs.readFileSync(given.path)\n  }\n  start() { this.s.tool('r', {}, this.readIt) }\n}\n",
        "class S {\n  async readIt(given) {\n    return fs.readFileSync(given.path)\n  }\n  start() { this.s.tool('r', {}, this.readIt.bind(this)) }\n}\n",
        "const own = {\n  async readIt(given) {\n    return fs.readFileSync(given.path)\n  }\n}\nserver.tool('r', {}, own.readIt)\n",
        "const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\nserver.tool('r', {}, own.read)\n",
        "const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\ns.setRequestHandler(CallTool, (q) => own[q.params.name](q.params.arguments))\n",
        "const own = {\n  read: { run: async (given) => {\n    return fs.readFileSync(given.path)\n  } }\n}\ns.setRequestHandler(CallTool, (q) => {\n  const it = own[q.params.name]\n  return it.run(q.params.arguments)\n})\n",
    ],
)  # fmt: skip
def test_tool_that_an_object_has_or_a_table_holds(text: str) -> None:
    assert gets_to({"a.ts": text}, "a.ts", 3)


@pytest.mark.parametrize(
    "text",
    [
        "class S {\n  async readIt(given) {\n    return fs.readFileSync(given.path)\n  }\n  start() { this.s.tool('r', {}, this.other) }\n}\n",
        "class S {\n  async readIt(given) {\n    return fs.readFileSync(given.path)\n  }\n}\nclass T {\n  start() { this.s.tool('r', {}, this.readIt) }\n}\n",
        "const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\nserver.tool('r', {}, other.read)\n",
        "const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\ns.setRequestHandler(CallTool, (q) => other[q.params.name](q.params.arguments))\n",
        "const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\ns.setRequestHandler(CallTool, (q) => own[q.params.name]({ path: '/srv/a' }))\n",
    ],
)  # fmt: skip
def test_another_object_or_table_is_none(text: str) -> None:
    assert not gets_to({"a.ts": text}, "a.ts", 3)


def test_exported_object_whose_function_another_file_registers() -> None:
    text = "export const own = {\n  read: async (given) => {\n    return fs.readFileSync(given.path)\n  }\n}\n"
    user = "import { own } from './a'\nserver.tool('r', {}, own.%s)\n"

    assert gets_to({"a.ts": text, "b.ts": user % "read"}, "a.ts", 3)
    assert not gets_to({"a.ts": text, "b.ts": user % "write"}, "a.ts", 3)


@pytest.mark.parametrize(
    ("given", "asked"), [("module.exports = { readIt }", "{ readIt }"), ("module.exports = readIt", "readIt")]
)
def test_function_that_a_module_of_node_gives(given: str, asked: str) -> None:
    text = "const fs = require('fs')\nasync function readIt(path) {\n  return fs.readFileSync(path)\n}\n" + given + "\n"
    route = "const %s = require('./a')\napp.get('/x', (req, res) => readIt(%s))\n"

    assert gets_to({"a.js": text, "b.js": route % (asked, "req.query.p")}, "a.js", 3)
    assert not gets_to({"a.js": text, "b.js": route % (asked, "'/srv/a'")}, "a.js", 3)


def test_settings_of_the_tree_say_which_file_an_import_means() -> None:
    texts = {"src/core/a.ts": READ, "src/b.ts": "import { readIt } from '@tools/a'\n" + REGISTERED}
    settings = {"tsconfig.json": '{"compilerOptions": {"paths": {"@tools/*": ["./src/%s/*"]}}}'}

    def way(folder: str) -> bool:
        said = {path: text % folder for path, text in settings.items()}
        return bool(asked(ScriptFlows(texts, settings=said), "src/core/a.ts", 3, PATH).steps)

    assert way("core")
    assert not way("other")


def test_method_of_what_another_file_exports_is_that_of_its_object() -> None:
    client = "export const api = {\n  async get(url) {\n    return fetch(url)\n  }\n}\n"
    store = "export const store = { get(key) { return key } }\n"
    user = "import { %s } from './%s'\napp.get('/g', (req, res) => %s.get(req.query.key))\n"

    assert gets_to({"api.ts": client, "store.ts": store, "m.ts": user % ("api", "api", "api")}, "api.ts", 3, ADDRESS)
    assert not gets_to(
        {"api.ts": client, "store.ts": store, "m.ts": user % ("store", "store", "store")}, "api.ts", 3, ADDRESS
    )


def test_method_of_the_language_is_none_of_the_tree() -> None:
    text = "class Db {\n  private all(sql) {\n    return this.db.prepare(sql)\n  }\n}\n"
    user = "app.get('/x', async (req, res) => %s.all(req.query.q))\n"

    assert gets_to({"a.ts": text, "b.ts": user % "store"}, "a.ts", 3, "sql-injection")
    assert not gets_to({"a.ts": text, "b.ts": user % "Promise"}, "a.ts", 3, "sql-injection")


@pytest.mark.parametrize("named", ["const load = ", ""])
def test_function_that_another_one_calls_back(named: str) -> None:
    each = "export async function eachFile(files, load) {\n  for (const file of files) await load(file.path)\n}\n"
    callback = "(place) => {\n    return fs.readFileSync(place)\n  }"
    tool = "import { eachFile } from './each'\nserver.tool('r', s, async ({ files }) => {\n  %s\n})\n"
    body = f"{named}{callback}\n  await eachFile(files, load)" if named else f"await eachFile(files, {callback})"

    assert gets_to({"each.ts": each, "t.ts": tool % body}, "t.ts", 4)
    assert not gets_to({"each.ts": each, "t.ts": tool % body.replace("eachFile(files", "eachFile(own")}, "t.ts", 4)
    assert not gets_to({"each.ts": each.replace("load(file.path)", "log(file.path)"), "t.ts": tool % body}, "t.ts", 4)


def test_method_of_a_package_is_none_of_the_tree() -> None:
    text = "export const tools = {\n  readIt(place) {\n    return fs.readFileSync(place)\n  }\n}\n"
    user = "import disk from '%s'\napp.get('/x', (req, res) => disk.inner.readIt(req.query.p))\n"

    assert gets_to({"a.ts": text, "b.ts": user % "./a"}, "a.ts", 3)
    assert gets_to({"a.ts": text, "c.ts": "export default { inner: 1 }", "b.ts": user % "./c"}, "a.ts", 3)
    assert not gets_to({"a.ts": text, "b.ts": user % "disk"}, "a.ts", 3)


def test_name_inside_of_a_function_is_no_property_of_anything() -> None:
    text = "export function list(dir) {\n  const load = (place) => {\n    return fs.readFileSync(place)\n  }\n  return load(dir)\n}\n"
    route = "app.get('/x', (req, res) => disk.inner.load(req.query.p))\n"

    assert not gets_to({"a.ts": text, "b.ts": route}, "a.ts", 3)
    assert gets_to(
        {"a.ts": text, "b.ts": "import { list } from './a'\napp.get('/x', (req, res) => list(req.query.p))\n"},
        "a.ts",
        3,
    )


def test_service_of_another_file_is_asked_when_all_files_are_known() -> None:
    service = "export class Auth {\n  async parseState(state) {\n    return %s\n  }\n}\n"
    route = "import { Auth } from './auth'\nexport class C {\n  constructor(private auth: Auth) {}\n  @Get('cb')\n  async cb(@Query('state') state: string) {\n    const next = await this.auth.parseState(state)\n    return res.redirect(next)\n  }\n}\n"

    assert gets_to({"auth.ts": service % "JSON.parse(state)", "c.ts": route}, "c.ts", 7, "open-redirect")
    assert not gets_to({"auth.ts": service % "this.home", "c.ts": route}, "c.ts", 7, "open-redirect")
    script = ScriptFlows({"c.ts": route}, is_whole=False)
    assert not asked(script, "c.ts", 7, "open-redirect").steps


def test_function_of_one_file_is_no_method_of_another_files_object() -> None:
    text = "%sasync function exportAll(place) {\n  fs.readFileSync(place)\n}\nexport const command = { run: (words) => exportAll(words[0]) }\n"
    tool = "server.tool('export', s, async (input, context) => context.store.exportAll(input.place))\n"

    assert not gets_to({"a.ts": text % "", "b.ts": tool}, "a.ts", 2)
    assert gets_to({"a.ts": text % "export ", "b.ts": tool}, "a.ts", 2)
    held = text.replace("run: (words) => exportAll(words[0])", "exportAll")
    assert gets_to({"a.ts": held % "", "b.ts": tool}, "a.ts", 2)


def test_hop_for_which_only_a_name_speaks_earns_nothing() -> None:
    store = "export class Store {\n  removeAll(place) {\n    fs.rmSync(place)\n  }\n}\n"
    guess = "server.tool('rm', s, async (input, context) => context.files.removeAll(input.place))\n"
    sure = "import { Store } from './a'\nconst store = new Store()\nserver.tool('rm', s, async (input) => store.removeAll(input.place))\n"

    guessed = asked(ScriptFlows({"a.ts": store, "b.ts": guess}), "a.ts", 3, PATH)
    both = asked(ScriptFlows({"a.ts": store, "b.ts": guess, "c.ts": sure}), "a.ts", 3, PATH)

    assert (guessed.ground, [step.file for step in guessed.steps]) == ("none", ["b.ts", "a.ts"])
    assert (both.ground, [step.file for step in both.steps]) == ("flow", ["c.ts", "a.ts"])


GUARD = "export class AppGuard {\n  async canActivate(context) {\n    const request = context.switchToHttp().getRequest()\n    const id = request.params.%s\n    const app = await this.apps.findOne(id)\n    %s\n    return true\n  }\n}\n"
GUARDED = "import { AppGuard } from './guard'\n%s\nexport class C {\n  %s\n  @Get(':appid')\n  async one(@Param('appid') appid: string) {\n    return fs.readFileSync(appid)\n  }\n}\n"


@pytest.mark.parametrize(
    ("named", "refuses", "above", "before", "expected"),
    [
        ("appid", "if (!app) return false", "", "@UseGuards(LogIn, AppGuard)", False),
        ("appid", "if (!app) throw new Error('none')", "@UseGuards(AppGuard)", "", False),
        ("other", "if (!app) return false", "", "@UseGuards(AppGuard)", True),
        ("appid", "log(app)", "", "@UseGuards(AppGuard)", True),
        ("appid", "if (!app) return false", "", "@UseGuards(LogIn)", True),
    ],
)
def test_guard_that_looks_up_a_part_of_the_address(
    named: str, refuses: str, above: str, before: str, *, expected: bool
) -> None:
    texts = {"guard.ts": GUARD % (named, refuses), "c.ts": GUARDED % (above, before)}

    assert gets_to(texts, "c.ts", 7) is expected


def test_guard_of_another_file_is_asked_when_all_files_are_known() -> None:
    script = ScriptFlows({"c.ts": GUARDED % ("", "@UseGuards(AppGuard)")}).script("c.ts")
    assert script is not None
    search = Search(ScriptFlows.alone(script), PATH)

    assert search.of_place(script, *script.offsets(7, 7)) is None
    assert search.is_open


@pytest.mark.parametrize(
    ("statement", "ground"),
    [
        ("sql", "none"),
        ("sql.trim()", "none"),
        ("`${sql} LIMIT 9`", "none"),
        ("`select a from ${sql}`", "flow"),
        ("'select a from b where c = ' + sql", "flow"),
    ],
)
def test_model_that_is_asked_for_a_statement_writes_it(statement: str, ground: str) -> None:
    text = (
        f"server.tool('ask', s, async ({{ sql }}) => {{\n  const whole = {statement}\n  return db.query(whole)\n}})\n"
    )
    route = text.replace("server.tool('ask', s, async ({ sql })", "app.post('/ask', async ({ body: { sql } })")

    assert asked(ScriptFlows({"a.ts": text}), "a.ts", 3, "sql-injection").ground == ground
    assert asked(ScriptFlows({"a.ts": route}), "a.ts", 3, "sql-injection").ground == "flow"
