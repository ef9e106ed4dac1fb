# ruff: noqa: E501 - tables of patterns
"""Tells which files and settings of an image hold a secret; what one looks like is `auditor.masking`'s to say."""

from __future__ import annotations

import base64
import posixpath
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor.masking import is_secret_name, mask_text, secrets_in

if TYPE_CHECKING:
    from collections.abc import Iterator

TEXT_BYTES: Final = 256 * 1024
_KEY_LABEL: Final = b"PRIVATE KEY"
_KEY: Final = re.compile(
    rb"-----BEGIN (?:(?:RSA|EC|DSA|SM2|SM9|OPENSSH|ANY|ENCRYPTED) )?PRIVATE KEY-----(?:\s|\\+[nr]|[\"'`+,])*"
    rb"(?:(?:Proc-Type|DEK-Info)[^\n]*\s+)*[A-Za-z0-9+/]{20}"
    rb"|-----BEGIN PGP PRIVATE KEY BLOCK-----\s+(?:(?:Version|Comment|Hash)[^\n]*\s+)*[A-Za-z0-9+/]{20}"
)
_KEY_IN_BASE64: Final = b"LS0tLS1CRUdJTi"
"""``-----BEGIN`` as manifests of secrets and settings of CI hold it."""
_BASE64: Final = re.compile(rb"LS0tLS1CRUdJTi[A-Za-z0-9+/\s\\]{40,20000}")
_PUTTY: Final = b"PuTTY-User-Key-File-"
_NO_TEXT: Final = (
    b"\x7fELF",
    b"\x1f\x8b",
    b"\xfd7zXZ\0",
    b"\x28\xb5\x2f\xfd",
    b"\xde\x12\x04\x95",
    b"\x95\x04\x12\xde",
    b"\x89PNG",
    b"!<arch>\n",
)
"""How programs, packed files, translations and pictures begin: half the bytes of an image, and none of them a credential."""
_JKS: Final = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_STORES: Final = frozenset({"p12", "pfx", "jks", "jceks", "keystore", "bks", "kdbx", "ppk", "agekey"})
"""Endings of names, in small letters. Every path of an image is asked, so plain words stand before patterns here."""
_TRUST: Final = re.compile(r"(?:^|/)(?:cacerts|truststore[\w.-]*|[\w.-]*trust[\w.-]*)$", re.IGNORECASE)
_ENV: Final = re.compile(r"(?:^|/)(?:\.env(?:\.[\w-]+)*|\.envrc|[\w-]+\.env)$")
_ENV_EXAMPLE: Final = re.compile(
    r"\.(?:example|sample|template|dist|tmpl|defaults?|test)$|(?:^|/)(?:example|sample|template)\.env$"
)
_VENDOR: Final = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|share/doc|share/man|share/zoneinfo|share/perl\w*|lib/python[\d.]+"
    r"|go/pkg/mod|\.cargo/registry|gems|share/ca-certificates|share/locale|share/i18n|lib/ruby|lib/perl\w*|lib/jvm|lib/go)/"
)
_BOOKS: Final = re.compile(r"^(?:var/lib/(?:dpkg|rpm|apt|pacman)|lib/apk/db|usr/lib/sysimage)/")
_TEST: Final = re.compile(r"(?:^|/)(?:tests?|testdata|testing|fixtures?|examples?|spec|specs|mocks?)/", re.IGNORECASE)
_TEXTS: Final = frozenset(
    [
        "conf",
        "cnf",
        "cfg",
        "config",
        "ini",
        "yaml",
        "yml",
        "json",
        "toml",
        "properties",
        "xml",
        "env",
        "sh",
        "bash",
        "txt",
        "tfvars",
        "tfstate",
        "hcl",
        "py",
        "js",
        "ts",
        "mjs",
        "cjs",
        "rb",
        "php",
        "go",
        "java",
        "kt",
        "cs",
        "sql",
        "service",
        "netrc",
        "pgpass",
        "list",
        "sources",
        "rc",
        "secret",
        "token",
        "key",
        "pem",
        "credential",
        "credentials",
    ]
)
"""Endings of names of texts; a name without an ending, or of nothing else, may be one, too."""
_PLACEHOLDER: Final = re.compile(
    r"(?i)example|placeholder|your[-_ ]?|dummy|fake|sample|redacted|replace|insert|not[-_]?real|mock|x{4,}|\*{3,}|\.{3}"
    r"|<[^>]*>|\$\{|\{\{|^\$|([A-Za-z0-9])\1{7,}"
)
_CERTAIN: Final = frozenset(
    {
        "key block", "password in address", "github token", "gitlab token", "cloud key", "chat token", "model key",
        "payment key", "registry token", "vault token", "service token", "age key", "account key",
    }
)  # fmt: skip
"""Kinds of the masker whose shape alone is proof enough for a finding; it hides more than that."""
_NAMED: Final = _CERTAIN | {"random text"}
"""Kinds that are proof enough behind the name of a secret."""
_SIGNS: Final = (
    b"://", b"ghp_", b"gho_", b"ghs_", b"ghu_", b"ghr_", b"github_pat_", b"glpat-", b"gldt-", b"glrt-", b"AKIA", b"ASIA",
    b"LTAI", b"AKID", b"AIza", b"GOCSPX-", b"ya29.", b"xox", b"sk-", b"hf_", b"gsk_", b"nvapi-", b"sk_live_", b"rk_live_",
    b"sk_test_", b"whsec_", b"npm_", b"pypi-", b"dckr_pat_", b"hvs.", b"hvb.", b"SG.", b"dop_v1_", b"dapi", b"AccountKey=",
    b"AGE-SECRET-KEY-1", b"tvly-", b"lsv2_", b"r8_", b"glsa_",
)  # fmt: skip
_ADDRESS: Final = re.compile(rb"://[^\s/:@\"'`<>]{0,100}:[^\s\"'`<>\\]{1,256}@")
_TOKEN: Final = re.compile(
    rb"(?:AccountKey=|(?<![A-Za-z0-9])(?:" + b"|".join(re.escape(each) for each in _SIGNS[1:]) + rb"))[\w+/=.-]{8}"
)
"""What a sign has around it where it belongs to a secret: `sk-` stands in ``task-``, ``://`` in every address."""
_BEFORE_BYTES: Final = 256
_BEHIND_BYTES: Final = 4096
"""So much of a text around a sign is shown to the masker, which would take milliseconds for all of it."""
_PUBLIC_PASSWORDS: Final = re.compile(
    r"(?i)^(?:\$\(?\w|%\w+%|user(?:name)?$|pass(?:word)?$|pw$|token$|secret$|\w*pass(?:word)?$)"
)


