"""Where the values in some lines come from, as far as their own file shows it: a route, a tool, an answer of a model.

`refine` asks whether a value may come from outside, and where it does not know says that it may. Here the opposite is
asked: whether it is *seen* to come from there, and where it is not known the answer is no.

1. A value is followed back through assignments, loops and calls of the same file.
2. What is looked up under a value, counted, or made into a number is not the value; neither is what a function gives
   back of which nothing is known.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from auditor.stages.code.dependencies import dependencies_beside, dependency_of, gives_back, is_depended_on, refuses
from auditor.stages.code.kept_by import NUMBERS, gives_object, is_enumeration
from auditor.stages.code.reaching import Reach, part_of, stored
from auditor.stages.code.refine import Trust
from auditor.stages.code.scopes import at_a_separator, is_last_part, last_name

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.stages.code.refine import Module

    Function = ast.FunctionDef | ast.AsyncFunctionDef

_RUN_BY_DATA: Final = frozenset(
    {"deserialization", "archive-extraction", "code-execution", "unsafe-load", "xml-entities"}
)
"""Flaws by which whoever wrote the data acts, wherever the program got it."""
_NOT_RUN: Final = "xml-entities"
"""That of them by which a server learns what lies here, and runs nothing."""
REQUEST: Final = "Request"
UPLOAD: Final = "Upload"
TOOL_ARGUMENT: Final = "ToolArgument"
MODEL_REPLY: Final = "ModelReply"
DOWNLOAD: Final = "Download"
PARAMETER: Final = "Parameter"
_STEPS_LIMIT: Final = 2_000
_STEPS_OF_NAME: Final = 8
_CALLS_LIMIT: Final = 3
"""Functions of the same file between an entrance and the lines."""

_VERBS: Final = re.compile(
    r"(?:^|\.)(?:get|post|put|patch|delete|route|api_route|websocket|head|options|api_view|expose|on_message|on_event|event|on"
    r"|message_handler|slash_command|(?:bot|client|tree)\.command|on_chat_message|http_trigger|action|query|mutation|subscription)$"
)
_TOOLS: Final = re.compile(
    r"(?:^|\.)(?:tool|call_tool|function_tool|kernel_function|ai_function|beta_tool|tool_plain|register_for_llm|register_tool"
    r"|register_for_execution|llm_tool|agent_tool|mcp_tool|skill|tool_function|as_tool|llm_function|registry\.action)$"
)
_HANDS_OVER: Final = re.compile(
    r"(?:^|\.)(?:add_api_route|add_url_rule|add_route|add_websocket_route|Route|add_post|add_get|add_handler|path|re_path"
    r"|Depends|Security)$"
)
_HANDS_TO_MODEL: Final = re.compile(
    r"(?:^|\.)(?:register_tool_function|add_tool|register_function|FunctionTool|from_function|from_defaults|StructuredTool|Tool"
    r"|add_request_handler|set_request_handler|tools\.append)$"
)
_TOOL_LIST: Final = re.compile(r"(?i)tools$")
_OF_A_PAGE: Final = re.compile(
    r"\.(?:click|submit|change|upload|select|then|input|release|Interface|ChatInterface|Blocks)$"
)
_VIEW: Final = re.compile(r"(?:Resource|View|ViewSet|RequestHandler|HTTPEndpoint|Controller|APIView)$")
_VIEW_METHODS: Final = frozenset({"get", "post", "put", "patch", "delete", "list", "create", "update", "retrieve"})
_TOOL_CLASS: Final = re.compile(r"Tool(?:kit|Spec|Base|Interface|Mixin|Impl)?(?:\[.*\])?$")
_TOOL_METHODS: Final = frozenset(
    {"_run", "_arun", "run", "arun", "call", "acall", "execute", "_execute", "forward", "__call__", "_invoke", "invoke"}
)
PLUMBING: Final = re.compile(
    r"^(?:self|cls|db|session|db_session|request|req|response|user|current_user|background_tasks|settings|service|client|principal"
    r"|ctx|_.*|.*_service|.*_repo|.*_client|.*_dep)$"
)
"""Parameters that the framework fills in, unless they are declared as text; rules of semgrep pass them over by name."""
_PLAIN: Final = re.compile(r"^(?:Optional\[)?(?:str|bytes|[lL]ist|[dD]ict)\b")
"""No framework fills in a text."""
_PLUMBING_OF_TOOLS: Final = re.compile(
    r"^(?:context|config|run_manager|callbacks?|tool_call_id|state|runtime|run_context)$"
)
_NUMBERS: Final = re.compile(r"^(?:Optional\[)?(?:int|float|bool|UUID|uuid\.UUID|date|datetime|Decimal)\b|\bLiteral\[")
_GIVEN: Final = frozenset({"Header", "Query", "Cookie", "Body", "Form", "File", "Path", "Security"})
_CREDENTIALS: Final = re.compile(r"\b(?:HTTPAuthorizationCredentials|HTTPBasicCredentials|OAuth2PasswordRequestForm)\b")
_REQUEST: Final = re.compile(r"(?i)^(?:self\.|flask\.|info\.context\.|g\.)?(?:\w+_)?(?:request|req)$")
_FIELDS: Final = re.compile(
    r"^(?:args|form|values|json|get_json|data|get_data|GET|POST|body|query_params|path_params|match_info|post|params|view_args"
    r"|headers|cookies|stream|text|read|query_string|rel_url|query|validated_data|files|FILES)$"
)
_HANDLER: Final = re.compile(r"RequestHandler$")
_SERIALIZER: Final = re.compile(r"Serializer$")
_OF_HANDLERS: Final = {
    **dict.fromkeys(("path", "rfile", "requestline", "get_argument", "get_arguments"), _HANDLER),
    **dict.fromkeys(("get_query_argument", "get_body_argument"), _HANDLER),
    **dict.fromkeys(("data", "initial_data", "validated_data"), _SERIALIZER),
}
"""What a class of a framework holds of a request, by the end of the name of its base."""
_RECEIVES: Final = re.compile(
    r"(?:^|\.)(?:receive_text|receive_json|receive_bytes|recv|recvfrom|recv_json|recv_string|recv_pyobj|recv_multipart|get_json_data)$"
    r"|(?:^|\.)rfile\.read(?:line)?$"
)
_REPLIES: Final = re.compile(
    r"(?:^|\.)(?:(?:chat\.)?completions\.(?:create|parse)|responses\.(?:create|parse)|messages\.create|ChatCompletion\.a?create"
    r"|Completion\.a?create|litellm\.a?(?:text_)?completion|generate_content(?:_async)?|chat_completion)$"
    r"|(?:^|\.)_?(?:\w+_)?(?:llm|chat_model|chat_llm|language_model|model_client|llm_chain|llm_client)"
    r"\.(?:a?invoke|a?predict|a?generate|a?complete|a?chat|a?call|a?stream)\w*$"
)
_CALLED_FOR: Final = re.compile(r"(?:^|\.)(?:function|function_call|tool_call|call)\.(?:arguments|args)$|\.tool_calls$")
"""What a model asks a tool for."""
_DOWNLOADS: Final = re.compile(
    r"(?:^|\.)(?:requests|httpx|session|client|http)\.(?:get|post|request)$|(?:^|\.)(?:urlopen|urlretrieve|hf_hub_download|snapshot_download"
    r"|wget\.download|gdown\.download|download_file|download_url)$"
)
_NOT_THE_VALUE: Final = re.compile(
    r"(?i)^_?a?(?:get|find|fetch|load|select|query|resolve|lookup|read|check|is|has|validate|valid|verify|authori[sz]e|authenticate"
    r"|sanit|safe|escape|quote|secure|hash|digest|count|exists|len|int|float|bool|round|sum|id|hasattr|isinstance|type|filter|first|one"
    r"|scalar|where|execute|order_by|limit|insert|update|delete|save|create|add|append|commit|send|log|print|warn|error|info|debug"
    r"|uuid|time|now|allow|ensure|assert|md5|sha\d*|open|range|abs|ord|getattr|embed|encode_query)(?:_|\d|$)|^(?:filter_by|with_entities)$"
)
"""Calls that give something else than what they are given."""
_PASSES: Final = frozenset(
    {
        "open",
        "getattr",
        "load_json",
        "loads",
        "load",
        "filter",
        "str",
        "repr",
        "bytes",
        "bytearray",
        "format",
        "join",
        "dict",
        "list",
        "tuple",
    }
    | {
        "set",
        "sorted",
        "zip",
        "enumerate",
        "map",
        "next",
        "iter",
        "reversed",
        "cast",
        "deepcopy",
        "copy",
        "sub",
        "dedent",
        "dumps",
    }
    | {
        "quote",
        "unquote",
        "quote_plus",
        "unquote_plus",
        "urljoin",
        "urlparse",
        "urlsplit",
        "urlunparse",
        "b64decode",
        "b64encode",
    }
    | {
        "urlsafe_b64decode",
        "urlsafe_b64encode",
        "abspath",
        "realpath",
        "normpath",
        "expanduser",
        "expandvars",
        "dirname",
        "joinpath",
    }
    | {
        "splitext",
        "text",
        "safe_load",
        "safe_substitute",
        "substitute",
        "gather",
        "wait_for",
        "to_thread",
        "run_in_executor",
        "run",
    }
    | {
        "min",
        "max",
        "update",
        "extend",
        "array",
        "fromstring",
        "partial",
        "model_validate",
        "parse_obj",
        "from_string",
        "model_dump",
    }
)
_MAKES_ANOTHER_FORM: Final = re.compile(
    r"(?i)^_?(?:parse|extract|clean|format|render|build|make|convert|normali[sz]e|strip|decode|encode|unescape|to|as|join|concat|prepare"
    r"|trim|lower|upper|split|replace|template|fix|repair|unwrap|flatten|dump|json)(?:_|$|[A-Z])"
)
"""Functions by whose name what they give is what they are given, in another form."""
_OWN_PLACES: Final = re.compile(r"(?i)dir|root|folder|workspace|client")
_CONTENT: Final = frozenset({"BytesIO", "StringIO", "read", "getvalue", "basename", "secure_filename", "uuid4"})
"""What gives the content of a file, or a name without folders: no path."""
_OF_PATHS: Final = frozenset({"path-traversal", "upload-name"})
_CHOSEN: Final = _OF_PATHS | {"server-side-request", "open-redirect"}
"""Flaws of which a test that decides by the value takes the choice away; of a command it decides which one it is."""


@dataclass(frozen=True, slots=True)
class Origin:
    """What an outsider controls.

    Attributes:
        line: Where it comes in.
        kind: ``Request``, ``Upload``, ``ToolArgument``, ``ModelReply`` or ``Download``.
    """

    line: int
    kind: str


def origin_of(module: Module, line: int, end_line: int, capability: str = "") -> Origin | None:
    """Return what an outsider controls of the values in some lines; None where nothing in the file shows it.

    Args:
        module: The parsed file.
        line: First line, from 1.
        end_line: Last.
        capability: What the flaw is about: where code runs by data, what another server sends counts too; of a path
            only what names a file does.
    """
    search = _Search(
        module,
        with_downloads=capability in _RUN_BY_DATA,
        is_run=capability != _NOT_RUN,
        is_path=capability in _OF_PATHS,
        is_chosen=capability in _CHOSEN,
        capability=capability,
    )
    try:
        return search.of_lines(line, end_line)
    except RecursionError:
        return None


def _behind_letters(node: ast.AST) -> list[ast.expr]:
    """Return the parts of a text with which no part of a path begins: ``name`` of ``report_{name}``."""
    if not isinstance(node, ast.JoinedStr):
        return []
    counted = {id(each) for each in at_a_separator(node.values)}
    return [each for each in node.values if id(each) not in counted]


def _owners(module: Module, call: ast.Call) -> list[Function]:
    """Return the functions of this file that a call may mean: by its plain name, or a method of the object itself."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(value=ast.Name(id="self" | "cls"), attr=name):
            return [each for each in module.functions if each.name == name]
        case ast.Attribute(value=ast.Name(), attr=name):  # an object of a class that may be one of this file
            return [each for each in module.functions if each.name == name and module.class_around(each) is not None]
    return []


