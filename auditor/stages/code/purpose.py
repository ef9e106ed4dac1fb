"""What a match is for, read from the names around it: rules that go by a function or a word alone ask here.

1. MD5 and SHA-1 are broken for passwords, signatures and tokens; as the key of a cache or the mark of a file they are a
   matter of taste.
2. A log line whose every value is a number, an identifier or a role says nothing of a person.
3. Raw HTML in a component is a model's only where its expression says so; icons and labels are the program's own.
4. An address that people read (a manual, a forum) is no endpoint.
"""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.scopes import last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_SECURITY: Final = re.compile(
    r"(?i)passw|pwd|secret|token(?!iz|_?count|s\b)|signature|(?<!de)(?<!as)sign(?:ed|ing)?(?-i:(?![a-z]))|(?<![a-z])auth|credential|verif|hmac|nonce"
    r"|session|encrypt|decrypt|(?<![a-z])salt|(?<![a-z])otp|cert|captcha|api_?key|access_?key|private|密码|签名|令牌"
)
_DEFINITION: Final = re.compile(r"^\s*(?:(?:export|async|public|private|static|function|const|let|def|class)\s+)+(\w+)")
_RANDOM: Final = re.compile(
    r"uuid\d?(?:\.\w+)?\(|urandom|secrets\.token|token_(?:hex|bytes|urlsafe)|randomUUID|randomBytes"
)
_NEAR_LINES: Final = 3
_ABOVE_LINES: Final = 40


_CUT: Final = re.compile(r"hexdigest\(\)\s*\[\s*:\s*(?:[4-9]|1[0-6])\s*\]")


def hash_is_for_security(lines: list[str], line: int, end_line: int) -> bool:
    """Tell whether the names around a digest say that it protects something.

    Args:
        lines: Of the file.
        line: First of the match, from 1.
        end_line: Last.
    """
    if _RANDOM.search("\n".join(lines[line - 1 : end_line + 1])):
        return False  # a random value stays as hard to guess as it was, whatever makes it shorter
    if _CUT.search("\n".join(lines[line - 1 : end_line])):
        return False  # a few letters of a digest tell things apart, and seal nothing
    first = max(0, line - 1 - _NEAR_LINES)
    near = "\n".join(lines[first : min(len(lines), end_line + _NEAR_LINES)])
    around = [near]
    for number in range(line - 1, max(-1, line - 1 - _ABOVE_LINES), -1):
        found = _DEFINITION.match(lines[number]) if number < len(lines) else None
        if found:
            around.append(found[1])
            break
    return bool(_SECURITY.search(" ".join(around)))


_HARMLESS_ATTRIBUTES: Final = re.compile(
    r"(?i)^(?:role|type|name|id|status|code|count|size|length|index|model|kind|level|state|finish_reason|usage|__\w+__"
    r"|shape|dtype|status_code|reason|method|path|version|created_at|updated_at|\w+_(?:id|ids|type|count|at|name|len|length|"
    r"tokens|status|code|size|index|num|number|label|labels|class|limit|version|lang|language|format|template_name|enabled|ms|seconds"
    r"|duration|cost|role|kind|mode|level|state|chars|bytes|words|ratio|score)|(?:num|n|nb|total|max|min|has|is|cls|class|count)_\w+|(?:available|remaining|used|left|rest|spent)_tokens?)$"
)
_COUNTS: Final = re.compile(
    r"(?i)^_?(?:count|num|n|estimate|calc|calculate|compute|get_num)_\w+$|_(?:count|len|length|size|tokens)$"
)
_HARMLESS_CALLS: Final = frozenset({"len", "type", "bool", "int", "float", "id", "hash", "sum", "isinstance", "round"})
_MASKS: Final = re.compile(r"(?i)mask|redact|hash|anonym|sanit|desensit|scrub|truncat|hexdigest")
_LOG_METHODS: Final = frozenset(
    {"trace", "debug", "info", "warning", "warn", "error", "exception", "critical", "fatal", "success", "log", "adebug",
     "ainfo", "awarning", "aerror", "notice", "msg", "print", "write"}
)  # fmt: skip


