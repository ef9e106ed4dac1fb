"""What lines of a script prove by themselves: the value and its use, not a name.

A rule that follows no values (``rests_on: text``) matches what may be a flaw: something called like a secret, a check
that is switched off somewhere, a number by chance. Its severity is earned only where the syntax tree shows what makes
it one: that the literal is a credential that is used, that nothing decides whether the check is off, that a token is
made of the number. What is not shown is low, to review.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import TYPE_CHECKING, Final

from auditor.masking.text import is_random
from auditor.stages.code.script_purpose import is_mark
from auditor.stages.code.script_sides import runs_in_page, runs_on_server
from auditor.stages.code.script_tree import FUNCTIONS, arguments, bare, function_around, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from auditor.stages.code.script_tree import Node, Script

_TEXT_LIMIT: Final = 4_000
_USES_LIMIT: Final = 60


def proves(script: Script, capability: str, start: int, end: int) -> bool:
    """Tell whether lines prove a flaw; where nothing is asked of its kind, they do.

    Args:
        script: The file.
        capability: What the flaw is about.
        start: First byte of the match.
        end: Byte behind the last.
    """
    asked = _OF_TREE.get(capability)
    return asked is None or asked(script, _node_at(script, start, end))


def _node_at(script: Script, start: int, end: int) -> Node:
    """Return the largest node that lies between two bytes, or the smallest around them."""
    node = script.at(start, end)
    while node.parent is not None and node.parent.start >= start and node.parent.end <= end:
        if node.parent.kind == "program":
            break
        node = node.parent
    if node.start < start or node.end > end:
        inside = (each for each in node.inside() if each.start >= start and each.end <= end)
        return next(inside, node)
    return node


# what is around


def _decides(script: Script, node: Node) -> Iterator[str]:
    """Yield what has to hold where a node runs, as it is written: conditions, cases, and what is left out before."""
    child = node
    for around in node.around():
        match around.kind:
            case "if_statement" | "ternary_expression" | "while_statement":
                condition = around.get("condition")
                if condition is not None and child is not condition:
                    yield script.said(condition)
            case "binary_expression":
                left = around.get("left")
                if left is not None and child is not left:
                    yield script.said(left)
            case "switch_case" | "switch_default" | "catch_clause":
                yield around.kind
        child = around


def _call_given(node: Node) -> Node | None:
    """Return the call that a value is given to, in objects and lists, or in place of another; None where to none."""
    child = node
    for around in node.around():
        match around.kind:
            case "pair" | "object" | "array" | "spread_element" | "parenthesized_expression" | "as_expression":
                child = around
            case "binary_expression" if child.field == "right" and around.get("left") is not None:
                child = around  # ``setting || "value"``; what is compared is given to nothing
                left = around.get("left")
                if left is None or left.kind not in {"member_expression", "subscript_expression", "call_expression"}:
                    return None
            case "arguments":
                return around.parent
            case _:
                return None
    return child if child.kind == "call_expression" else None


def _callee(script: Script, call: Node) -> str:
    function = call.get("function") or call.get("constructor")
    return script.said(function).replace("?.", ".") if function is not None else ""


def _name_given(script: Script, node: Node) -> str:
    """Return the name that a value gets where it stands: of a variable, a property, a key; empty where it gets none."""
    for each in (node, *node.around()):
        match each.kind:
            case "variable_declarator" | "public_field_definition":
                named = each.get("name")
            case "assignment_expression" | "augmented_assignment_expression":
                named = each.get("left")
            case "pair":
                named = each.get("key")
            case "return_statement" | "statement_block" | "arguments" | "program":
                return ""
            case kind if kind in FUNCTIONS:
                return ""
            case _:
                continue
        if named is not None:
            return unquoted(script.said(named)).rsplit(".", 1)[-1].lstrip("#_")
    return ""


# secrets


_SIGNS: Final = re.compile(
    r"(?:^|\.)(?:sign|verify|createHmac|createCipheriv|createDecipheriv|scrypt(?:Sync)?|pbkdf2(?:Sync)?|session|cookieParser|cookieSession|expressjwt|jwt|SignJWT|jwtVerify|encrypt|decrypt|betterAuth|NextAuth|signCookie|unsign|importKey|seal|unseal|getIronSession)$"
)
_CLIENT: Final = re.compile(
    r"(?:^|\.)(?:fetch|axios|request|get|post|put|patch|delete|createClient|initialize\w*|connect\w*|create\w*Client)$|(?:Client|Api|API|SDK|OpenAI|Anthropic|Pool|Connection|Provider|Transport)$"
)
_OF_PASSWORD: Final = re.compile(r"(?i)pass(?:word|wd|phrase|code)?$|pwd$|secret$|token$|api_?key$")
_OF_INPUT: Final = re.compile(r"(?i)\b(?:req|request|body|input|params|query|headers|ctx|form|data|credentials?)\b")
_OF_USER: Final = re.compile(r"(?i)^(?:user_?name|login|email|role|is_?admin|user)$")
_HASHES: Final = re.compile(r"(?i)(?:^|\.)(?:hash(?:Sync|Password)?|bcrypt\w*|argon2\w*|scrypt(?:Sync)?)$")
_FEWEST: Final = 16


def _literals(node: Node) -> list[Node]:
    """Return the texts that a match is about: what stands last in it, or the text it stands in."""
    if node.kind in _TEXTS:
        return [node]
    if node.parent is not None and node.parent.kind in _TEXTS:
        return [node.parent]
    return [each for each in node.inside() if each.kind in _TEXTS and not _is_key(each)]


_TEXTS: Final = frozenset({"string", "template_string"})


def _is_key(node: Node) -> bool:
    return node.field in {"key", "index", "name"} or (
        node.parent is not None and node.parent.kind == "computed_property_name"
    )


def _is_credential(script: Script, node: Node) -> bool:
    """Tell whether a text is a credential by its randomness and its use, or lets somebody in whatever it looks like."""
    return any(_lets_in(script, each) or _is_used_secret(script, each) for each in _literals(node))


def _is_used_secret(script: Script, literal: Node) -> bool:
    text = unquoted(script.said(literal))
    if _is_for_everybody(text):
        return False
    said = text.rsplit(" ", 1)[-1]  # ``Bearer …``
    is_measured = len(said) >= _FEWEST and is_random(
        re.sub(r"[-_.~+/=]", "", said.split("-", 1)[-1] if said.startswith("sk-") else said)
    )
    return (is_measured and _is_used(script, literal)) or _signs_with(script, literal)


_PARTS: Final = 3


def _is_for_everybody(text: str) -> bool:
    """Tell whether a token says of itself that it is for whoever has not logged in: pages are sent out with it."""
    parts = text.split(".")
    if len(parts) != _PARTS or not text.startswith("eyJ"):
        return False
    try:
        said = urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    except ValueError:
        return False
    return re.search(rb'"role"\s*:\s*"anon(?:ymous)?"', said) is not None


def _is_default(script: Script, node: Node) -> bool:
    """Tell whether a known password is a value; ``"password" in options`` asks whether there is one."""
    pair = next((each for each in (node, *node.around()) if each.kind == "pair"), node)
    return not any(
        each.parent is not None
        and each.parent.kind == "binary_expression"
        and each.field == "left"
        and (right := each.parent.get("right")) is not None
        and script.text[each.end : right.start].strip() == b"in"
        for each in _literals(pair)
    )


def _is_used(script: Script, literal: Node) -> bool:  # noqa: PLR0911 - one answer for each place
    """Tell whether a value is given to something, or kept under a name that is used or handed on."""
    if _call_given(literal) is not None:
        return True
    for around in literal.around():
        if around.kind == "array":
            return False  # one of many: a list of data
        if around.kind == "variable_declarator" and (named := around.get("name")) is not None:
            if sum(each.kind == "object" for each in _between(literal, around)) > 1:
                return False  # deep inside of data
            is_handed_on = any(each.kind == "export_statement" for each in around.around())
            return is_handed_on or any(use.start != named.start for use in script.uses(script.said(named)))
        if around.kind in {"assignment_expression", "public_field_definition"}:
            return True
        if around.kind == "statement_block":
            return any(each.kind == "return_statement" for each in literal.around())
    return False


def _signs_with(script: Script, literal: Node) -> bool:
    """Tell whether texts are signed or encrypted with a literal, or with the name that it has."""
    given = _call_given(literal)
    if given is not None and _SIGNS.search(_callee(script, given)):
        first = bare(arguments(given)[0]) if arguments(given) else None
        return first is not literal
    declarator = next((each for each in literal.around() if each.kind == "variable_declarator"), None)
    named = declarator.get("name") if declarator is not None else None
    if named is None or named.kind != "identifier":
        return False
    for use in script.uses(script.said(named))[:_USES_LIMIT]:
        call = _call_given(use)
        if call is not None and _SIGNS.search(_callee(script, call)):
            return True
    return False


def _lets_in(script: Script, literal: Node) -> bool:
    """Tell whether a literal is what a caller's password is compared with, or what an account is made with."""
    around = literal.parent
    if around is not None and around.kind == "binary_expression":
        left, right = around.get("left"), around.get("right")
        operator = script.text[left.end : right.start].strip() if left is not None and right is not None else b""
        other = left if right is literal else right
        said = script.said(other) if other is not None else ""
        if operator in {b"===", b"=="} and _OF_PASSWORD.search(said):
            return _OF_INPUT.search(said) is not None or "." not in said
    call = _call_given(literal)
    if call is not None and _HASHES.search(_callee(script, call)):
        return _is_of_account(script, call)
    return call is not None and _MAKES_ACCOUNT.search(_callee(script, call)) is not None