def kind_of(module: Module, node: ast.AST) -> str:
    """Return the kind of an expression that is a source by itself; empty for others."""
    return _Search(module).kind(node) or ""


@dataclass
class _Search:
    """One question to a file."""

    module: Module
    with_downloads: bool = False
    is_run: bool = True
    is_path: bool = False
    is_chosen: bool = False
    capability: str = ""
    by_parameters: bool = False
    gives: dict[Function, bool] = field(default_factory=dict)
    _asked: set[tuple[int, str]] = field(default_factory=set)
    _reaches: dict[Function, Reach] = field(default_factory=dict)
    _uses: list[ast.AST] = field(default_factory=list)
    _steps: int = 0

    def of_lines(self, line: int, end_line: int) -> Origin | None:
        there = [node for node in self.module.nodes if line <= getattr(node, "lineno", 0) <= end_line]
        calls = [node for node in there if isinstance(node, ast.Call)]
        beside = {id(each) for call in calls for each in _beside(call, self.capability)}
        handed = {id(each) for call in calls for given in _given_to(call) for each in ast.walk(given)}
        beside |= {
            id(each)
            for call in calls
            if id(call) in handed and self._is_another(call)
            for given in _given_to(call)
            for each in ast.walk(given)
        }
        if self.is_path:
            beside |= {id(each) for node in there for part in _behind_letters(node) for each in ast.walk(part)}
        inside = [
            node
            for node in there
            if isinstance(node, (ast.Name, ast.Attribute, ast.Call, ast.Subscript))
            and id(node) not in beside
            and not isinstance(getattr(node, "ctx", None), ast.Store)
        ]
        for node in inside:
            if (kind := self.kind(node)) is not None and not self._is_request_tested(node):
                return Origin(node.lineno, kind)
        self._uses = [node for node in inside[:1] if self.is_chosen]
        for node in inside:
            if isinstance(node, ast.Name):
                found = self._name(node.id, node, 0)
                if found is not None:
                    return found
        return None

    def _is_request_tested(self, node: ast.AST) -> bool:
        """Tell whether what comes in in the lines themselves is looked into by the same words before."""
        words = _dotted(node)
        return self.is_chosen and any(
            self._is_tested(function, words, node) for function in self.module.functions_around(node) if "." in words
        )

    def of_value(self, value: ast.expr, calls: int) -> Origin | None:
        """Return what an outsider controls of an expression."""
        self._steps += 1
        if self._steps > _STEPS_LIMIT:
            return None
        if (kind := self.kind(value)) is not None:
            return Origin(value.lineno, kind)
        if isinstance(value, ast.Name):
            return self._name(value.id, value, calls)
        for part in self._parts(value):
            if (found := self.of_value(part, calls)) is not None:
                return found
        return None

    def _parts(self, value: ast.expr) -> Iterator[ast.expr]:
        """Yield what an expression is made of, as far as it is the same value still."""
        match value:
            case ast.Call(func=func):
                if gives_object(value) or (self.is_path and (last_name(func) in _CONTENT or _is_below(value))):
                    return
                is_of_own = _dotted(func).startswith("self.") and _NOT_THE_VALUE.match(last_name(func))
                if isinstance(func, ast.Attribute) and not is_of_own:
                    yield func.value  # text.strip(), body.get("code"), and no self.rows.get(key)
                if self._passes(value):
                    yield from _given_to(value)
            case ast.Compare() | ast.Lambda() | ast.Constant():
                return
            case ast.Subscript(value=inner):
                if not (self.is_path and is_last_part(value)):
                    yield inner
            case ast.IfExp(body=body, orelse=orelse):
                yield body
                yield orelse
            case _:
                yield from self._pieces(value)

    def _pieces(self, value: ast.expr) -> Iterator[ast.expr]:
        """Yield what stands in an expression, and of a path what a part of it may begin with."""
        if self.is_path and isinstance(value, ast.JoinedStr):
            yield from at_a_separator(value.values)
            return
        if self.capability == _OF_ADDRESSES and isinstance(value, ast.JoinedStr):
            yield from _up_to_the_path(value.values)
            return
        yield from (each for each in ast.iter_child_nodes(value) if isinstance(each, ast.expr))
        if isinstance(value, (ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.DictComp)):
            yield from (each.iter for each in value.generators)

    def _is_own_place(self, node: ast.AST) -> bool:
        """Tell whether a name is the object itself, asked for a folder or a client of its own."""
        is_self = isinstance(node, ast.Name) and node.id in {"self", "cls"}
        return is_self and _OWN_PLACES.search(self.module.attribute_of(node)) is not None

    def _passes(self, call: ast.Call) -> bool:
        """Tell whether what a call gives is made of what it is given, as far as it is seen."""
        name = last_name(call.func)
        dotted = _dotted(call.func)
        if dotted.startswith("re.") or _DOWNLOADS.search(dotted):
            return dotted.startswith("re.")  # what a server answers is its own, whatever it was asked
        owners = _owners(self.module, call)
        if self.is_path and _MAKES_ANOTHER_FORM.match(name) and owners:
            return any(map(self._gives_back, owners))
        if name in NUMBERS or (name[:1].isupper() and self._is_enumeration(name)):
            return False
        if name in _PASSES or _MAKES_ANOTHER_FORM.match(name) or name[:1].isupper():
            return not (self.is_path and name in _CONTENT)
        if _NOT_THE_VALUE.match(name) and not owners:
            return False
        return any(map(self._gives_back, owners))

    def _is_enumeration(self, name: str) -> bool:
        return any(
            isinstance(node, ast.ClassDef) and node.name == name and is_enumeration(node) for node in self.module.nodes
        )

    def _is_another(self, call: ast.Call) -> bool:
        """Tell whether a call in the lines gives something else than what it is given, and does no harm itself."""
        owners = _owners(self.module, call)
        return not any(map(self._gives_back, owners)) if owners else _is_another_value(call)

    def _gives_back(self, function: Function) -> bool:
        """Tell whether something that a function returns is made of what it is given."""
        if function not in self.gives:
            self.gives[function] = False  # while it is looked into: functions that call each other in circles end
            self.gives[function] = not (self.is_path and _confines(function)) and self._returns_given(function)
        return self.gives[function]

    def _returns_given(self, function: Function) -> bool:
        search = _Search(self.module, is_path=self.is_path, by_parameters=True, gives=self.gives)
        returned = [
            node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value is not None
        ]
        return any(search.of_value(each, _CALLS_LIMIT) is not None for each in returned)

    def _name(self, name: str, node: ast.AST, calls: int) -> Origin | None:  # noqa: PLR0911 - one answer for each way
        """Return what an outsider controls of a name where it is used."""
        for function in self.module.functions_around(node):
            if (id(function), name) in self._asked:
                return None
            self._asked.add((id(function), name))
            if self.is_chosen and self._is_tested(function, name, node):
                return None
            held = list(_put_into(function, name))
            for value in held:
                if (found := self.of_value(value, calls)) is not None:
                    return found
            given = next((each for each in _arguments(function) if each.arg == name), None)
            if given is not None and held and self.is_path and not self._is_given_still(function, name, node, 0):
                given = None
            if given is not None and self.by_parameters and not self._is_own_place(node):
                return Origin(given.lineno, PARAMETER)
            if given is not None:
                kind = self._kind_of_parameter(function, given)
                return Origin(given.lineno, kind) if kind else self._callers(function, name, calls)
            if held:
                return None  # a name of this function, whatever those around it call so
        return None

    def _is_given_still(self, function: Function, name: str, place: ast.AST, depth: int) -> bool:
        """Tell whether a parameter is at a place what it was given, or made of it: ``name = secure_filename(name)``."""
        if function not in self._reaches:
            self._reaches[function] = Reach(function)
        values, is_whole = self._reaches[function].values_at(name, place)
        if not is_whole or depth > _STEPS_OF_NAME:
            return True
        return any(
            self._is_given_still(function, name, each, depth + 1)
            for value in values
            for each in self._names_in(value)
            if each.id == name
        )

    def _names_in(self, value: ast.expr) -> Iterator[ast.Name]:
        """Yield the names that an expression is made of, as far as it is the same value still."""
        waiting = [value]
        while waiting:
            each = waiting.pop()
            if isinstance(each, ast.Name):
                yield each
            else:
                waiting += self._parts(each)

    def _is_tested(self, function: Function, name: str, node: ast.AST) -> bool:
        """Tell whether a test before a place, or before the lines, decides by a value whether it goes on."""
        if function not in self._reaches:
            self._reaches[function] = Reach(function)
        part = part_of(self.module, node)
        places = [node, *(use for use in self._uses if use is not node)]
        return any(self._reaches[function].is_refused(name, place, part) for place in places)

    def _callers(self, function: Function, name: str, calls: int) -> Origin | None:
        """Return what an outsider controls of a parameter, by the calls of its function in this file."""
        if calls >= _CALLS_LIMIT:
            return None
        for node in self.module.nodes:
            if isinstance(node, ast.Call) and function in _owners(self.module, node):
                given = _given(node, function, name)
                if given is not None and (found := self.of_value(given, calls + 1)) is not None:
                    return found
        return None

    def kind(self, node: ast.AST) -> str | None:  # noqa: PLR0911 - a table
        """Return the kind of an expression that is a source by itself."""
        called = _dotted(node.func) if isinstance(node, ast.Call) else ""
        if called and _REPLIES.search(called):
            return MODEL_REPLY
        if called and _RECEIVES.search(called):
            return REQUEST
        if called and self.with_downloads and _DOWNLOADS.search(called) and not self._is_of_own_server(node):
            return DOWNLOAD
        if isinstance(node, ast.Subscript) and last_name(node.value) == "choices":
            return MODEL_REPLY
        if isinstance(node, ast.Attribute) and _CALLED_FOR.search(_dotted(node)):
            return TOOL_ARGUMENT
        node = node.func if isinstance(node, ast.Call) else node
        if isinstance(node, ast.Attribute) and self._is_of_handler(node):
            return REQUEST
        if isinstance(node, ast.Attribute) and _FIELDS.match(node.attr) and _REQUEST.match(_dotted(node.value)):
            return UPLOAD if node.attr in {"files", "FILES"} else REQUEST
        return None

    def _is_of_own_server(self, node: ast.AST) -> bool:
        """Tell whether a server that the program itself names sent what no code runs by."""
        line = getattr(node, "lineno", 0)
        return not self.is_run and self.module.address(line, line) is not Trust.OUTSIDE

    def _is_of_handler(self, node: ast.Attribute) -> bool:
        """Tell whether a handler or a serializer asks for what it was sent: ``self.path``, ``self.get_argument()``."""
        if _dotted(node.value) != "self" or node.attr not in _OF_HANDLERS:
            return False
        klass = next(filter(None, map(self.module.class_around, self.module.functions_around(node))), None)
        bases = [last_name(each) for each in klass.bases] if klass is not None else []
        return any(_OF_HANDLERS[node.attr].search(each) for each in bases)

    def _kind_of_parameter(self, function: Function, given: ast.arg) -> str:  # noqa: PLR0911 - a table
        """Return the kind of a parameter that an outsider fills in; empty for others."""
        annotation = ast.unparse(given.annotation) if given.annotation is not None else ""
        default = _default(function, given)
        filled = {last_name(default.func)} if isinstance(default, ast.Call) else set()
        filled |= set(re.findall(r"\b(\w+)\(", annotation))
        if "UploadFile" in annotation or "File" in filled:
            return UPLOAD
        if _NUMBERS.search(annotation):
            return ""
        if "Depends" in filled or is_depended_on(function, given):
            return self._kind_by_dependency(function, given)
        if self._is_refused_before(function, given):
            return ""
        if filled & _GIVEN or _CREDENTIALS.search(annotation):
            return REQUEST
        is_plain = _PLAIN.match(annotation) and not given.arg.startswith("_")
        if (PLUMBING.match(given.arg) and not is_plain) or (given.arg in {"args", "kwargs"} and not annotation):
            return ""
        is_of_tools = _PLUMBING_OF_TOOLS.match(given.arg)
        names = [_dotted(each.func if isinstance(each, ast.Call) else each) for each in function.decorator_list]
        if any(map(_TOOLS.search, names)):
            return "" if is_of_tools else TOOL_ARGUMENT
        if any(
            _VERBS.search(name) and (isinstance(each, ast.Call) or "." in name)
            for name, each in zip(names, function.decorator_list, strict=True)
        ):
            return REQUEST
        return self._kind_by_class(function, given) or self._kind_by_hand(function)

    def _kind_by_dependency(self, function: Function, given: ast.arg) -> str:
        """Return the kind of what a function of this file makes of a request for a route."""
        name = dependency_of(function, given)
        made_by = [each for each in self.module.functions if each.name == name]
        is_made = any(
            gives_back(each) and not (self.is_path and _confines(each)) and not self._is_known(each) for each in made_by
        )
        return REQUEST if is_made else ""

    def _is_known(self, function: Function) -> bool:
        """Tell whether a function gives back only what a test before decided to let through."""
        returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
        is_tested = [isinstance(each, ast.Name) and self._is_tested(function, each.id, each) for each in returned]
        return self.is_chosen and bool(is_tested) and all(is_tested)

    def _is_refused_before(self, function: Function, given: ast.arg) -> bool:
        """Tell whether a dependency of a route is given the same parameter, and raises on what it finds in it."""
        names = set(dependencies_beside(function))
        return bool(names) and any(each.name in names and refuses(each, given.arg) for each in self.module.functions)

    def _kind_by_class(self, function: Function, given: ast.arg) -> str:
        klass = self.module.class_around(function)
        if klass is None:
            return ""
        bases = [ast.unparse(each) for each in klass.bases]
        if function.name in _TOOL_METHODS and any(map(_TOOL_CLASS.search, (klass.name, *bases))):
            return "" if _PLUMBING_OF_TOOLS.match(given.arg) else TOOL_ARGUMENT
        return REQUEST if function.name in _VIEW_METHODS and any(map(_VIEW.search, bases)) else ""

    def _kind_by_hand(self, function: Function) -> str:
        """Return who gets a function that the same file hands to a router, a model or a page."""
        for node in self.module.nodes:
            if isinstance(node, ast.Call):
                values = [*node.args, *(word.value for word in node.keywords)]
                if not any(
                    isinstance(each, (ast.Name, ast.Attribute)) and last_name(each) == function.name for each in values
                ):
                    continue
                name = _dotted(node.func)
                has_inputs = len(node.args) > 1 or any(word.arg == "inputs" for word in node.keywords)
                if _HANDS_TO_MODEL.search(name):
                    return TOOL_ARGUMENT
                if _HANDS_OVER.search(name) or (_OF_A_PAGE.search(name) and has_inputs):
                    return REQUEST
            elif any(last_name(each) == function.name for each in _listed_as_tools(node)):
                return TOOL_ARGUMENT
        return ""


