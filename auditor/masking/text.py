"""Finds secrets in any text, by the names before them and by their own shape, and hides them."""

from __future__ import annotations

import bisect
import re
import sys
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.masking.names import LONGEST, is_secret_name

if TYPE_CHECKING:
    from collections.abc import Iterator

MASK: Final = "(masked)"
"""Stands for a secret. It is a plain scalar of YAML, so a masked document can still be read."""
_HIDDEN: Final = frozenset({MASK, "***", "(redacted)", "<redacted>", "<hidden>"})


class FoundSecret(NamedTuple):
    """What is taken for a secret.

    Attributes:
        kind: ``named`` (a telling name stands before it), ``key block``, ``password in address``, ``web token``,
            ``random text``, or whose shape it has (``github token`` …).
        start: Index of its first character.
        end: Index behind its last one.
        name: The telling name, empty for other kinds.
    """

    kind: str
    start: int
    end: int
    name: str = ""


# --- values that a name stands before -------------------------------------------------------------------------------

_TELLING: Final = re.compile(
    r"p(?:ass(?:[_\-]|w|phrase|code|(?![a-z]))|wd|swd|in(?![a-z])|sk(?![a-z])|at(?![a-z])|w(?![a-z]))|k(?:ey|ouling)"
    r"|s(?:ecret|alt(?![a-z])|ig(?:nature|(?![a-z]))|id(?![a-z])|k(?![a-z])|ession)|t(?:oken|otp(?![a-z]))|otp(?![a-z])"
    r"|c(?:red|ookie|onnection[_\-]?string)|bearer|m(?:nemonic|asterauth|ima|iyao)|htpasswd|requirepass|lingpai"
    r"|a(?:uth|k(?![a-z]))|dsn(?![a-z])|jwt(?![a-z])|密[码钥匙]|秘钥|口令|令牌|凭[证据]|私钥|授权码|访问码|暗号"
)
"""What stands somewhere in every telling name, in small letters; `is_secret_name` decides. It is read over every text
that the auditor sees: one branch a letter, and no flag, is ten times as fast as the words themselves."""
_NAME_BEHIND: Final = re.compile(r"[\w.\-/]*")
_SEPARATOR: Final = re.compile(
    r"""(?P<close>\\*["'`]?\]?)[ \t]*(?P<mark>:=|=>|==|[:=]|：|＝|(?<=[^\x00-\x7f])[为是])[ \t]*|(?P<blank>[ \t]+)"""  # noqa: RUF001
)
_ELEMENT: Final = re.compile(r"[^<>\n]{0,200}>")
_QUOTED: Final = re.compile(r"""(?P<escape>\\*)(?P<quote>\"\"\"|'''|["'`])""")
_TO_END: Final = re.compile(r"[^\r\n]*")
_MOST_READ: Final = 2_000
"""Characters behind a name that are looked at to tell what kind of value it is: the bound of what a name costs."""
_WORD_VALUE: Final = re.compile(r"""(?:\$\([^()\r\n]{1,300}\)|[^\s"'`,;&|<>(){}\[\]\\]|\\.|\((?!masked\)))+""")
_FLOW_VALUE: Final = re.compile(r"""[^\r\n"',;&}\]]+""")
_LINE_START: Final = re.compile(
    r"""(?:^|\n)[ \t]*(?:-[ \t]+|export[ \t]+|ENV[ \t]+|ARG[ \t]+|set[ \t]+|#[ \t]*)*["']?\Z"""
)
_BLOCK: Final = re.compile(r"(?:[|>][-+0-9]*|[{\[]{1,2})?[ \t]*(?:#[^\n]*)?\Z")
_TEMPLATE: Final = re.compile(r"""["']?(?:\{\{[^{}\n]{0,500}\}\}[-./:@_]?){1,8}["']?[\s,]*\Z""")
_ANY_QUOTE: Final = re.compile(r"""\\*["'`]""")
_HEADER: Final = re.compile(r"(?i)(?:authorization|cookie2?|x-[\w-]+)\Z")
_IS_OPEN: Final = re.compile(
    r"""(?ix) (?: true|false|yes|no|on|off|null|none|nil|undefined|~|enabled|disabled|required|optional|empty
    | \d{1,3} | (?:\d+(?:ns|us|µs|ms|s|m|h|d))+                                      # a number, a time
    | \$\{\w+:\?[^{}]*\} | \$\{[\w.\-]+:-?\} | __[A-Z][A-Z0-9_]*__ | @@?[A-Z][A-Z0-9_]*@@?
    # where a program of the field finds it: Grafana, Spring, Vault's and helmfile's references
    | \$__(?:file|env)\{[\w./\-]*\} | \$\{(?:file|env|vault):[\w./\-]*\} | (?:vault|bao):[\w./\-]+\#[\w.\-]+
    | (?:ref\+\w+|op)://[\w./\-]+(?:\#/?[\w./\-]+)?
    | \${1,2}\{?\w+\}? | \$\([\w.\-]+\)
    # what a command gives that reads it from where it is kept, or makes it
    | ["]?(?:\$\(|`) \s* (?: (?:<|(?:cat|head|tail)\s) \s* (?:-\w{1,2}\s+)? (?:\d+\s+)? [\w./~$\{\}\-]{1,200}
        | (?:vault|bao|kubectl|aws|gcloud|az|op|pass|sops|openssl\s+rand|uuidgen|pwgen)
          (?:\s+[\w./~:,=@%$\{\}\-]{1,60}){0,20}
      ) \s* [)`]["]?
    | \{\{[^{}]*\}\} | %\w+% | \$\{\{[^{}]*\}\}   # stands for something else
    | (?:file:/*)?~?(?:/[\w.@%-]+){2,}/? | [A-Za-z]:\\[\w.\\-]+                      # a place
    | basic|bearer|oidc|oauth2?|ldap|kerberos|md5|scram-sha-256|certificates?|x509|anonymous|password|token|secret
    | \[\] | \{\} | \*+ | <[\w .-]+> | x{3,} | \.\.\. | \(masked\)
    | ENC\[AES256_GCM,data:[\w+/=]{0,4000},iv:[\w+/=]{0,100},tag:[\w+/=]{0,100},type:\w{1,10}\]     # SOPS encrypted it
    # the name of what holds one
    | [a-z][a-z0-9]*(?:-[a-z0-9]+){0,8}-(?:credentials|creds) | (?:istio|vault|sa|service-account|bound|projected)-token
    # a path in an object, as programs of metrics write it; a user and a password that are both out of variables
    | \[\s* (?:status|spec|metadata|data) (?:\s*,\s*["']?[\w.\-\[\]=]{1,60}["']?){1,8} \s*\]
    | (?:\$\(\w+\)|\$\{\w+\}|[\w.\-]{0,60}) : (?:\$\(\w+\)|\$\{\w+\})
      @ (?!\S*(?i:pass|pwd|secret|token|key)\w*=) (?:\$\(\w+\)|\$\{\w+\}|[\w.:/()\-]){0,200} (?:\?[\w=&.%\-]{0,200})?
    # an address without a password, or with one that stands for something else
    | [a-z][a-z0-9+.\-]{1,30}://
      (?: (?:\$\(\w+\)|\{\{[^{}]*\}\}|[^\s:@/?\#]{0,100}) : (?:\$\{?\w+\}?|\$\(\w+\)|\{\{[^{}]*\}\}) @ )?
      (?:\$\(\w+\)|\$\{\w+\}|[\w.\-]{1,200}) (?: : (?:\d{1,5}|\$\(\w+\)|\$\{\w+\}) )?
      (?: / (?:[a-z_\-]{0,20}\d{0,2}|\$\(\w+\)|\$\{\w+\}) )?
    ) """
)
_FILE_NAME: Final = re.compile(r"\.(?:ya?ml|tpl|json|txt|py|go|tf|[jt]sx?)\Z")
_IN_A_FILE: Final = re.compile(r"(?<=:)\d{1,7}(?::\d{1,7})?(?=[:)])|(?<=:)\d{1,7}:\d{1,7}(?=\s|\Z)")
"""Line and column behind the name of a file: ``secret.yaml:12:4`` hides nothing."""
_MOST_FOLLOWING: Final = 64 * 1024
"""Characters of a value that goes on over lines, at most: beyond it the rest of the text is hidden."""


