# ruff: noqa: E501 - lines of programs
"""What lines of a script prove by themselves."""

from __future__ import annotations

import base64

import pytest

from auditor.stages.code.script_proofs import KINDS, proves
from auditor.stages.code.script_tree import Script
from auditor.stages.code.severity import SHOWN

KEY = "9f8Kd72LmQx41ZtB6vRpW3cY"


def proven(capability: str, text: str, at: str, path: str = "src/server/a.ts") -> bool:
    script = Script.of(path, text.encode())
    assert script is not None
    start = text.encode().index(at.encode())
    return proves(script, capability, start, start + len(at.encode()))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"const client = new Api({{ apiKey: '{KEY}' }});", True),
        (f"const key = '{KEY}';\nfetch(url, {{ headers: {{ auth: key }} }});", True),
        (f"export const apiKey = '{KEY}';", True),
        (f"export const keys = {{ apiKey: '{KEY}' }};", True),
        (f"export const sample = {{ body: {{ token: '{KEY}' }} }};", False),
        (f"export const samples = [{{ token: '{KEY}' }}];", False),
        (f"const key = '{KEY}';", False),
        ("const client = new Api({ apiKey: 'not-needed-here' });", False),
        ("const token = jwt.sign({ id }, 'a-secret');", True),
        ("const secret = 'a-secret';\njwt.verify(token, secret);", True),
        ("const secret = 'a-secret';\nshow(secret);", False),
    ],
)
def test_a_key_is_measured_and_used(text: str, *, expected: bool) -> None:
    literal = text[text.index("'") : text.index("'", text.index("'") + 1) + 1]

    assert proven("hardcoded-key", text, literal) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (req.body.password === 'admin123') open();", True),
        ("if (password === 'admin123') open();", True),
        ("users = [{ username: 'admin', role: 'admin', password: hashSync('admin123', 10) }];", True),
        ("await createUser('a@b.c', { password: 'admin123' });", True),
        ("const form = { password: 'admin123' };", False),
        ("const field = { name: 'x', password: hash('admin123') };\nshow({ kind: 'admin123' });", False),
    ],
)
def test_a_password_lets_somebody_in(text: str, *, expected: bool) -> None:
    assert proven("hardcoded-password", text, "'admin123'") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("const jwtSecret = process.env.JWT_SECRET || 'change me';", True),
        ("session({ secret: process.env.SESSION_SECRET || 'x-session' });", True),
        ("app.use(session({ secret: process.env['APP_SECRET'] || 'app' }));", True),
        ("const pass = process.env.DB_PASSWORD || 'postgres';", False),
        ("new Stripe(process.env.STRIPE_SECRET_KEY || 'sk_test_123');", False),
        ("const key = config.get('ENCRYPTION_KEY') ?? 'twelve words';", True),
    ],
)
def test_a_fallback_matters_where_the_program_signs_with_it(text: str, *, expected: bool) -> None:
    start = min(text.index(each) for each in ("process.env", "config.get") if each in text)
    end = text.index("'", text.rindex("?? '" if "??" in text else "|| '") + 4) + 1

    assert proven("secret-fallback", text, text[start:end]) is expected