_CONFINES: Final = re.compile(r"is_relative_to|relative_to\(|commonpath|'\.\.'|fullmatch|safe_join")


def _confines(function: Function) -> bool:
    """Tell whether a function refuses a path that leads out of its folder."""
    refuses = any(isinstance(node, ast.Raise) for node in ast.walk(function))
    return refuses and _CONFINES.search(ast.unparse(function)) is not None


def _listed_as_tools(node: ast.AST) -> list[ast.expr]:
    """Return what stands in a list that is called tools."""
    match node:
        case ast.Assign(targets=[target], value=ast.List(elts=elements)):
            return elements if _TOOL_LIST.search(last_name(target)) else []
        case ast.AnnAssign(target=target, value=ast.List(elts=elements)):
            return elements if _TOOL_LIST.search(last_name(target)) else []
        case ast.keyword(arg=str(name), value=ast.List(elts=elements)):
            return elements if _TOOL_LIST.search(name) else []
    return []


def _given_to(call: ast.Call) -> Iterator[ast.expr]:
    yield from call.args
    yield from (word.value for word in call.keywords)


def _is_another_value(call: ast.Call) -> bool:
    """Tell by the name of a call whether it gives something else than what it is given, and does no harm."""
    name = last_name(call.func)
    return (
        name not in _PASSES
        and _NOT_THE_VALUE.match(name) is not None
        and not _HARMS.match(name)
        and not _DOWNLOADS.search(_dotted(call.func))
    )


