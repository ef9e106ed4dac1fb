# ruff: noqa: E501 - whole programs as literals
"""Who is asked to log in before a route of TypeScript, somewhere in the program."""

from __future__ import annotations

import pytest

from auditor.stages.code.script_flows import ScriptFlows
from auditor.stages.code.script_routes import ScriptRoutes


def routes_of(texts: dict[str, str]) -> ScriptRoutes:
    return ScriptRoutes(ScriptFlows(texts))


ROUTER = "import { Router } from 'express'\nexport const router = Router()\nrouter.post('/', async (req, res) => {\n  res.json(await flows.create(req.body))\n})\n"
GUARD = "export function outsider(req, res, next) {\n  if (!req.headers.authorization) return res.status(401).end()\n  next()\n}\n"


@pytest.mark.parametrize(
    ("application", "is_guarded"),
    [
        ("import { router } from './flows'\napp.use('/flows', router)\n", False),
        ("import { router } from './flows'\napp.use('/flows', verifyJwt, router)\n", True),
        ("import { router } from './flows'\nimport { outsider } from './guard'\napp.use('/flows', outsider, router)\n", True),
        ("const { router } = require('./flows')\napp.use('/flows', authRouter)\napp.use('/flows', router)\n", False),
        ("app.use('/flows', requireAuth, require('./flows'))\n", True),
        ("app.use(requireAuth)\n", True),
        ("app.use('/admin', requireAuth)\n", False),
        ("app.use(async (req, res, next) => {\n  if (!req.headers.cookie) return res.status(401).end()\n  next()\n})\n", True),
        ("app.use(express.json())\n", False),
    ],
)  # fmt: skip
def test_guard_at_the_mount_of_a_router(application: str, *, is_guarded: bool) -> None:
    routes = routes_of({"app.ts": application, "flows.ts": ROUTER, "guard.ts": GUARD})

    assert routes.is_guarded("flows.ts", 3) is is_guarded


def test_guard_of_the_framework_and_of_a_function_that_the_handler_calls() -> None:
    nest = "@Controller('a')\nexport class A {\n  @Post()\n  create() {}\n}\n"
    handler = "export async function POST(request) {\n  await own(request)\n  await db.save(1)\n}\n"
    own = "export async function own(request) {\n  if (!(await session(request))) throw new Response('', { status: 401 })\n}\n"

    assert routes_of({"a.ts": nest, "m.ts": "provide: APP_GUARD"}).is_guarded("a.ts", 3)
    assert not routes_of({"a.ts": nest, "m.ts": "provide: OTHER"}).is_guarded("a.ts", 3)
    assert routes_of({"app/api/route.ts": handler, "lib/own.ts": own}).is_guarded("app/api/route.ts", 1)
    assert not routes_of({"app/api/route.ts": handler}).is_guarded("app/api/route.ts", 1)
    middleware = "export function middleware(request) {\n  if (!request.cookies.get('session')) return NextResponse.redirect('/login')\n}"
    assert routes_of({"app/api/route.ts": handler, "middleware.ts": middleware}).is_guarded("app/api/route.ts", 1)


def test_unknown_file_and_broken_text_are_not_guarded() -> None:
    assert not ScriptRoutes().is_guarded("a.ts", 3)
    assert not routes_of({"a.ts": "app.use(((((\n" * 50}).is_guarded("a.ts", 3)


def test_function_that_another_file_calls_by_the_same_common_name_is_not_this_one() -> None:
    open_one = "export async function POST(request) {\n  await db.save(1)\n}\n"
    asking = "export async function POST(request) {\n  if (!(await session(request))) return new Response('', { status: 401 })\n}\n"
    wrapped = "async function handle(request) {\n  if (!(await session(request))) return new Response('', { status: 401 })\n}\nexport const POST = handle\n"

    assert not routes_of({"a/route.ts": open_one, "b/route.ts": asking}).is_guarded("a/route.ts", 1)
    assert routes_of({"a/route.ts": wrapped}).is_guarded("a/route.ts", 4)


GATE = """import { leads } from './routes/leads'
import { validateKey } from './keys'
import { chats } from './routes/chats'
const PUBLIC_URLS = ['/api/v1/leads', '/api/v1/chats/open']
app.use(async (req, res, next) => {
  if (/^\\/api/.test(req.path)) {
    const open = PUBLIC_URLS.some((url) => req.path.startsWith(url))
    if (open) { next() } else {
      const { isValid } = await validateKey(req.headers['authorization'])
      if (!isValid) { return res.status(401).json({ error: 'no' }) }
      next()
    }
  } else { next() }
})
app.use('/leads', leads)
app.use('/chats', chats)
"""