_MAKES_ACCOUNT: Final = re.compile(
    r"(?i)(?:^|\.)(?:(?:create|add|seed|ensure|insert|upsert)\w*(?:user|admin|account)\w*|(?:user|users|admin|account)\.(?:create|upsert|insert))$"
)


def _is_of_account(script: Script, call: Node) -> bool:
    for around in call.around():
        if around.kind == "object":
            keys = [
                unquoted(script.said(key))
                for pair in around.children
                if (key := pair.get("key") or pair.get("name")) is not None
            ]
            return any(map(_OF_USER.match, keys))
        if around.kind in {"statement_block", "program"}:
            return False
    return False


_KEYS_OF_PROGRAM: Final = re.compile(
    r"(?i)(?:jwt|session|cookie|auth|next_?auth|better_?auth|encrypt(?:ion)?|sign(?:ing|ature)?|hmac|csrf|crypto|cipher|master|refresh_?token|access_?token|token)_?(?:secret|key|salt|password)(?:_?key)?"
)
_VARIABLE: Final = re.compile(r"\b[A-Za-z_]\w*\b")


def _is_known_key(script: Script, node: Node) -> bool:
    """Tell whether what everybody can read takes the place of a key by which the program signs or encrypts."""
    said = script.said(node)[:_TEXT_LIMIT]
    names = [_name_given(script, node), *_VARIABLE.findall(re.sub(r"""(["'`])(?:\\.|(?!\1).)*\1""", _inner_name, said))]
    return any(map(_KEYS_OF_PROGRAM.fullmatch, names)) or _is_credential(script, node)