def is_open_value(value: str) -> bool:
    """Tell whether a value behind a telling name is none that one hides: a switch, a number, a place, a reference."""
    return not value or value in _HIDDEN or bool(_IS_OPEN.fullmatch(value))


def _named(text: str) -> Iterator[FoundSecret]:
    """Yield the values behind telling names."""
    small = _small(text)
    at = 0
    while (word := _TELLING.search(small, at)) is not None:
        start, end = word.start(), _end(_NAME_BEHIND.match(text, word.end()))
        while start > at and (text[start - 1].isalnum() or text[start - 1] in "_.-/"):
            start -= 1
        name = text[max(start, end - LONGEST) : end].rstrip(".")
        at = end
        if name[-1:] in {"为", "是"} and len(name) > 1:
            name, end = name[:-1], end - 1
        if is_secret_name(name.rpartition("/")[2] or name):
            found = _value(text, start, end - (text[end - 1] == "."), name)
            if found is not None:
                yield found
                at = max(end, found.end)


def _small(text: str) -> str:
    """Return a text in small letters, character for character: one capital of Turkish would become two letters."""
    small = text.lower()
    return small if len(small) == len(text) else "".join(each.lower()[:1] for each in text)


def _end(found: re.Match[str] | None) -> int:
    """Return the end of a match of a pattern that matches nothing, too."""
    return found.end() if found else 0


def _value(text: str, start: int, end: int, name: str) -> FoundSecret | None:
    """Return what stands behind a telling name, None if that is no value."""
    if text[start - 1 : start] == "<" and (element := _ELEMENT.match(text, end)):
        stop = text.find("<", element.end(), _bounded(text, element.end()))
        return _made(text, element.end(), _bounded(text, element.end()) if stop < 0 else stop, name)
    separator = _SEPARATOR.match(text, end)
    if separator is None:
        return None
    if separator["blank"] is not None:
        return _behind_blank(text, start, separator.end(), name)
    opened = _QUOTED.match(text, separator.end())
    return _quoted(text, opened, name) if opened else _bare(text, start, separator, name)