def test_log_in_before_everything_covers_all_but_the_addresses_that_it_lets_through() -> None:
    routes = "const router = express.Router()\nrouter.post('/', create)\nrouter.delete('/open/:id', remove)\n"
    keys = "export const validateKey = async (key) => ({ isValid: cache.get(key) })\n"
    texts = {"index.ts": GATE, "keys.ts": keys, "routes/leads.ts": routes, "routes/chats.ts": routes}

    scripts = routes_of(texts)

    assert not scripts.is_guarded("routes/leads.ts", 2)
    assert scripts.is_guarded("routes/chats.ts", 2)
    assert not scripts.is_guarded("routes/chats.ts", 3)


def test_a_route_of_a_program_that_asks_elsewhere_was_meant_to_ask() -> None:
    plain = "app.post('/a', (req, res) => res.json(save(req.body)))\n"
    asked = "app.post('/b', requireUser, (req, res) => res.json(save(req.body)))\n"
    user = "function requireUser(req, res, next) {\n  if (!req.session) return res.status(401).end()\n  next()\n}\n"

    assert routes_of({"a.ts": plain + asked + user}).is_asked_beside("a.ts", 1)
    assert not routes_of({"a.ts": plain}).is_asked_beside("a.ts", 1)
    assert not routes_of({"a.ts": plain}).is_asked_beside("b.ts", 1)


BUILT = "import { %s } from './built'\nexport const router = {\n  save: %s\n    .route({ method: 'POST', path: '/a' })\n    .handler(save),\n}\n"
BUILDERS = "export const openProcedure = os.use(sentry)\nexport const askedProcedure = openProcedure.use(logIn)\nconst logIn = os.middleware(async ({ context }) => {\n  const user = await context.authenticate()\n  if (!user) throw new ORPCError('UNAUTHORIZED')\n})\n"


def test_route_is_asked_for_by_what_it_is_built_with() -> None:
    def guarded(name: str, builders: str = BUILDERS) -> bool:
        return routes_of({"a.ts": BUILT % (name, name), "built.ts": builders}).is_guarded("a.ts", 3)

    assert guarded("askedProcedure")
    assert not guarded("openProcedure")
    assert not guarded("protectedProcedure", "export const protectedProcedure = os.use(sentry)\n")
    assert routes_of({"a.ts": BUILT % ("protectedProcedure", "protectedProcedure")}).is_guarded("a.ts", 3)


def test_route_that_is_open_by_its_name_lacks_nothing_beside_others() -> None:
    both = BUILT % ("publicProcedure", "publicProcedure") + "app.post('/b', requireUser, save)\n" + USER

    assert not routes_of({"a.ts": both}).is_asked_beside("a.ts", 3)
    assert routes_of({"a.ts": both.replace("publicProcedure", "procedure")}).is_asked_beside("a.ts", 3)


USER = "function requireUser(req, res, next) {\n  if (!req.session) return res.status(401).end()\n  next()\n}\n"


@pytest.mark.parametrize("address", ["/login", "/webhook", "/oauth/callback", "/public/form"])
def test_route_that_strangers_are_meant_to_call_lacks_nothing(address: str) -> None:
    both = f"app.post('{address}', (req, res) => save(req.body))\napp.post('/b', requireUser, save)\n{USER}"

    assert not routes_of({"a.ts": both}).is_asked_beside("a.ts", 1)
    assert routes_of({"a.ts": both.replace(address, "/notes")}).is_asked_beside("a.ts", 1)


ACTION = "export async function removeChats(%s) {\n  await db.delete(chats).where(eq(chats.userId, %s))\n}\n"


@pytest.mark.parametrize(
    ("text", "line", "expected"),
    [
        ("'use server'\n" + ACTION % ("userId: string", "userId"), 2, True),
        ("'use server'\n" + ACTION % ("note: Note", "note.userId"), 2, True),
        ("'use server'\n" + ACTION % ("id: string", "(await current()).userId"), 2, False),
        ("'use server'\n" + ACTION % ("id: string", "id"), 2, False),
        (ACTION % ("userId: string", "userId"), 1, False),
        ("app.post('/notes', async (req, res) => {\n  await save(req.body.userId, req.body.text)\n})\n", 1, True),
        ("app.post('/notes', async (req, res) => {\n  await save(req.session.userId, req.body.text)\n})\n", 1, False),
        ("app.post('/login', async (req, res) => {\n  await save(req.body.userId, req.body.text)\n})\n", 1, False),
    ],
)
def test_whoever_calls_says_for_whom(text: str, line: int, *, expected: bool) -> None:
    assert routes_of({"a.ts": text}).says_for_whom("a.ts", line) is expected
    assert not routes_of({"a.ts": text}).says_for_whom("b.ts", line)