def _inner_name(found: re.Match[str]) -> str:
    # the name of a variable may be written as a text, what it falls back to is none
    text = found[0][1:-1]
    return text if text.isupper() and "_" in text else ""


# checks that are switched off


_IS_TLS: Final = re.compile(r"(?i)https|(?<![a-z])(?:tls|ssl)(?![a-z])|protocol|agent")
_STARTED_BY_HAND: Final = re.compile(
    r"(?i)(?:^|/)(?:vite|webpack|next|nuxt|rollup|jest|vitest|playwright|gulpfile|craco|setupProxy|rsbuild|astro)[\w.]*config[\w.]*$|(?:^|/)(?:scripts?|cli|bin|tools?|dev|bench\w*)/|setupProxy"
)


def _is_unconditional(script: Script, node: Node) -> bool:
    """Tell whether nothing decides that a check is off, in code that is a part of what runs.

    What depends on the protocol alone (``https ? agent : undefined``) depends on nothing.
    """
    call = next((each for each in (node, *node.around()) if each.kind in {"call_expression", "new_expression"}), node)
    if (
        _STARTED_BY_HAND.search(script.path)
        or runs_in_page(script)
        or not (runs_on_server(script) or _OF_NODE.search(script.said(call)[:_TEXT_LIMIT]))
        or _IN_THE_OPEN.search(script.said(call)[:_TEXT_LIMIT])
    ):
        return False  # a page cannot switch it off, and where there is no TLS there is nothing to check
    if not all(_IS_TLS.search(each) and not _SAYS_WHICH.search(each) for each in _decides(script, node)):
        return False
    if any(_is_where_nobody_asked(script, node, each) for each in node.around()):
        return False
    # ``rejectUnauthorized: strict`` and a default of a parameter are somebody's choice
    return not any(
        each.kind in {"required_parameter", "optional_parameter", "object_assignment_pattern"} for each in node.around()
    )


