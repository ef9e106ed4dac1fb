"""Which operations of a script keep a value: what they give holds what they are given.

An allow list: a function of which nothing is known, by its name or by its text, keeps nothing.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Script

GIVES_ON: Final = re.compile(
    r"^(?:String|JSON\.parse|JSON\.stringify|JSON5\.parse|decodeURIComponent|decodeURI|encodeURI|unescape|Buffer\.from|Buffer\.concat|atob|btoa|Object\.(?:assign|values|entries|keys|fromEntries|freeze)"
    r"|Array\.from|Array\.of|Promise\.(?:all|resolve|race|any|allSettled)|util\.format|format|structuredClone|cloneDeep|_\.\w+|path\.(?:join|resolve|normalize|relative|dirname|parse|format|posix\.\w+|win32\.\w+)"
    r"|join|resolve|normalize|dirname|fileURLToPath|url\.\w+|pathToFileURL|URL\.parse|qs\.\w+|querystring\.\w+|yaml\.\w+|String\.raw|dedent|stripIndent|endent|outdent|merge|defaults|pick|omit|stripAnsi|render|interpolate|encodeURIComponent)$"
)
"""Functions that give what they are given, in another form."""
MAKES_ANOTHER_FORM: Final = re.compile(
    r"^_?(?:parse|clean|format|render|convert|normalize|normalise|strip|decode|encode|unescape|to|as|join|concat|trim|lower|upper|split|replace|template"
    r"|unwrap|flatten|dump|stringify|expand|compose|build(?:Url|URL|Path|Query|Command|Prompt)|extract)(?:[A-Z_]\w*)?$"
)
"""What a function that is not seen does by its name, so that what it gives holds what it is given."""
LOOKS_UP: Final = re.compile(
    r"^_?(?:get|find|fetch|load|select|query|lookup|read|check|is|has|validate|verify|authorize|authenticate|count|exists|save|create|update|delete|insert|list|search|retrieve|add|remove|set|put|post|patch|send|log)(?:[A-Z_]\w*)?$"
)
GIVES_ITS_OBJECT: Final = frozenset(
    {"trim", "trimStart", "trimEnd", "toString", "slice", "substring", "substr", "split", "replace",
     "replaceAll", "concat", "join", "toLowerCase", "toUpperCase", "normalize", "at", "pop", "shift", "filter",
     "find", "flat", "flatMap", "map", "reverse", "sort", "get", "getAll", "entries", "values", "json", "text",
     "blob", "arrayBuffer", "then", "catch", "finally", "padEnd", "padStart", "match", "matchAll", "exec",
     "unwrap", "getReader", "parse", "toJSON", "toLocaleLowerCase", "charAt", "repeat", "valueOf", "href",
     "formData", "body", "param", "query", "header", "valid", "parseBody", "toArray", "bytes", "stream",
     "iterator", "next", "read", "value", "file", "files", "parts", "reduce", "decode", "queries",
     "getRandomValues", "bind", "call", "apply"}
)  # fmt: skip
"""Methods that give what their object holds."""
EACH: Final = frozenset(
    {
        "map",
        "forEach",
        "flatMap",
        "filter",
        "find",
        "findLast",
        "some",
        "every",
        "mapSeries",
        "eachSeries",
        "each",
        "allSettled",
    }
)
LATER: Final = frozenset({"then", "finally", "tap", "pipe"})
OF_SCHEMA: Final = frozenset(
    {
        "parse",
        "safeParse",
        "parseAsync",
        "safeParseAsync",
        "validate",
        "validateAsync",
        "validateSync",
        "decode",
        "cast",
    }
)
NEW: Final = frozenset(
    {
        "URL",
        "Request",
        "Buffer",
        "Blob",
        "File",
        "Set",
        "Map",
        "Array",
        "String",
        "URLSearchParams",
        "Function",
        "RegExp",
        "Uint8Array",
        "Response",
        "Error",
        "AsyncFunction",
        "Script",
        "Proxy",
        "Object",
        "FormData",
        "Promise",
    }
)
HARMLESS: Final = frozenset(
    {
        "length",
        "size",
        "byteLength",
        "status",
        "statusCode",
        "ok",
        "usage",
        "mimetype",
        "protocol",
        "port",
        "env",
        "finish_reason",
        "isArray",
        "message",
        "stack",
        "userId",
        "tenantId",
        "orgId",
        "organizationId",
    }
)
"""Properties that are no text of an outsider, or cannot do harm."""
WHOLE_HOST: Final = re.compile(r"^\s*(?:[a-z][\w+.-]*:)?//[^/\s?#]+(?:[/?#]|:\d)", re.IGNORECASE)
TAGS_BIND: Final = re.compile(
    r"(?:^|\.)(?:sql|SQL|Prisma\.sql|gql|graphql|html|svg|css|\$|\$queryRaw|\$executeRaw|queryRaw|executeRaw|unsafeSql|groq|join|aql|cypher)$"
)
DEFAULT_SOURCES: Final = re.compile(r"^(?:process\.env|import\.meta\.env|env|config|settings|Deno\.env)\b")
WORKS_OUT: Final = re.compile(r"^(?:React\.)?(?:useMemo|computed|\$derived(?:\.by)?|createMemo)$")
"""What a page works out of other values, each time they change."""
_KEEPS_HTML: Final = re.compile(
    r"^(?:\w+\.)*(?:marked(?:\.(?:parse|parseInline))?|micromark|snarkdown|makeHtml|nl2br)$"
)
_MAY_KEEP_HTML: Final = re.compile(r"(?i)(?:^|\.)_?(?:md|mdi|markdown\w*)\.render(?:Inline)?$")
_ASKS_FOR_HTML: Final = re.compile(rb"\bhtml\s*:\s*true\b")


def leaves_html(script: Script, callee: str) -> bool:
    """Tell whether what makes HTML of a text leaves the HTML in it: Markdown unless somebody switched that off."""
    if _KEEPS_HTML.search(callee):
        return True
    return _MAY_KEEP_HTML.search(callee) is not None and _ASKS_FOR_HTML.search(script.text) is not None
