"""Looks a second time at what a scanner matched: what a pattern cannot tell, syntax tree, names and value often can.

It takes a match back or makes a hint of it, and never adds one; the reason always stands in the same file.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code import languages
from auditor.stages.code.pem import is_cut_short
from auditor.stages.code.purpose import (
    calls_own_method,
    compares_identities,
    compares_own_state,
    function_around,
    hash_is_for_security,
    html_may_be_said,
    is_for_reading,
    is_highlighted,
    is_made_here,
    is_made_shorter,
    is_of_an_example,
    is_only_compiled,
    is_opted_in,
    is_own_text,
    is_sealed,
    is_shown_to_another,
    is_started_by_hand,
    is_switched,
    is_the_store_itself,
    log_is_harmless,
    members_are_checked,
    searches_one_collection,
)
from auditor.stages.code.reaching import stored
from auditor.stages.code.refine import Trust, literals, may_be_secret
from auditor.stages.code.refusals import is_refused, is_refused_in_script, refuses_separators
from auditor.stages.code.scopes import last_name
from auditor.stages.code.script_sql import sql_of_script
from auditor.stages.code.script_tree import arguments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from auditor.stages.code.reading import Collector
    from auditor.stages.code.refine import Module
    from auditor.stages.code.rules import Rule
    from auditor.stages.code.tree import Source

INTERPRETER: Final = "os-interpreter-code-literal"
_EVALUATES: Final = frozenset({"os-code-not-evaluated", "bandit-exec-not-used", "bandit-eval-not-used"})
_MODEL_SQL: Final = "agent-model-output-not-sql"
_RAW_HTML: Final = "agent-model-output-html-sanitised"
_NAMED_SECRETS: Final = frozenset({"hardcoded-password", "hardcoded-key", "default-credential", "secret-fallback"})


def second_look(
    collected: Collector, source: Source, rule: Rule, line: int, end_line: int, offsets: tuple[int, int] | None
) -> Trust:
    """Tell what is left of a match: OUTSIDE as it is, CONFIGURED a hint, FIXED nothing.

    Args:
        collected: Holds the parsed file.
        source: The file.
        rule: What matched.
        line: First line of the match, from 1.
        end_line: Last.
        offsets: Bytes of the match, where the scanner tells.
    """
    lines = collected.lines(source)
    if rule.capability in _NAMED_SECRETS:
        module = collected.module(source)
        shown = module is not None and is_of_an_example(module.tree, line)
        return Trust.CONFIGURED if shown else _named_secret(rule, source, lines, (line, end_line), offsets)
    is_checked = rule.capability in CHECKED_BEFORE and _is_refused(collected, source, line, end_line)
    is_literal = rule.id == _REMOTE and _LITERAL_COMMAND.search(_row(lines, line))
    rows = "\n".join(lines[line - 1 : end_line])
    is_off = rule.capability == "tls-verification" and _is_off_by_default("\n".join(lines[line - 1 : end_line + 2]))
    if is_checked or is_literal or is_off or _loads_safely(rule, source, rows):
        return Trust.FIXED
    is_script = source.language in {languages.TYPESCRIPT, languages.JAVASCRIPT}
    if is_script and rule.capability == "path-prefix" and offsets is not None:
        return _begins_with_folder(collected, source, offsets)
    if is_script and rule.capability == "sql-injection":
        script = collected.script(source)
        is_told = script is not None and offsets is not None and script.line_at(offsets[0]) == line
        place = offsets if is_told and offsets else script.offsets(line, end_line) if script is not None else (0, 0)
        return sql_of_script(script, *place) if script is not None else Trust.OUTSIDE
    of_text = _BY_TEXT.get(rule.capability)
    if of_text is not None:
        return of_text(rule, source, lines, line, end_line)
    of_tree = _BY_TREE.get(rule.capability)
    module = collected.module(source) if of_tree is not None else None
    return Trust.OUTSIDE if module is None or of_tree is None else of_tree(module, rule, line, end_line)


def _named_secret(
    rule: Rule, source: Source, lines: list[str], place: tuple[int, int], offsets: tuple[int, int] | None
) -> Trust:
    line, end_line = place
    if rule.capability == "secret-fallback" and _GUESSED.search(_row(lines, line)):
        return Trust.OUTSIDE  # there is no literal in it, and everybody can tell its value
    if _is_known_to_all(rule, lines, line):
        return Trust.CONFIGURED
    if rule.capability == "hardcoded-key" and _SIGNS_SESSIONS.search("\n".join(lines[max(0, line - 6) : end_line])):
        return Trust.OUTSIDE  # whatever it looks like: it is used as the secret
    is_mark = rule.capability == "secret-fallback" and _MARK_OF_TEXT.search(_row(lines, line)) is not None
    is_none = (
        is_mark
        or _is_of_provider(rule, lines, line)
        or _is_refused_password(rule, lines, line)
        or _is_refused_fallback(rule, lines, line)
        or _NAMES_SESSION.search(_row(lines, line)) is not None
        or _NAMES_PRODUCT.search(_row(lines, line)) is not None
        or _PASSED.search(_row(lines, line)) is not None
    )
    return Trust.OUTSIDE if not is_none and _may_hold_secret(source, line, end_line, offsets) else Trust.FIXED


def _is_known_to_all(rule: Rule, lines: list[str], line: int) -> bool:
    """Tell whether a secret by its name lets nobody in: a name, one that is refused, one that others are shown."""
    row = _row(lines, line)
    if rule.capability == "secret-fallback":
        return _names_resource(row) or is_shown_to_another("\n".join(lines), row)
    if rule.capability in {"hardcoded-password", "default-credential"}:
        return _is_known_bad(lines, line)
    beside = "\n".join(lines[max(0, line - 1 - _BESIDE) : line + _BESIDE])
    counts = _COUNTS_VISITORS.search(row) is not None or _OF_MEASUREMENT.search(beside) is not None
    return rule.capability == "hardcoded-key" and counts


_NAMES_SESSION: Final = re.compile(
    r"""(?i:session_?key)["']?\s*(?::[^=\n"']{1,30})?[=:]\s*["'][a-z][a-z0-9_]*(?:[:/][a-z][a-z0-9_]*)+["']"""
)
"""Words that tell a conversation apart: ``session_key: str = "cli:direct"``."""
_PASSED: Final = re.compile(
    r"(?i)\b(?:\w+_)?(?:exec|tests?|cases?|checks?|run|build|first|second|low|high|band|all|on|if|did)_pass\b[\"']?\s*[:=]"
)
"""What somebody says of a test that was passed."""
_NAMES_PRODUCT: Final = re.compile(r"(?i)[\"']1password[\"']\s*:")
"""A keeper of passwords by its name."""
_COUNTS_VISITORS: Final = re.compile(
    r"(?i)^\W*(?:\w+\.)*\w*(?:mixpanel|posthog|amplitude|rudder_?stack|segment_?write|google_?analytics|umami|plausible|scarf)\w*"
    r"(?:token|key)\w*\W{0,3}\s*(?::[^=\n]{1,30})?[=:]"
)
"""Keys by which a program tells its maker how it is used: they ship with it, and whoever has one may add a line."""
_OF_MEASUREMENT: Final = re.compile(r"""(?i:measurement_?id)["']?\s*[:=]\s*["']G-[A-Z0-9]{8,12}["']""")
_BESIDE: Final = 2
_FALLBACK: Final = re.compile(r"""["'](\w+)["'][^"'\n]{1,20}["']([a-z0-9]+(?:-[a-z0-9]+)+)["']""")