def _is_where_nobody_asked(script: Script, node: Node, around: Node) -> bool:
    """Tell whether a place runs where TLS was not asked for, and who asks for it says whom to trust.

    ``if (given.ssl) { ssl = { ca: given.ssl.ca } } else …``: what encrypts without a check would be clear otherwise.
    """
    condition, then, other = around.get("condition"), around.get("consequence"), around.get("alternative")
    if around.kind != "if_statement" or condition is None or then is None or other is None:
        return False
    asked = script.said(condition)
    is_asked = _IS_TLS.search(asked) is not None and "!" not in asked
    return is_asked and _is_inside(node, other) and _TRUSTS.search(script.said(then)[:_TEXT_LIMIT]) is not None


_TRUSTS: Final = re.compile(r"\bca\b")
_OF_NODE: Final = re.compile(r"(?i)https\.|Agent\(|\btls\.|createTransport|Pool\(")
_IN_THE_OPEN: Final = re.compile(r"[\"'`](?:http|ws)://")
_SAYS_WHICH: Final = re.compile(
    r"(?i)mode|reject|verif|insecure|skip|self|prefer|require|allow|===?\s*[\"'`](?!https|true|1|on|yes)|env\b|config|options|settings|local"
)


_SENDS: Final = re.compile(
    r"(?:^|\.)(?:fetch|\$fetch|ofetch|request|axios|got|ky|get|post|put|patch|delete|create|connect|io|URL|WebSocket|createClient|send)$|(?:Client|Api|API|SDK|OpenAI|Agent|Transport|Connection)$"
)


def _is_asked_of(script: Script, node: Node) -> bool:
    """Tell whether a host is asked by a program: given to what sends, or kept under a name of which an address is made.

    What stands in a sample of data or in a text is no host that anything is sent to.
    """
    for literal in _literals(node):
        call = _call_given(literal)
        if call is not None:
            if _SENDS.search(_callee(script, call)):
                return True
            continue
        declarator = next((each for each in literal.around() if each.kind in _KEEPS_A_NAME), None)
        named = declarator.get("name") if declarator is not None else None
        if (
            named is None
            or declarator is None
            or any(each.kind in {"pair", "array"} for each in _between(literal, declarator))
        ):
            continue
        if declarator.kind == "public_field_definition" or any(
            map(_goes_into_address, script.uses(script.said(named)))
        ):
            return True
        if any(each.kind == "export_statement" for each in declarator.around()):
            return True
    return False