def _bare(text: str, start: int, separator: re.Match[str], name: str) -> FoundSecret | None:
    """Return what stands without quotes behind a telling name and a colon or an equals sign."""
    begin = separator.end()
    if _IN_A_FILE.match(text, begin) and _FILE_NAME.search(name):
        return None
    is_line = bool(_LINE_START.search(text, max(0, start - LONGEST), start))
    rest = text[begin : _end(_TO_END.match(text, begin, begin + _MOST_READ))]
    if is_line and separator["mark"] == ":" and _BLOCK.match(rest):
        return _block(text, start, begin, name)
    if text[max(0, start - 2) : start] == "${" and rest.startswith("?"):  # a reference, and what is said without it
        return None
    if _TEMPLATE.match(rest) or (rest[:1] == "{" and _is_structure(rest, 1, len(rest))):
        return None
    is_json = separator["close"].endswith('"')
    around = text[start - 1 : start] if start else ""
    if around in {'"', "'", "`"} and not separator["close"] and around in rest:  # the quotes are about name and value
        return _made(text, begin, begin + rest.index(around), name)
    line_end = _end(_TO_END.match(text, begin)) if is_line or _HEADER.search(name) else begin
    if _HEADER.search(name) and not is_json:
        quote = _ANY_QUOTE.search(text, begin, line_end)
        stop = quote.start() if quote else line_end
    elif is_line and not separator["close"].startswith("]"):
        stop = begin + len(text[begin:line_end].rstrip().rstrip(",}]")) if is_json else line_end
    else:
        pattern = _FLOW_VALUE if separator["mark"] in {":", "："} else _WORD_VALUE  # noqa: RUF001
        stop = max(begin, _end(pattern.match(text, begin)))
    return _made(text, begin, stop, name)


def _bounded(text: str, start: int) -> int:
    return min(len(text), start + _MOST_FOLLOWING)


_ASKS: Final = re.compile(r"(?i)(?:\blogin\s+\S+\s+|(?:^|\n)\s*(?:ENV|ARG|set)\s+)\Z")
_SAID: Final = re.compile(r"(?i)(?:is|was)\s+[\"'`]?(?P<value>[^\s\"'`,;]*[\d!@#$%^&*+=][^\s\"'`,;]*)")
_ARGUMENT: Final = re.compile(r"(?!-)[^\s\"'`;|&]+")


def _behind_blank(text: str, start: int, begin: int, name: str) -> FoundSecret | None:
    """Return what stands behind ``--password``, ``ENV PASSWORD``, ``login me password``; of a sentence, hardly any."""
    if not (name.startswith("-") or _ASKS.search(text[max(0, start - LONGEST) : start])):
        said = _SAID.match(text, begin)
        return _made(text, said.start("value"), said.end("value"), name) if said else None
    opened = _QUOTED.match(text, begin)
    if opened:
        return _quoted(text, opened, name)
    word = _ARGUMENT.match(text, begin)
    return _made(text, begin, word.end(), name) if word else None


def _quoted(text: str, opened: re.Match[str], name: str) -> FoundSecret | None:
    """Return what stands in quotes, which a text in a text escapes."""
    mark = opened["escape"] + opened["quote"]
    at, most = opened.end(), _bounded(text, opened.end())
    while (stop := text.find(mark, at, most)) >= 0:
        slashes = 0
        while stop - slashes > opened.end() and text[stop - slashes - 1] == "\\":
            slashes += 1
        if slashes % 2 == 0:
            return _made(text, opened.end(), stop, name)
        at = stop + len(mark)
    return _made(text, opened.end(), most, name)


def _block(text: str, start: int, begin: int, name: str) -> FoundSecret | None:
    """Return the lines below a name that are indented deeper than it, or are items of its list."""
    before = text[text.rfind("\n", 0, start) + 1 : start].rstrip("\"'")
    is_list = not before.strip()
    indent = len(before) if before.strip() == "-" else len(before) - len(before.lstrip(" \t"))
    first = text.find("\n", begin) + 1
    at = found_end = first
    while 0 < first <= at < _bounded(text, first):
        stop = text.find("\n", at)
        stop = len(text) if stop < 0 else stop
        line = text[at:stop]
        inner = len(line) - len(line.lstrip(" \t"))
        is_item = is_list and inner == indent and line[inner : inner + 2] == "- "
        if line.strip() and inner <= indent and not is_item:
            break
        if line.strip():
            found_end = stop
        at = stop + 1
    while first < found_end and text[first] in " \t\r\n":
        first += 1
    if first >= found_end or _is_structure(text, first, found_end):
        return None
    return _made(text, first, found_end, name)