class Suspect(NamedTuple):
    """What looks like a secret.

    Attributes:
        what: ``private key``, ``credential file``, ``github token`` …
        detail: Circumstances, masked.
        is_test: It lies among tests or examples.
    """

    what: str
    detail: str = ""
    is_test: bool = False


def wants(path: str) -> bool:
    """Tell whether a file is to be read whole although it is large: a store, a state file."""
    return _ending(path) in _STORES or path.endswith((".tfstate", "credentials.json"))


def _ending(path: str) -> str:
    return path.rpartition(".")[2].lower()


@lru_cache(4096)
def _is_vendor(folder: str) -> bool:
    return bool(_VENDOR.search(f"{folder}/"))


def in_file(path: str, data: bytes, size: int) -> Suspect | None:  # noqa: PLR0911 - one line a kind
    """Tell what secret a file holds; None if none was found.

    Args:
        path: Without a leading slash.
        data: Its content, or the beginning.
        size: Its size.
    """
    if not size or data.startswith(_NO_TEXT):
        return None
    if _KEY_LABEL in data and _KEY.search(data):
        return Suspect("private key", _encrypted(data), bool(_TEST.search(path)))
    if _KEY_IN_BASE64 in data and (key := _decoded_key(data)) is not None:
        return Suspect("private key", _encrypted(key), bool(_TEST.search(path)))
    if data.startswith(_PUTTY):
        return Suspect("private key", "PuTTY", bool(_TEST.search(path)))
    if _ending(path) in _STORES and not _TRUST.search(path) and _is_store(path.lower(), data):
        return Suspect("key store", posixpath.splitext(path)[1], bool(_TEST.search(path)))
    named = _credential_file(path, data)
    if named:
        return Suspect("credential file", named, bool(_TEST.search(path)))
    folder, _mark, name = path.rpartition("/")
    if size > TEXT_BYTES or _is_vendor(folder) or _BOOKS.match(path) or b"\0" in data[:1024]:
        return None
    if "env" in name and _ENV.search(path) and not _ENV_EXAMPLE.search(path):
        found = next(_named_values(_decoded(data)), "")
        if found:
            return Suspect("environment file", found, bool(_TEST.search(path)))
    return _shape(path, data)