OFF = "rejectUnauthorized: false"


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        (f"const agent = new https.Agent({{ {OFF} }});", "src/server/a.ts", True),
        (
            f"const agent = url.protocol === 'https:' ? new https.Agent({{ {OFF} }}) : undefined;",
            "src/server/a.ts",
            True,
        ),
        (f"if (config.insecure) agent = new https.Agent({{ {OFF} }});", "src/server/a.ts", False),
        (f"const ssl = DB_SSL ? {{ {OFF} }} : false;", "src/server/a.ts", True),
        (f"const ssl = DB_SSL === 'true' ? {{ {OFF} }} : false;", "src/server/a.ts", True),
        (f"const ssl = mode === 'prefer' ? {{ {OFF} }} : true;", "src/server/a.ts", False),
        (f"connect('http://localhost:80', {{ {OFF} }});", "src/server/a.ts", False),
        (f"const socket = io(place, {{ {OFF} }});", "src/pages/Main.tsx", False),
        (f"const socket = io(place, {{ {OFF} }});", "src/utils/socket.ts", False),
        (
            f"import io from 'io';\nconst place = process.env.PLACE;\nconst socket = io(place, {{ {OFF} }});",
            "src/utils/socket.ts",
            True,
        ),
        (
            f"if (given.ssl) {{ set.ssl = {{ ca: given.ssl.ca }}; }} else {{ set.ssl = {{ {OFF} }}; }}",
            "src/lib/a.ts",
            False,
        ),
        (f"if (!given.ssl) {{ set.ssl = {{ ca }}; }} else {{ set.ssl = {{ {OFF} }}; }}", "src/server/a.ts", True),
        (f"if (given.ssl) {{ note(given); }} else {{ set.ssl = {{ {OFF} }}; }}", "src/server/a.ts", True),
        (f"export default {{ server: {{ {OFF} }} }};", "vite.config.ts", False),
        (f"function open(options = {{ {OFF} }}) {{ return connect(options); }}", "src/server/a.ts", False),
    ],
)
def test_a_check_of_tls_is_off_where_nothing_decides_it(text: str, path: str, *, expected: bool) -> None:
    assert proven("tls-verification", text, OFF, path) is expected


CHANCE = "Math.random().toString(36)"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"const resetToken = {CHANCE};", True),
        (f"function generateInviteCode() {{ return {CHANCE}; }}", True),
        (f"await prisma.user.create({{ data: {{ verificationCode: {CHANCE} }} }});", True),
        (f"const token = {CHANCE};\nres.json({{ token }});", True),
        (f"const token = {CHANCE};\nsessions[token] = user;", True),
        (f"const sessionId = {CHANCE};\nres.cookie('sid', sessionId);", True),
        (f"const sessionId = {CHANCE};\ntrack('opened', {{ sessionId }});", False),
        (f"const token = {CHANCE};\nfs.writeFileSync(lock, JSON.stringify({{ token }}));", False),
        (f"const id = {CHANCE};\nres.json({{ id }});", False),
    ],
)
def test_what_comes_by_chance_becomes_a_secret(text: str, *, expected: bool) -> None:
    assert proven("weak-random", text, CHANCE) is expected
    assert not proven("weak-random", text, CHANCE, "src/components/A.tsx")


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        (
            "const c = createCipheriv('aes-256-gcm', key, Buffer.alloc(16));",
            "createCipheriv('aes-256-gcm', key, Buffer.alloc(16))",
            True,
        ),
        ("const k = scryptSync(password, 'salt', 32);", "scryptSync(password, 'salt', 32)", True),
        (
            "const k = scryptSync(process.env.PASSWORD, 'salt', 32);",
            "scryptSync(process.env.PASSWORD, 'salt', 32)",
            False,
        ),
        ("const k = scryptSync(seed, 'salt', 32);", "scryptSync(seed, 'salt', 32)", False),
    ],
)
def test_a_constant_encrypts_or_salts_a_password(text: str, at: str, *, expected: bool) -> None:
    assert proven("constant-nonce", text, at) is expected


@pytest.mark.parametrize(
    ("text", "at", "expected"),
    [
        ("add({ needsApproval: false, execute: async ({ c }) => execSync(c) });", "needsApproval: false", True),
        (
            "query({ prompt, options: { permissionMode: 'bypassPermissions' } });",
            "permissionMode: 'bypassPermissions'",
            True,
        ),
        (
            "if (trusted) query({ options: { permissionMode: 'bypassPermissions' } });",
            "permissionMode: 'bypassPermissions'",
            False,
        ),
        ("const [s, set] = useState({ yolo: true });", "yolo: true", False),
        ("return { requiresApproval: false };", "requiresApproval: false", False),
        ("add({ needsApproval: false, execute: async ({ c }) => look(c) });", "needsApproval: false", False),
        ("respond({ tools: [{ type: 'mcp', require_approval: 'never' }] });", "require_approval: 'never'", False),
    ],
)
def test_something_that_acts_is_handed_over_without_anybody_asked(text: str, at: str, *, expected: bool) -> None:
    assert proven("approval-disabled", text, at) is expected