_KEEPS_A_NAME: Final = frozenset({"variable_declarator", "public_field_definition", "assignment_expression"})


def _between(node: Node, outer: Node) -> Iterator[Node]:
    for each in node.around():
        if each is outer:
            return
        yield each


def _goes_into_address(use: Node) -> bool:
    return use.parent is not None and use.parent.kind in {
        "template_substitution",
        "binary_expression",
        "arguments",
        "pair",
    }


# numbers by chance


_IS_SECRET: Final = re.compile(
    r"(?i)^\w*?(?:password|passwd|passphrase|passcode|secret|otp|totp|csrf|xsrf|nonce|captcha|jwt|api_?key|secret_?key"
    r"|(?:access|auth|refresh|bearer|reset|invite|invitation|verification|verify|confirm(?:ation)?|activation|login|magic|share|pairing|recovery|mfa|sms|email|device|user)_?(?:token|code|key))(?:_?(?:str|string|value|hash|text))?$"
)
_IS_TOKEN: Final = re.compile(r"(?i)^(?:token|session_?token|session_?id|code|pin)$")
_MAKES: Final = re.compile(r"(?i)^_?(?:generate|gen|make|create|new|build|issue|random|get)_?(?P<name>\w+)$")
_HANDS_OUT: Final = re.compile(
    r"(?i)(?:^|\.)(?:json|send|cookie|setHeader|setCookie|sign|redirect|sendMail|sendEmail\w*|send\w*(?:mail|code|sms|token)|create|insert\w*|update\w*|upsert|save|setex|register\w*|issue\w*)$"
    r"|(?:sessions?|tokens?|codes?|otps?|redis|cache|store|cookies)\.(?:set|add|put|setex)$"
)


def _makes_secret(script: Script, node: Node) -> bool:
    """Tell whether what comes by chance is seen to become a secret that is handed out, kept or compared."""
    if runs_in_page(script) or is_mark(script, script.line(node), script.line_at(max(node.start, node.end - 1))):
        return False
    if _is_of_chosen(node):
        return False
    function = function_around(node)
    names = _names_of_chance(script, node)
    makes = _MAKES.match(script.name_of(function)) if function is not None else None
    if makes is not None and _IS_SECRET.match(makes["name"]):
        return True
    if any(map(_IS_SECRET.match, names)):
        return True
    tokens = [each for each in names if _IS_TOKEN.match(each)]
    return any(_is_handed_out(script, node, each) for each in tokens)


def _is_of_chosen(node: Node) -> bool:
    """Tell whether a value is a part of something that was chosen by chance, and not made by it."""
    value = next((part for part in (node.get("value"), node.get("right"), node) if part is not None), node)
    return bare(value).kind == "member_expression"


def _names_of_chance(script: Script, node: Node) -> list[str]:
    """Return the names that are given to what is made by chance, at a match or in what it puts together."""
    names = [_name_given(script, node)]
    made = (each for each in node.inside() if each.kind == "member_expression" and script.said(each) == "Math.random")
    names += [_name_given(script, each) for each in made]
    return [each for each in names if each]


def _is_handed_out(script: Script, node: Node, name: str) -> bool:
    call = _call_given(node)
    if call is not None and _HANDS_OUT.search(_callee(script, call)):
        return True
    function = function_around(node)
    for use in script.uses(name)[:_USES_LIMIT]:
        if function is not None and not (function.start <= use.start < function.end):
            continue
        call = _call_given(use)
        if call is not None and _HANDS_OUT.search(_callee(script, call)):
            return True
        index = use.parent
        if index is not None and index.kind == "subscript_expression" and use.field == "index":
            return (
                re.search(r"(?i)(?:sessions?|tokens?|codes?|otps?)$", script.said(index.get("object") or index))
                is not None
            )
    return False


# ciphers