def _names_resource(row: str) -> bool:
    """Tell whether a default is the name of what holds a secret: the variable's own words, without the secret."""
    found = _FALLBACK.search(row)
    return found is not None and set(found[2].split("-")) <= set(found[1].lower().split("_")) - {
        "secret",
        "password",
        "key",
    }


_BAD_NAME: Final = re.compile(
    r"^\s*(_*[A-Z0-9_]*(?:LEGACY|FORMER|INSECURE|COMPROMISED|FORBIDDEN|DISALLOWED|KNOWN|WEAK)_[A-Z0-9_]*)\s*[:=]"
)


def _is_known_bad(lines: list[str], line: int) -> bool:
    """Tell whether a constant is a password by name that the same file only compares with, to refuse it."""
    found = _BAD_NAME.search(_row(lines, line))
    if found is None:
        return False
    compared = re.compile(
        rf"[!=]=\s*{found[1]}\b|\b{found[1]}\s*[!=]=|\bcompare_digest\([^\n]*\b{found[1]}\b|\bin\b[^\n]*\b{found[1]}\b"
        rf"|\bcheck_password\w*\([^\n]*\b{found[1]}\b"
    )
    return any(map(compared.search, lines))


_MARK_OF_TEXT: Final = re.compile(
    r"(?i)(?<![a-z])(?:think\w*|stop|eos|bos|pad|unk|mask|sep|cls|special|delimiter|separator)_?tokens?\b"
)
"""Tokens that part the text of a model, and let nobody in."""
_SIGNS_SESSIONS: Final = re.compile(
    r"(?is)\b(?:cookieParser\(\s*|(?:express|cookie)?session\((?:(?!\)).)*?\b(?:secret|keys)\s*:\s*\[?\s*)[\"'`][^\"'`]*[\"'`]"
)
_GUESSED: Final = re.compile(
    r"\b(?:date\.today|datetime\.now|utcnow|time\.time|gethostname|platform\.node|getuser|getnode|getpid)\("
)
_PROVIDER_KEY: Final = re.compile(
    r"(?i)\b\w*(?:openai|azure|anthropic|cohere|groq|mistral|deepseek|ollama|google|gemini|hugging_?face|hf|together|open_?router"
    r"|dashscope|zhipu|lm_?studio|local_?ai|text_gen\w*|vllm|xinference|llm|embedding|model)\w*_API_KEY\b"
    r"[^\n]{0,40}?[\"'`][A-Za-z][A-Za-z]*(?:[-_ ][A-Za-z]+){0,3}[\"'`]"
)