_EXCEPTION: Final = re.compile(r"^(?:e|ex|exc|err|error|exception)$|^(?:e|ex|exc)_\w+$")


def log_is_harmless(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether every value that the log calls in some lines write is a number, an identifier, a role, or masked."""
    calls = [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and node.lineno <= end_line
        and (node.end_lineno or node.lineno) >= line
        and last_name(node.func) in _LOG_METHODS
    ]
    if any(_is_masked_in_words(call) for call in calls):
        return True
    if calls and all(last_name(call.func) == "log" and not call.args for call in calls):
        return True  # ``context.log.log(type="user", heading=…)``: an entry of the program's own, and no line of a log
    values = [value for call in calls for value in _written(call)]
    return bool(values) and all(
        _is_harmless(value)
        or _is_made_of_harmless(tree, value)
        or _is_empty(tree, value)
        or _is_starred(tree, value)
        or _is_offered(tree, value)
        for value in values
    )


_LISTS_OFFERS: Final = frozenset({"list_prompts", "list_tools", "list_resources", "list_resource_templates"})


def _is_offered(tree: ast.Module, node: ast.expr) -> bool:
    """Tell whether a value is what a server of tools says that it has, wherever the function sets it: no message."""
    name = node.id if isinstance(node, ast.Name) else ""
    function = function_around(tree, node.lineno) if name else None
    if function is None or any(isinstance(each, ast.arg) and each.arg == name for each in ast.walk(function.args)):
        return False
    made = [
        each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == name for target in each.targets)
    ]
    return bool(made) and all(map(_lists_offers, made))


def _lists_offers(value: ast.expr) -> bool:
    while isinstance(value, (ast.Await, ast.Attribute)):
        value = value.value
    return isinstance(value, ast.Call) and last_name(value.func) in _LISTS_OFFERS


_STARS: Final = re.compile(r"\*{2,}|(?i:redacted|masked|xxx)")


def _is_starred(tree: ast.Module, node: ast.expr) -> bool:
    """Tell whether stars were put where a secret stood in a value: ``url = url.replace(password, "***")``."""
    function = function_around(tree, node.lineno) if isinstance(node, ast.Name) else None
    return function is not None and any(
        isinstance(each, ast.Assign)
        and each.lineno < node.lineno
        and any(isinstance(target, ast.Name) and target.id == getattr(node, "id", "") for target in each.targets)
        and isinstance(each.value, ast.Call)
        and last_name(each.value.func) in {"replace", "sub"}
        and any(isinstance(given, ast.Constant) and _STARS.search(str(given.value)) for given in each.value.args)
        for each in ast.walk(function)
    )


def _is_empty(tree: ast.Module, node: ast.expr) -> bool:
    """Tell whether a value is written just because there is nothing in it: ``if not prompt: warn(prompt)``."""
    said = ast.unparse(node)
    return any(
        isinstance(each, ast.If)
        and each.body[0].lineno <= node.lineno <= (each.body[-1].end_lineno or 0)
        and ast.unparse(each.test) in {f"not {said}", f"{said} is None"}
        for each in ast.walk(tree)
    )


def _is_made_of_harmless(tree: ast.Module, node: ast.expr) -> bool:
    """Tell whether a name holds a text with nothing in it but numbers and identifiers, wherever it is set above."""
    if not isinstance(node, ast.Name):
        return False
    around = [
        each
        for each in ast.walk(tree)
        if isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef))
        and each.lineno <= node.lineno <= (each.end_lineno or 0)
    ]
    if not around:
        return False
    function = max(around, key=lambda each: each.lineno)
    texts = [
        each.value
        for each in ast.walk(function)
        if isinstance(each, ast.Assign) and any(isinstance(t, ast.Name) and t.id == node.id for t in each.targets)
    ]
    is_parameter = any(each.arg == node.id for each in ast.walk(function.args) if isinstance(each, ast.arg))
    return (
        bool(texts)
        and not is_parameter
        and all(isinstance(text, (ast.JoinedStr, ast.Constant)) for text in texts)
        and all(_is_harmless(leaf) for text in texts for leaf in _leaves(text))
    )


def _is_masked_in_words(call: ast.Call) -> bool:
    """Tell whether the words of a line put stars where the secret would stand: ``user:**@host``."""
    first = call.args[0] if call.args else None
    return (
        isinstance(first, ast.Constant)
        and isinstance(first.value, str)
        and re.search(r":\*{2,}@", first.value) is not None
    )


def _written(call: ast.Call) -> Iterator[ast.expr]:
    for value in (*call.args, *(word.value for word in call.keywords if word.arg not in {"exc_info", "stack_info"})):
        yield from _leaves(value)


def _leaves(node: ast.expr) -> Iterator[ast.expr]:
    match node:
        case ast.JoinedStr(values=values):
            for each in values:
                if isinstance(each, ast.FormattedValue):
                    yield from _leaves(each.value)
        case ast.BinOp(left=left, right=right):
            yield from _leaves(left)
            yield from _leaves(right)
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            for each in elements:
                yield from _leaves(each)
        case ast.IfExp(body=body, orelse=orelse):
            yield from _leaves(body)
            yield from _leaves(orelse)
        case ast.Constant():
            return
        case ast.Call(func=ast.Attribute(value=ast.Constant(), attr="format")):
            yield from (
                leaf for value in (*node.args, *(word.value for word in node.keywords)) for leaf in _leaves(value)
            )
        case _:
            yield node


_DIGEST_OF: Final = re.compile(r"(?i)_(?:hash|hashed|digest|fingerprint)$")


def _is_harmless(node: ast.expr) -> bool:  # noqa: PLR0911 - a table
    match node:
        case ast.Attribute(attr=attr):
            return bool(_HARMLESS_ATTRIBUTES.match(attr))
        case ast.Subscript(slice=ast.Constant(value=str(key))):
            return bool(_HARMLESS_ATTRIBUTES.match(key))
        case ast.Call(func=ast.Attribute(attr="get"), args=[ast.Constant(value=str(key)), *_]):
            return bool(_HARMLESS_ATTRIBUTES.match(key))
        case ast.Call():
            name = last_name(node.func)
            return name in _HARMLESS_CALLS or bool(_MASKS.search(name) or _COUNTS.search(name))
        case ast.Name(id=name):
            if name.isupper():  # the name of a setting or of a header, not what it holds
                return bool(re.search(r"HEADER|NAME|PATH|FILE|PREFIX|URL|HOST|PORT|MODE|TYPE", name))
            return bool(_HARMLESS_ATTRIBUTES.match(name) or _EXCEPTION.match(name) or _DIGEST_OF.search(name))
        case ast.Compare() | ast.UnaryOp():
            return True
    return False


_RAW_EXPRESSION: Final = re.compile(
    r"""(?:v-html|\[innerHTML\]|\[innerHtml\])\s*=\s*["']([^\n]{1,400}?)["']\s*(?:[/>\w:@]|$)|\{@html\s+([^\n]{1,400})\}"""
)
_SAID: Final = re.compile(
    r"(?i)answer|content|message|msg|markdown|(?<![a-z])md|reply|response|output|chunk|delta|summary|summari[sz]|marked|render"
    r"|completion|chat|translat|generated|result|report|article|thinking|reasoning|(?<![a-z])text|html|token|body|comment|prompt"
)
_OWN: Final = re.compile(r"(?i)icon|svg|label|logo|\bt\(|i18n|locale|evalF|title|placeholder|tooltip")


def html_may_be_said(line: str) -> bool:
    """Tell whether what a template puts in as raw HTML may be what a model or a person said, by its expression."""
    found = _RAW_EXPRESSION.search(line)
    expression = (found[1] or found[2]) if found else ""
    return not expression or (bool(_SAID.search(expression)) and not _OWN.search(expression))


_SHOWN: Final = re.compile(r"__html\s*:\s*(\w+)\s*\}")
_MADE_SAFE: Final = re.compile(
    r"(?i)highlight\w*\(|codeToHtml|renderToString\(|sanitiz|sanitis|purify|escapeHtml|katex|hljs|prism"
)
_NAMED_HIGHLIGHTED: Final = re.compile(r"__html\s*:\s*(?:\w+[.?]+)*highlighted\w*\b")
_SET_LINES: Final = 6


def is_highlighted(text: str, line: str) -> bool:
    """Tell whether all that a state of React is set to, and shown as HTML, comes from what highlights or cleans it."""
    if _NAMED_HIGHLIGHTED.search(line):
        return True
    found = _SHOWN.search(line)
    state = re.search(rf"\[\s*{found[1]}\s*,\s*(\w+)\s*\]\s*=\s*(?:React\.)?useState\b", text) if found else None
    if state is None:
        return False
    rows = text.split("\n")
    is_set = re.compile(rf"\b{state[1]}\(\s*(?![\"']{{2}}\s*\)|null\s*\))")
    places = [number for number, row in enumerate(rows) if is_set.search(row)]
    return bool(places) and all(
        _MADE_SAFE.search("\n".join(rows[max(0, number - _SET_LINES) : number + 1])) for number in places
    )


_ROOT: Final = re.compile(r"__html\s*:\s*([A-Za-z_$][\w$]*)\s*(?:\[|\.)")


def is_own_text(text: str, line: str) -> bool:
    """Tell whether what is shown as HTML is an entry of a constant that this file writes out: steps of a tour."""
    found = _ROOT.search(line)
    made = re.search(rf"\b(?:const|let)\s+{re.escape(found[1])}\s*=\s*([^;\n]+)", text) if found else None
    names = [found[1], *re.findall(r"\b[A-Z][A-Z0-9_]{2,}\b", made[1] if made else "")] if found else []
    return any(re.search(rf"\b(?:const|let)\s+{re.escape(name)}\s*(?::[^=\n]+)?=\s*[\[{{]", text) for name in names)


_ASSIGNED: Final = re.compile(r"\b(?:const|let|var)?\s*([A-Za-z_]\w*)\s*(?::[^=\n]+)?=(?!=)")
_IS_KEY: Final = re.compile(r"(?i)api_?key|access_?key|client_?(?:id|key)")


def is_shown_to_another(text: str, line: str) -> bool:
    """Tell whether a key is only sent along to another service: with its fallback nobody gets in here."""
    found = _ASSIGNED.search(line)
    if found is None or not _IS_KEY.search(found[1]):
        return False
    name = re.escape(found[1])
    uses = re.findall(rf"(?<![\w.]){name}(?!\w)", text)
    is_compared = re.search(
        rf"(?<![\w.]){name}\s*[!=]==?(?!=)(?!\s*[\"'`])|[^\"'`\s]\s*[!=]==?\s*{name}(?!\w)"
        rf"|compare\w*\([^\n)]*{name}",
        text,
    )
    is_sent = re.search(
        rf"(?i:api_?key|auth_?token|token)\s*[:=]\s*{name}(?!\w)|Bearer\s+\$?\{{{name}\}}"
        rf"|[\"'`](?i:x-[\w-]*key|authorization)[\"'`]\s*:\s*{name}",
        text,
    )
    return len(uses) > 1 and is_sent is not None and is_compared is None


_READING: Final = re.compile(
    r"(?i)(?:manual|forum|guide|tutorial|community|faq|help|docs?|homepage|website|support|about|privacy|terms|learn|blog|wiki"
    r"|download|copyright|footer|social|github|link)\w*[\"']?\s*[:=]"
)
_TRANSLATIONS: Final = re.compile(r"(?i)(?:^|/)(?:locales?|i18n|lang|langs|languages|translations?|messages)/")


def is_for_reading(path: str, line: str) -> bool:
    """Tell whether an address is one that people open, by the name it has and the file it stands in."""
    return bool(_TRANSLATIONS.search(path) or _READING.search(line))


_OWN_STATE: Final = re.compile(
    r"(?i)self\._?(?:cached|last|previous|prev|old|current|stored)_\w+|cache[d_]|etag|if_none_match"
)


_SAME_NAME: Final = re.compile(r"\b(\w+)\s*[!=]=\s*self\._?\1\b|\bself\._?(\w+)\s*[!=]=\s*\2\b")
"""What an object kept of the same thing the last time."""


_KNOWN_TO_ALL: Final = re.compile(r"[!=]=\s*(?:\w+\.)*_*(?:DEFAULT|PLACEHOLDER|EXAMPLE|INSECURE|DUMMY)_\w+")
"""What ships with the program: who compares with it asks whether somebody changed it."""


def compares_own_state(line: str) -> bool:
    """Tell whether a comparison asks if something changed, not if somebody knows a secret."""
    return bool(_OWN_STATE.search(line) or _SAME_NAME.search(line) or _KNOWN_TO_ALL.search(line))


_EXPECTED_KEY: Final = re.compile(r"(?i)\bexpected_?key\b")
_OF_SECRETS: Final = re.compile(
    r"(?i)api|secret|auth|header|token|sign|request|bearer|admin|\bx_|hmac|digest|private|master"
)
_KEY_OF_ENTRY: Final = re.compile(r"\bfor\s+(\w+)\s*,\s*\w+\s+in\b[^\n]*\.items\(\)[^\n]*\bif\s+\1\s*[!=]=\s*[\w.]+")


_WITH_A_NAME: Final = re.compile(r"[!=]=\s*(?:\w+\.)*[A-Z_]+_(?:ALIAS|LABEL|KIND)\b|\bkey\s*[!=]=\s*[\"'][A-Z_]+[\"']")
"""``key == "LANGFUSE_SECRET_KEY"``: which setting it is; an alias stands for a secret and is none."""


def compares_identities(line: str) -> bool:
    """Tell whether a comparison asks which entry something is, by a key that nothing calls secret."""
    is_of_entries = bool(_EXPECTED_KEY.search(line)) and not _OF_SECRETS.search(line)
    return is_of_entries or bool(_KEY_OF_ENTRY.search(line) or _WITH_A_NAME.search(line))


_SLOW: Final = re.compile(r"(?i)bcrypt|argon|scrypt|pbkdf|pwd_context|hashpw|checkpw|password_?hasher")


def is_made_shorter(tree: ast.Module, line: int) -> bool:
    """Tell whether all that a function hashes is handed to a slow hash, wherever this file calls it."""
    function = function_around(tree, line)
    if function is None:
        return False
    calls = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and last_name(n.func) == function.name]
    slow = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and _SLOW.search(ast.unparse(n.func))]
    return bool(calls) and all(any(call in ast.walk(each) for each in slow) for call in calls)


