# ruff: noqa: E501 - tables of patterns
"""Looks at each file of an image as it goes by, and keeps what checks ask for; the rest is counted."""

from __future__ import annotations

import hashlib
import json
import re
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from auditor import reasons
from auditor.stages.image import secrets
from auditor.stages.image.reading import WANTED_BYTES, WHOLE_BYTES

if TYPE_CHECKING:
    from auditor.formats.tar_stream import Member
    from auditor.stages.image.lists import Lists
    from auditor.stages.image.reading import VisitedFile

KEPT_LIMIT_BYTES: Final = 256 * 1024 * 1024
"""Of the contents kept of all files together."""
SECRET_LIMIT: Final = 2000
NOTABLE_LIMIT: Final = 20_000
"""Of one trait; what is beyond it is counted."""

_KEPT: Final = re.compile(
    r"^(?:etc/(?:passwd|shadow|group|os-release|debian_version|alpine-release|pip\.conf|npmrc|yum\.conf|dnf/dnf\.conf)"
    r"|usr/lib/os-release|usr/(?:etc|lib)/(?:passwd|shadow|group)"
    r"|var/lib/dpkg/(?:status|diversions|info/[^/]+\.(?:md5sums|list|conffiles)|status\.d/[^/]+)|lib/apk/db/installed"
    r"|usr/lib/apk/db/installed|(?:var/lib/rpm|usr/lib/sysimage/rpm)/rpmdb\.sqlite"
    r"|etc/apt/(?:sources\.list|sources\.list\.d/[^/]+\.(?:list|sources)|apt\.conf|apt\.conf\.d/[^/]+)"
    r"|etc/apk/repositories|etc/yum\.repos\.d/[^/]+\.repo|etc/zypp/repos\.d/[^/]+\.repo"
    r"|(?:root|home/[^/]+)/(?:\.config/pip/pip\.conf|\.pip/pip\.conf|\.npmrc|\.condarc)"
    r"|etc/dpkg/dpkg\.cfg(?:\.d/[^/]+)?)$"
    r"|\.(?:dist-info/RECORD|dist-info/direct_url\.json|egg-info/installed-files\.txt)$"
)
_KEPT_FOLDERS: Final = ("etc/", "usr/lib/os-release", "usr/etc/", "usr/lib/passwd", "usr/lib/shadow", "usr/lib/group", "usr/lib/apk/", "lib/apk/", "var/lib/dpkg/", "var/lib/rpm/", "usr/lib/sysimage/rpm/", "root/", "home/")  # fmt: skip
_KEPT_NAMES: Final = (".dist-info/RECORD", ".dist-info/direct_url.json", ".egg-info/installed-files.txt")
"""Plain words that every path is asked before a pattern is; together they let through all that `_KEPT` does."""
_PROGRAMS: Final = re.compile(r"(?:^|/)s?bin/([^/]+)$|^opt/(?:[^/]+/)*([^/]+)$")
_PREFIX: Final = re.compile(r"^(?:[a-z0-9_]+-(?:[a-z0-9_]+-)*(?:gnu|musl|gnueabi|gnueabihf|musleabihf)-)")
_VERSION: Final = re.compile(r"-?\d+(?:\.\d+)*$")
_CACHES: Final = (
    (re.compile(r"^(var/lib/apt/lists)/(?!lock$|partial/?$|auxfiles/?$)."), "apt"),
    (re.compile(r"^(var/cache/apt)/(?:archives/[^/]+\.deb$|(?:src)?pkgcache\.bin$)"), "apt"),
    (re.compile(r"^(var/cache/apk)/."), "apk"),
    (re.compile(r"^(var/cache/(?:yum|dnf|libdnf5|zypp|pacman/pkg))/."), "rpm"),
    (re.compile(r"^((?:root|home/[^/]+)/\.cache/(?:pip|uv|pipenv|pypoetry|conda|yarn))/."), "Python"),
    (re.compile(r"^((?:root|home/[^/]+)/\.npm/_cacache)/."), "npm"),
    (re.compile(r"^((?:root|home/[^/]+)/\.(?:yarn/cache|pnpm-store|cargo/registry|m2/repository|gradle/caches))/."), "build"),
    (re.compile(r"^(usr/local/share/\.cache/yarn)/."), "yarn"),
    (re.compile(r"^((?:root/)?go/pkg/mod/cache)/."), "Go"),
    (re.compile(r"^(opt/conda/pkgs)/.+\.(?:conda|tar\.bz2)$"), "conda"),
)  # fmt: skip
_VCS: Final = re.compile(r"^((?:.*/)?\.(?:git|svn|hg|bzr))(?:/|$)")
_OWNED: Final = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages|node_modules|share/doc|lib/python[\d.]+|go/pkg/mod|share/perl\w*)/"
)
_LEFTOVER: Final = (
    (re.compile(r"(?:^|/)\.(?:bash|ash|sh|zsh|python|node_repl|mysql|psql|sqlite|rediscli)_history$|(?:^|/)\.histfile$"), "history of a shell"),
    (re.compile(r"(?:^|/)\.(?:viminfo|lesshst|wget-hsts)$|\.swp$"), "traces of an editor"),
    (re.compile(r"(?:^|/)(?:Dockerfile|Containerfile)(?:\.[\w-]+)?$|(?:^|/)[\w-]+\.Dockerfile$|(?:^|/)\.dockerignore$"), "recipe of an image"),
    (re.compile(r"(?:^|/)(?:docker-)?compose(?:[.-][\w-]+)*\.ya?ml$|(?:^|/)\.gitlab-ci\.yml$|(?:^|/)\.github/"), "recipe of a build"),
    (re.compile(r"\.ipynb$"), "notebook"),
)  # fmt: skip
_TEST_FOLDER: Final = re.compile(r"^((?!usr/|lib/|opt/conda/)(?:[^/]+/)*(?:tests?|testdata|test_data|__tests__))/.")
_MODEL: Final = frozenset(
    [
        "pkl",
        "pickle",
        "p",
        "joblib",
        "pt",
        "pth",
        "ckpt",
        "bin",
        "dill",
        "cloudpickle",
        "npy",
        "npz",
        "h5",
        "hdf5",
        "keras",
        "onnx",
        "gguf",
        "ggml",
        "safetensors",
        "tflite",
        "mar",
    ]
)
_PICKLE_START: Final = re.compile(rb"\x80[\x02-\x05](?:\x95.{8}|[cXU}\]\(\x8a\x8c\x94\x00-\x7f])", re.DOTALL)
_PICKLE_SUFFIX: Final = re.compile(r"\.(?:pkl|pickle|p|joblib|dill|cloudpickle|pt|pth|ckpt)$", re.IGNORECASE)
_KNOWN_PICKLES: Final = re.compile(r"(?:^|/)lib2to3/[\w.]*\.pickle$|(?:^|/)blib2to3/[\w.]*\.pickle$")
"""Grammar tables that Python itself writes while it is installed."""
_LOCKS: Final = frozenset(
    [
        "uv.lock",
        "poetry.lock",
        "Pipfile.lock",
        "pdm.lock",
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "go.sum",
        "go.mod",
        "Cargo.lock",
        "Gemfile.lock",
        "composer.lock",
        "gradle.lockfile",
        "packages.lock.json",
        "mix.lock",
        "pubspec.lock",
    ]
)
_MORE_LOCKS: Final = re.compile(r"pylock(?:\.[\w-]+)?\.toml|requirements[\w.-]*\.txt")
_LEFT: Final = re.compile(r"ockerfile|ontainerfile|compose|history|\.ipynb$|\.swp$")


