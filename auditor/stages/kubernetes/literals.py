"""Secrets that stand in objects as they are: in variables, arguments, addresses, values of charts, and ConfigMaps.

What is one is for `auditor.masking` to say: objects are masked before they become facts, so a mask is where one stood.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec.structs import replace

from auditor.masking import MASK
from auditor.stages.kubernetes.facts import LiteralSecret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.stages.kubernetes.facts import KubeObject

_ENCODER: Final = msgspec.msgpack.Encoder()
_DEPTH: Final = 24
_PROGRAMS: Final = (".sh", ".bash", ".py", ".js", ".lua", ".pl", ".rb")
# In a file, a value that ends its line or its quotes, or a password in an address: a command that fetches one does not.
_LINE: Final = re.compile(rf"(?m)^.*{re.escape(MASK)}(?:@.*|[\"',;}}\])\s]*?)$")
_FOR_SHELL: Final = 400
"""Characters of a value that a finding shows, at most."""


def literals(each: KubeObject) -> Iterator[LiteralSecret]:
    """Yield the places of an object at which a secret is written out; a Secret is made for them and has none."""
    if each.kind in _FOR_OTHERS:
        return
    if each.kind == "ConfigMap":
        data = each.manifest.get("data")
        for key, value in data.items() if isinstance(data, dict) else ():
            is_program = key.lower().endswith(_PROGRAMS)  # names of commands and of files look like values there
            if is_program or key == _SAMPLE or not isinstance(value, str) or MASK not in value:
                continue
            if line := _telling_line(value, key):
                yield _made(each, f"/data/{_escaped(key)}", f"data.{key}", line)
        return
    if may_hold_mask(each.manifest):
        for pointer, name, value in _of_object(each.manifest, "", "", _DEPTH):
            if not is_identifier(name, value):
                yield _made(each, pointer, name, value)


_FOR_OTHERS: Final = frozenset({
    "APIService", "CertificateSigningRequest", "ConstraintTemplate", "CustomResourceDefinition", "ExternalSecret",
    "ClusterExternalSecret", "SealedSecret", "Secret", "SopsSecret", "VaultStaticSecret", "VaultDynamicSecret",
})  # fmt: skip
"""Kinds that are made for secrets or hold them encrypted, or whose long texts describe or carry what is public."""
_IDENTIFIER: Final = re.compile(
    r"(?ix) (?:^|[-_.\[/]) (?:u?u?id|name|sha\d*|digest|checksum|hash|rev(?:ision)?|version|commit|tag|image"
    r"|fingerprint|etag|ca|ca[-_]?bundle|ca[-_]?cert(?:ificate)?s?|cert(?:ificate)?s?|public[-_]?key|known[-_]?hosts|cluster[-_]?token"
    r"|pub[-_]?key|(?:image)?pull[-_]?secrets?|existing[-_]?secret|secret[-_]or[-_]default"
    r"|(?:secrets?|token|password)[-_]?(?:env|backend|manager|region|connector|header|engine|secret|source|origin|selector"
    r"|field[-_]?selector)"
    r"|secrets?[-_]manager[-_]\w+|\w*(?:password|passwd)[-_]?(?:secret)?[-_]?key"
    r"|service[-_]?account[-_]?token|\w*(?:password|token|key)[-_]?from[-_]?secret|credentials?[-_]?secret|tls[-_]?secret"
    r"|secret[-_]?volume|\w*[-_]?(?:key|token|secret|auth)[-_]header)"
    r"(?:[-_.]?\d+)? $ | (?<=[a-z])(?-i:Id|UID|Uid|Digest|Hash|Checksum|Revision|Version|Commit|Tag|Image|Bundle)$"
    r"|caBundle$ | ^checksum[/_.-] | (?-i:[tT]oken|[cC]redentials?)(?-i:(?:Secret)?Key)$"
    r"|(?<=[a-z])(?-i:Existing(?:Secret|Token)|PullSecrets?)$ | ^existing(?:[A-Z]\w*)?Secret$"
    r"|(?-i:(?:[sS]ecret|[tT]oken|[pP]assword)(?:Env|Backend|Region|Connector|Header|Source|Ref))$"
)
"""Names of what looks like a secret and tells nothing: an id, the digest of a file, a public certificate."""
_TAG: Final = re.compile(rf"[\w.-]+/[\w./-]+[:@](?:sha256:)?{re.escape(MASK)}[\"']?\Z")
"""An image whose tag is a commit."""
_PICTURE: Final = re.compile(
    rf"data:[\w.+/-]+;base64,{re.escape(MASK)}|={{2,}}\s*{re.escape(MASK)}|`:\s*{re.escape(MASK)}"
)
"""A picture in a text, a ruler of a comment, a variable that a text describes."""
_PLACEHOLDER: Final = re.compile(rf"<[\w .-]+>{re.escape(MASK)}")
"""What a person is to put in."""
_PUBLIC: Final = re.compile(rf"\"(?:kid|n|e|x|y|x5t(?:\#S256)?)\"\s*:\s*\"{re.escape(MASK)}\"")
"""Members of a JSON Web Key that are no secret (RFC 7517, RFC 7518)."""
_COMMIT: Final = re.compile(
    rf"://(?:[\w.-]+\.)?(?:github|gitlab|bitbucket|gitee|githubusercontent)\.[a-z]+/[^\s@]*{re.escape(MASK)}"
    rf"|://[^\s@]*/{re.escape(MASK)}\.(?:zip|tar|tar\.gz|tgz|whl|git)\b"
)
"""A commit in an address."""


def is_identifier(name: str, value: str) -> bool:
    """Tell whether what was masked is no secret by all that one can still see of it."""
    if _ENCRYPTED in value:
        return True
    if _PICTURE.search(value) or _PLACEHOLDER.search(value):
        return True
    if '"kty"' in value:
        return MASK not in _PUBLIC.sub("", value)
    if "://" in value:
        return _COMMIT.search(value) is not None
    return bool(_IDENTIFIER.search(name)) or _TAG.search(value) is not None


_STRUCTURE: Final = re.compile(rf"^[^{{\[]*[^\"'{{\[]{re.escape(MASK)}[}}\]]")
"""What is hidden with the bracket that opened it."""
_MANY: Final = re.compile(r"(?i)(?:passwords|api[-_]?keys|tokens)[\"']?\s*:$")
"""A list of these holds nothing else."""
_REMARKS: Final = ("#", "//", ";")
"""What a remark begins with in files of settings."""
_ENCRYPTED: Final = "ENC[AES256_GCM,"
"""What a value begins with that SOPS encrypted."""
_SAMPLE: Final = "_example"
"""Key of a ConfigMap that describes the others; Knative and KServe refuse to read settings out of it."""
_OF_DASHBOARDS: Final = ('"panels"', '"schemaVersion"')
"""Grafana's dashboards name data sources, and hold none of their passwords."""


