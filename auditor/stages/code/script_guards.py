"""Whether a value of TypeScript or JavaScript was checked before it is used, or made harmless on the way.

A check counts where the program gives up, or takes another way, unless it holds: an allow list, a whole pattern, a path
that is resolved and compared, a host that is known, a function that is named for it and does more than to ask whether
something is there. A list of what is forbidden is none.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import FUNCTIONS, Node, Script, arguments, bare, unquoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

ADDRESS: Final = "address"
PATH: Final = "path"
COMMAND: Final = "command"
SQL: Final = "sql"
HTML: Final = "html"
TEXT: Final = "text"

_MAKES_HARMLESS: Final = re.compile(
    r"(?:^|\.)(?:Number|parseInt|parseFloat|BigInt|Boolean|isNaN|isFinite|isInteger|now|randomUUID|randomBytes|nanoid|createId|cuid2?|ulid|digest|hexdigest|sha\d+|md5"
    r"|getTime|length|findIndex|indexOf|lastIndexOf|charCodeAt|codePointAt|localeCompare|includes|has|test|startsWith|endsWith|every|some|isArray"
    r"|hasOwnProperty|hasOwn|existsSync|statSync|stat|access|compare|compareSync|timingSafeEqual|slugify|kebabCase|snakeCase|camelCase|sanitizeFilename|v[1457]|uuid(?:v\d)?)$"
    r"|(?i:(?:^|\.)_?(?:\w*(?:sanit|slugif|escape(?!String$)|hash(?!tag))\w*|(?:valid|verif|assert|ensure|confine|guard|safe)\w*|(?:resolve|check)\w*(?:safe|within|inside|under|in(?:root|workspace|side|base|dir)|path)\w*|\w+(?:within|inside)\w*|\w*(?:safe)(?:path|name|file|url|join)\w*|secure\w*))$"
)
_OF_ASPECT: Final = {
    PATH: re.compile(
        r"(?:^|\.)(?:basename|extname|encodeURIComponent|base64url|toISOString|arrayBuffer|getExtension)$"
    ),
    ADDRESS: re.compile(r"(?:^|\.)(?:encodeURIComponent|toISOString)$"),
    HTML: re.compile(
        r"(?i)(?:^|\.)(?:encodeURIComponent|encode|escapeHtml|purify|xss|stripTags|striptags|renderToString|renderToStaticMarkup|highlight\w*|codeToHtml|textContent|createTextNode|encodeHTML|htmlEncode|mermaid(?:API)?\.render)$"
    ),
    COMMAND: re.compile(r"(?i)(?:^|\.)(?:quote|shellQuote|shellescape|escapeShellArg|encodeURIComponent)$"),
    SQL: re.compile(r"(?i)(?:^|\.)(?:quote\w*|escape\w*|format|identifier|ident|literal|quoteIdent\w*)$"),
    TEXT: re.compile(r"(?!)"),
}
_LISTED: Final = re.compile(r"(?:^|\.)(?:includes|has|indexOf|hasOwn|hasOwnProperty|contains)$")
_DENIED: Final = re.compile(
    r"(?i)deny|block|black|forbid|danger|banned|unsafe|bad_|disallow|reserved|private|internal|illegal|invalid|seen|visited|cache|loaded|pending"
)
_CHECKS: Final = re.compile(
    r"(?i)^_?(?:is|are|has)?_?(?:valid|validate|verify|safe|allow|allowed|permit|permitted|trusted|known|supported|assert|ensure|require|guard|confine|refuse|reject|within|inside|check"
    r"|enforce|restrict|sub_?path|sub_?dir|child|under|contained|public|sanit)\w*$"
    r"|^_?(?:is|are)_?\w*(?:valid|safe|allowed|permitted|trusted|within|inside|subpath|subdir|under|contained|whitelisted|supported|known|public|uuid|integer|alphanumeric)\w*$"
    r"|^_?(?:match|matches|passes|satisfies|meets|fits|on|in)_?\w*(?:allow|white_?list|permit)\w*$"
    r"|^(?:path_?is_?inside|isUUID|isInt|isIP|isAlphanumeric|isMongoId|validator)$"
)
_OF_SCHEMA: Final = frozenset({"safeParse", "safeParseAsync", "parse", "validate"})
_NARROW: Final = re.compile(
    r"\.(?:regex|refine|superRefine|enum|nativeEnum|literal|uuid|cuid2?|ulid|nanoid|ip)\(|\bpattern\s*:"
)
_LOOKS_UP: Final = re.compile(
    r"^(?:get|find|load|lookup|retrieve)(?:By\w+|One|Unique|First\w*|\w*(?:Session|User|Record|Info|Metadata|Entity|Item|Document|Agent|Task|Project|Workspace|Conversation|Thread|Dataset|Collection))$"
)
"""What only goes on with a value that something stored is known by."""
_GETS_BY_KEY: Final = re.compile(
    r"(?is)\([^()]*?\b(?P<key>\w+)\b[^()]*\)[^{=]{0,80}(?:=>|\{)\s*(?:\{\s*)?(?:return\s+)?(?:await\s+)?(?:"
    r"(?:this\.)?\w+\.get\(\s*(?P=key)\s*\)"
    r"|(?:\w+(?:\(\))?\.){1,3}(?:findUnique|findFirst|findOne|findById|findByPk)\(.{0,120}?\b(?P=key)\b"
    r"|(?:\w+(?:\(\))?\.)+prepare\(\s*[\"'`][^\"'`]*\bWHERE\s+\w+\s*=\s*[?$:@]\w*\s*[\"'`]\s*\)\s*\.get\(\s*(?P=key)\b)"
)
"""A function whose first word is to get what one key stands for: in a table, in a map."""
_LOOK_UP_LIMIT: Final = 600
_ASKS_PERSON: Final = re.compile(
    r"(?i)^_?(?:ask|request|await|wait_?for|get|require|prompt)_?(?:for)?_?(?:\w*(?:approv(?:al|e)|confirm(?:ation)?|consent)\w*)$|^_?(?:ask|request|prompt)_?(?:for)?_?permissions?$|^confirm(?:Action|Tool\w*|Execution|With\w*)?$"
)
"""A person is shown what is to be done, and may refuse it."""
_ANSWERS: Final = re.compile(r"(?i)^(?:approved|allowed|accepted|granted|confirmed)$")
_SAYS_ANSWER: Final = re.compile(r"(?i)^(?:\w*status|state|decision|approval|outcome|response|answer)$")
_REFUSES_NAME: Final = re.compile(
    r"(?i)^_?(?:is|has|contains|looks)_?\w*(?:private|internal|blocked|forbidden|unsafe|dangerous|traversal|malicious|loopback|reserved|outside|local|illegal|invalid|disallowed|suspicious)\w*$"
)
_OF_SOMETHING_ELSE: Final = re.compile(
    r"(?i)permission|auth|access_?(?:right|control)?$|quota|limit|rate|role|user|session|token|login|owner|credential|csrf|exist|empty|length|size|null|defined|type|license|plan(?!_?(?:id|name|path|slug))|credit|balance|signature"
)
_DOES_MORE: Final = re.compile(
    r"\.has\(|\.includes\(|\.startsWith\(|\.endsWith\(|\.test\(|\.match\(|relative\(|===|!==|\.some\(|isIP|lookup|safeParse|\.parse\(|\.indexOf\(|realpath|\bin\b|\.every\("
)
_EXITS: Final = frozenset({"return_statement", "throw_statement", "continue_statement", "break_statement"})
_LEAVES: Final = re.compile(r"^(?:await\s+)?(?:process\.exit|notFound|redirect|reject|ctx\.throw|error)\(")
_WHOLE: Final = re.compile(r"^/\^(?!.*(?<!\\)\.[*+])(?!\.\*)[^\n]*\$/[a-z]*$")
_NAMES_PARENT: Final = re.compile(r"\\\.\\\.|\[[^\]]*[\\/]{1,3}[^\]]*\]|\\/|\.\.")
_META: Final = re.compile(r"\[[^\]]*[;&|`$][^\]]*\]")
_FIRST_WORD: Final = re.compile(r"split\([^()]*\)\s*\[0\]|split\([^()]*\)\s*\.(?:shift|at)\(")
_DERIVES: Final = 4
_STATEMENTS_LIMIT: Final = 400


def makes_harmless(name: str, aspect: str) -> bool:
    """Tell by the name of a function whether what it gives is no text of an outsider any more."""
    if _VALIDATED_PART.search(name):
        return False
    return bool(_MAKES_HARMLESS.search(name) or _OF_ASPECT[aspect].search(name))


_VALIDATED_PART: Final = re.compile(r"\breq\.valid$")
"""``c.req.valid("json")`` gives what Hono's validator let through: its schema says what that is."""