def _decoded_key(data: bytes) -> bytes | None:
    """Return the first private key that a text holds in Base64; None if there is none."""
    for match in _BASE64.finditer(data):
        packed = re.sub(rb"[^A-Za-z0-9+/]", b"", match[0].replace(b"\\n", b""))
        text = base64.b64decode(packed[: len(packed) // 4 * 4])
        if _KEY.search(text):
            return text
    return None


def _encrypted(data: bytes) -> str:
    return "encrypted" if b"ENCRYPTED" in data else ""


def _is_store(path: str, data: bytes) -> bool:
    if path.endswith((".jks", ".keystore", ".jceks")):
        return data[:4] in _JKS or data[:1] == b"\x30"
    return data[:1] == b"\x30" or path.endswith((".kdbx", ".bks", ".ppk", ".agekey"))


def _decoded(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _named_values(text: str) -> Iterator[str]:
    """Yield names of variables that hold a secret."""
    for line in text.splitlines():
        name, mark, value = line.strip().removeprefix("export ").partition("=")
        plain = value.strip().strip("\"'")
        if mark and not name.startswith("#") and is_secret_name(name.strip()) and _is_real(plain, name.strip()):
            yield name.strip()[:100]


def _is_real(value: str, name: str) -> bool:
    """Tell whether a value is one: no placeholder, no reference, no file."""
    if len(value) < 4 or _PLACEHOLDER.search(value) or value.startswith(("/", "file:", "vault:", "$")):  # noqa: PLR2004 - shorter hides nothing
        return False
    return any(found.name or found.kind in _NAMED for found in secrets_in(f"{name}={value}"))


def _credential_file(path: str, data: bytes) -> str:
    """Return what kind of credential file a file of a known name is, empty if it is none or holds nothing."""
    is_json = path.endswith(".json")
    if not (_may_be_credentials(path) or path in _SHADOWS or (is_json and b"service_account" in data)):
        return ""
    text = _decoded(data) if len(data) <= TEXT_BYTES else ""
    for pattern, content, kind in _FILES:
        if pattern.search(path) and content.search(text):
            return kind
    if path in _SHADOWS:
        hashes = [line.split(":")[1] for line in text.splitlines() if line.count(":") >= 2]  # noqa: PLR2004 - of a row
        return "password hashes" if any(each.startswith("$") for each in hashes) else ""
    if is_json and '"private_key"' in text and '"service_account"' in text:
        return "service account of a cloud"
    return ""


_FILES: Final = tuple(
    (re.compile(path), re.compile(content), kind)
    for path, content, kind in (
        (r"(?:^|/)\.aws/credentials$", r"(?i)aws_secret_access_key\s*=\s*\S", "AWS"),
        (r"(?:^|/)\.docker/config\.json$|(?:^|/)\.dockercfg$|containers/auth\.json$", r'"(?:auth|identitytoken|password)"\s*:\s*"[^"]', "Docker"),
        (r"(?:^|/)\.kube/config$|(?:^|/)kubeconfig(?:\.ya?ml)?$|etc/kubernetes/[\w-]+\.conf$", r"(?:token|client-key-data|password)\s*:\s*\S", "Kubernetes"),
        (r"(?:^|/)[._]netrc$", r"(?i)password\s+\S", "netrc"),
        (r"(?:^|/)\.pgpass$", r"(?m)^[^#\n]*:[^:\n]+$", "PostgreSQL"),
        (r"(?:^|/)\.my\.cnf$", r"(?im)^[ \t]*password\s*=\s*\S", "MySQL"),
        (r"(?:^|/)\.?npmrc$|(?:^|/)\.yarnrc(?:\.yml)?$", r"(?i)(?:_authToken|_auth|_password|npmAuthToken)\s*[=:]\s*[\"']?(?!\$)[^\s\"']{8}", "npm"),
        (r"(?:^|/)\.pypirc$", r"(?im)^[ \t]*password\s*[=:]\s*\S", "PyPI"),
        (r"(?:^|/)\.git-credentials$", r"://[^:/\s]*:[^@\s]+@", "git"),
        (r"(?:^|/)application_default_credentials\.json$", r'"(?:refresh_token|private_key)"\s*:\s*"[^"]', "Google Cloud"),
        (r"(?:^|/)\.azure/(?:accessTokens|azureProfile|msal_token_cache)\.json$", r"(?i)token", "Azure"),
        (r"(?:^|/)\.vault-token$", r"\S{8}", "Vault"),
        (r"(?:^|/)\.config/gh/hosts\.yml$", r"oauth_token\s*:\s*\S", "GitHub"),
        (r"(?:^|/)\.htpasswd$", r"(?m)^[^:#\n]+:\S+", "htpasswd"),
        (r"\.tfstate$", r'(?i)"(?:password|secret|private_key|token)\w*"\s*:\s*"[^"]{4}', "Terraform state"),
        (r"(?:^|/)(?:\.cache/)?huggingface/token$", r"hf_\w{8}", "Hugging Face"),
        (r"(?:^|/)run/secrets/[^/]+$", r"\S{4}", "secret of a build"),
        (r"(?:^|/)\.terraformrc$|credentials\.tfrc\.json$", r"(?i)token\"?\s*[:=]\s*\"\S", "Terraform"),
        (r"(?:^|/)rclone\.conf$|(?:^|/)\.s3cfg$|(?:^|/)\.boto$|(?:^|/)\.ossutilconfig$", r"(?i)(?:secret|pass)\w*\s*=\s*\S", "object store"),
    )
)  # fmt: skip


_ANY_FILE: Final = re.compile("|".join(f"(?:{pattern.pattern})" for pattern, _content, _kind in _FILES))
_NAMES: Final = ("credentials", "config", "token", "rc", ".dockercfg", "netrc", ".pgpass", ".cnf", ".conf", ".json", ".yml", ".yaml", ".htpasswd", ".tfstate", ".vault-token", ".git-credentials", ".s3cfg", ".boto", ".ossutilconfig")  # fmt: skip
"""How every name that `_ANY_FILE` knows ends, but for those in ``run/secrets``."""


def _may_be_credentials(path: str) -> bool:
    return (path.endswith(_NAMES) or "run/secrets/" in path) and bool(_ANY_FILE.search(path))


_SHADOWS: Final = frozenset({"etc/shadow", "etc/shadow-"})


_SHORTEST: Final = 16
"""No token of a known shape is shorter."""


def _signs(data: bytes) -> Iterator[re.Match[bytes]]:
    """Yield where a secret may stand; plain searches come first, since every text of an image is asked."""
    address, *tokens = _SIGNS
    if address in data:
        yield from _ADDRESS.finditer(data)
    for sign in tokens:
        if sign in data:
            yield from _TOKEN.finditer(data)
            return


def _is_text_name(name: str) -> bool:
    return "." not in name or name[0] == "." or _ending(name) in _TEXTS


def _shape(path: str, data: bytes) -> Suspect | None:
    """Look for what is a secret by its own shape, in texts that may hold one."""
    if len(data) < _SHORTEST or not _is_text_name(path.rpartition("/")[2]):
        return None
    seen = 0
    for sign in sorted(_signs(data), key=lambda each: each.start()):
        if sign.start() < seen:
            continue
        begin, seen = max(0, sign.start() - _BEFORE_BYTES), sign.start() + _BEHIND_BYTES
        text = _decoded(data[begin : seen + _BEFORE_BYTES])
        for found in secrets_in(text, is_code=True):
            value = text[found.start : found.end]
            if found.kind in _CERTAIN and not _is_public(found.kind, value):
                line = data.count(b"\n", 0, begin) + text.count("\n", 0, found.start) + 1
                return Suspect(found.kind, f"line {line}", bool(_TEST.search(path)))
    return None


def _is_public(kind: str, value: str) -> bool:
    if _PLACEHOLDER.search(value):
        return True
    if kind == "password in address":
        return bool(_PUBLIC_PASSWORDS.match(value)) or len(value) < 4  # noqa: PLR2004 - shorter hides nothing
    return not (re.search(r"\d", value) and re.search(r"[A-Za-z]", value))


class Found(NamedTuple):
    """A secret of a setting.

    Attributes:
        shape: What it looks like.
        masked: The text, everything hidden that may be secret.
        value: The secret; goes nowhere but into a digest.
    """

    shape: str
    masked: str
    value: str


def in_setting(name: str, value: str, public: frozenset[str]) -> Found | None:
    """Tell what secret a variable or label holds."""
    if name in public or not value:
        return None
    if is_secret_name(name) and _is_real(value, name):
        return Found(f"value of {name}"[:120], f"{name}=(masked)", value)
    return in_line(value, f"{name}={{}}")


def in_line(text: str, form: str = "{}") -> Found | None:
    """Tell what secret a command holds.

    Args:
        text: The command.
        form: How to show it.
    """
    for found in secrets_in(text):
        value = text[found.start : found.end]
        is_named = found.kind == "named" and len(value) >= 4 and not _PLACEHOLDER.search(value)  # noqa: PLR2004 - shorter hides nothing
        if is_named and found.name.strip("-").upper() in _NOT_SECRET:
            continue
        if is_named or (found.kind in _CERTAIN and not _is_public(found.kind, value)):
            shape = f"value of {found.name}"[:120] if is_named and found.name else found.kind
            return Found(shape, form.replace("{}", mask_text(text)), value)
    return None


_NOT_SECRET: Final = frozenset({"GPG_KEY", "GPG_KEYS", "KEY", "SIGNED-BY", "TRUSTED-HOST"})