def _telling_line(text: str, name: str) -> str:
    """Return the first line of a file in which a secret is masked, empty if all that is masked tells nothing."""
    if all(word in text for word in _OF_DASHBOARDS):
        return ""
    for found in _LINE.finditer(text):
        line = found[0].strip()
        if line.startswith(_REMARKS) or _ENCRYPTED in line:
            continue  # it is given to no program, or nobody can read it
        above = text[: found.start()].rstrip().rpartition("\n")[2].strip() if line == MASK else ""
        bare = above.rstrip("|>-+ ")
        is_hidden_whole = _STRUCTURE.search(line) or (above == bare and above.endswith((":", "{", "[")))
        if is_hidden_whole and not _MANY.search(above):
            continue  # what is hidden whole is a mapping or a list, of which nobody knows what is in it
        named = _name_of(f"{bare} {line}" if bare.endswith((":", "=")) else line, name)
        if not is_identifier(named, line):
            return line
    return ""


def _name_of(line: str, key: str) -> str:
    """Return the name in front of what is masked in a line, the key of the ConfigMap if there is none."""
    before = line.partition(MASK)[0].rstrip("\"'` \t").rstrip(":=").strip("\"'` \t")
    return re.split(r"[\s,;{]", before)[-1].strip("\"'`") or key


def may_hold_mask(manifest: Mapping[str, object]) -> bool:
    """Tell whether something may be masked in an object; in most nothing is, and looking at each text takes long."""
    try:
        return MASK.encode() in _ENCODER.encode(manifest)
    except (UnicodeEncodeError, OverflowError):
        return True