_STORE: Final = re.compile(
    r"(?i)store|vector|index|cache|retriev|search|(?<![a-z])db(?![a-z])|database|client|collection|memory"
)
_SEARCHES: Final = re.compile(r"(?i)search|lookup|query|retrieve|max_marginal|nearest|neighbou?rs")


_IN_MEMORY: Final = frozenset(
    {"InMemoryVectorStore", "DocArrayInMemorySearch", "SimpleVectorStore", "MemoryVectorStore"}
)


def is_made_here(tree: ast.Module, line: int) -> bool:
    """Tell whether the function that searches made the store itself, in memory: nobody else's documents are in it."""
    function = function_around(tree, line)
    return function is not None and any(
        isinstance(node, ast.Call)
        and (
            last_name(node.func) in _IN_MEMORY
            or (isinstance(node.func, ast.Attribute) and _dotted_end(node.func.value) in _IN_MEMORY)
        )
        for node in ast.walk(function)
    )


def _dotted_end(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else str(getattr(node, "id", ""))


def is_the_store_itself(tree: ast.Module, line: int) -> bool:
    """Tell whether a search stands in the class that wraps a store: whoever calls that decides for whom it searches."""
    classes = [n for n in ast.walk(tree) if isinstance(n, ast.ClassDef) and n.lineno <= line <= (n.end_lineno or 0)]
    if not classes:
        return False
    inner = max(classes, key=lambda node: node.lineno)
    names = [
        inner.name,
        *(base.attr if isinstance(base, ast.Attribute) else getattr(base, "id", "") for base in inner.bases),
    ]
    methods = [
        n.name
        for n in inner.body
        if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) and n.lineno <= line <= (n.end_lineno or 0)
    ]
    return any(map(_STORE.search, names)) and any(map(_SEARCHES.search, methods))