_REMOTE: Final = "bandit-remote-command-fixed"
_LITERAL_COMMAND: Final = re.compile(r"""\bexec_command\(\s*[rbu]?["'][^"'{}%]*["']\s*[,)]""")


_COMPARED: Final = re.compile(r"^\s*(?:el)?if\b.*[!=]=\s*[\"']|^\s*(?:el)?if\b.*\bin\s*[\[({]")
_REFUSED: Final = re.compile(
    r"^\s*(?:raise\b|sys\.exit|throw\b|return\b.*(?i:error|fail|invalid|denied|refus)|logg\w*\.(?:warn|error|critical)|\w+\s*=\s*(?:os\.)?(?:getenv|environ)\b)"
)


_FALLS_BACK: Final = re.compile(r"""["']\w+["']\s*,\s*(?:default\s*=\s*)?(["'])([^"'\n]+)\1""")


def _is_refused_fallback(rule: Rule, lines: list[str], line: int) -> bool:
    """Tell whether the same file refuses to start with a fallback: ``if key == "not-specified": raise``."""
    found = _FALLS_BACK.search(_row(lines, line)) if rule.capability == "secret-fallback" else None
    if found is None:
        return False
    asked = re.compile(rf"""^\s*(?:el)?if\b[^\n]*==\s*["']{re.escape(found[2])}["'][^\n]*:\s*$""")
    return any(
        asked.match(row) and _RAISED.match(_row(lines, at + 1)) for at, row in enumerate(lines, 1) if found[2] in row
    )


_RAISED: Final = re.compile(r"^\s*(?:raise\b|sys\.exit\()")


def _is_refused_password(rule: Rule, lines: list[str], line: int) -> bool:
    """Tell whether a password is named to refuse or to replace it: ``if password == "changeme": raise``."""
    return rule.capability == "hardcoded-password" and bool(
        _COMPARED.match(_row(lines, line)) and _REFUSED.match(_row(lines, line + 1))
    )


def _is_of_provider(rule: Rule, lines: list[str], line: int) -> bool:
    """Tell whether a fallback is a word in place of the key of a model provider: with it nobody gets in here."""
    return rule.capability == "secret-fallback" and bool(_PROVIDER_KEY.search(_row(lines, line)))


def _is_refused(collected: Collector, source: Source, line: int, end_line: int) -> bool:
    if source.language in {languages.TYPESCRIPT, languages.JAVASCRIPT}:
        return is_refused_in_script(collected.lines(source), line, end_line)
    module = collected.module(source) if source.language == languages.PYTHON else None
    return module is not None and is_refused(module.tree, line, end_line)


_SAYS_SQL: Final = frozenset({"sql", "query", "statement", "operation"})


def _sql(module: Module, rule: Rule, line: int, end_line: int) -> Trust:
    if rule.id == _MODEL_SQL:
        calls = [call for call in module.calls_at(line) if last_name(call.func) == "execute"]
        if calls and not any(call.args or any(word.arg in _SAYS_SQL for word in call.keywords) for call in calls):
            return Trust.FIXED  # a tool is executed, and no statement
        return Trust.CONFIGURED if _runs_in_sandbox(module, line) else Trust.OUTSIDE
    return module.sql(line, end_line)


def _key(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    # what is made of anything else than constants is no literal key
    return Trust.FIXED if module.key(line, end_line) is Trust.OUTSIDE else Trust.OUTSIDE


_NOT_CHECKED: Final = re.compile(
    r"(?i)\b(?:no|skip|disable|ignore|insecure|without)_\w*(?:ssl|tls|verif|cert)\w*\s*(?::\s*[\w.]+\s*)?=[^=]"
)
_SAYS_OFF: Final = re.compile(r"\bFalse\b")
_CHECKED: Final = re.compile(
    r"(?i)(?<!no_)(?<!skip_)(?<!disable_)(?<!ignore_)\b(?:verify|ssl_verify|verify_ssl|cert_reqs)\w*\s*=\s*False"
)


def _is_off_by_default(rows: str) -> bool:
    """Tell whether what is off is the flag that would switch a check off: ``no_ssl_verify: bool = False``."""
    return bool(_NOT_CHECKED.search(rows) and _SAYS_OFF.search(rows)) and not _CHECKED.search(rows)


_ROOM: Final = re.compile(r"(?i)sandbox|runtime|kernel|container|interpreter|repl\b")
_IS_CODE: Final = frozenset({"code", "command", "cmd", "script"})


def _runs_in_sandbox(module: Module, line: int) -> bool:
    """Tell whether what is executed is no statement but code, in a session that a sandbox made."""
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr == "execute"
        and any(isinstance(each, ast.Name) and each.id in _IS_CODE for each in call.args[:1])
        and any(_ROOM.search(ast.unparse(each)) for each in module.values_of(call.func.value))
        for call in module.calls_at(line)
    )


def _command(module: Module, rule: Rule, line: int, end_line: int) -> Trust:
    if rule.capability == "code-execution" and is_only_compiled(module.tree, line):
        return Trust.FIXED
    if rule.id == INTERPRETER:
        return module.code(line, end_line)
    if rule.id in _EVALUATES:
        built = module.evaluated(line, end_line)
        return Trust.CONFIGURED if built is Trust.FIXED else Trust.OUTSIDE
    return module.command(line, end_line) if rule.id in _SHELL_RULES else Trust.OUTSIDE