_STRUCTURE: Final = re.compile(
    r"""(?x) \s* (?:-\s+)? ["']?(?:
        name|namespace|key|path|kind|optional|secretName|type|ref|items|enabled|secret|secrets|aescbc|aesgcm|secretbox
        |kms|keys|mode|webhook|valueFrom|secretKeyRef|username|user|cacheTTL|issuer|groups|ttl|usages|token|description
        |anonymous|x509|email|data|stringData|metadata|property|remoteRef|provider|projected|sources
    )["']? \s*: """
)


def _is_structure(text: str, start: int, end: int) -> bool:
    """Tell whether lines below a telling name only refer to where the secret is; what is one is found by itself."""
    return bool(_STRUCTURE.match(text, start, end))


def _made(text: str, start: int, end: int, name: str) -> FoundSecret | None:
    while end > start and text[end - 1] in " \t\r\n":
        end -= 1
    value = text[start:end].strip(" \t\"'")
    if is_open_value(value) or ("\n" in text and _is_asked_for(text, start, value, name)):
        return None
    return FoundSecret("named", start, end, name.lstrip("-"))


_GIVEN: Final = re.compile(r"(?i)(?:api|access)[-_]?(?:\w{1,20}[-_])?key$|token$")
_KEPT: Final = re.compile(r"(?i)pass|pwd|jwt|session|cookie|salt|admin|root")


def repeats_name(name: str, value: str) -> bool:
    """Tell whether a value is no more than the words of its name, where a service gives the real one.

    ``LANGSMITH_API_KEY: langsmith-api-key`` is to be filled in; ``JWT_TOKEN: jwt-token`` is a weak one that works.
    """
    words = re.sub(r"[\W_]+", "", value).lower()
    is_same = len(words) > 3 and words == re.sub(r"[\W_]+", "", name).lower()  # noqa: PLR2004 - a word
    return is_same and bool(_GIVEN.search(name)) and not _KEPT.search(name)


_ASKED_FOR: Final = re.compile(
    r"(?i)(?:bearer\s+)?<?your[-_ ](?:[a-z0-9]{1,20}[-_ ]){0,6}"
    r"(?:(?P<given>token|(?:api|access|license)[-_ ]?key)|secret|password|key|credentials?)(?:[-_ ]here)?>?"
)
_SETTING: Final = re.compile(r"\s*(?:-\s+|#\s*|export\s+)*[\"']?[\w.\-/]{1,200}[\"']?\s*[:=]\s*[\"'`]?\Z")
_OWN: Final = re.compile(r"(?i)secret|pass|pwd|jwt|session|cookie|salt|sign|encrypt")


def _is_asked_for(text: str, start: int, value: str, name: str) -> bool:
    """Tell whether a description says what to put in: ``--from-literal=token=your-github-token``.

    A line that sets something sets it to these words: of a secret of one's own that is a weak one, while nobody takes
    them for the token that a service gave.
    """
    asked = _ASKED_FOR.fullmatch(value)
    if asked is None:
        return False
    is_setting = _SETTING.match(text, text.rfind("\n", max(0, start - _MOST_READ), start) + 1, start) is not None
    return not is_setting or bool(asked["given"] and not _OWN.search(name))


_PAIR: Final = re.compile(
    r"""(?ix) (?:name|key|header)["']? \s*+[:=]\s*+ \\*+["']?(?P<name>[\w.\-/]{1,200}+)\\*+["']?
    (?:\s*+,?\s*+|[ \t]*/?>\s*<)
    \\*+["']?value\\*+["']? \s*+[:=]\s*+ (?P<open>\\*+["']?) (?P<value>[^\r\n"'},]+) """
)


def _paired(text: str) -> Iterator[FoundSecret]:
    """Yield the value of ``name: PASSWORD`` / ``value: …``, as manifests and .NET write it."""
    for pair in _PAIR.finditer(text):
        if is_secret_name(pair["name"]):
            found = _made(text, pair.start("value"), pair.end("value"), pair["name"])
            if found:
                yield found


# --- by shape -------------------------------------------------------------------------------------------------------