_COLLECTION: Final = frozenset(
    {"collection_name", "collection", "index_name", "namespace", "partition_names", "kb_id", "tenant"}
)


_MEMORY: Final = re.compile(r"(?i)memory(?:\(\))?$")


def _receiver(call: ast.Call) -> str:
    """Return the last name of what a method is called on."""
    node = call.func.value if isinstance(call.func, ast.Attribute) else call.func
    node = node.func if isinstance(node, ast.Call) else node
    return node.attr if isinstance(node, ast.Attribute) else str(getattr(node, "id", ""))


def _calls(tree: ast.Module, line: int, end_line: int) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= end_line and (node.end_lineno or node.lineno) >= line:
            yield node


def function_around(tree: ast.Module, line: int) -> ast.FunctionDef | ast.AsyncFunctionDef | None:
    """Return the innermost function that a line stands in."""
    around = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.lineno <= line <= (node.end_lineno or 0)
    ]
    return max(around, key=lambda node: node.lineno, default=None)


_OPT_IN: Final = re.compile(r"(?i)(?:allow|accept|enable|i_know)_?(?:dangerous|unsafe|untrusted|pickle|arbitrary)\w*")


_KEPT_AS: Final = re.compile(
    r"(?i)^(?:\w+_)?(?:token(?!s?_?(?:count|limit|usage|num|budget|type|ids?))|secret|passw(?:or)?d|passcode|salt|otp|nonce|captcha|session_?id"
    r"|(?:api|access|session|signing|encryption|auth)_?key|(?:verification|reset|invite|invitation|login|activation|recovery|pairing|auth)_?code)$"
)