def _fetched(module: Module, line: int) -> Trust:
    """Tell what is known of the address in the request that a line sends: ``urlopen(Request(HOSTS[name]))``."""
    made = [
        call
        for each in module.calls_at(line)
        if each.args
        for call in module.values_of(each.args[0])
        if isinstance(call, ast.Call) and ast.unparse(call.func).rsplit(".", 1)[-1] == "Request"
    ]
    return min((module.trust(call.args[0]) for call in made if call.args), default=Trust.OUTSIDE)


def _address(module: Module, rule: Rule, line: int, end_line: int) -> Trust:
    if rule.tool == "bandit" and _fetched(module, line) is Trust.FIXED:
        return Trust.FIXED
    if calls_own_method(module.tree, line, end_line, "fetch"):
        return Trust.FIXED  # what it does with the address is looked at there
    if _is_of_image_maker(module, line) or _is_host_asked_before(module, line, end_line):
        return Trust.CONFIGURED
    if _has_no_host(module, line):
        return Trust.FIXED
    return module.address(line, end_line)


_ASKS_HOST: Final = re.compile(
    r"(?i)^_?(?:is_|has_|check_|validate_|verify_)?\w*(?:safe|valid|allow|public|permit|trust)\w*_?(?:url|uri|host|address|target|endpoint)\w*$"
    r"|^_?is_(?:url|uri|host|address|target|endpoint)_?\w*(?:safe|valid|allow|public|permit|trust)\w*$"
)


def _is_host_asked_before(module: Module, line: int, end_line: int) -> bool:
    """Tell whether a function gives up before unless it is told that an address, or what it begins with, is safe.

    What is put behind the host later, a query of the caller's, changes nothing of that.
    """
    function = module.enclosing(line)
    if function is None:
        return False
    used = {
        each.id
        for call in module.calls_at(line)
        for each in ast.walk(call)
        if isinstance(each, ast.Name) and line <= each.lineno <= end_line
    }
    used |= {
        each.id
        for node in ast.walk(function)
        for target, value in stored(node)
        if isinstance(target, ast.Name) and target.id in used
        for each in ast.walk(value)
        if isinstance(each, ast.Name)
    }
    for node in ast.walk(function):
        match node:
            case ast.If(
                test=ast.UnaryOp(op=ast.Not(), operand=ast.Call(func=func, args=[ast.Name(id=name), *_])),
                body=[*_, ast.Return() | ast.Raise()],
            ) if node.lineno < line and name in used and _ASKS_HOST.match(last_name(func)):
                return True
    return False


_HOSTS: Final = frozenset({"host", "authority", "netloc"})


def _has_no_host(module: Module, line: int) -> bool:
    """Tell whether an address is built without a host: the client goes to the one that it was made with."""
    return any(
        isinstance(value, ast.Call)
        and ast.unparse(value.func).endswith("URL.build")
        and not any(word.arg is None or word.arg in _HOSTS for word in value.keywords)
        for call in module.calls_at(line)
        for given in (*call.args, *(word.value for word in call.keywords if word.arg == "url"))
        for value in module.values_of(given)
    )


_PICTURE: Final = re.compile(r"\.data\[\d\]\.url$|\[['\"]data['\"]\]\[\d\]\[['\"]url['\"]\]$|\.results\[\d\]\.url$")
_MADE_PICTURE: Final = re.compile(
    r"(?i)\bimages?\.(?:a?generate|edit|create\w*)\(|\bImage\.a?create|image_?(?:generation|synthesis)"
)


def _is_of_image_maker(module: Module, line: int) -> bool:
    """Tell whether an address is where the maker of a model put a picture that it was asked for."""
    for call in module.calls_at(line):
        for given in (*call.args, *(word.value for word in call.keywords if word.arg in {"url", "fullurl"})):
            for value in module.values_of(given):
                said = ast.unparse(value.value if isinstance(value, ast.Await) else value)
                names = [each for each in ast.walk(value) if isinstance(each, ast.Name)]
                made = " ".join(ast.unparse(each) for name in names for each in module.values_of(name)[1:])
                if _PICTURE.search(said) and _MADE_PICTURE.search(f"{said} {made}"):
                    return True
    return False


_REMOVES: Final = frozenset({"remove", "unlink", "rmtree", "rmdir", "exists", "isfile"})
_TEMPORARY: Final = frozenset({"NamedTemporaryFile", "TemporaryFile", "mkstemp", "mkdtemp", "TemporaryDirectory"})