_ENCRYPTS: Final = re.compile(r"(?:^|\.)(?:createCipheriv|encrypt)$")
_DERIVES: Final = re.compile(r"(?:^|\.)(?:scrypt|scryptSync|pbkdf2|pbkdf2Sync|PBKDF2)$")
_OF_PERSON: Final = re.compile(r"(?i)pass(?:word|wd|phrase|code)?(?![a-z])|(?<![a-z])pins?(?![a-z])|pwd")


def _is_of_password_or_iv(script: Script, node: Node) -> bool:
    """Tell whether what is constant encrypts something, or is the salt of a person's password."""
    calls = [each for each in (*node.inside(), *node.around()) if each.kind == "call_expression"][:_CALLS_LIMIT]
    for call in calls:
        callee = _callee(script, call)
        given = arguments(call)
        if _ENCRYPTS.search(callee):
            return True
        if _DERIVES.search(callee) and given:
            first = bare(given[0])
            known = script.definition(script.said(first), first) if first.kind == "identifier" else None
            made = known.node if known is not None and known.kind == "value" else None
            said = f"{script.said(first)} {script.said(made)[:_TEXT_LIMIT] if made is not None else ''}"
            return _OF_PERSON.search(said) is not None and "process.env" not in said
    return False


_OF_EXCHANGE: Final = re.compile(r"(?i)nonce|timestamp|created|realm|challenge|uuid")
_TAKES: Final = re.compile(r"(?:^|\.)(?:update|createHmac|md5|sha1|sha256|sha512)$")


def _is_kept_password(script: Script, node: Node) -> bool:
    """Tell whether a digest is made of a password, and not of what two sides exchange to show that they know one."""
    calls = [each for each in (*node.inside(), *node.around()) if each.kind == "call_expression"]
    given = [script.said(part) for each in calls if _TAKES.search(_callee(script, each)) for part in arguments(each)]
    return not any(map(_OF_EXCHANGE.search, given))


_CALLS_LIMIT: Final = 8


# what may happen without a person


_RUNS: Final = re.compile(
    r"\b(?:exec|execSync|spawn|spawnSync|execFile|writeFile\w*|unlink\w*|rm|rmSync|rmdir\w*|sendMail|transfer|charge|eval|delete\w*|drop\w*|runCommand|executeCommand)\s*\("
)
_EVERYTHING: Final = re.compile(
    r"(?i)^(?:bypassPermissions|full-auto|yolo|danger-full-access)$|^dangerously_?skip\w*$|^allow_?dangerous_?\w+$|^bypass_?permissions$|^yolo(?:_?mode)?$"
)
_SETS_STATE: Final = re.compile(
    r"(?:^|\.)(?:use\w+|set[A-Z]\w*|defineConfig|z\.\w+|object|default|describe|it|test|expect|Object\.freeze|create(?:Store|Slice|Context)?|persist|dispatch|log|info|debug)$"
)


def _lets_act(script: Script, node: Node) -> bool:
    """Tell whether something that acts is handed over to run with nobody asked, and nothing decides that.

    What a page sends, the person before it has asked for.
    """
    if runs_in_page(script) or any(True for _each in _decides(script, node)):
        return False
    holder = next((each for each in (*node.inside(), *node.around()) if each.kind == "object"), None)
    if holder is not None and any(_runs(script, each) for each in holder.children):
        return True
    given = _call_given(node) or (_call_given(holder) if holder is not None else None)
    if given is None or _SETS_STATE.search(_callee(script, given)):
        return False
    pairs = [each for each in node.inside() if each.kind == "pair"]
    pairs += [each for each in node.around() if each.kind == "pair"][:1]
    words = [
        unquoted(script.said(part))
        for each in pairs
        for part in (each.get("key"), each.get("value"))
        if part is not None and part.end - part.start < _WORD_LIMIT
    ]
    return any(map(_EVERYTHING.match, words))


_WORD_LIMIT: Final = 60