_SHAPES: Final = re.compile(
    r"""(?x)
    (?P<password_in_address>(?<=://)[^\s/:@"'`<>]{0,100}:(?!\d*[/?#])(?P<pw>[^\s"'`<>\\]{1,256})@ )
    | (?P<user_token>(?<=://)(?P<ut>[A-Za-z0-9_\-]{20,})@ )
    | (?<![A-Za-z0-9])(?:
        (?P<github_token>gh[oprsu]_[A-Za-z0-9]{16,}|github_pat_\w{20,})
      | (?P<gitlab_token>gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat|ffct|oas)-[\w.-]{16,})
      | (?P<cloud_key>(?:AKIA|ASIA|ABIA|ACCA|AGPA|AIDA|AROA)[A-Z0-9]{12,}|LTAI[A-Za-z0-9]{12,}|AKID[A-Za-z0-9]{13,}
          |AIza[\w-]{30,}|GOCSPX-[\w-]{20,}|ya29\.[\w-]{20,}|HWAK[A-Z0-9]{12,})
      | (?P<chat_token>xox[abeoprs]-[\w-]{10,}|xapp-\d-[\w-]{10,}|\d{8,10}:AA[\w-]{33})
      | (?P<model_key>sk-(?:[a-z]+-)*[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{16,}|gsk_[A-Za-z0-9]{20,}|nvapi-[\w-]{20,}
          |r8_[A-Za-z0-9]{20,}|pk-lf-[\w-]{20,}|lsv2_[\w-]{20,}|tvly-[\w-]{16,}|bce-v3/[\w/-]{20,})
      | (?P<payment_key>[rs]k_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{16,}|sq0(?:atp|csp)-[\w-]{20,})
      | (?P<registry_token>npm_[A-Za-z0-9]{20,}|pypi-[\w-]{20,}|dckr_(?:pat|oat)_[\w-]{16,}|rubygems_[0-9a-f]{20,}
          |oy2[a-z0-9]{40,})
      | (?P<vault_token>hv[bsr]\.[\w-]{16,}|[sb]\.[A-Za-z0-9]{24}(?![A-Za-z0-9.])|s\.[A-Za-z0-9]{24}\.[A-Za-z0-9]{5})
      | (?P<service_token>SG\.[\w-]{16,}\.[\w-]{16,}|do[opr]_v1_[0-9a-f]{20,}|shp(?:at|ca|pa|ss)_[0-9a-f]{20,}
          |dp\.(?:pt|st|ct|scim|audit)\.[\w.-]{16,}|dapi[0-9a-f]{32}|glc_[\w+/=]{20,}|glsa_\w{20,}|lin_api_\w{20,}
          |PMAK-[\w-]{20,}|sntrys_[\w+/=.-]{20,}|key-[0-9a-f]{32}|ATATT3[\w=-]{20,}|EAAA[A-Za-z0-9]{20,}|tskey-[\w-]{16,})
      | (?P<web_token>eyJ[\w-]{6,2000}+={0,2}\.[\w-]{4,}={0,2}(?:\.[\w=-]*){0,3})
      | (?P<cluster_token>K10[0-9a-f]{64}::[^\s"']+|[a-z0-9]{6}\.[a-z0-9]{16}(?![A-Za-z0-9.]))
      | (?P<age_key>AGE-SECRET-KEY-1[A-Z0-9]{20,}|AGE-PLUGIN-[\w-]{20,})
      )
    | (?P<password_hash>\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|argon2(?:id?|d)|scrypt|pbkdf2[\w-]*|sha1|md5)\$[\w./$+=,@-]{8,}
        |\{(?:SSHA|SHA|SMD5|CRYPT|PBKDF2)[\w-]*\}[\w+/=$.]{8,})
    | (?P<scheme>(?i:\b(?:bearer|basic|digest|negotiate|ntlm|apikey|token))[ \t]+(?P<credentials>[\w.~+/=:-]{6,}))
    | (?P<account_key>(?i:(?:Account|SharedAccess|Access|Shared)(?:Key|Signature))=(?P<ak>[A-Za-z0-9+/=%]{16,}))
    """
)
_INNER: Final = {
    "password_in_address": "pw",
    "user_token": "ut",
    "scheme": "credentials",
    "account_key": "ak",
}
_KEY_BLOCK: Final = re.compile(
    r"(?s)-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----.*?(?:-----END [A-Z0-9 ]*-----|\Z)"
)
_HINT: Final = re.compile(
    r"://|gh[oprsu]_|github_pat_|gl(?:[a-z]{2,5}-|[cs])|A(?:[A-Z]{2}A|KID|Iza|GE-|TATT)|LTAI|GOCSPX|ya29|HWAK|x(?:ox|app)"
    r"|:AA|sk[-_]|rk_|hf_|gsk_|nvapi|r(?:8_|ubygems)|p(?:k-lf|ypi-)|l(?:sv2|in_api)|tvly|bce-v3|whsec|sq0|npm_"
    r"|d(?:ckr_|o[opr]_v1|p\.|api)|oy2|hv[bsr]\.|[sb]\.\w{24}|SG\.|shp|PMAK|sntrys|key-|EAAA|tskey|eyJ|K10"
    r"|[a-z0-9]{6}\.[a-z0-9]{16}|\$[a-z0-9][\w-]*\$|\{[A-Z]"
)
"""What stands in every shape: only lines that hold one are read for the shapes themselves."""
_SMALL_HINT: Final = re.compile(r"(?:b(?:earer|asic)|digest|n(?:egotiate|tlm)|apikey|token)[ \t]|(?:key|signature)=")
_PLAIN_WORD: Final = re.compile(r"[A-Za-z]+(?:[-.:/][A-Za-z]+)*[.:]?\Z")


def _shaped(text: str) -> Iterator[FoundSecret]:
    """Yield what is a secret by its own shape, unordered."""
    if "-----BEGIN " in text:
        for block in _KEY_BLOCK.finditer(text):
            yield FoundSecret("key block", block.start(), block.end())
    for start, end in _hinted(text):
        yield from _shaped_in_line(text, start, end)