_HARMS: Final = re.compile(
    r"^(?:execute|executemany|executescript|fetch|fetchrow|fetchval|fetch_all|fetch_one|raw|query|read_sql\w*|run|Popen|call|check_call"
    r"|check_output|system|popen|eval|exec|load|loads|open|extractall|extract|find|find_one|aggregate|sql|rmtree)$"
    r"|^create_subprocess_\w+$"
)
_DECISIVE: Final = frozenset(
    {
        "url",
        "sql",
        "query",
        "statement",
        "cmd",
        "command",
        "args",
        "code",
        "source",
        "file",
        "f",
        "path",
        "filename",
        "data",
    }
)


_OF_ADDRESSES: Final = "server-side-request"


def _up_to_the_path(values: list[ast.expr]) -> Iterator[ast.expr]:
    """Yield the parts of an address with which its host is written: what stands behind the next ``/`` chooses none."""
    for each in values:
        if isinstance(each, ast.Constant) and "/" in str(each.value).split("://", 1)[-1]:
            return
        yield each


_BESIDE_A_PLACE: Final = frozenset(
    {"filename", "media_type", "mimetype", "download_name", "attachment_filename", "headers"}
)
_BESIDE_AN_ADDRESS: Final = frozenset(
    {"headers", "cookies", "data", "json", "params", "content", "files", "timeout", "auth", "body", "method"}
)