def gives_secret(tree: ast.Module, line: int) -> bool:
    """Tell whether what a line makes is given back, and kept as a secret by a caller: ``token = self._new()``."""
    function = function_around(tree, line)
    if function is None or not any(
        isinstance(node, ast.Return) and node.value is not None and node.lineno <= line <= (node.end_lineno or 0)
        for node in ast.walk(function)
    ):
        return False
    return any(
        isinstance(called := node.value.value if isinstance(node.value, ast.Await) else node.value, ast.Call)
        and last_name(called.func) == function.name
        and any(_KEPT_AS.match(name) for name in _kept_as(node))
        for node in ast.walk(tree)
        if isinstance(node, (ast.Assign, ast.keyword))
    )


def _kept_as(node: ast.Assign | ast.keyword) -> Iterator[str]:
    if isinstance(node, ast.keyword):
        yield node.arg or ""
        return
    yield from (last_name(each) for each in node.targets)


def is_sealed(tree: ast.Module, line: int) -> bool:
    """Tell whether a function gives up before a line unless a seal of what it loads fits, or its caller asked for it.

    Who says ``allow_dangerous_deserialization=True`` is judged where he says so.
    """
    function = function_around(tree, line)
    return function is not None and any(
        isinstance(node, ast.If)
        and node.lineno < line
        and any(
            (isinstance(each, ast.Call) and last_name(each.func) == "compare_digest")
            or (isinstance(each, ast.Name) and _OPT_IN.fullmatch(each.id))
            for each in ast.walk(node.test)
        )
        and any(isinstance(each, (ast.Return, ast.Raise)) for each in node.body)
        for node in ast.walk(function)
    )