def test_what_a_page_sends_its_user_has_asked_for() -> None:
    text = "const onPress = async () => { await sessionAllow(id, { permissionMode: 'bypassPermissions' }); };"

    assert proven("approval-disabled", text, "permissionMode: 'bypassPermissions'")
    assert not proven("approval-disabled", text, "permissionMode: 'bypassPermissions'", path="src/Footer.tsx")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("app.use(cors({ origin: true, credentials: true }));", True),
        ("app.use(cors({ origin: (_o, done) => done(null, true), credentials: true }));", True),
        ("app.use(cors({ origin: '*', credentials: true }));", False),
        ("if (isDev) app.use(cors({ origin: true, credentials: true }));", False),
    ],
)
def test_every_origin_is_sent_back(text: str, *, expected: bool) -> None:
    assert proven("cors", text, "credentials: true") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("if (!wanted.startsWith(root)) throw new Error('outside');", True),
        ("if (wanted.startsWith(root)) { read(wanted); }", True),
        ("const isInside = (p) => { return p.startsWith(root); };", True),
        ("const isPackage = wanted.startsWith(root);\nif (isPackage) { return; }", False),
        ("if (wanted.startsWith(root)) { return; }", False),
        ("return p.startsWith(`${file}.`);", False),
        ("return p.startsWith(`${file}`);", True),
        ("const isBelow = (p) => { return p !== root && p.startsWith(root); };", False),
        ("if (wanted.startsWith(root)) { return root; }\nreturn dirname(wanted);", False),
        ("if (wanted.startsWith(root)) { return wanted; }", True),
        ("if (wanted.startsWith(root)) return true;", True),
    ],
)
def test_a_beginning_lets_a_path_in(text: str, *, expected: bool) -> None:
    start = text.index("wanted.starts" if "wanted" in text else "p.starts")
    at = text[start : text.index(")", start) + 1]

    assert proven("path-prefix", f"function f() {{ {text} }}", at) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("fetch('http://api.corp.cn/v1');", True),
        ("const base = 'http://api.corp.cn/v1';\nfetch(`${base}/now`);", True),
        ("class A { base = 'http://api.corp.cn/v1'; }", True),
        ("new OpenAI({ baseURL: 'http://api.corp.cn/v1' });", True),
        ("export default { url: 'http://api.corp.cn/v1' };", False),
        ("const sample = { url: 'http://api.corp.cn/v1' };\nshow(sample);", False),
        ("show('http://api.corp.cn/v1');", False),
    ],
)
def test_something_is_sent_to_a_host(text: str, *, expected: bool) -> None:
    assert proven("clear-text", text, "'http://api.corp.cn/v1'") is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("res.cookie('session', id, { httpOnly: false });", True),
        ("res.cookie('auth_status', 'done', { httpOnly: false });", False),
        ("res.cookie('auth_robotId', id, { httpOnly: false });", False),
        ("res.cookie('accessToken', id, { httpOnly: false });", True),
        ("res.cookie('theme', name, { httpOnly: false });", False),
    ],
)
def test_a_cookie_keeps_a_log_in(text: str, *, expected: bool) -> None:
    assert proven("cookie-protection", text, text[:-1]) is expected


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ("<Markdown rehypePlugins={[rehypeRaw]}>{message.content}</Markdown>", "a.tsx", True),
        ("<Markdown rehypePlugins={[rehypeRaw]}>{children}</Markdown>", "chat/Reply.tsx", True),
        ("<Markdown rehypePlugins={[rehypeRaw]} allowedElements={['p']}>{message.content}</Markdown>", "a.tsx", False),
        ("<Markdown rehypePlugins={[rehypeRaw]}>{page}</Markdown>", "site/Page.tsx", False),
    ],
)
def test_what_is_said_in_a_conversation_is_shown_with_its_html(text: str, path: str, *, expected: bool) -> None:
    assert proven("cross-site-scripting", f"const a = {text};", text, path) is expected