def _is_lock(name: str) -> bool:
    return name in _LOCKS or (name.startswith(("pylock", "requirements")) and bool(_MORE_LOCKS.fullmatch(name)))


def _is_left(name: str, path: str) -> bool:
    return name[:1] == "." or ".github/" in path or bool(_LEFT.search(name))


def _may_be_model(path: str, data: bytes) -> bool:
    return bool(path.rpartition(".")[2].lower() in _MODEL or data[:4] in _MAGIC or _PICKLE_START.match(data))


def _is_kept(path: str) -> bool:
    return (path.startswith(_KEPT_FOLDERS) or path.endswith(_KEPT_NAMES)) and bool(_KEPT.search(path))


_SYSTEM: Final = (
    "bin/", "sbin/", "lib/", "lib32/", "lib64/", "libx32/", "usr/bin/", "usr/sbin/", "usr/lib/", "usr/lib32/", "usr/lib64/",
    "usr/libx32/", "usr/libexec/", "usr/share/", "usr/include/", "usr/games/", "var/lib/", "var/cache/", "etc/", "boot/",
)  # fmt: skip
"""Where packages of the distribution put their files; what pip installs lies elsewhere, or below ``…-packages``."""


class Notable(NamedTuple):
    """A file that a check asks for.

    Attributes:
        trait: As of `ImageFile`.
        what: Which of the kind.
        path: Where.
        mode: Permission bits.
        size: Bytes.
        digest: SHA-256; empty of a link.
        layer: Number of the layer.
        is_deleted: A layer above hides it.
        is_whole: As of `ImageFile`.
        detail: As of `ImageFile`.
    """

    trait: str
    what: str
    path: str
    mode: int
    size: int
    digest: bytes
    layer: int
    is_deleted: bool = False
    is_whole: bool = True
    detail: str = ""