def _beside(call: ast.Call, capability: str) -> Iterator[ast.AST]:
    """Yield what a call is given beside what it runs, opens or loads: values for marks, a time limit, a body."""
    words = {"path-traversal": _BESIDE_A_PLACE, _OF_ADDRESSES: _BESIDE_AN_ADDRESS}.get(capability, frozenset())
    named = [word.value for word in call.keywords if word.arg in words]
    # what is stored is no place: ``file.save(place)``
    if capability in _OF_PATHS and isinstance(call.func, ast.Attribute) and call.func.attr == "save" and call.args:
        yield from ast.walk(call.func.value)
    # what answers with a file has a name for whoever stores it; what stores one may call its place so
    if capability == _OF_ADDRESSES or last_name(call.func) in {"FileResponse", "send_file", "FileResult"}:
        for each in named:
            yield from ast.walk(each)
    if _HARMS.match(last_name(call.func)) and not last_name(call.func).startswith("create_subprocess"):
        for each in (*call.args[1:], *(word.value for word in call.keywords if word.arg not in _DECISIVE)):
            yield from ast.walk(each)


def _is_below(call: ast.Call) -> bool:
    """Tell whether what a call gives lies below a folder, or is an error: ``place.resolve().relative_to(folder)``."""
    match call.func:
        case ast.Attribute(value=ast.Call(func=ast.Attribute(attr="resolve")), attr="relative_to"):
            return True
    return False