def _of_values(value: object, pointer: str, name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield pointer, name and text of each value in which something is masked."""
    if isinstance(value, str) and MASK in value:
        if line := _telling_line(value, name) if "\n" in value.strip() else value.strip():
            yield pointer, name, line
    elif isinstance(value, list) and depth:
        for index, item in enumerate(value):
            yield from _of_values(item, f"{pointer}/{index}", name, depth - 1)
    elif isinstance(value, dict) and depth:
        pair = value.get("name")
        for key, item in value.items():  # a header, or a parameter of a chart, is a name and its value
            told = pair if key == "value" and isinstance(pair, str) else str(key)
            yield from _of_values(item, f"{pointer}/{_escaped(str(key))}", told, depth - 1)


_VALUES: Final = frozenset({"env", "httpHeaders", "helm", "values", "valuesContent", "valuesObject", "valuesInline"})
"""Fields whose values are settings of a program, or of a chart that a controller installs."""
_PASSWORD: Final = re.compile(r"(?:^|[a-z_-])(?:[pP]assword|[pP]asswd|[cC]onnectionString|[dD]atabaseUrl|dsn)$")
"""Fields of custom resources that hold nothing else, wherever they stand."""
_PROSE: Final = frozenset({"description", "script", "source"})
_ADDRESS: Final = re.compile(rf"://[^\s/@]*{re.escape(MASK)}[^\s/@]*@")


def _of_object(value: object, pointer: str, name: str, depth: int) -> Iterator[tuple[str, str, str]]:
    """Yield the same of the places in an object at which secrets are given to programs."""
    if isinstance(value, str):
        if (_ADDRESS.search(value) and name not in _PROSE) or (value == MASK and _PASSWORD.search(name)):
            yield pointer, name, _line(value)
    elif isinstance(value, list) and depth:
        for index, item in enumerate(value):
            yield from _of_object(item, f"{pointer}/{index}", name, depth - 1)
    elif isinstance(value, dict) and depth:
        for key, item in value.items():
            yield from _of_field(str(key), item, f"{pointer}/{_escaped(str(key))}", depth - 1)


def _of_field(key: str, item: object, pointer: str, depth: int) -> Iterator[tuple[str, str, str]]:
    if key == "env" and isinstance(item, list):
        yield from _of_variables(item, pointer)
    elif key in {"args", "command"} and isinstance(item, list):
        yield from _of_arguments(item, pointer)
    elif key in _VALUES:
        yield from _of_values(item, pointer, key, depth)
    elif key == "annotations" and isinstance(item, dict):
        said = {name: text for name, text in item.items() if text != MASK}  # a mask alone may be any name
        yield from _of_values(said, pointer, key, depth)
    else:
        yield from _of_object(item, pointer, key, depth)


def _of_variables(listed: list[object], pointer: str) -> Iterator[tuple[str, str, str]]:
    for index, each in enumerate(listed):
        if isinstance(each, dict) and isinstance(value := each.get("value"), str) and MASK in value:
            yield f"{pointer}/{index}/value", str(each.get("name", "")), value


def _of_arguments(listed: list[object], pointer: str) -> Iterator[tuple[str, str, str]]:
    before = ""
    for index, word in enumerate(listed):
        if isinstance(word, str) and MASK in word:
            name = before if word == MASK and before.startswith("-") else word.partition("=")[0][:80]
            yield f"{pointer}/{index}", name if MASK not in name else f"argument {index}", _line(word)
        before = word if isinstance(word, str) else ""


def _line(text: str) -> str:
    """Return the first line of a text in which something is masked."""
    return next(line.strip() for line in text.splitlines() if MASK in line)


def _made(each: KubeObject, pointer: str, name: str, value: str) -> LiteralSecret:
    line, above = each.origin.line, pointer
    while above:
        if above in each.lines:
            line = each.lines[above]
            break
        above = above.rpartition("/")[0]
    file, line = each.places.get(pointer, (each.origin.file, line))
    origin = replace(each.origin, pointer=each.origin.pointer + pointer, file=file, line=line, end_line=line)
    return LiteralSecret(
        subject=each.subject, origin=origin, pointer=pointer, name=name, value=value[:_FOR_SHELL], kind=each.kind
    )


def _escaped(key: str) -> str:
    return key.replace("~", "~0").replace("/", "~1")