@dataclass
class Scan:
    """A visitor that keeps what is notable.

    Attributes:
        lists: What to compare names with.
        notable: By path, of the final state.
        secrets: Of any layer.
        kept: Contents of files that are read later, by path; final ones only.
        folders: Path, kind, count and bytes of what is counted by folder (caches, leftovers).
        locks: Lock files.
        total_bytes: Sum of the sizes of final files.
        lost: Reason and detail of what was not kept.
        has_secrets: Secrets are looked for.
        is_sparing: SHA-256 is taken of what a check shows and of what a Python package may promise, and of nothing else.
    """

    lists: Lists
    has_secrets: bool = True
    is_sparing: bool = False
    notable: dict[str, list[Notable]] = field(default_factory=dict)
    secrets: list[Notable] = field(default_factory=list)
    kept: dict[str, bytes] = field(default_factory=dict)
    folders: dict[tuple[str, str, str], list[int]] = field(default_factory=dict)
    locks: set[str] = field(default_factory=set)
    total_bytes: int = 0
    lost: list[tuple[reasons.Reason, str]] = field(default_factory=list)
    _kept_bytes: int = 0

    def wants(self, path: str) -> bool:
        """Tell whether a file is to be read whole although it is large."""
        return _is_kept(path) or secrets.wants(path)

    def asks(self, path: str, member: Member, head: bytes) -> bool:
        """Tell whether a check shows the SHA-256 of a file, or a Python package may promise it.

        Of a file that is shown whole it can be taken later; `_note` does.
        """
        if not self.is_sparing or "-packages/" in path or not path.startswith(_SYSTEM):
            return True
        return member.size > WHOLE_BYTES and bool(
            member.mode & 0o6002
            or member.capability
            or _may_be_model(path, head)
            or _is_left(path.rpartition("/")[2], path)
            or secrets.wants(path)
            or (member.mode & 0o111 and any(self._program_of(path)))
        )

    def see(self, seen: VisitedFile) -> None:
        """Look at one member of a layer."""
        kind = seen.member.kind
        if self.has_secrets and kind == "file" and seen.is_whole:
            self._secret(seen)
        if not seen.is_final:
            return
        path = seen.path
        if path in self.notable:
            del self.notable[path]  # the same name twice in one layer: the later one counts
        if kind == "folder":
            if seen.member.mode & 0o002 and not seen.member.mode & 0o1000:
                self._note("writable", "folder", seen)
            self._by_folder(seen)
        elif kind in {"file", "link"}:
            self._final(seen)

    def _final(self, seen: VisitedFile) -> None:
        path, member = seen.path, seen.member
        if member.kind == "file":
            self.total_bytes += member.real_size
            self._keep(seen)
            if member.mode & 0o6000:
                what = "setuid" if member.mode & 0o4000 else "setgid"
                self._note("setuid", what, seen)
            if member.capability:
                self._note("capability", capability_words(member.capability), seen)
            if member.mode & 0o002:
                self._note("writable", "file", seen)
            self._model(seen)
        self._program(path, seen)
        self._by_folder(seen)
        name = path.rpartition("/")[2]
        if _is_lock(name) and not _OWNED.search(path):
            self.locks.add(path)
        if _is_left(name, path):
            for pattern, what in _LEFTOVER:
                if pattern.search(path) and not _OWNED.search(path) and not path.startswith("usr/share/"):
                    if member.real_size or member.kind == "link":
                        self._note("leftover", what, seen)
                    return

    def _note(self, trait: str, what: str, seen: VisitedFile, *, is_whole: bool = True, detail: str = "") -> None:
        member = seen.member
        self.notable.setdefault(seen.path, []).append(
            Notable(
                trait=trait,
                what=what,
                path=seen.path,
                mode=member.mode,
                size=member.real_size,
                digest=_digest(seen),
                layer=seen.layer,
                is_whole=is_whole,
                detail=detail,
            )
        )

    def _secret(self, seen: VisitedFile) -> None:
        found = secrets.in_file(seen.path, seen.data, seen.member.size)
        if found and len(self.secrets) < SECRET_LIMIT:
            detail = f"{found.detail} (test)".strip() if found.is_test else found.detail
            self.secrets.append(
                Notable(
                    trait="secret",
                    what=found.what,
                    path=seen.path,
                    mode=seen.member.mode,
                    size=seen.member.size,
                    digest=_digest(seen),
                    layer=seen.layer,
                    is_deleted=not seen.is_final,
                    detail=detail,
                )
            )

    def _keep(self, seen: VisitedFile) -> None:
        if not _is_kept(seen.path):
            return
        if not seen.is_whole:
            reason = reasons.TOO_LARGE if seen.member.size > WANTED_BYTES else reasons.CANNOT_BE_READ
            self.lost.append((reason, seen.path))
        elif self._kept_bytes + len(seen.data) > KEPT_LIMIT_BYTES:
            self.lost.append((reasons.TOO_LARGE, f"{seen.path}: more than {KEPT_LIMIT_BYTES} bytes of such files"))
        else:
            self._kept_bytes += len(seen.data)
            self.kept[seen.path] = seen.data

    def _program(self, path: str, seen: VisitedFile) -> None:
        is_link = seen.member.kind == "link"
        if is_link or seen.member.mode & 0o111:
            trait, what = self._program_of(path)
            if trait:
                self._note(trait, what, seen, detail=f"-> {seen.member.link}" if is_link else "")

    def _program_of(self, path: str) -> tuple[str, str]:
        """Return as what a check asks for a program, and which of the kind; nothing if none does."""
        found = _PROGRAMS.search(path) if "bin/" in path or path.startswith("opt/") else None
        if not found:
            return "", ""
        name = found[1] or found[2]
        kind = self.lists.tools.get(name)
        if kind is None:
            plain = _PREFIX.sub("", name)
            kind = self.lists.tools.get(plain) or self.lists.tools.get(_VERSION.sub("", plain))
        if kind:
            return "tool", kind
        if name in self.lists.package_managers or _VERSION.sub("", name) in self.lists.package_managers:
            return "package-manager", name
        return ("sudo", name) if name in {"sudo", "sudoedit", "doas"} else ("", "")

    def _by_folder(self, seen: VisitedFile) -> None:
        """Count what stands in folders of caches and leftovers, one row a folder."""
        path = seen.path
        if ".git" in path or ".svn" in path or ".hg" in path or ".bzr" in path:
            vcs = _VCS.match(path)
            if vcs and not _OWNED.search(vcs[1]):
                self._count("leftover", "version control", vcs[1], seen)
                return
        if seen.member.kind == "folder":
            return
        if "cache" in path or "apt/lists" in path or path.startswith(("root/.", "home/", "opt/conda/pkgs/")):
            for pattern, what in _CACHES:
                found = pattern.match(path)
                if found:
                    self._count("cache", what, found[1], seen)
                    return
        if "test" in path:
            found = _TEST_FOLDER.match(path)
            if found and not _OWNED.search(path):
                self._count("leftover", "test data", found[1], seen)

    def _count(self, trait: str, what: str, folder: str, seen: VisitedFile) -> None:
        row = self.folders.setdefault((trait, what, folder), [0, 0, seen.layer])
        row[0] += seen.member.kind != "folder"
        row[1] += seen.member.real_size

    def _model(self, seen: VisitedFile) -> None:
        path, data = seen.path, seen.data
        if not _may_be_model(path, data) or _KNOWN_PICKLES.search(path):
            return
        what, is_whole, detail = model_kind(path, data)
        if what:
            self._note("model", what, seen, is_whole=is_whole, detail=detail)