def _runs(script: Script, each: Node) -> bool:
    """Tell whether an entry of an object is a function that acts: ``execute: async (…) => exec(…)``."""
    function = each if each.kind == "method_definition" else each.get("value")
    return (
        function is not None
        and function.kind in FUNCTIONS
        and _RUNS.search(script.said(function)[:_TEXT_LIMIT]) is not None
    )


# who may ask


_REFLECTS: Final = re.compile(
    r"""(?s)origin\s*:\s*(?:true\b|/\.[*+]|[^"'`\[\s][^,}]*=>|function|\(|async)|Allow-Origin["'`]\s*,\s*[^"'`*\s]"""
)


def _sends_origin_back(script: Script, node: Node) -> bool:
    """Tell whether every origin is let in with credentials: a browser refuses ``*`` with them."""
    call = next((each for each in (node, *node.around()) if each.kind == "call_expression"), node)
    return _REFLECTS.search(script.said(call)[:_TEXT_LIMIT]) is not None and not any(
        _DEVELOPED.search(each) for each in _decides(script, node)
    )


_DEVELOPED: Final = re.compile(r"(?i)dev|NODE_ENV|local|test")


_LEAVES: Final = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})


def _confines(script: Script, node: Node) -> bool:
    """Tell whether a path is let in by how it begins: what begins so and is left out is no folder that holds it."""
    call = next((each for each in node.inside() if each.kind == "call_expression"), node)
    if any(each.kind == "template_string" and script.said(each)[-2:-1] != "}" for each in arguments(call)):
        return False  # ``${file}.``: what follows the name is a part of what is compared
    child = call
    is_turned = False
    for around in call.around():
        match around.kind:
            case "unary_expression":
                is_turned = not is_turned
            case "variable_declarator":
                named = around.get("name")
                return named is None or not any(_refuses_so(use) for use in script.uses(script.said(named)))
            case "if_statement":
                then = around.get("consequence")
                is_left = then is not None and child is around.get("condition") and _leaves(then)
                is_told = then is not None and _gives_back(script, then, arguments(call))
                return is_turned or not (is_left or is_told)
            case "statement_block" | "program":
                return True
            case "binary_expression" if b"!==" in script.text[around.start : around.end].split(b"startsWith")[0]:
                return False  # it lies inside of a folder and is not it: that something is told apart
        child = around
    return True


def _gives_back(script: Script, then: Node, given: Sequence[Node]) -> bool:
    """Tell whether nothing but the folder itself is given back: it was asked which it is, and nothing is let in."""
    only = then.children[0] if then.kind == "statement_block" and len(then.children) == 1 else then
    value = bare(only.children[0]) if only.kind == "return_statement" and only.children else None
    return value is not None and value.kind == "identifier" and script.said(value) in map(script.said, given)


def _refuses_so(use: Node) -> bool:
    around = next((each for each in use.around() if each.kind != "parenthesized_expression"), None)
    then = around.get("consequence") if around is not None and around.kind == "if_statement" else None
    return then is not None and _leaves(then)


def _leaves(then: Node) -> bool:
    last = then.children[-1] if then.kind == "statement_block" and then.children else then
    if last.kind not in _LEAVES:
        return False
    value = bare(last.children[0]) if last.children else None
    return value is None or value.kind in {"false", "null", "undefined"} or last.kind != "return_statement"


def _opens_bucket(script: Script, node: Node) -> bool:
    """Tell whether a policy for everybody is set where it is made; what a function gives back its caller chose."""
    function = function_around(node)
    if function is None or _SETS_POLICY.search(script.said(function)[:_TEXT_LIMIT]):
        return True
    declared = next((each for each in node.around() if each.kind == "variable_declarator"), None)
    named = declared.get("name") if declared is not None else None
    name = script.said(named) if named is not None else ""
    return not any(
        each.kind == "return_statement" and (_is_inside(node, each) or (name and name in script.said(each)))
        for each in function.inside()
    )