def _removes_own(module: Module, line: int) -> bool:
    """Tell whether a line only removes a temporary file that its function made: its name is Python's."""
    function = module.enclosing(line)
    if function is None:
        return False
    made = {
        each.id
        for node in ast.walk(function)
        for target, value in stored(node)
        if any(isinstance(call, ast.Call) and last_name(call.func) in _TEMPORARY for call in ast.walk(value))
        for each in ast.walk(target)
        if isinstance(each, ast.Name)
    }
    made |= {
        each.id
        for node in ast.walk(function)
        for target, value in stored(node)
        if isinstance(value, ast.Attribute) and isinstance(value.value, ast.Name) and value.value.id in made
        for each in ast.walk(target)
        if isinstance(each, ast.Name)
    }
    calls = [call for call in module.calls_at(line) if last_name(call.func) in _REMOVES]
    used = {each.id for call in calls for given in call.args for each in ast.walk(given) if isinstance(each, ast.Name)}
    return bool(used) and used <= made


def _path(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    if refuses_separators(module.tree, line, end_line) or _removes_own(module, line):
        return Trust.FIXED
    return min(module.path(line, end_line), Trust.CONFIGURED)


def _logged(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    return Trust.FIXED if log_is_harmless(module.tree, line, end_line) else Trust.OUTSIDE


def _tenants(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    if is_the_store_itself(module.tree, line):
        return Trust.FIXED
    if is_made_here(module.tree, line):
        return Trust.CONFIGURED
    return Trust.CONFIGURED if searches_one_collection(module.tree, line, end_line) else Trust.OUTSIDE


def _pinned(module: Module, rule: Rule, line: int, _end_line: int) -> Trust:
    """Tell whether the options that a model is fetched with name its revision: ``from_pretrained(name, **options)``."""
    options = [
        made
        for call in module.calls_at(line)
        for word in call.keywords
        if word.arg is None and rule.tool == "bandit"
        for made in module.values_of(word.value)
    ]
    return Trust.FIXED if any(map(_names_revision, options)) else Trust.OUTSIDE


def _names_revision(node: ast.expr) -> bool:
    match node:
        case ast.Dict(keys=keys):
            return any(isinstance(key, ast.Constant) and key.value == "revision" for key in keys)
        case ast.Call(func=ast.Name(id="dict"), keywords=words):
            return any(word.arg == "revision" for word in words)
    return False


_LOADER: Final = re.compile(r"\bLoader\s*=\s*(\w+)")


def _loads_safely(rule: Rule, source: Source, rows: str) -> bool:
    """Tell whether the loader that YAML is read with is a safe one under another name, by its class in this file."""
    found = _LOADER.search(rows) if rule.id == "bandit-yaml-safe-load" else None
    made = rb"class\s+" + re.escape(found[1].encode()) + rb"\(\s*(?:\w+\.)*C?SafeLoader\b" if found else rb"(?!)"
    return bool(re.search(made, source.text))


_SAFE_BY_NAME: Final = re.compile(r"Safe\w*Loader$")


def _loaded(module: Module, rule: Rule, line: int, _end_line: int) -> Trust:
    if rule.id == "bandit-yaml-safe-load" and any(
        word.arg == "Loader" and _SAFE_BY_NAME.search(ast.unparse(word.value))
        for call in module.calls_at(line)
        for word in call.keywords
    ):
        return Trust.CONFIGURED  # a class of another file, by its name
    return Trust.CONFIGURED if is_sealed(module.tree, line) or _is_opted_in(module, line) else Trust.OUTSIDE


def _is_opted_in(module: Module, line: int) -> bool:
    """Tell whether a private helper stands in a module that refuses what is dangerous unless a caller asked for it."""
    function = function_around(module.tree, line)
    return function is not None and function.name.startswith("_") and is_opted_in(module.tree)


def _hashed(module: Module, _rule: Rule, line: int, _end_line: int) -> Trust:
    if is_made_shorter(module.tree, line):
        return Trust.FIXED
    # who steals the digests of a keyed one has no key to try passwords with
    if any(ast.unparse(call.func) in {"hmac.new", "hmac.digest"} for call in module.calls_at(line)):
        return Trust.CONFIGURED
    # its author says so: a look-up among leaked ones goes by SHA-1
    asked = (word for call in module.calls_at(line) for word in call.keywords if word.arg == "usedforsecurity")
    return Trust.CONFIGURED if any(getattr(word.value, "value", True) is False for word in asked) else Trust.OUTSIDE


def _role_of_a_message(module: Module, _rule: Rule, line: int, _end_line: int) -> Trust:
    """Tell whether a role is that of a message in a chat: what holds it holds the text of the message as well."""
    held = {
        _holder(target, {"role"}) for node in module.nodes if _line_of(node) == line for target, _value in stored(node)
    }
    around = next((each for each in reversed(module.functions) if each.lineno <= line <= (each.end_lineno or 0)), None)
    texts = {
        _holder(target, {"content", "parts", "text"})
        for node in (ast.walk(around) if around is not None else ())
        for target, _value in stored(node)
    }
    return Trust.FIXED if (held - {""}) & texts else Trust.OUTSIDE


def _line_of(node: ast.AST) -> int:
    return int(getattr(node, "lineno", 0))


def _holder(target: ast.expr, names: set[str]) -> str:
    """Return what some key or field is set on: ``message`` of ``message["role"]`` and of ``message.role``."""
    match target:
        case ast.Subscript(value=value, slice=ast.Constant(value=str(key))) if key in names:
            return ast.unparse(value)
        case ast.Attribute(value=value, attr=key) if key in names:
            return ast.unparse(value)
    return ""


_KEPT_CHAT: Final = re.compile(r"(?i)Chat(?:Loader|History|Export|Archive)|MessageHistory")


_SYSTEM: Final = "agent-system-prompt-free-of-request-text"
_SYSTEM_WORD: Final = re.compile(r"(?i)^system(?:_|$)|^instructions?$")


def _is_system_by_contract(module: Module, line: int) -> bool:
    """Tell whether the system's message is a field of that name: an interface that takes it from its caller.

    ``{"role": "system", "content": body.instructions}``, as the interfaces of OpenAI and Anthropic have it.
    """
    texts = [
        value
        for node in module.nodes
        if isinstance(node, ast.Dict) and node.lineno <= line <= (node.end_lineno or 0)
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and key.value == "content"
    ]
    return bool(texts) and all(
        any(isinstance(value, ast.Attribute) and _SYSTEM_WORD.match(value.attr) for value in module.values_of(text))
        for text in texts
    )


def _said_before(module: Module, rule: Rule, line: int, _end_line: int) -> Trust:
    if rule.id == _SYSTEM:
        texts = [
            word.value for call in module.calls_at(line) for word in call.keywords if _SYSTEM_WORD.match(word.arg or "")
        ]
        known = [module.trust(text) for text in texts]
        if known and min(known) is not Trust.OUTSIDE:
            return Trust.CONFIGURED
        return Trust.CONFIGURED if _is_system_by_contract(module, line) else Trust.OUTSIDE
    # what reads a kept chat gives back who said what: messages are what it is asked for
    around = (
        each
        for each in module.nodes
        if isinstance(each, ast.ClassDef) and each.lineno <= line <= (each.end_lineno or 0)
    )
    is_of_chat = any(_KEPT_CHAT.search(word) for each in around for word in (each.name, *map(ast.unparse, each.bases)))
    return Trust.CONFIGURED if is_of_chat else Trust.OUTSIDE


def _approved(module: Module, _rule: Rule, line: int, _end_line: int) -> Trust:
    # a private helper behind a flag that its caller has to set, in the same file
    return Trust.CONFIGURED if _is_opted_in(module, line) else Trust.OUTSIDE


def _debugged(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    is_asked_for = is_started_by_hand(module.tree, line, end_line) or is_switched(module.tree, line)
    return Trust.CONFIGURED if is_asked_for else Trust.OUTSIDE


def _unpacked(module: Module, rule: Rule, line: int, end_line: int) -> Trust:
    # our own rule follows the members; bandit sees the call alone
    if rule.tool != "bandit":
        return Trust.OUTSIDE
    checked = members_are_checked(module.tree, line, end_line)
    return Trust.CONFIGURED if checked is None else Trust.FIXED if checked else Trust.OUTSIDE


_SEPARATOR: Final = re.compile(r"(?:os\.)?sep\b|['\"]/['\"]|['\"]\\\\{1,2}['\"]")


def _prefix(module: Module, _rule: Rule, line: int, _end_line: int) -> Trust:
    """Tell whether the folder ends with a separator by then, or what begins so is refused: more of it is no harm."""
    function = module.enclosing(line)
    calls = [
        call
        for call in module.calls_at(line)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "startswith" and call.args
    ]
    roots = {ast.unparse(call.args[0]) for call in calls}
    if function is not None and any(
        isinstance(node, (ast.AugAssign, ast.Assign))
        and node.lineno < line
        and ast.unparse(node.target if isinstance(node, ast.AugAssign) else node.targets[0]) in roots
        and _SEPARATOR.search(ast.unparse(node.value))
        for node in ast.walk(function)
    ):
        return Trust.FIXED
    is_refused = any(
        isinstance(node, ast.If)
        and any(node.test is call for call in calls)
        and isinstance(node.body[-1], (ast.Raise, ast.Return))
        and ast.unparse(node.body[-1]) not in {"return True", "return"}
        and not (isinstance(node.body[-1], ast.Return) and not isinstance(node.body[-1].value, ast.Constant))
        for node in module.nodes
    )
    return Trust.CONFIGURED if is_refused or _is_only_cut(module, function, roots, calls) else Trust.OUTSIDE


def _is_only_cut(
    module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef | None, roots: set[str], calls: list[ast.Call]
) -> bool:
    """Tell whether a path that begins so only loses its beginning, in a function that refuses nothing."""
    cuts = any(
        isinstance(node, ast.If)
        and any(node.test is call for call in calls)
        and isinstance(each, ast.Subscript)
        and isinstance(each.slice, ast.Slice)
        and each.slice.lower is not None
        and ast.unparse(each.slice.lower) in {f"len({root})" for root in roots}
        for node in module.nodes
        for each in (ast.walk(node) if isinstance(node, ast.If) else ())
    )
    return cuts and function is not None and not any(isinstance(node, ast.Raise) for node in ast.walk(function))


def _hash(_rule: Rule, _source: Source, lines: list[str], line: int, end_line: int) -> Trust:
    return Trust.OUTSIDE if hash_is_for_security(lines, line, end_line) else Trust.CONFIGURED


_CLEANED: Final = re.compile(r"(?i)\b(?:nh3|bleach)\.clean\(|sanitiz\w*\(|sanitis\w*\(|\bescape\(")
_GIVEN_BACK: Final = re.compile(r"(?m)^[ \t]*return\b.*$")
_SANDBOX: Final = re.compile(rb"\b(?:Immutable)?Sandboxed\w*Environment\(")
_NO_SANDBOX: Final = re.compile(rb"\b(?:Native)?Environment\(")


_CALLED: Final = re.compile(r"\b([A-Za-z_]\w*)\(")


def _cleans(text: str, rows: str) -> bool:
    """Tell whether a function of the file that some lines call cleans what it gives back."""
    for name in _CALLED.findall(rows):
        made = re.search(rf"(?m)^([ \t]*)(?:async )?def {name}\(.*\n(?:\1[ \t]+.*\n|\s*\n)*", text)
        if made is not None and any(map(_CLEANED.search, _GIVEN_BACK.findall(made[0]))):
            return True
    return False


def _html(rule: Rule, _source: Source, lines: list[str], line: int, end_line: int) -> Trust:
    rows = "\n".join(lines[line - 1 : end_line])
    if rule.tool == "bandit" and _CLEANED.search(rows):
        return Trust.FIXED
    if rule.id != _RAW_HTML and _cleans("\n".join(lines), rows):
        return Trust.CONFIGURED
    text, row = "\n".join(lines), _row(lines, line)
    if rule.id == _RAW_HTML and (is_highlighted(text, row) or is_own_text(text, row)):
        return Trust.CONFIGURED
    return Trust.OUTSIDE if rule.id != _RAW_HTML or html_may_be_said(_row(lines, line)) else Trust.CONFIGURED


def _template(_rule: Rule, source: Source, lines: list[str], line: int, _end_line: int) -> Trust:
    # the only environments that this file makes are sandboxes
    is_sandboxed = _SANDBOX.search(source.text) and not _NO_SANDBOX.search(source.text)
    return Trust.FIXED if is_sandboxed and ".from_string(" in _row(lines, line) else Trust.OUTSIDE


_SAYS_WHERE_FROM: Final = re.compile(r"""(?i)["'](?:origin|referer|referrer|http-referer|x-forwarded-host)["']\s*:""")


def _clear_text(_rule: Rule, source: Source, lines: list[str], line: int, _end_line: int) -> Trust:
    row = _row(lines, line)
    is_none = is_for_reading(source.path, row) or _SAYS_WHERE_FROM.search(row) is not None
    return Trust.FIXED if is_none else Trust.OUTSIDE


_CHOSEN: Final = re.compile(r"Math\.random\(\)\s*\*\s*(?:\w+\.)*(\w+)\.length")
_LETTERS: Final = re.compile(r"(?i)char|alphabet|letter|possible|pool|digit|symbol|\bset\b|base|source|dictionary")
_PUT_TOGETHER: Final = re.compile(r"\+=|\.join\(|Array\.from|\bfor\s*\(|\bwhile\s*\(|\.map\(\s*\(?_?\)?\s*=>")
_CHOICE_LINES: Final = 10


def _private_key(_rule: Rule, _source: Source, lines: list[str], line: int, _end_line: int) -> Trust:
    return Trust.CONFIGURED if is_cut_short(lines, line) else Trust.OUTSIDE


def _random(_rule: Rule, source: Source, lines: list[str], line: int, _end_line: int) -> Trust:
    """Tell whether an entry is chosen among given ones by chance: it is no more secret for that, and no less."""
    if source.language not in {languages.TYPESCRIPT, languages.JAVASCRIPT}:
        return Trust.OUTSIDE
    rows = "\n".join(lines[max(0, line - 1 - _CHOICE_LINES) : line])
    found = _CHOSEN.search(rows)
    if found is None or _LETTERS.search(found[1]):
        return Trust.OUTSIDE
    return Trust.OUTSIDE if _PUT_TOGETHER.search(rows[found.start() :]) else Trust.CONFIGURED


_MARKS: Final = re.compile(
    r"(?i)\b_?(?:cancel\w*|abort|stop|page|next|continuation|resume|sync|cursor|eos|bos|pad|unk|mask|sep|cls|special|delimiter)_token\w*\b"
    r"\s*[!=]=|[!=]=\s*(?:\w+\.)*_?(?:cancel\w*|abort|stop|page|next|continuation|resume|sync|cursor|eos|bos|pad|unk|mask|sep|cls"
    r"|special|delimiter)_token\w*\b"
)
"""Tokens that tell a task, a page or a place in a text apart, and let nobody in."""


def _timing(_rule: Rule, _source: Source, lines: list[str], line: int, _end_line: int) -> Trust:
    row = _row(lines, line)
    if compares_own_state(row) or _MARKS.search(row):
        return Trust.FIXED
    return Trust.CONFIGURED if compares_identities(row) else Trust.OUTSIDE


_SCRIPT_SEPARATOR: Final = re.compile(r"path\.sep\b|\bsep\}|[\"'`]/[\"'`]|/`$")


def _begins_with_folder(collected: Collector, source: Source, offsets: tuple[int, int]) -> Trust:
    """Tell whether a path is compared with a name that ends with a separator where it is made."""
    script = collected.script(source)
    for call in script.at(*offsets).inside() if script is not None else ():
        for given in arguments(call) if call.kind == "call_expression" else ():
            known = script.definition(script.said(given), given) if script and given.kind == "identifier" else None
            if known is not None and known.node is not None and script is not None:
                return Trust.FIXED if _SCRIPT_SEPARATOR.search(script.said(known.node)) else Trust.OUTSIDE
    return Trust.OUTSIDE


def _row(lines: list[str], line: int) -> str:
    return lines[line - 1] if 0 < line <= len(lines) else ""


_SHELL_RULES: Final = frozenset(
    {
        "os-shell-command-literal",
        "bandit-process-without-shell",
        "bandit-subprocess-without-shell",
        "bandit-call-without-shell",
    }
)
CHECKED_BEFORE: Final = frozenset(
    {
        "server-side-request",
        "path-traversal",
        "upload-name",
        "code-execution",
        "command-execution",
        "option-injection",
        "sql-injection",
        "template-injection",
        "open-redirect",
        "address-through-helper",
        "path-through-helper",
    }
)
"""Flaws that a check of the value before takes away."""
REFUTABLE: Final = CHECKED_BEFORE - {"code-execution", "template-injection", "option-injection"}
"""Those of them of which a harmless value leaves nothing: a program in a file is run whatever the file is called."""
_SAVES: Final = frozenset({"add", "add_all", "commit", "save", "insert", "insert_one", "flush", "merge"})
_WRITES: Final = _SAVES | {"create", "update", "setattr"}
"""Calls that store what they are given, or set a field of something that is stored."""


def _filled(module: Module, _rule: Rule, line: int, end_line: int) -> Trust:
    """Take back an object that is filled with a request and not stored: ``SearchQuery(**request.json)``.

    Semgrep can ask for that by ``pattern-inside`` alone, which took nine tenths of the time of the rule.
    """
    filled = [call for call in module.calls_at(line) if any(word.arg is None for word in call.keywords)]
    if not filled or any(last_name(call.func) in _WRITES for call in module.calls_at(line)):
        return Trust.OUTSIDE
    around = module.enclosing(line)
    nodes = ast.walk(around) if around is not None else module.nodes
    is_stored = any(
        isinstance(each, ast.Call)
        and isinstance(each.func, ast.Attribute)
        and each.func.attr in _SAVES
        and (each.end_lineno or each.lineno) >= end_line
        for each in nodes
    )
    return Trust.OUTSIDE if is_stored else Trust.FIXED


_BY_TREE: Final[Mapping[str, Callable[[Module, Rule, int, int], Trust]]] = {
    "sql-injection": _sql,
    "literal-cipher-key": _key,
    "command-execution": _command,
    "code-execution": _command,
    "server-side-request": _address,
    "path-traversal": _path,
    "personal-data-logged": _logged,
    "secret-logged": _logged,
    "missing-tenant-filter": _tenants,
    "deserialization": _loaded,
    "debug-server": _debugged,
    "approval-disabled": _approved,
    "prompt-injection": _said_before,
    "password-hash": _hashed,
    "archive-extraction": _unpacked,
    "mass-assignment": _filled,
    "path-prefix": _prefix,
    "unpinned-model": _pinned,
    "model-decides-permission": _role_of_a_message,
}
_BY_TEXT: Final[Mapping[str, Callable[[Rule, Source, list[str], int, int], Trust]]] = {
    "weak-hash": _hash,
    "cross-site-scripting": _html,
    "template-injection": _template,
    "clear-text": _clear_text,
    "timing": _timing,
    "weak-random": _random,
    "private-key": _private_key,
}


_NAMED_LITERAL: Final = re.compile(
    r"""(?i)\b\w*(?:pass(?:word|wd|phrase)?|pwd|secret|token|key)\w*["'`]?\s*(?::|={1,2})\s*(?P<q>["'`])(?P<text>[^"'`\n]*)(?P=q)"""
)
"""What stands right behind the name of a secret."""


def _may_hold_secret(source: Source, line: int, end_line: int, offsets: tuple[int, int] | None) -> bool:
    """Tell whether any literal of a match may be a secret by its value."""
    if offsets is not None:
        matched = source.text[offsets[0] : offsets[1]].decode("utf-8", "replace")
        found = [each["text"] for each in _NAMED_LITERAL.finditer(matched)] or literals(matched)
        if not found and source.text[offsets[0] - 1 : offsets[0]] in {b'"', b"'", b"`"}:
            found = [matched]  # without its marks
        if found:
            return any(map(may_be_secret, found))
    rows = source.text.split(b"\n")[line - 1 : end_line]
    found = literals(b"\n".join(rows).decode("utf-8", "replace"))
    return not found or any(may_be_secret(each) for each in found)