_ESCAPES: Final = re.compile(
    r"(?i)&lt;|&#|replace|textContent|innerText|createTextNode|purify|sanit|escape|encode|xss|strip|(?<!inner)(?<!outer)html\("
)


def does_so(text: str, aspect: str) -> bool:
    """Tell whether a function that is seen does anything of what its name says."""
    return aspect != HTML or _ESCAPES.search(text.partition("{")[2] or text.partition("=>")[2]) is not None


def holds_text(script: Script, holder: Node) -> bool:
    """Tell whether an element was filled with text, so that its HTML is that text escaped."""
    said = script.said(holder)
    filled = re.compile(rf"{re.escape(said)}\.(?:textContent|innerText)$|{re.escape(said)}\.append(?:Child)?$")
    return any(
        (left := each.get("left")) is not None and filled.match(script.said(left)) for each in script.assigned(said)
    ) or any(
        each.parent is not None
        and each.parent.parent is not None
        and filled.match(script.said(each.parent))
        and "createTextNode(" in script.said(each.parent.parent)
        for each in script.uses(said)
    )


def is_named_check(name: str) -> bool:
    """Tell whether a function is named for checking a value."""
    return bool(_CHECKS.match(name)) and not _OF_SOMETHING_ELSE.search(name)


def replaces_harmfully(script: Script, call: Node, aspect: str) -> bool:
    """Tell whether what ``replace`` leaves may still do harm."""
    given = arguments(call)
    pattern = script.said(given[0]) if given else ""
    if given and given[0].kind != "regex":
        return True
    body, _, flags = pattern.rpartition("/")
    body = body[1:]
    if body.startswith("[^") and "g" in flags:
        kept = body[2:].split("]", 1)[0]
        bad = {PATH: "/\\\\", COMMAND: ";&|`$", SQL: "'\"`;", HTML: "<>", ADDRESS: ":/", TEXT: ""}[aspect]
        plain = kept.replace("\\w", "").replace("\\d", "").replace("\\s", "").replace("\\-", "").replace("\\.", "")
        return any(each in plain for each in bad) if bad else False
    if "g" in flags and aspect == PATH:
        return not re.search(r"\[[^\]]*[\\/][^\]]*\]|\\/|\[\^|\\W", body)
    if "g" in flags and aspect == HTML:
        return "<" not in body
    return True


