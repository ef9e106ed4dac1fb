"""Where an outsider gets into a program in TypeScript or JavaScript: by a request, a tool, or what a model answers.

What a framework hands to a function is told by how the function is given to the framework, by the decorators of its
parameters, and last by what everybody calls a request. A request as a whole is nothing yet: a part of it has to be
asked for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import (
    FUNCTIONS,
    Node,
    Script,
    arguments,
    bare,
    class_around,
    function_around,
    unquoted,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

REQUEST: Final = "Request"
UPLOAD: Final = "Upload"
TOOL_ARGUMENT: Final = "ToolArgument"
MODEL_REPLY: Final = "ModelReply"
DOWNLOAD: Final = "Download"
WINDOW: Final = "Window"
"""What the window of a desktop program sends to its own main process."""
MEMBER: Final = "Member"
"""What an archive calls one of its members."""

_REQUEST_NAME: Final = re.compile(r"^_?(?:req|request|(?:\w+)?Req|(?:\w+)?Request)$")
_REQUEST_TYPE: Final = re.compile(
    r"^:\s*(?:\w+\.)*(?:(?:Next(?:Api)?|Express|Fastify|Koa|Hono|Http|Auth\w*|User|Session|Web|Custom|Extended|Typed|Api|Base|Raw|Bun|Cf|Multer\w*|File|Upload\w*"
    r"|Protected|Secure|Tenant|Logged\w*)?Request(?:With\w+)?|\w+Req|H3Event|APIGatewayProxyEvent\w*|HttpRequest|IncomingMessage|GetServerSidePropsContext)\b"
)
_ANY_TYPE: Final = re.compile(r"^:\s*(?:any|unknown|object|Record<|Partial<|Pick<)")
_CONTEXT_NAME: Final = re.compile(r"^_?(?:ctx|context|c|event|evt|koaCtx|args|opts)$")
_CONTEXT_TYPE: Final = re.compile(r"^:\s*(?:\w+\.)*(?:(?:Parameterized|Router)?Context|RequestEvent)\b")
_OF_REQUEST: Final = frozenset(
    {"body", "query", "params", "headers", "cookies", "rawBody", "originalUrl", "url", "nextUrl", "json",
     "formData", "text", "get", "param", "header", "queries", "parseBody", "arrayBuffer", "blob",
     "searchParams", "hostname", "rawHeaders", "valid"}
)  # fmt: skip
_FILES: Final = frozenset({"file", "files", "saveRequestFiles", "parts"})
_OF_CONTEXT: Final = frozenset(
    {"query", "params", "body", "queryStringParameters", "pathParameters", "multiValueQueryStringParameters",
     "rawQuery", "searchParams", "cookies", "headers"}
)  # fmt: skip
_NOT_OUTSIDE: Final = frozenset({"length", "size", "byteLength", "mimetype", "destination", "usage", "finishReason"})
"""Properties that the program or the framework makes."""
OWN_PLACES: Final = frozenset({"path", "filename", "destination", "filepath", "newFilename", "fieldname", "encoding"})
"""Where multer and formidable put an upload, under a name that they made."""
_VERBS: Final = re.compile(r"(?:^|\.)(?:get|post|put|patch|delete|all|use|options|head|route|on|ws|register|handle)$")
_HTTP_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
_LOADERS: Final = frozenset({"loader", "action", "load", "handle", "handler", "getServerSideProps", "fallback"})
_TOOL: Final = re.compile(
    r"(?:^|\.)(?:tool|registerTool|addTool|createTool|defineTool|makeTool|dynamicTool|betaZodTool|DynamicTool|DynamicStructuredTool|StructuredTool"
    r"|FunctionTool(?:\.from)?|useCopilotAction|useFrontendTool|defineAction|resource|registerResource|prompt|registerPrompt|addResource)$"
)
_TOOL_KEYS: Final = frozenset({"execute", "func", "handler", "invoke", "run", "call", "_call", "server", "callback"})
_TOOL_OBJECT: Final = re.compile(r"\b(?:parameters|inputSchema|input_schema|schema|argsSchema)\b")
_TOOL_CLASS: Final = re.compile(r"Tool(?:kit|Base|Impl|Handler)?(?:<.*>)?$", re.DOTALL)
_TOOL_METHODS: Final = frozenset({"_call", "call", "execute", "run", "invoke", "_run", "handle"})
_NOT_GIVEN: Final = re.compile(
    r"^_?(?:ctx|context|extra|signal|abortSignal|toolCallId|messages|runtime|runManager|config|options|experimental_context|callbacks|mastra|session|user|task|agent|client|provider|controller|manager|services?|deps|toolContext)$"
)
_PROCEDURE: Final = re.compile(r"\.(?:mutation|query|subscription|action|handler|mutationAction|stateAction)$")
_INPUTS: Final = frozenset({"input", "parsedInput", "clientInput", "rawInput", "data"})
_SOCKET: Final = re.compile(
    r"(?i)(?:^|\.)(?:\w*socket|ws|wss|conn|connection|client|peer|io)\.(?:on|once|addEventListener)$"
)
_SERVES_SOCKETS: Final = re.compile(
    rb"WebSocketServer|WebSocket\.Server|WebSocketGateway|upgradeWebSocket"
    rb"|\bnew (?:Server|WSServer|SocketServer|SocketIOServer)\("
    rb"|\bio\b|[\"'`]connection[\"'`]|createServer|\bwss\b"
    rb"|from [\"']socket\.io[\"']|require\([\"']socket\.io[\"']\)|\.of\([\"'`]"
)
_EVENTS: Final = frozenset(
    {
        "connection",
        "connect",
        "close",
        "error",
        "disconnect",
        "open",
        "listening",
        "end",
        "upgrade",
        "headers",
        "ping",
        "pong",
    }
)
_IPC: Final = re.compile(r"(?:^|\.)ipcMain\.(?:handle|on|once|handleOnce)$")
_LISTENS: Final = re.compile(r"(?:^|\.)addEventListener$")
_KNOWS_SENDER: Final = re.compile(
    r"\.origin\s*[!=]==|\b(?:has|includes)\(\s*\w+\.origin\s*\)|\.(?:token|nonce|secret)\s*[!=]==\s*(?!undefined|null|true|false)\w{4,}"
)
"""A page asks from where a message comes, or for what only its sender knows."""
_DECORATED: Final = re.compile(
    r"^@(Body|Query|Param|Headers|UploadedFiles?|Args|MessageBody|Payload|QueryParam|QueryParams|BodyParam|Path|FormField|RawBody|Arg|Cookies)\b"
)
_UPLOADED: Final = re.compile(r"^@UploadedFiles?\b")
_PIPED: Final = re.compile(r"\bParse(?:Int|Bool|UUID|Float|Enum|Date)Pipe\b")
_NUMBER: Final = re.compile(
    r"""^:\s*(?:number|boolean|bigint|Date|(?:(?:"[^"]*"|'[^']*')\s*\|?\s*)+|\|\s*["'][\s\S]*)(?:\s*\|\s*(?:undefined|null))*$"""
)
_SERVER_ACTION: Final = re.compile(rb"""^\s*(?:/\*[\s\S]{0,2000}?\*/\s*|//[^\n]*\n\s*)*["']use server["']""")
_PAGE: Final = re.compile(
    r"(?:^|/)(?:page|layout|route|opengraph-image|\+page(?:\.server)?|\+server|\+layout(?:\.server)?)\.[jt]sx?$|(?:^|/)pages/"
)
_READS_REQUEST: Final = re.compile(
    r"^(?:readBody|readRawBody|readValidatedBody|getQuery|getValidatedQuery|getRouterParams?|readFormData|getHeaders?|getRequestHeaders?|getRequestURL|parseCookies|getCookie)$"
    r"|^(?:useSearchParams|useRoute|useRouter)$|(?:^|\.)(?:reqBody|multiParser|getArgs)$"
)
_READS_UPLOAD: Final = re.compile(
    r"^readMultipartFormData$|(?:^|\.)req(?:uest)?\.(?:file|files|saveRequestFiles|parts)$"
)
_PAGE_ADDRESS: Final = re.compile(r"^(?:window\.|document\.|self\.|globalThis\.)?location\.(?:hash|search|href)$")
_STDIN: Final = re.compile(r"^(?:process\.)?stdin$")
"""Whoever starts a program names its files and addresses; what is run is another matter."""
_REQUEST_ALONE: Final = re.compile(
    r"^(?:this\.)?_?(?:req|request|ctx\.req|ctx\.request|context\.req|context\.request|ctx|c\.req|event\.request|event)\??\.(\w+)"
)
_REPLIES: Final = re.compile(
    r"(?:^|\.)(?:(?:chat\.)?completions\.(?:create|parse|stream)|responses\.(?:create|parse|stream)|messages\.(?:create|stream)|generateText|generateObject"
    r"|streamText|streamObject|generateContent(?:Stream)?|sendMessageStream|createChatCompletion|createCompletion|chatCompletion)$"
    r"|(?i:(?:^|\.)\w*(?:llm|model|chain|agent|openai|anthropic|chatgpt|gemini|claude|ollama|runnable|agentExecutor)(?:Client|Instance|Api|With\w+)?)"
    r"\.(?:invoke|call|predict|generate|complete|chat|stream|run|ask|prompt|sendMessage)$"
)
_CALLED_FOR: Final = re.compile(
    r"(?i)(?:tool_?calls?|function_?call|functionCalls?)\b.*\.(?:arguments|args|input)$|\.tool_?calls?$|(?:^|\.)(?:toolCall|tool_call|toolUse|tool_use)\.(?:args|arguments|input|function)$"
)
_SAID: Final = r"(?:content|text|html|markdown|body|answer|output|reasoning|thinking|parts|rendered)"
_MESSAGE: Final = re.compile(
    r"(?i)^(?:\w*(?:message|msg|reply|answer|completion|assistant|prediction|llm)s?|(?:chat|ai|bot|model|agent)_?(?:message|response|output|answer|reply)s?)(?:\[[^\]]*\])?$"
)
"""What programs call what a model or another person wrote in a conversation."""
_TEXT_OF_MODEL: Final = re.compile(
    r"(?i)^(?:llm|ai|bot|assistant|model|chat|agent)_?(?:message|msg|response|output|answer|reply|text|content|html|markdown)s?$|^(?:completion|prediction)(?:Text|Html|Markdown)$"
)
_COMPONENT: Final = re.compile(
    r"(?:Chat|Assistant|Bot|AI|Ai|Agent|LLM|Model)\w*(?:Message|Bubble|Reply|Response|Answer|Output)\w*$|Message(?:Content|Body|Text|Bubble|Item|Markdown)?$"
)
"""Components of pages that show one message of a conversation, by their names."""
_DOWNLOADS: Final = re.compile(
    r"(?:^|\.)(?:fetch|\$fetch|ofetch|got(?:\.\w+)?|axios(?:\.(?:get|post|request))?|https?\.get|download\w*)$"
)


def of_expression(script: Script, node: Node, *, with_downloads: bool, is_of_page: bool = True) -> str:  # noqa: PLR0911 - one answer for each kind
    """Return the kind of what a call or a place answers that an outsider controls; empty for any other.

    Args:
        script: The file.
        node: The call or place.
        with_downloads: What another server sends counts.
        is_of_page: The address of the page counts: who sends somebody a link chooses it.
    """
    if node.kind == "call_expression":
        function = node.get("function")
        name = _plain(script.said(bare(function))) if function is not None else ""
        if len(name) > _NAME_LIMIT or ("\n" in name.strip() and "(" in name):
            name = name.rsplit("\n", 1)[-1].strip()
        if _REPLIES.search(name):
            return MODEL_REPLY
        if _READS_UPLOAD.search(name):
            return UPLOAD
        if _READS_REQUEST.search(name):
            return REQUEST
        return DOWNLOAD if with_downloads and _DOWNLOADS.search(name) else ""
    if node.kind == "member_expression":
        name = _plain(script.said(node))
        if _CALLED_FOR.search(name):
            return MODEL_REPLY
        if (is_of_page and _PAGE_ADDRESS.search(name)) or (with_downloads and _STDIN.match(name)):
            return REQUEST
        found = _REQUEST_ALONE.match(name)
        if found and name.startswith("this.") and found[1] in _OF_REQUEST | _FILES:
            return UPLOAD if found[1] in _FILES else REQUEST
    return ""


def is_text_of_page(holder: str, path: tuple[str, ...], component: str = "") -> bool:
    """Tell whether a value is what pages show of a conversation: ``message.content``, not any ``content``.

    Args:
        holder: What it is asked of, as it is written; empty where it is a name itself.
        path: What is asked, the outermost first.
        component: Which component of a page is given it; empty where it is none of a parameter.
    """
    if not path:
        return False
    owner = (holder.replace("?.", ".").replace("!", "").rsplit(".", 1)[-1] if holder else "", *path)[-2]
    if _TEXT_OF_MODEL.match(path[-1]):
        return True
    return re.fullmatch(_SAID, path[-1], re.IGNORECASE) is not None and (
        _MESSAGE.match(owner) is not None or (_COMPONENT.search(component) is not None and not holder)
    )


_NAME_LIMIT: Final = 200
_MEMBER_NAMES: Final = frozenset({"entryName", "fileName", "filename", "path", "name", "key"})
_MEMBER: Final = re.compile(r"(?i)entry|header|member|zip|archive|item")
_ARCHIVE: Final = re.compile(r"(?i)zip|archive|\btar\b|getEntries|yauzl|bundle")
_REFUSES: Final = re.compile(r"yauzl(?:-promise)?$")
"""Reads an archive and fails at a member whose name leads out of its folder, unless it is told to leave names alone."""
_AS_THEY_ARE: Final = re.compile(rb"\b(?:decodeStrings|validateFilenames)\s*:\s*false\b")
_OF_FOLDER: Final = re.compile(r"\b(?:readdir|opendir|glob|globSync|fastGlob|walk|lstat|Dirent|statSync)\b")


def of_archive(script: Script, node: Node) -> str:
    """Return the kind of the name that an archive gives to one of its members; empty for any other."""
    if any(_REFUSES.match(each.module) for _name, each in script.imports) and not _AS_THEY_ARE.search(script.text):
        return ""
    holder = node
    if node.kind == "member_expression":
        asked, inner = node.get("property"), node.get("object")
        if asked is None or inner is None or script.said(asked) not in _MEMBER_NAMES:
            return ""
        holder = bare(inner)
    known = script.definition(script.said(holder), holder) if holder.kind == "identifier" else None
    if known is None or known.node is None:
        return ""
    if known.kind == "parameter":
        handed = handed_to(script, known.scope)
        function = handed[0].get("function") if handed is not None else None
        comes_of = script.said(function) if function is not None else ""
        is_event = handed is not None and comes_of.endswith(".on") and "entry" in script.said(handed[0])[:2000]
        is_member = is_event or (node is not holder and _MEMBER.search(script.said(holder)) is not None)
    elif known.kind == "each":
        comes_of = _made_of(script, known.node)
        is_member = node is not holder
    else:
        comes_of, is_member = _made_of(script, known.node), node is not holder and not known.path
    is_of_archive = _ARCHIVE.search(comes_of) is not None or known.kind == "parameter"
    return MEMBER if is_member and is_of_archive and not _OF_FOLDER.search(comes_of) else ""


def _made_of(script: Script, node: Node) -> str:
    """Return the text of a value, with that of the names in it."""
    said = script.said(node)[:_MADE_LIMIT]
    names = [each for each in node.inside() if each.kind == "identifier"][:_NAMES_LIMIT]
    known = [found.node for each in names if (found := script.definition(script.said(each), each)) is not None]
    return " ".join([said, *(script.said(each)[:_MADE_LIMIT] for each in known if each is not None)])


_MADE_LIMIT: Final = 400
_NAMES_LIMIT: Final = 8


def of_unknown(name: str, path: tuple[str, ...]) -> str:
    """Return the kind of a part of something whose name alone says what it is: ``req`` that comes from nowhere."""
    if path[:1] == ("get",):  # a client of HTTP may be called so
        return ""
    return _part(path) if _REQUEST_NAME.match(name) else _part_of_context(path) if _CONTEXT_NAME.match(name) else ""


def of_parameter(script: Script, function: Node, place: int, path: tuple[str, ...]) -> str:  # noqa: PLR0911 - one answer for each kind
    """Return the kind of what a framework hands to a function; empty where none is seen to.

    Args:
        script: The file.
        function: The function.
        place: Number of the parameter.
        path: What is asked of it, the outermost property first.
    """
    given = script.parameters(function)
    if place >= len(given):
        return ""
    node = given[place]
    pattern = node.get("pattern") or node
    annotation = node.get("type")
    typed = script.said(annotation) if annotation is not None else ""
    if _NUMBER.match(typed) or (path and path[-1] in _NOT_OUTSIDE):
        return ""
    if path[:1] == ("inputs",) and (script.said(pattern) == "nodeData" or "INodeData" in typed):
        return REQUEST  # what somebody fills into a node of Flowise
    if path[-1:] in _SENDERS_NAME:
        return UPLOAD
    decorated = [script.said(each) for each in node.children if each.kind == "decorator"]
    if any(map(_DECORATED.match, decorated)):
        if any(map(_PIPED.search, decorated)):
            return ""
        return UPLOAD if any(map(_UPLOADED.match, decorated)) else REQUEST
    name = script.said(pattern) if pattern.kind == "identifier" else ""
    return (
        _of_resolver(script, function, place)
        or _of_role(script, function, place, path, name)
        or _of_tool_class(script, function, place, name)
        or _of_server(script, function, place, path, name)
        or _by_name(script, function, name, typed, path)
    )


_ANSWERS: Final = re.compile(
    rb"\b(?:ctx|context|c|event|evt|koaCtx)\s*\??\.\s*(?:json|text|html|body|status|redirect|throw|res|response|respondWith|set|header|locals)\b"
    rb"|\breturn\s*\{\s*statusCode|\bnew Response\(|\bResponse\.json|\bNextResponse\b|\b(?:reply|res)\."
    rb"|\b(?:defineEventHandler|eventHandler|readBody|setResponseStatus|createError)\b"
)
"""What a function does that answers a request: what is called a context may be anything else."""
_SENDERS_NAME: Final = frozenset({("originalname",), ("originalFilename",)})
"""What multer and formidable call the name that the sender gave."""
_RESOLVERS: Final = frozenset({"Query", "Mutation", "Subscription"})


def _by_name(script: Script, function: Node, name: str, typed: str, path: tuple[str, ...]) -> str:
    is_request = _REQUEST_TYPE.search(typed) is not None
    if is_request or (_REQUEST_NAME.match(name) and (not typed or _ANY_TYPE.match(typed))):
        return _part(path) or _part_of_context(path)
    is_context = _CONTEXT_TYPE.search(typed) is not None
    if is_context or (_CONTEXT_NAME.match(name) and _ANSWERS.search(script.text[function.start : function.end])):
        return (
            _part_of_context(path)
            if name not in {"args", "opts"}
            else _part_of_context(path[:2] if path[:1] in {("request",), ("req",)} else ())
        )
    return ""


def _part(path: tuple[str, ...]) -> str:
    """Return the kind of a part of a request."""
    if path[:1] in {("raw",), ("req",), ("request",), ("nextUrl",)} and len(path) > 1 and path[0] != "nextUrl":
        path = path[1:]
    if not path:
        return ""
    if path[0] in _FILES:
        return UPLOAD
    return REQUEST if path[0] in _OF_REQUEST else ""


def _part_of_context(path: tuple[str, ...]) -> str:
    """Return the kind of a part of what Koa, Hono, h3 and the like hand over."""
    if path[:1] in {("request",), ("req",)}:
        return _part(path[1:])
    if not path:
        return ""
    return REQUEST if path[0] in _OF_CONTEXT else UPLOAD if path[0] in _FILES else ""


def uses_of_function(script: Script, function: Node) -> Iterator[Node]:
    """Yield where a function is given to something: itself, and its name where that is handed over."""
    yield function
    name = function.get("name")
    parent = function.parent
    if name is None and parent is not None and parent.kind == "variable_declarator":
        name = parent.get("name")
    if name is not None:
        for each in script.uses(script.said(name)):
            is_exported = each.parent is not None and each.parent.kind == "export_specifier"
            if is_exported or each.field not in {"name", "function"}:
                yield each
    yield from _uses_of_member(script, function)


def _uses_of_member(script: Script, function: Node) -> Iterator[Node]:
    """Yield where what an object or a class has is handed over by its name: ``this.read``, ``handlers.read``."""
    named, holder = key_of(function)
    if named is None or holder is None:
        return
    for use in script.properties(unquoted(script.said(named))):
        member = use.parent
        owner = member.get("object") if member is not None else None
        if member is None or owner is None or member.field == "function":
            continue
        if owner.kind == "this":
            if class_around(member) is holder:
                yield member
        elif owner.kind == "identifier":
            known = script.definition(script.said(owner), owner)
            if known is not None and known.node is not None and bare(known.node) is holder:
                yield member


def key_of(function: Node) -> tuple[Node | None, Node | None]:
    """Return the name under which an object or a class has a function, and the object or class."""
    if function.kind == "method_definition":
        holder = function.parent
        named = function.get("name")
    else:
        parent = function.parent
        if parent is None or parent.kind not in {"pair", "public_field_definition"}:
            return None, None
        named, holder = parent.get("key") or parent.get("name"), parent.parent
    if holder is not None and holder.kind == "class_body":
        holder = holder.parent
    return named, holder


def handed_to(script: Script, value: Node) -> tuple[Node, str] | None:
    """Return the call that a function is given to, through calls that wrap it, and the key that it has in an object."""
    node, key = value, ""
    for _step in range(_WRAPS_LIMIT):
        parent = node.parent
        if parent is None:
            return None
        if parent.kind == "pair" and node.field == "value":
            named = parent.get("key")
            key = key or (unquoted(script.said(named)) if named is not None else "")
            node = parent
        elif parent.kind in {"object", "array", "parenthesized_expression", "as_expression", "satisfies_expression"}:
            if node.kind in {"shorthand_property_identifier", "method_definition"}:
                named = node.get("name") or node
                key = key or script.said(named)
            node = parent
        elif parent.kind == "arguments" and parent.parent is not None:
            call = parent.parent
            function = call.get("function") or call.get("constructor")
            name = script.said(function) if function is not None else ""
            outer = call.parent
            is_wrapped = (
                outer is not None
                and outer.kind == "arguments"
                and not key
                and not _TOOL.search(_plain(name))
                and "." not in name
            )
            if not is_wrapped:
                return call, key
            node = call
        elif parent.kind == "member_expression" and parent.parent is not None and script.said(parent).endswith(".bind"):
            node = parent.parent
        else:
            return None
    return None


_WRAPS_LIMIT: Final = 8


def _of_role(script: Script, function: Node, place: int, path: tuple[str, ...], name: str) -> str:
    for use in uses_of_function(script, function):
        handed = handed_to(script, use)
        if handed is None:
            held = of_holder(script, use, place, path, name)
            if held is not None:
                return held
            continue
        found = of_call(script, *handed, place, path, name)
        if found:
            return found
    return ""


def of_holder(script: Script, use: Node, place: int, path: tuple[str, ...], name: str) -> str | None:
    """Return the kind of what a function is handed that an object has which describes a tool; None where none does."""
    if place or not _holds_tool(script, use):
        return None
    return "" if _NOT_GIVEN.match((path or (name,))[0]) else TOOL_ARGUMENT


def _holds_tool(script: Script, use: Node) -> bool:
    """Tell whether a function is what an object runs that describes a tool: ``{name, parameters, execute}``."""
    parent = use.parent
    named = (
        parent.get("key")
        if parent is not None and parent.kind == "pair"
        else use.get("name")
        if use.kind == "method_definition"
        else None
    )
    holder = parent.parent if parent is not None and parent.kind == "pair" else parent
    if named is None or holder is None or holder.kind != "object" or script.said(named) not in _TOOL_KEYS:
        return False
    keys = {script.said(key) for each in holder.children if (key := each.get("key")) is not None}
    return bool({"description"} & keys) and any(map(_TOOL_OBJECT.fullmatch, keys))


def of_call(script: Script, call: Node, key: str, place: int, path: tuple[str, ...], name: str) -> str:  # noqa: C901, PLR0911 - one branch for each kind of node
    """Return the kind of what a function is handed that is given to a call.

    Args:
        script: The file of the call.
        call: The call.
        key: Under which the function stands in an object that is given; empty where it is given itself.
        place: Number of its parameter.
        path: What is asked of the parameter.
        name: What the parameter is called.
    """
    function = call.get("function") or call.get("constructor")
    callee = _plain(script.said(function)) if function is not None else ""
    short = callee if len(callee) <= _NAME_LIMIT else callee[-_NAME_LIMIT:]
    given = arguments(call)
    first = given[0] if given else None
    said = script.said(first) if first is not None else ""
    is_literal = first is not None and first.kind in {"string", "template_string"}
    asked = (path or (name,))[0]
    if short.endswith("setRequestHandler"):
        return TOOL_ARGUMENT if place == 0 and path[:1] == ("params",) and "List" not in said else ""
    if _TOOL.search(short) and (not key or key in _TOOL_KEYS):
        if short.endswith(("resource", "registerResource")) and place == 0:
            return TOOL_ARGUMENT
        is_of_mastra = short.endswith("createTool") and asked == "context"
        return (
            ""
            if place > (1 if "esource" in short else 0) or (_NOT_GIVEN.match(asked) and not is_of_mastra)
            else TOOL_ARGUMENT
        )
    if (
        key in _TOOL_KEYS
        and short.rsplit(".", 1)[-1] in {"mutation", "query", "action", "internalAction", "httpAction"}
        and place == 1
    ):
        return REQUEST  # convex
    if key in _TOOL_KEYS and _describes_tool(script, call):
        return "" if place or _NOT_GIVEN.match(asked) else TOOL_ARGUMENT
    if _PROCEDURE.search(short) and place == 0 and path and path[0] in _INPUTS and not key and not is_literal:
        return REQUEST
    if _IPC.search(short):
        return WINDOW if place else ""
    if _SOCKET.search(short) and is_literal and unquoted(said) not in _EVENTS:
        # what a client of a server is sent comes from whom the program chose
        return REQUEST if _SERVES_SOCKETS.search(script.text) else ""
    if short.endswith(".on") and unquoted(said) == "file" and re.search(r"(?i)busboy|\bbb\b|form", short):
        return UPLOAD if place != 1 else ""
    if _LISTENS.search(short) and unquoted(said) == "message":
        is_known = _KNOWS_SENDER.search(script.said(call)) is not None
        return REQUEST if path[:1] == ("data",) and not is_known else ""
    is_route = is_literal or key == "handler" or "route" in short.lower() or "app." in short
    if _VERBS.search(short) and is_route and (place == 0 or (place == 1 and "use" in short)):
        return _part(path) or _part_of_context(path)
    return ""


def _describes_tool(script: Script, call: Node) -> bool:
    keys = {
        script.said(key)
        for given in arguments(call)
        if given.kind == "object"
        for each in given.children
        if (key := each.get("key")) is not None
    }
    return "description" in keys and any(map(_TOOL_OBJECT.fullmatch, keys))


def _of_resolver(script: Script, function: Node, place: int) -> str:
    """Return what GraphQL hands to a resolver: ``{Query: {name: (parent, arguments) => …}}``."""
    if place != 1:
        return ""
    holders = [each for each in function.around() if each.kind in {"pair", "variable_declarator"}][:3]
    named = [each.get("key") or each.get("name") for each in holders]
    return REQUEST if any(each is not None and script.said(each) in _RESOLVERS for each in named) else ""


def _of_tool_class(script: Script, function: Node, place: int, name: str) -> str:
    named = function.get("name")
    if function.kind != "method_definition":
        parent = function.parent
        named = parent.get("name") if parent is not None and parent.kind == "public_field_definition" else None
    klass = class_around(function)
    if named is None or klass is None or script.said(named) not in _TOOL_METHODS or place > 0:
        return ""
    heritage = next((script.said(each) for each in klass.children if each.kind == "class_heritage"), "")
    own = klass.get("name")
    is_tool = any(map(_TOOL_CLASS.search, re.split(r"[\s,]+", heritage))) or (
        own is not None and _TOOL_CLASS.search(script.said(own))
    )
    return TOOL_ARGUMENT if is_tool and not _NOT_GIVEN.match(name) else ""


def _of_server(script: Script, function: Node, place: int, path: tuple[str, ...], name: str) -> str:
    """Return what a file of Next, Remix, SvelteKit or a function in the cloud is handed by its name and place."""
    exported = next((each for each in (function, *function.around()) if each.kind == "export_statement"), None)
    body = function.get("body")
    if body is not None and _SERVER_ACTION.match(script.text[body.start + 1 : body.start + 200]):
        return REQUEST
    names = set(_exported_names(script, function))
    if (exported is None and not names) or function_around(function) is not None:
        return ""
    if _SERVER_ACTION.match(script.text[:2200]):
        return REQUEST
    is_route = bool(names & (_HTTP_METHODS | _LOADERS))
    if is_route or "default" in names or _PAGE.search(script.path):
        if place == 0 and path[:1] == ("request",):
            return _part(path[1:])
        if path and path[0] in {"params", "searchParams", "url"} and (is_route or _PAGE.search(script.path)):
            return REQUEST if not name or place == 1 or _CONTEXT_NAME.match(name) or name == "props" else ""
    return ""


def _exported_names(script: Script, function: Node) -> Iterator[str]:
    """Yield the names under which other files, and the framework, know a function."""
    for use in uses_of_function(script, function):
        for each in use.around():
            if each.kind == "variable_declarator" and (name := each.get("name")) is not None:
                yield script.said(name)
            if each.kind == "export_statement":
                own = function.get("name")
                if own is not None:
                    yield script.said(own)
                if b"default" in script.text[each.start : each.start + 20]:
                    yield "default"
                break
            if each.kind == "export_specifier" and (name := each.get("alias") or each.get("name")) is not None:
                yield script.said(name)
            if each.kind in FUNCTIONS:
                break


def _plain(text: str) -> str:
    return text.replace("?.", ".").replace("!", "").strip()