def _hinted(text: str) -> Iterator[tuple[int, int]]:
    """Yield the lines that may hold a shape."""
    places = [hint.start() for hint in _HINT.finditer(text)]
    places += [hint.start() for hint in _SMALL_HINT.finditer(_small(text))]
    done = 0
    for place in sorted(places):
        if place >= done:
            end = text.find("\n", place)
            end = len(text) if end < 0 else end
            yield text.rfind("\n", done, place) + 1 or done, end
            done = end


def _shaped_in_line(text: str, start: int, end: int) -> Iterator[FoundSecret]:
    for found in _SHAPES.finditer(text, start, end):
        kind = found.lastgroup or ""
        outer = (
            next(name for name in (kind, *_INNER) if found.group(name) is not None) if kind in _INNER.values() else kind
        )
        group = _INNER.get(outer, outer)
        value = found[group]
        if outer == "scheme" and (_PLAIN_WORD.match(value) and not _is_mixed(value)):
            continue  # "basic authentication is refused"
        if outer == "cluster_token" and not (re.search(r"\d", value) and re.search(r"[a-z]", value)):
            continue
        if is_open_value(value) or value.startswith(("sha256:", "sha512:", "sm3:")):
            continue
        yield FoundSecret(outer.replace("_", " "), found.start(group), found.end(group))


def _is_mixed(word: str) -> bool:
    """Tell whether capitals stand inside a word."""
    return len(word) >= 16 and any(a.islower() and b.isupper() for a, b in pairwise(word))  # noqa: PLR2004 - no word of a language


_RUN: Final = re.compile(r"[A-Za-z0-9+/_=\-]{20,}")
_PIECE: Final = re.compile(r"[A-Za-z0-9+]{20,}={0,2}|[A-Za-z0-9+/]{40,}={0,2}")
_DIGEST_BEFORE: Final = re.compile(
    r"(?i)(?:sha-?\d{1,3}(?:[-_]\d+)?|sm3|md5|digest|checksum|commit|revision|fingerprint)[\s\"'@:=_-]{1,4}\Z"
)
_CERTIFICATE: Final = re.compile(
    r"(?:LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS|LS0tLS1CRUdJTiBQVUJMSUMg|AAAA(?:B3NzaC1|C3NzaC1|E2VjZHNh))"
)
_DIGIT: Final = re.compile(r"[0-9]")
_HEX: Final = re.compile(r"[0-9a-f]+\Z|[0-9A-F]+\Z")
_SINGLE_RUN: Final = 4.6
_MIXED_RUN: Final = 2.5


def _random(text: str) -> Iterator[FoundSecret]:
    """Yield long texts without words in them, but for digests that say so, certificates and public keys."""
    certificates = _certificates(text)
    for run in _RUN.finditer(text):
        if _CERTIFICATE.match(run[0]) or _DIGIT.search(run[0]) is None:
            continue
        hidden = run.start()
        for piece in _PIECE.finditer(text, run.start(), run.end()):
            start = piece.start()
            if start < hidden or not is_random(piece[0]) or _DIGEST_BEFORE.search(text, max(0, start - 24), start):
                continue
            if _CERTIFICATE.match(piece[0]) or _is_within(certificates, start):
                continue
            # the rest of the run belongs to it: base64url has dashes, base64 has slashes
            begun, hidden = _widened(text, hidden, start, piece.end(), run.end())
            yield FoundSecret("random text", begun, hidden)
        if hidden == run.start() and _is_in_pieces(run[0]) and not _is_within(certificates, hidden):
            yield FoundSecret("random text", run.start(), run.end())


def _widened(text: str, least: int, start: int, end: int, most: int) -> tuple[int, int]:
    """Return where a random piece begins and ends with what slashes cut off from it; a path beside it is none of it."""
    begun = 1 + max(text.rfind("=", least, start), text.rfind("/", least, start), least - 1)
    outer = 1 + max(text.rfind("=", least, start), least - 1)
    if begun > outer and not _is_path(text[outer : begun - 1]):
        begun = outer
    stop = text.find("/", end, most)
    return begun, stop if stop >= 0 and _is_path(text[stop + 1 : most]) else most


def _is_path(text: str) -> bool:
    """Tell whether all pieces between slashes are steps of a path: words, numbers, nothing."""
    return all(not piece or _STEP.fullmatch(piece) or is_worded(piece) for piece in text.split("/"))


def _is_in_pieces(run: str) -> bool:
    """Tell whether slashes cut a random text into pieces that are too short to tell by themselves."""
    return (
        "/" in run
        and len(run) >= _LEAST_IN_PIECES
        and _SLASHED.fullmatch(run) is not None
        and is_random(run.replace("/", "").replace("+", ""))
        and not is_worded(run)
    )


_STEP: Final = re.compile(r"[a-z]{2,}|[A-Z][a-z]{2,}|[A-Z]{2,5}\d{0,2}|v?\d{1,4}")
_SLASHED: Final = re.compile(r"[A-Za-z0-9+/]+={0,2}")
_LEAST_IN_PIECES: Final = 28
_TOKEN: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[A-Z]|\d+")
_VOWEL: Final = re.compile(r"(?i)[aeiouy]")
_CLUSTER: Final = re.compile(r"(?i)[bcdfghjklmnpqrstvwxz]{5}")
_DIGIT_INSIDE: Final = re.compile(r"\d(?=[a-z])|\d(?=[A-Z](?![a-z]{2}))")
_LEAST_WORD: Final = 3
_LONGEST_NUMBER: Final = 4
_DIGIT_INSIDE_WEIGHT: Final = 4