def is_checked(
    script: Script,
    at: Node,
    subject: str,
    aspect: str,
    body_of: Callable[[Node], str | None],
    *,
    with_derived: bool = True,
    is_holder: bool = False,
) -> bool:
    """Tell whether a program gives up before a place unless something holds that makes a value harmless.

    Args:
        script: The file.
        at: Where the value is used.
        subject: The value as it is written: a name, or a property of one.
        aspect: What it could do.
        body_of: Gives the text of the function that a call means, None where it is not seen.
        with_derived: What is made of the value may be checked in its place.
        is_holder: It is what the value is a part of: a check of another part says nothing.
    """
    if not subject or len(subject) > _SUBJECT_LIMIT:
        return False
    names = _derived(script, at, subject) if with_derived else (subject,)
    asked = _Asked(script, aspect, names, body_of, is_holder=is_holder)
    child = at
    for around in at.around():
        if asked.by_branch(child, around):
            return True
        if around.kind in {"statement_block", "program", "switch_case", "switch_default", "class_static_block"}:
            for statement in around.children[:_STATEMENTS_LIMIT]:
                if statement.start >= child.start:
                    break
                if asked.by_statement(statement):
                    return True
        child = around
    return False


_SUBJECT_LIMIT: Final = 200


def _mentions(text: str, subject: str, *, is_whole: bool = False) -> bool:
    behind = r"(?![\w$]|\s*[.\[])" if is_whole else r"(?![\w$])"
    return re.search(rf"(?<![\w$.]){re.escape(subject)}{behind}", text) is not None