def _digest(seen: VisitedFile) -> bytes:
    if seen.digest or seen.member.kind != "file" or not seen.is_whole:
        return seen.digest
    return hashlib.sha256(seen.data).digest()


_MAGIC: Final = frozenset({b"GGUF", b"ggml", b"ggjt", b"ggla"})
_SAFETENSORS_HEADER_LIMIT: Final = 100_000_000
"""As the format's own reader has it."""


def model_kind(  # noqa: C901, PLR0911 - one line a kind
    path: str, data: bytes
) -> tuple[str, bool, str]:
    """Tell by its first bytes what kind of model file this is; nothing is ever loaded.

    Returns:
        The kind (empty if it is none), whether its header can be read as its kind promises, and what the header says.
    """
    suffix = path.rpartition(".")[2].lower()
    if data[:4] == b"GGUF":
        return "gguf", *_gguf(data)
    if data[:4] in _MAGIC:
        return "ggml", True, ""
    if suffix == "gguf":
        return "gguf", False, "no GGUF magic"
    if suffix == "safetensors":
        return "safetensors", *_safetensors(data)
    if data[:4] == b"PK\x03\x04" and (b"/data.pkl" in data[:4096] or suffix in {"pt", "pth", "ckpt"}):
        return "pickle (torch archive)", True, ""
    if data[:4] == b"PK\x03\x04" and suffix == "npz":
        return "", True, ""
    if _PICKLE_START.match(data) and suffix != "pyc":
        return "pickle", True, ""
    if data[:6] == b"\x93NUMPY":
        return ("pickle (numpy objects)", True, "") if b"'|O'" in data[:256] or b"'O'" in data[:256] else ("", True, "")
    if _PICKLE_SUFFIX.search(path) and suffix != "p" and data and not _is_text(data):
        return "pickle", True, "by its name"
    if _PICKLE_SUFFIX.search(path) and suffix != "p" and data and data[:1] in b"(c]}":
        return "pickle", True, "protocol 0"
    if data[:8] == b"\x89HDF\r\n\x1a\n" and suffix in {"h5", "hdf5", "keras"}:
        return "hdf5", True, ""
    return ("onnx", True, "") if suffix == "onnx" and data else ("", True, "")