def _put_into(function: Function, name: str) -> Iterator[ast.expr]:
    """Yield all that a function puts into a name of its own; what functions inside of it do is theirs."""
    for node in _own(function):
        for target, value in stored(node):
            if _stores(target, name):
                yield value
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=held), attr=attr), args=arguments) if held == name:
                if attr in {"append", "extend", "update", "add", "insert", "write"}:
                    yield from arguments


def _own(function: Function) -> Iterator[ast.AST]:
    """Yield what stands in a function, but not in the functions inside of it."""
    waiting: list[ast.AST] = [*function.body]
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def _stores(target: ast.expr, name: str) -> bool:
    """Tell whether an assignment goes into a name, or into a place of what it holds."""
    match target:
        case ast.Name(id=found):
            return found == name
        case ast.Tuple(elts=elements) | ast.List(elts=elements):
            return any(_stores(each, name) for each in elements)
        case ast.Subscript(value=value) | ast.Starred(value=value):
            return _stores(value, name)
    return False


def _arguments(function: Function) -> list[ast.arg]:
    given = function.args
    others = [each for each in (given.vararg, given.kwarg) if each is not None]
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *others]


def _default(function: Function, argument: ast.arg) -> ast.expr | None:
    given = function.args
    positional = [*given.posonlyargs, *given.args]
    pairs: dict[str, ast.expr | None] = {
        each.arg: value for each, value in zip(reversed(positional), reversed(given.defaults), strict=False)
    }
    pairs |= {each.arg: value for each, value in zip(given.kwonlyargs, given.kw_defaults, strict=True)}
    return pairs.get(argument.arg)


def _given(call: ast.Call, function: Function, name: str) -> ast.expr | None:
    """Return what a call gives to a parameter."""
    for word in call.keywords:
        if word.arg == name:
            return word.value
    names = [each.arg for each in (*function.args.posonlyargs, *function.args.args)]
    if names[:1] in (["self"], ["cls"]):
        names = names[1:]
    if name in names and names.index(name) < len(call.args):
        found = call.args[names.index(name)]
        return None if isinstance(found, ast.Starred) else found
    return None


def _dotted(node: ast.AST) -> str:
    """Return ``a.b.c``; calls and places on the way are passed over."""
    match node:
        case ast.Name(id=name):
            return name
        case ast.Attribute(value=value, attr=attr):
            base = _dotted(value)
            return f"{base}.{attr}" if base else attr
        case ast.Call(func=value) | ast.Subscript(value=value) | ast.Await(value=value):
            return _dotted(value)
    return ""