def _derived(script: Script, at: Node, subject: str) -> tuple[str, ...]:
    """Return a value with the names of what is made of it before a place: ``const host = new URL(x).hostname``."""
    names = [subject]
    function = next((each for each in at.around() if each.kind in FUNCTIONS), script.root)
    declared = [
        (name, each)
        for each in _declarators(function)
        if each.start < at.end and (name := each.get("name")) is not None and each.get("value") is not None
    ]
    for _step in range(_DERIVES):
        before = len(names)
        for name, each in declared[:_STATEMENTS_LIMIT]:
            said = script.said(name)
            value = each.get("value")
            if said not in names and value is not None and value.end - value.start < _VALUE_LIMIT:
                text = script.said(value)
                if value.kind not in FUNCTIONS and any(_mentions(text, known) for known in names):
                    names += [inner for inner, _path, _default in script.names_in(name)]
        if len(names) == before:
            break
    return tuple(dict.fromkeys(names))


_VALUE_LIMIT: Final = 600


def _declarators(function: Node) -> Iterator[Node]:
    waiting = list(function.children)
    count = 0
    while waiting and count < _NODES_LIMIT:
        node = waiting.pop()
        count += 1
        if node.kind == "variable_declarator":
            yield node
        elif node.kind not in FUNCTIONS:
            waiting.extend(node.children)


_NODES_LIMIT: Final = 4_000