def is_opted_in(tree: ast.Module) -> bool:
    """Tell whether a module refuses what is dangerous unless its caller asked for it by a parameter."""
    return any(
        isinstance(node, ast.If)
        and any(map(_names_opt_in, ast.walk(node.test)))
        and any(isinstance(each, ast.Raise) or _RAISES.match(_called_in(each)) for each in node.body)
        for node in ast.walk(tree)
    )


def _names_opt_in(node: ast.AST) -> bool:
    """Tell whether a name, a field or a key is that of such a flag."""
    name = getattr(node, "id", None) or getattr(node, "attr", None) or getattr(node, "value", None)
    return isinstance(name, str) and _OPT_IN.fullmatch(name) is not None


_RAISES: Final = re.compile(r"_?(?:raise|refuse|reject|abort)")


def _called_in(statement: ast.stmt) -> str:
    is_call = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
    return last_name(statement.value.func) if is_call else ""  # type: ignore[attr-defined]


def is_started_by_hand(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether a server that reloads, and nothing more, is started where a developer runs the file itself."""
    by_hand = any(
        isinstance(node, ast.If) and "__main__" in ast.dump(node.test) and node.lineno <= line <= (node.end_lineno or 0)
        for node in ast.walk(tree)
    )
    words = {word.arg: word.value for call in _calls(tree, line, end_line) for word in call.keywords}
    host = words.get("host")
    is_local = host is None or (isinstance(host, ast.Constant) and host.value in {"localhost", "127.0.0.1", "::1"})
    return by_hand and is_local and "reload" in words and not {"debug", "use_debugger", "use_evalex"} & words.keys()


_FOR_DEVELOPERS: Final = re.compile(r"(?i)debug|\bdev(?:elop\w*)?\b|is_dev|local")


def is_switched(tree: ast.Module, line: int) -> bool:
    """Tell whether a line runs only where a condition asks for debugging: ``if in_debug_mode():``."""
    return any(
        isinstance(node, ast.If)
        and node.body[0].lineno <= line <= (node.body[-1].end_lineno or 0)
        and _FOR_DEVELOPERS.search(ast.unparse(node.test))
        and not isinstance(node.test, ast.UnaryOp)
        for node in ast.walk(tree)
    )


_BOUNDS: Final = re.compile(r"is_relative_to|commonpath|commonprefix|startswith|relative_to")


def members_are_checked(tree: ast.Module, line: int, end_line: int) -> bool | None:
    """Tell whether members of an archive are filtered (True), checked one by one before (None), or neither."""
    for call in _calls(tree, line, end_line):
        if any(word.arg == "filter" for word in call.keywords):
            return True
        if last_name(call.func) == "extractall" and _is_zip(tree, _receiver(call)):
            return True  # zipfile itself takes roots and ".." out of the names of members
        if isinstance(call.func, ast.Name) and re.search(r"(?i)safe|secure|checked", call.func.id):
            return True  # a function of this program, which is looked at itself
    function = function_around(tree, line)
    for loop in ast.walk(function) if function is not None else ():
        if isinstance(loop, (ast.For, ast.AsyncFor)) and loop.lineno < line:
            asks = any(isinstance(each, ast.Call) and _BOUNDS.search(last_name(each.func)) for each in ast.walk(loop))
            if asks and any(isinstance(each, (ast.Raise, ast.Continue, ast.Return)) for each in ast.walk(loop)):
                return None
    return False


def _is_zip(tree: ast.Module, name: str) -> bool:
    """Tell whether all that a name is made by in a file is ``zipfile.ZipFile``."""
    made = [
        value
        for node in ast.walk(tree)
        for target, value in (
            [(each, node.value) for each in node.targets]
            if isinstance(node, ast.Assign)
            else [(node.optional_vars, node.context_expr)]
            if isinstance(node, ast.withitem)
            else []
        )
        if isinstance(target, ast.Name) and target.id == name
    ]
    return bool(made) and all(isinstance(each, ast.Call) and last_name(each.func) == "ZipFile" for each in made)


def is_only_compiled(tree: ast.Module, line: int) -> bool:
    """Tell whether a line compiles text and throws the result away: that asks for syntax errors, and runs nothing."""
    return any(
        isinstance(node, ast.Expr)
        and isinstance(node.value, ast.Call)
        and last_name(node.value.func) == "compile"
        and node.lineno <= line <= (node.end_lineno or node.lineno)
        for node in ast.walk(tree)
    )


_EXAMPLES: Final = frozenset({"example", "examples", "openapi_examples", "json_schema_extra", "schema_extra"})


def is_of_an_example(tree: ast.Module, line: int) -> bool:
    """Tell whether a line stands in what a schema shows its readers as an example: ``examples=[{...}]``."""
    return any(
        each.lineno <= line <= (each.end_lineno or each.lineno)
        for node in ast.walk(tree)
        for each in (
            [node.value]
            if isinstance(node, ast.keyword) and node.arg in _EXAMPLES
            else [
                value
                for key, value in zip(node.keys, node.values, strict=True)
                if isinstance(key, ast.Constant) and key.value in _EXAMPLES
            ]
            if isinstance(node, ast.Dict)
            else []
        )
    )


def calls_own_method(tree: ast.Module, line: int, end_line: int, name: str) -> bool:
    """Tell whether a call of some name in some lines goes to a method of a class of the same file, by the class."""
    classes = {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
        and any(isinstance(each, (ast.FunctionDef, ast.AsyncFunctionDef)) and each.name == name for each in node.body)
    }
    return any(last_name(call.func) == name and _receiver(call) in classes for call in _calls(tree, line, end_line))


_WHOSE: Final = re.compile(
    r"(?i)^(?:\w+_)?(?:user|tenant|org|organi[sz]ation|account|owner|workspace|customer|project)(?:_?(?:id|name))?$"
)


def _is_of_one(function: ast.FunctionDef | ast.AsyncFunctionDef, receiver: str) -> bool:
    """Tell whether an index is opened by a name that says whose it is: ``client.Index(f"d-{workspace}")``."""
    made = {
        target.id: node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    opened = made.get(receiver)
    given = opened.args[:1] if isinstance(opened, ast.Call) else []
    named = [made.get(each.id, each) if isinstance(each, ast.Name) else each for each in given]
    return any(
        isinstance(part, ast.FormattedValue) and _WHOSE.match(last_name(part.value))
        for each in named
        if isinstance(each, ast.JoinedStr)
        for part in each.values
    )


def searches_one_collection(tree: ast.Module, line: int, end_line: int) -> bool:
    """Tell whether a search names a collection that it was given: each tenant may have one of its own.

    The memory of an agent is such a collection: whoever makes the agent decides whose memory it has. So is a store that
    a function is given, by its type.
    """
    function = function_around(tree, line)
    given = {
        each.arg
        for each in (ast.walk(function.args) if function is not None else ())
        if isinstance(each, ast.arg) and each.annotation is not None and _STORE.search(ast.unparse(each.annotation))
    }
    if any(_receiver(call) in given for call in _calls(tree, line, end_line)):
        return True
    if function is not None and any(_is_of_one(function, _receiver(call)) for call in _calls(tree, line, end_line)):
        return True
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and node.lineno <= end_line and (node.end_lineno or node.lineno) >= line:
            if isinstance(node.func, ast.Name) and last_name(node.func) in {
                "hybrid_search",
                "vector_search",
                "similarity_search",
            }:
                return True  # a function of this program, which is looked at itself
            if last_name(node.func) == "recall" and (
                _MEMORY.search(_receiver(node)) or any(word.arg == "scope" for word in node.keywords)
            ):
                return True
            for word in node.keywords:
                if word.arg in _COLLECTION and not isinstance(word.value, (ast.Constant, ast.Attribute)):
                    return not (isinstance(word.value, ast.Name) and word.value.id.isupper())
    return False