def is_worded(text: str) -> bool:
    """Tell whether a long text is made of words: a path, a name of something, no secret that a machine made.

    Of random text of 20 characters less than one in twenty looks so, of 32 one in eighty (base 32, which has the fewest
    digits; base 64 and hexadecimal: one in a hundred, one in a thousand).
    """
    words = noise = 0
    for token in _TOKEN.findall(text):
        size = len(token)
        if token.isdigit():
            noise += size if size > _LONGEST_NUMBER else 0
        elif size >= _LEAST_WORD and _VOWEL.search(token) and not _CLUSTER.search(token):
            words += size
        else:
            noise += size
    noise += _DIGIT_INSIDE_WEIGHT * len(_DIGIT_INSIDE.findall(text))
    return words > 0 and words >= 2 * noise


def is_random(piece: str) -> bool:
    """Tell whether nobody chose a text of letters and digits: small ones, capitals and digits take turns in it."""
    digits = sum(character.isdigit() for character in piece)
    if digits < 2 or len(set(piece)) < 8 or digits == len(piece.rstrip("=")):  # noqa: PLR2004 - "aaaa1111", a number
        return False
    kinds = [0 if c.isdigit() else 1 if c.islower() else 2 for c in piece.rstrip("=")]
    runs = 1 + sum(a != b for a, b in pairwise(kinds))
    if _HEX.match(piece):
        return len(piece) >= 32 and len(kinds) / runs <= _SINGLE_RUN  # noqa: PLR2004 - 128 bits
    return len(kinds) / runs <= (_MIXED_RUN if len(set(kinds)) > 2 else _SINGLE_RUN - 0.6)  # noqa: PLR2004 - three kinds


_CERTIFICATE_BLOCK: Final = re.compile(
    r"-----BEGIN (?!(?:[A-Z0-9]+ )*PRIVATE)[A-Z0-9 ]{1,40}-----[A-Za-z0-9+/=\s\\]{1,16384}(?=-----END )"
)
"""A block of anything but a private key, whole: whoever writes its first line alone hides nothing from us behind it."""


def _certificates(text: str) -> list[tuple[int, int]]:
    """Return the places of certificates and other blocks that hold no private key, in order."""
    return [block.span() for block in _CERTIFICATE_BLOCK.finditer(text)] if "-----BEGIN " in text else []


def _is_within(places: list[tuple[int, int]], at: int) -> bool:
    index = bisect.bisect_right(places, (at, sys.maxsize)) - 1
    return index >= 0 and at < places[index][1]


# --- passwords in addresses, for values that must keep everything else ---

_ADDRESS: Final = re.compile(
    r"""(?ix) (?: :// | (?::|%3a)%2f%2f ) (?P<user>[^\s/:@"'`<>%]{0,100}) (?: : | %3a )
    (?!\d*(?:[/?#]|%2f)) (?P<password>[^\s"'`<>\\/]{1,256}) (?= @ | %40 )"""
)
_ADDRESS_HINT: Final = re.compile(rb"(?i)(?::|%3a)(?://|%2f%2f)[^\s/\"'`<>]{1,360}?(?:@|%40)")
_PLAIN_HINT: Final = re.compile(rb"://[^\s/\"'`<>]{1,360}?(?:@|%40)")
"""The same for addresses that nobody encoded: what begins with plain letters is searched for ten times as fast."""
_ENCODED: Final = (b"%2f%2f", b"%3a//")


def may_hold_address(data: bytes) -> bool:
    """Tell whether encoded values may hold a password in an address."""
    if _PLAIN_HINT.search(data):
        return True
    lowered = data.lower() if b"%" in data else b""
    return any(mark in lowered for mark in _ENCODED) and _ADDRESS_HINT.search(data) is not None


def mask_addresses(text: str) -> str:
    """Return a text without the passwords of its addresses, those of an address inside an address, too."""
    return _ADDRESS.sub(_without_password, text)


def _without_password(found: re.Match[str]) -> str:
    if is_open_value(found["password"]):
        return found[0]
    return f"{found[0][: found.start('password') - found.start()]}{MASK}"


# --- short options --------------------------------------------------------------------------------------------------