class _Asked:
    """One question: whether some condition makes a value harmless."""

    def __init__(
        self,
        script: Script,
        aspect: str,
        names: tuple[str, ...],
        body_of: Callable[[Node], str | None],
        *,
        is_holder: bool = False,
        depth: int = 0,
    ) -> None:
        self.depth = depth
        self.script = script
        self.aspect = aspect
        self.names = names
        self.body_of = body_of
        self.is_holder = is_holder

    def by_branch(self, child: Node, around: Node) -> bool:  # noqa: PLR0911 - one answer for each kind
        """Tell whether a value is used only where a condition holds."""
        match around.kind:
            case "if_statement" | "ternary_expression":
                condition = around.get("condition")
                if condition is None or child is condition:
                    return False
                return self.holds(condition, truth=child is around.get("consequence"))
            case "binary_expression":
                left = around.get("left")
                operator = self._operator(around)
                if left is None or child is left or operator not in {"&&", "||"}:
                    return False
                return self.holds(left, truth=operator == "&&")
            case "switch_case":
                body = around.parent.parent if around.parent is not None else None
                value = body.get("value") if body is not None else None
                case = around.get("value")
                return (
                    value is not None
                    and case is not None
                    and case.kind in {"string", "number"}
                    and self._is_subject(bare(value))
                )
            case "while_statement":
                condition = around.get("condition")
                return condition is not None and child is not condition and self.holds(condition, truth=True)
        return False

    def by_statement(self, statement: Node, depth: int = 0) -> bool:  # noqa: PLR0911 - one answer for each kind
        """Tell whether the program goes on after a statement only where a value is harmless."""
        if statement.kind == "if_statement":
            condition, then, other = (
                statement.get("condition"),
                statement.get("consequence"),
                statement.get("alternative"),
            )
            if condition is None or then is None:
                return False
            if self._gives_up(then) and self.holds(condition, truth=False):
                return True
            return other is not None and self._gives_up(other) and self.holds(condition, truth=True)
        if statement.kind == "expression_statement" and statement.children:
            call = bare(statement.children[0])
            return call.kind == "call_expression" and self._is_check(call, truth=True, alone=True)
        if statement.kind in {"lexical_declaration", "variable_declaration"}:
            return any(
                (value := each.get("value")) is not None
                and (call := bare(value)).kind == "call_expression"
                and self._refuses_by_itself(call)
                for each in statement.children
            )
        if statement.kind == "statement_block" and depth < _NESTED_LIMIT:
            return any(self.by_statement(each, depth + 1) for each in statement.children)
        if statement.kind == "try_statement":
            body, handler = statement.get("body"), statement.get("handler")
            caught = handler.get("body") if handler is not None else None
            if body is not None and caught is not None and depth < _NESTED_LIMIT and self._gives_up(caught):
                return any(self.by_statement(each, depth + 1) for each in body.children)
        return False

    def _refuses_by_itself(self, call: Node) -> bool:
        """Tell whether a call throws unless its value is harmless, whatever becomes of what it answers."""
        function = call.get("function")
        name = self.script.said(function).rsplit(".", 1)[-1] if function is not None else ""
        return re.match(
            r"(?i)^_?(?:assert|ensure|confine|guard|enforce|validate)\w*(?:path|url|host|name|within|inside|safe|address|query|sql|command)\w*$",
            name,
        ) is not None and self._is_check(call, truth=True, alone=True)

    def _gives_up(self, node: Node, depth: int = 0) -> bool:
        if node.kind == "else_clause" and node.children:
            node = node.children[-1]
        last = node
        if node.kind == "statement_block":
            if not node.children:
                return False
            last = node.children[-1]
        if last.kind in _EXITS:
            return True
        if last.kind == "if_statement":
            then, other = last.get("consequence"), last.get("alternative")
            if then is None or other is None or depth > _NESTED_LIMIT:
                return False
            return self._gives_up(then, depth + 1) and self._gives_up(other, depth + 1)
        return last.kind == "expression_statement" and _LEAVES.match(self.script.said(last)) is not None

    def holds(self, condition: Node, *, truth: bool, depth: int = 0) -> bool:  # noqa: C901, PLR0912 - one branch for each kind of node
        """Tell whether a value is harmless wherever a condition is true, or false."""
        waiting: list[tuple[Node, bool]] = [(condition, truth)]
        steps = 0
        while waiting and steps < _CONDITIONS_LIMIT:
            steps += 1
            node, is_true = waiting.pop()
            node = bare(node)
            if node.kind == "unary_expression":
                inner = node.get("argument")
                if inner is not None and self.script.text[node.start : node.start + 1] == b"!":
                    waiting.append((inner, not is_true))
                continue
            if node.kind == "binary_expression":
                left, right, operator = node.get("left"), node.get("right"), self._operator(node)
                if left is None or right is None:
                    continue
                if operator in {"&&", "||"}:
                    if (operator == "&&") == is_true:  # each of them holds
                        waiting += [(left, is_true), (right, is_true)]
                    elif depth < _NESTED_LIMIT and self._both(left, right, depth + 1, truth=is_true):
                        return True
                    continue
                if self._compared(left, right, operator, is_true):
                    return True
                continue
            if node.kind == "identifier":
                known = self.script.definition(self.script.said(node), node)
                if (
                    known is not None
                    and known.kind == "value"
                    and known.node is not None
                    and known.node.start < node.start
                ):
                    waiting.append((known.node, is_true))
                continue
            if node.kind == "member_expression":  # ``check.ok`` of a checking call
                holder = bare(node.get("object") or node)
                if holder.kind == "call_expression" and self.script.said(node).endswith((".success", ".valid", ".ok")):
                    waiting.append((holder, is_true))
                    continue
                known = (
                    self.script.definition(self.script.said(holder), holder) if holder.kind == "identifier" else None
                )
                if (
                    known is not None
                    and known.kind == "value"
                    and known.node is not None
                    and known.node.start < node.start
                ):
                    asked = self.script.said(node).rsplit(".", 1)[-1]
                    is_refusal = asked in {"error", "errors", "reason", "blocked"}
                    if re.fullmatch(r"(?i)success|ok|valid|is\w+|allowed|safe|error|errors|reason|blocked", asked):
                        waiting.append((known.node, is_true != is_refusal))
                continue
            if node.kind == "call_expression" and self._is_check(node, truth=is_true, alone=False):
                return True
        return False

    def _both(self, left: Node, right: Node, depth: int, *, truth: bool) -> bool:
        # ``a || b`` says only one of them, unless each alone is enough
        return self.holds(left, truth=truth, depth=depth) and self.holds(right, truth=truth, depth=depth)

    def _compared(self, left: Node, right: Node, operator: str, truth: bool) -> bool:  # noqa: C901, FBT001, PLR0911, PLR0912 - one branch for each kind of node
        first, second = bare(left), bare(right)
        if operator == "in":
            return truth and self._is_of(first) and not _DENIED.search(self.script.said(second))
        if operator in {"===", "=="}:
            same = truth
        elif operator in {"!==", "!="}:
            same = not truth
        elif operator == "instanceof":
            return False
        else:
            if self._is_of(first) and operator in {">", ">=", "<", "<="} and "indexOf" not in self.script.said(first):
                return False
            return truth and "indexOf" in self.script.said(first) and self._is_of(first)
        for one, other in ((first, second), (second, first)):
            said = self.script.said(one)
            if self._is_approved(one, other):
                return same
            if one.kind == "unary_expression" and said.startswith("typeof"):
                return same and self._is_of(one) and self.script.said(other)[1:-1] in {"number", "boolean", "bigint"}
            if "indexOf" in said and self._is_of(one):
                return not same
            if other.kind == "call_expression" and self._is_of(one) and self._is_made_harmless(other):
                return same  # ``name !== clean(name)``
            if one.kind == "call_expression":
                if other.kind in {"true", "false"} and self._is_check(
                    one, truth=same == (other.kind == "true"), alone=False
                ):
                    return True
                name = self.script.said(one.get("function") or one)
                if not self._is_of(one) or not name.endswith(
                    ("basename", "dirname", "normalize", "resolve", "toLowerCase", "toUpperCase", "trim")
                ):
                    continue
                if name.endswith("basename"):
                    return same
            if (
                self._is_of(one)
                and not self._is_of(other)
                and other.kind
                in {
                    "string",
                    "number",
                    "template_string",
                    "member_expression",
                    "identifier",
                    "call_expression",
                    "subscript_expression",
                }
            ):
                text = self.script.said(other)
                asked = said.rsplit(".", 1)[-1]
                if asked in {"protocol", "length", "port", "size", "type", "search", "hash"} or text in {
                    "''",
                    '""',
                    "undefined",
                }:
                    continue
                return same
        return False

    def _is_approved(self, one: Node, other: Node) -> bool:
        """Tell whether what a value is a part of was approved: ``file.status === "approved"`` before ``file.path``."""
        holder, asked = one.get("object"), one.get("property")
        if holder is None or asked is None or other.kind != "string" or self.aspect not in {PATH, COMMAND, ADDRESS}:
            return False
        owners = {part for name in self.names for part in (name, name.rpartition(".")[0])}
        is_answer = _ANSWERS.match(unquoted(self.script.said(other))) and _SAYS_ANSWER.match(self.script.said(asked))
        return bool(is_answer) and self.script.said(holder) in owners

    def _is_made_harmless(self, call: Node) -> bool:
        function = call.get("function")
        return function is not None and self._is_of(call) and makes_harmless(self.script.said(function), self.aspect)

    def _is_check(self, call: Node, *, truth: bool, alone: bool) -> bool:  # noqa: C901, PLR0911, PLR0912 - one branch for each kind of node
        """Tell whether a call answers, or lives, only where a value is harmless.

        Args:
            call: The call.
            truth: What it answered.
            alone: Nothing is asked of its answer.
        """
        function = call.get("function")
        if function is None:
            return False
        said = self.script.said(function).replace("?.", ".")
        name = said.rsplit(".", 1)[-1]
        holder = bare(function.get("object") or function)
        given = [bare(each) for each in arguments(call)]
        of_given = any(map(self._is_of, given))
        is_on = function.kind == "member_expression" and self._is_of(holder)
        if is_on and name == "startsWith" and given:
            return self._begins(holder, given[0], truth=truth)
        if is_on and name in {"includes", "indexOf", "match"} and given:
            text = self.script.said(given[0])
            if name == "match":
                return (_WHOLE.match(text) is not None) if truth else self._is_refused_pattern(text)
            return not truth and self.aspect == PATH and unquoted(text) in {".", "..", "/", "\\\\", "../"}
        if is_on and name == "endsWith" and truth and self.aspect == ADDRESS and given:
            return unquoted(self.script.said(given[0])).startswith(".") or given[0].kind != "string"
        if name == "test" and of_given:
            pattern = self._pattern(holder)
            return (
                (_WHOLE.match(pattern) is not None or _CHECKS.match(self.script.said(holder)) is not None)
                if truth
                else self._is_refused_pattern(pattern)
            )
        if name == "isAbsolute":
            return False
        if _LISTED.search(said) and of_given:
            if self.aspect == COMMAND and _FIRST_WORD.search(self.script.said(given[0])):
                return False
            return truth and not _DENIED.search(self.script.said(holder))
        if is_on and name in {"some", "every"} and given and given[0].kind in FUNCTIONS:
            return self._is_check_of_each(given[0], is_all=name == "every") and truth is (name == "every")
        if name in {"some", "every", "find", "findIndex"} and given and given[0].kind in FUNCTIONS:
            return (
                truth
                and self._mentions(given[0])
                and not _DENIED.search(self.script.said(holder))
                and _DOES_MORE.search(self.script.said(given[0])) is not None
            )
        if not alone and self.aspect in {PATH, COMMAND, ADDRESS} and _ASKS_PERSON.match(name):
            return truth
        if not of_given and not is_on:
            return (alone or truth) and function.kind == "identifier" and self._closes_over(function, name)
        if name in _OF_SCHEMA:
            # what a schema lets through is harmless where it asks for more than a text; alone, it throws
            schema = self.body_of(call)
            return of_given and (alone or (truth and schema is not None and _NARROW.search(schema) is not None))
        if self.aspect == PATH and _LOOKS_UP.match(name) and of_given:
            return truth and not alone
        if self.aspect in {PATH, COMMAND} and any(map(self._is_subject, given)) and self._gets_stored(call):
            return truth and not alone
        if _REFUSES_NAME.match(name):
            return not truth and not alone and self._does_more(call)
        if is_named_check(name) and (alone or truth):
            return self._does_more(call)
        return not alone and function.kind == "identifier" and self._asks_the_same(function, given, truth=truth)

    def _asks_the_same(self, function: Node, given: Sequence[Node], *, truth: bool) -> bool:
        """Tell whether a function of the file only gives back a condition that makes what it is given harmless."""
        known = self.script.definition(self.script.said(function), function)
        body = bare(known.node) if known is not None and known.node is not None else None
        answer = _answer_of(body) if body is not None and body.kind in FUNCTIONS else None
        if body is None or answer is None or self.depth > _NESTED_LIMIT:
            return False
        parameters = [each.get("pattern") or each for each in self.script.parameters(body)]
        names = [
            self.script.said(each) for each, value in zip(parameters, given, strict=False) if self._is_subject(value)
        ]
        asked = _Asked(self.script, self.aspect, tuple(names), self.body_of, depth=self.depth + 1)
        return bool(names) and asked.holds(answer, truth=truth)

    def _is_check_of_each(self, function: Node, *, is_all: bool) -> bool:
        """Tell whether a function that is given each part of a value looks at it: ``parts.every((p) => isUuid(p))``."""
        calls = [each for each in function.inside() if each.kind == "call_expression"]
        named = [self.script.said(each.get("function") or each).rsplit(".", 1)[-1] for each in calls]
        if is_all:
            return any(is_named_check(name) or name in {"test", "has", "includes"} for name in named)
        said = self.script.said(function)
        return any(map(_REFUSES_NAME.match, named)) or (self.aspect == PATH and _NAMES_PARENT.search(said) is not None)

    def _closes_over(self, function: Node, name: str) -> bool:
        """Tell whether a check that is given something else looks at the value by its name: ``isUnder(root)``."""
        known = self.script.definition(name, function)
        body = bare(known.node) if known is not None and known.node is not None else None
        return (
            body is not None
            and body.kind in FUNCTIONS
            and is_named_check(name)
            and self._mentions(body)
            and _DOES_MORE.search(self.script.said(body)) is not None
        )

    def _does_more(self, call: Node) -> bool:
        body = self.body_of(call)
        if body is not None and self.aspect == COMMAND and _FIRST_WORD.search(body):
            return False  # what follows the first word is not looked at
        return body is None or _DOES_MORE.search(body) is not None

    def _gets_stored(self, call: Node) -> bool:
        """Tell whether a function of the tree is seen to get by its key what is stored, and no more than that."""
        body = self.body_of(call)
        return body is not None and len(body) < _LOOK_UP_LIMIT and _GETS_BY_KEY.search(body) is not None

    def _pattern(self, holder: Node) -> str:
        if holder.kind == "identifier":
            known = self.script.definition(self.script.said(holder), holder)
            if known is not None and known.node is not None:
                return self.script.said(known.node)
        return self.script.said(holder)

    def _is_refused_pattern(self, pattern: str) -> bool:
        if self.aspect == PATH:
            return _NAMES_PARENT.search(pattern) is not None
        return self.aspect == COMMAND and _META.search(pattern) is not None

    def _begins(self, holder: Node, given: Node, *, truth: bool) -> bool:
        text = unquoted(self.script.said(given))
        if self.aspect == PATH:
            if text == "..":
                return not truth
            if given.kind == "string" and text in {"/", "\\\\", "."}:
                return False
            return truth and "." + "normalize" not in text and holder is not given
        if self.aspect == ADDRESS:
            if given.kind == "string":
                return truth and (re.match(r"https?://[^/]+/", text) is not None or text == "/")
            return truth
        return False

    def _operator(self, node: Node) -> str:
        left, right = node.get("left"), node.get("right")
        if left is None or right is None:
            return ""
        return self.script.text[left.end : right.start].decode("utf-8", "replace").strip().strip("()").strip()

    def _is_subject(self, node: Node) -> bool:
        return self.script.said(node).replace("?.", ".").replace("!", "") in self.names

    def _is_of(self, node: Node) -> bool:
        return self._is_subject(node) or (node.kind not in FUNCTIONS and self._mentions(node))

    def _mentions(self, node: Node) -> bool:
        if node.end - node.start > _VALUE_LIMIT * 4:
            return False
        text = self.script.said(node).replace("?.", ".")
        return any(_mentions(text, name, is_whole=self.is_holder) for name in self.names)


def _answer_of(function: Node) -> Node | None:
    """Return what a function gives back, if that is all that it does."""
    body = function.get("body")
    if body is None or body.kind != "statement_block":
        return body
    only = body.children[0] if len(body.children) == 1 else None
    return only.children[0] if only is not None and only.kind == "return_statement" and only.children else None


_CONDITIONS_LIMIT: Final = 200
_NESTED_LIMIT: Final = 4
"""Conditions and blocks inside each other that are looked into."""