_SETS_POLICY: Final = re.compile(r"(?i)(?:set|put|apply|create|update)\w*(?:polic(?:y|ies)|bucket|acl|command)\w*\s*\(")


def _is_inside(node: Node, outer: Node) -> bool:
    return outer.start <= node.start and node.end <= outer.end


# who is let in

_OF_CALLER: Final = re.compile(
    r"(?i)token|api_?key|authori[sz]ation|credential|password|session|jwt|\buser\b|log_?in|unauthori[sz]ed|\b40[13]\b|forbidden"
)


def _lets_pass(script: Script, node: Node) -> bool:
    """Tell whether a condition alone lets a caller through a function that otherwise asks who calls."""
    statement = next((each for each in (node, *node.inside(), *node.around()) if each.kind == "if_statement"), None)
    function = function_around(node)
    then = statement.get("consequence") if statement is not None else None
    if then is None or function is None or not _OF_CALLER.search(script.said(function)[:_TEXT_LIMIT]):
        return False
    inside = then.children if then.kind == "statement_block" else [then]
    return any(each.kind != "if_statement" and "next(" in script.said(each) for each in inside)


# cookies


_OF_LOG_IN: Final = re.compile(
    r"(?i)(?:^|[_.-]|(?<=[a-z])(?=[A-Z]))(?:sess(?:ion)?|sid|token|jwt|auth|login|remember)(?:[_-]?(?:id|token|key|cookie))?$"
)


def _keeps_log_in(script: Script, node: Node) -> bool:
    """Tell whether a cookie is called like one of a log-in, and holds no word of the program's own."""
    call = next((each for each in (*node.inside(), *node.around()) if each.kind == "call_expression"), None)
    given = [bare(each) for each in arguments(call)] if call is not None else []
    if not given or given[0].kind != "string":
        return True  # options of a session; what it is called is not seen
    if len(given) > 1 and given[1].kind in {"string", "number", "true", "false"}:
        return False
    return _OF_LOG_IN.search(unquoted(script.said(given[0]))) is not None


# text of others in a page


_ALLOWS: Final = re.compile(
    r"\b(?:allowedElements|disallowedElements|allowElement|skipHtml|sanitize\w*|rehypeSanitize|rehypeHarden|harden\w*|DOMPurify)\b"
)
_OF_OTHERS: Final = re.compile(
    r"(?i)chat|message|conversation|assistant|answer|reply|completion|thread|agent|llm|bot(?![a-z])"
)


def _shows_messages(script: Script, node: Node) -> bool:
    """Tell whether what is shown with its HTML is said in a conversation, and nothing leaves elements out."""
    if _ALLOWS.search(script.said(node)[:_TEXT_LIMIT]):
        return False
    function = next((each for each in node.around() if each.kind in FUNCTIONS), None)
    names = (script.path, script.name_of(function) if function is not None else "", script.said(node)[:_TEXT_LIMIT])
    return any(map(_OF_OTHERS.search, names))


_OF_TREE: Final[Mapping[str, Callable[[Script, Node], bool]]] = {
    "default-credential": _is_default,
    "hardcoded-password": _is_credential,
    "hardcoded-key": _is_credential,
    "literal-cipher-key": _is_credential,
    "secret-fallback": _is_known_key,
    "tls-verification": _is_unconditional,
    "ssh-host-key": _is_unconditional,
    "weak-random": _makes_secret,
    "constant-nonce": _is_of_password_or_iv,
    "approval-disabled": _lets_act,
    "cors": _sends_origin_back,
    "clear-text": _is_asked_of,
    "password-hash": _is_kept_password,
    "path-prefix": _confines,
    "cookie-protection": _keeps_log_in,
    "public-bucket": _opens_bucket,
    "log-in-bypass": _lets_pass,
    "cross-site-scripting": _shows_messages,
}
"""What is asked of the lines, by what the flaw is about."""
KINDS: Final = frozenset(_OF_TREE)
"""Kinds of flaws of which more has to be seen than that a pattern fits."""