def _is_text(data: bytes) -> bool:
    return b"\0" not in data[:1024] and all(byte >= 9 for byte in data[:256])  # noqa: PLR2004 - control characters


def _gguf(data: bytes) -> tuple[bool, str]:
    """Read the fixed part of a GGUF header: version, number of tensors, number of keys."""
    if len(data) < 24:  # noqa: PLR2004 - of the fixed part
        return False, "cut off"
    version, tensors, keys = struct.unpack_from("<IQQ", data, 4)
    if version not in {1, 2, 3}:
        return False, f"version {version}"
    is_likely = tensors < 1 << 24 and keys < 1 << 24
    return is_likely, f"version {version}, {tensors} tensors"


def _safetensors(data: bytes) -> tuple[bool, str]:
    """Read the header of a safetensors file: eight bytes of length, then JSON."""
    if len(data) < 10:  # noqa: PLR2004 - length and an empty object
        return False, "cut off"
    (length,) = struct.unpack_from("<Q", data)
    if not 2 <= length <= _SAFETENSORS_HEADER_LIMIT or data[8:9] != b"{":  # noqa: PLR2004 - an empty object
        return False, "no header"
    if 8 + length > len(data):
        return True, "long header"
    try:
        header = json.loads(data[8 : 8 + length])
    except (ValueError, RecursionError):
        return False, "header is no JSON"
    return isinstance(header, dict), f"{len(header)} tensors" if isinstance(header, dict) else "header is no object"


_CAPABILITIES: Final = (
    "chown", "dac_override", "dac_read_search", "fowner", "fsetid", "kill", "setgid", "setuid", "setpcap",
    "linux_immutable", "net_bind_service", "net_broadcast", "net_admin", "net_raw", "ipc_lock", "ipc_owner", "sys_module",
    "sys_rawio", "sys_chroot", "sys_ptrace", "sys_pacct", "sys_admin", "sys_boot", "sys_nice", "sys_resource", "sys_time",
    "sys_tty_config", "mknod", "lease", "audit_write", "audit_control", "setfcap", "mac_override", "mac_admin", "syslog",
    "wake_alarm", "block_suspend", "audit_read", "perfmon", "bpf", "checkpoint_restore",
)  # fmt: skip
"""By number, as linux/capability.h has them."""


def capability_words(value: bytes) -> str:
    """Return the names of the permitted capabilities of an attribute (struct vfs_cap_data)."""
    if len(value) < 12:  # noqa: PLR2004 - of revision 1
        return "unreadable"
    low = struct.unpack_from("<I", value, 4)[0]
    high = struct.unpack_from("<I", value, 12)[0] if len(value) >= 20 else 0  # noqa: PLR2004 - of revision 2
    bits = low | high << 32
    return ", ".join(f"cap_{name}" for number, name in enumerate(_CAPABILITIES) if bits >> number & 1) or "none"