@pytest.mark.parametrize(
    ("given", "expected"), [("password", True), ("salt + password", True), ("nonce + timestamp + password", False)]
)
def test_a_digest_is_kept_of_a_password(given: str, *, expected: bool) -> None:
    text = f"const kept = createHash('sha1').update({given}).digest('hex');"

    assert proven("password-hash", text, text) is expected


def test_of_other_kinds_nothing_is_asked() -> None:
    assert proven("old-tls", "const version = 'TLSv1';", "'TLSv1'")


def test_what_has_to_be_shown_is_said_of_each_check() -> None:
    assert KINDS - {"cross-site-scripting"} | {"default-credential"} == SHOWN


POLICY = "{ Statement: [{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'] }] }"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f"async function make(name) {{ const policy = {POLICY}; await client.setBucketPolicy(name, JSON.stringify(policy)); }}",
            True,
        ),
        (f"const policy = {POLICY};\nexport default policy;", True),
        (f"function readOnly(name) {{ const policy = {POLICY}; return JSON.stringify(policy); }}", False),
        (f"function readOnly(name) {{ return {POLICY}; }}", False),
    ],
)
def test_policy_for_everybody_is_set_where_it_is_made(text: str, *, expected: bool) -> None:
    assert proven("public-bucket", text, "{ Effect: 'Allow', Principal: '*', Action: ['s3:GetObject'] }") is expected


ASKS = "export function asks(req, res, next) {\n  if (req.originalUrl.includes('/open')) %s\n  if (req.headers.token !== KEY) throw new %s()\n  return next()\n}"


@pytest.mark.parametrize(
    ("then", "error", "expected"),
    [
        ("return next()", "UnauthorizedException", True),
        ("{ log(1); return next() }", "UnauthorizedException", True),
        ("{ const one = find(req); if (one) { return next() } }", "UnauthorizedException", False),
    ],
)
def test_condition_that_lets_everybody_pass(then: str, error: str, *, expected: bool) -> None:
    text = ASKS % (then, error)

    assert proven("log-in-bypass", text, f"if (req.originalUrl.includes('/open')) {then}") is expected


def test_function_that_asks_nobody_lets_nobody_pass() -> None:
    text = "export function exists(req, res, next) {\n  if (req.originalUrl.includes('/open')) return next()\n  if (!req.params.name) throw new BadRequest()\n  return next()\n}"

    assert not proven("log-in-bypass", text, "if (req.originalUrl.includes('/open')) return next()")


def test_token_for_whoever_has_not_logged_in_is_no_secret() -> None:
    def used(role: str) -> bool:
        said = (
            base64.urlsafe_b64encode(f'{{"iss":"base","role":"{role}","exp":2034833579}}'.encode()).decode().rstrip("=")
        )
        token = f"eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.{said}.Zk3vQ1xT8mYw2LrB9sHd7uNcE5pGa4JtKf6Rb0XiVq0"
        return proven("hardcoded-key", f"const client = createClient(url, '{token}');", f"'{token}'")

    assert used("service_role")
    assert not used("anon")


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{ password: 'password' in given ? given.password : '' }", False), ("{ password: 'password' }", True)],
)
def test_question_whether_there_is_a_password_is_none(text: str, *, expected: bool) -> None:
    assert proven("default-credential", f"const settings = {text};", "password: 'password'") is expected


def test_part_of_what_was_chosen_by_chance_is_not_made_by_it() -> None:
    text = "import net from 'net'\nconst at = list[Math.floor(Math.random() * 9)]\nconst url = new URL(at)\nconnect({ password: url.password, token: Math.random() })"

    assert not proven("weak-random", text, "password: url.password")