_OPTION: Final = re.compile(
    r"""(?x) (?<![^\s"'`;|&(]) (?:
      -p(?P<joined>[^\s"'`;|&-][^\s"'`;|&]{3,})
    | (?:sshpass\s+-p|redis-cli\s(?:[^\n;|&]{0,300}\s)?(?:-a|--pass)
        |(?:mongo\w*|mysql\w*|mariadb\w*|clickhouse-client|docker\s+login|helm\s+registry\s+login|skopeo\s+login
        |oc\s+login|az\s+login|sqlcmd|ldap\w+)\s(?:[^\n;|&]{0,300}\s)?-[pPw]
        |openssl\s[^\n;|&]{0,300}\s-(?:k|K|pass|passin|passout))
        \s+["']?(?P<apart>(?!-)[^\s"'`;|&]+)
    | (?:-u|--user|--proxy-user|-U|--basic-auth)(?:\s+|=)["']?[^\s:"'`]{1,200}:(?P<user>[^\s"'`;|&]+)
    | (?:pass|env):(?P<openssl>[^\s"'`;|&]{3,})
    ) """
)
_MYSQL: Final = re.compile(r"mysql|mariadb|percona|mongo|sshpass|mycli|mydumper|xtrabackup|7z|zip|rar")
_FLAG: Final = re.compile(r"[a-z][A-Za-z_-]*(?:=.*)?|[\d:./-]+|[/.].*|.*[/:].*", re.DOTALL)
"""What stands behind ``-p`` where that is no password: a flag of Go, a port, a path."""


def _options(text: str, hint: str = "") -> Iterator[FoundSecret]:
    """Yield passwords that short options carry."""
    if not any(sign in text for sign in (" -", "-p", "-u", "pass:")):
        return
    is_known = bool(_MYSQL.search(hint))
    program = None if is_known else _MYSQL.search(text)
    for option in _OPTION.finditer(text):
        kind = option.lastgroup or ""
        value = option[kind]
        is_behind = is_known or (program is not None and program.end() <= option.start())
        if kind == "joined" and not is_behind and _FLAG.fullmatch(value):
            continue
        if (kind == "user" and value.isdigit()) or is_open_value(value):
            continue
        if kind == "openssl" and option[0].startswith("env:"):
            continue
        yield FoundSecret("named", option.start(kind), option.end(kind), "-p" if kind != "user" else "-u")


# --- all of them ----------------------------------------------------------------------------------------------------


def secrets_in(text: str, *, hint: str = "", is_code: bool = False) -> Iterator[FoundSecret]:
    """Find what is taken for a secret, in the order of places, none overlapping another.

    Args:
        text: Any text; of bytes that are no UTF-8 the caller makes text as it likes.
        hint: What is known of the text's surroundings: the program whose argument it is.
        is_code: It is of a programming language, in which names stand before other names: only shapes are looked for.
    """
    if len(text) < 4:  # noqa: PLR2004 - nobody can hide less
        return
    found = [*_shaped(text), *_options(text, hint), *_random(text)]
    if not is_code:
        found += [*_named(text), *_paired(text)]
    at = 0
    for each in sorted(found, key=lambda f: (f.start, -f.end)):
        if each.end > at:
            yield each if each.start >= at else each._replace(start=at)
            at = each.end


_SHORT: Final = re.compile(r"[a-z0-9.\-]{0,18}\Z|(?:[A-Z]{0,3}[a-z ./]){0,30}[A-Z]{0,4}\Z")
"""No shape is so short or has so few capitals."""
MEMORY: Final[dict[str, str]] = {}
"""Short texts that were masked already, empty where nothing is hidden: a cluster says the same things many times."""
_MEMORY_BOUND: Final = 100_000
_MEMORY_CHARACTERS: Final = 256


def mask_text(text: str, *, hint: str = "", is_code: bool = False, mask: str = MASK) -> str:
    """Return a text without what may be a secret.

    Args:
        text: Any text.
        hint: As in `secrets_in`.
        is_code: As in `secrets_in`.
        mask: What stands in the place of each secret.
    """
    if hint or is_code or mask is not MASK or len(text) > _MEMORY_CHARACTERS:
        return text if not hint and _SHORT.match(text) else _masked(text, hint, mask, is_code=is_code)
    known = MEMORY.get(text)
    if known is None:
        masked = text if _SHORT.match(text) else _masked(text, hint, mask, is_code=is_code)
        if len(MEMORY) >= _MEMORY_BOUND:
            MEMORY.clear()
        MEMORY[text] = "" if masked is text else masked
        return masked
    return known or text  # the very same text where nothing is hidden


def _masked(text: str, hint: str, mask: str, *, is_code: bool) -> str:
    made: list[str] = []
    at = 0
    for found in secrets_in(text, hint=hint, is_code=is_code):
        if found.start > at or not made:  # two that touch are hidden by one mask
            made += (text[at : found.start], _in_json(text, found, mask))
        at = found.end
    return "".join((*made, text[at:])) if made else text


_NUMBER: Final = re.compile(r"-?\d[\d.eE+-]*\Z")
_BEHIND_KEY: Final = re.compile(r"\"\s*:\s*\Z")


def _in_json(text: str, found: FoundSecret, mask: str) -> str:
    """Return the mask, in quotes where a number of a JSON document gives way to it."""
    is_number = bool(_NUMBER.match(text[found.start : found.end]))
    return f'"{mask}"' if is_number and _BEHIND_KEY.search(text, max(0, found.start - 8), found.start) else mask


def mask_value(name: str, value: str) -> str:
    """Return the value of a variable, flag, header or key, hidden where its name or its shape speaks of a secret."""
    if is_secret_name(name):
        return value if is_open_value(value.strip()) else MASK
    return mask_text(value)
