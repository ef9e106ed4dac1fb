"""The whole history of a repository of strangers, laid out for reading: its objects, and nothing else of it.

A repository of our own takes the objects of the audited one as its alternate (nothing is copied) and knows its tips
under names of ours. So no configuration, hook, attribute, replacement, graft or hidden ref of the audited one counts
for anything (taint.md §7, trap d), and names that look like options are never spoken.

One commit of ours, older than all others, is the last one that ``git log`` tells of: who saw it has read to the end.
"""

from __future__ import annotations

import os
import secrets
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process
from auditor.tools.git import HARDENED, MEMORY_LIMIT_BYTES, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LOG_OPTIONS: Final = (
    "--all",
    "--full-history",
    "--no-color",
    "--no-renames",
    "--no-ext-diff",
    "--no-textconv",
    "--diff-filter=d",
)
"""What is told of: every commit against its first parent, merges not, and no file that a commit removes."""
END_FILE: Final = "auditor-end-of-history.txt"
_END_MARK: Final = "auditor-end-of-history-"
_INCOMPLETE: Final = reasons.HISTORY_INCOMPLETE
_ELSEWHERE: Final = reasons.HISTORY_LIES_ELSEWHERE
_TIMEOUT_S: Final = 60.0
_OUTPUT_LIMIT_BYTES: Final = 512 * process.MIB
_BIG_FILE: Final = "64m"
"""Files of more bytes than this are shown as binary ones; a difference takes a multiple of it in memory."""
_POINTER_LIMIT_BYTES: Final = 8192
_HARMLESS: Final = b"ignoring dangling symref"
_COMMIT: Final = b"\x01"


@dataclass(frozen=True, slots=True)
class Tips:
    """Where the history of a repository begins, and where its objects lie.

    Attributes:
        objects: Folder of its objects.
        ids: Of what its references name, sorted.
    """

    objects: Path
    ids: tuple[str, ...]

    @property
    def is_sha256(self) -> bool:
        """Tell whether its objects are named by SHA-256."""
        return len(self.ids[0]) == 64  # noqa: PLR2004 - hexadecimal digits


@dataclass(frozen=True, slots=True)
class Layout:
    """A repository of ours over the objects of another one.

    Attributes:
        folder: It.
        end_mark: Text that stands in its last commit and nowhere else.
    """

    folder: Path
    end_mark: str


@dataclass(frozen=True, slots=True)
class Told:
    """What ``git log`` tells of, read to its end.

    Attributes:
        commits: Commits that add or change a line of text, the one of ours among them.
        binary: Versions of files without lines to show: binary, or larger than 64 MiB.
    """

    commits: int
    binary: int


def tips(root: Path, commit: str = "") -> Tips:
    """Return the tips of the repository whose work tree a folder is; looks at no other one.

    Args:
        root: The folder.
        commit: Full id of the only tip that counts; all of them where empty.

    Raises:
        ToolError: It lies or borrows elsewhere, is cut off, has no commit yet, or cannot be read.
    """
    try:
        own, common = _folders(root)
        _check(common)
    except OSError as problem:
        raise ToolError(reasons.CANNOT_BE_READ, f".git: {problem.strerror}", "git") from problem
    if commit:
        return Tips(common / "objects", (commit,))
    with process.scratch_folder() as scratch:
        # the kind is asked for because git looks for the object then
        listed = _git(scratch, own, "for-each-ref", "--format=%(objectname) %(objecttype)")
        ids = {row.split()[0] for row in listed.splitlines()}
        if not _git(scratch, own, "symbolic-ref", "--quiet", "HEAD", good={0, 1}):  # detached: no reference names it
            ids.add(_git(scratch, own, "rev-parse", "--verify", "--quiet", "HEAD^{commit}").strip())
    if not ids:
        raise ToolError(reasons.NO_COMMIT_YET, "no reference of the repository names a commit", "git")
    return Tips(common / "objects", tuple(sorted(each.decode("ascii") for each in ids)))


def lay_out(found: Tips, place: Path) -> Layout:
    """Make a repository over the objects of another one.

    Args:
        found: Of the other one.
        place: Folder that is not there yet.

    Raises:
        ToolError: It cannot be made.
    """
    if "\n" in str(found.objects):
        raise ToolError(_ELSEWHERE, "its path has more than one line", "git")
    mark = _END_MARK + secrets.token_hex(16)
    form = ("1", "[extensions]\n\tobjectFormat = sha256\n") if found.is_sha256 else ("0", "")
    for folder in ("objects/info", "refs"):
        (place / folder).mkdir(parents=True)
    (place / "HEAD").write_text("ref: refs/heads/none\n")
    (place / "config").write_text(
        f"[core]\n\trepositoryFormatVersion = {form[0]}\n\tbare = true\n\tbigFileThreshold = {_BIG_FILE}\n"
        # what the other one worked out about its commits and packs is not taken on trust
        f"\tcommitGraph = false\n\tmultiPackIndex = false\n{form[1]}"
    )
    (place / "objects" / "info" / "alternates").write_text(f"{found.objects}\n")
    (place / "packed-refs").write_text(
        "".join(f"{name} refs/auditor/{number:08}\n" for number, name in enumerate(found.ids))
    )
    body = f"{mark}\n"
    last = (
        f"commit refs/auditor/end\ncommitter auditor <auditor> 0 +0000\ndata 0\n\n"
        f"M 100644 inline {END_FILE}\ndata {len(body)}\n{body}\n"
    )
    with process.scratch_folder() as scratch:
        _git(scratch, place, "fast-import", "--quiet", "--date-format=raw", stdin=last.encode("ascii"))
    return Layout(place, mark)


def told(layout: Layout, scratch: Path, timeout_s: float, on_beat: Callable[[float], None] | None = None) -> Told:
    """Read the history as one who looks through it does, and count what there is to be seen.

    Every object is read: what cannot be read ends it.

    Raises:
        ToolTimeout: It was stopped at the bound.
        ToolError: It did not come to its end.
    """
    rows = _git(
        scratch, layout.folder, "log", *LOG_OPTIONS, "--numstat", f"--format={_COMMIT.decode()}%H",
        timeout_s=timeout_s,
        on_beat=on_beat,
    )  # fmt: skip
    commits = binary = 0
    is_counted, last = True, b""
    for row in rows.split(b"\n"):
        if row.startswith(_COMMIT):
            is_counted = False
        elif row:
            added, removed, last = row.split(b"\t", 2)
            if added == b"-":
                binary += 1
            elif not is_counted and (added, removed) != (b"0", b"0"):
                is_counted = True
                commits += 1
    if last != END_FILE.encode("ascii"):
        raise ToolError(_INCOMPLETE, "a commit that says it is older than 1970 comes behind the last one", "git")
    return Told(commits, binary)


def log_environment(scratch: Path) -> dict[str, str]:
    """Return the variables for a program that runs ``git log`` itself in a repository of ours."""
    return environment(scratch)


def _folders(root: Path) -> tuple[Path, Path]:
    """Return the folder of a work tree and the one that all work trees of the repository share.

    A file ``.git`` may name any folder of this machine. It is followed only to one that names this work tree in turn:
    git writes that for the work trees of a repository, and whoever wrote the audited tree alone cannot.
    """
    place = root.absolute() / ".git"
    state = place.lstat()
    if stat.S_ISDIR(state.st_mode):
        if (place / "commondir").exists():
            raise ToolError(_ELSEWHERE, ".git shares another repository", "git")
        return place, place
    if not stat.S_ISREG(state.st_mode):
        raise ToolError(_ELSEWHERE, ".git is a link", "git")
    named = _pointer(place)
    if not named.startswith("gitdir: "):
        raise ToolError(reasons.CANNOT_BE_READ, ".git is no repository", "git")
    own = (place.parent / named.removeprefix("gitdir: ")).resolve()
    try:
        is_named = Path(own / _pointer(own / "gitdir")).resolve() == place.resolve()
        common = (own / _pointer(own / "commondir")).resolve()
    except OSError:
        is_named, common = False, own
    if not is_named or own.parent != common / "worktrees":
        raise ToolError(_ELSEWHERE, ".git names a folder that is not of this work tree", "git")
    return own, common


def _pointer(file: Path) -> str:
    """Return the one line of a small file."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        return os.read(descriptor, _POINTER_LIMIT_BYTES).decode("utf-8", "surrogateescape").rstrip("\n")
    finally:
        os.close(descriptor)


def _check(common: Path) -> None:
    """Refuse a repository whose objects are not its own, or not all of them.

    Raises:
        ToolError: They lie elsewhere, or the history is cut off.
        OSError: It cannot be read.
    """
    objects = common / "objects"
    if not stat.S_ISDIR(objects.lstat().st_mode):
        raise ToolError(_ELSEWHERE, ".git/objects is a link", "git")
    for name in ("alternates", "http-alternates"):
        if os.path.lexists(objects / "info" / name):
            raise ToolError(_ELSEWHERE, f"objects are borrowed from another repository ({name})", "git")
    for folder, folders, files in os.walk(objects, onerror=_raise):
        for name in (*folders, *files):
            if stat.S_ISLNK(os.lstat(Path(folder) / name).st_mode):
                raise ToolError(_ELSEWHERE, "objects lie behind a link", "git")
    if os.path.lexists(common / "shallow") and (common / "shallow").lstat().st_size:
        raise ToolError(reasons.HISTORY_CUT_OFF, "the clone is shallow: earlier commits are not here", "git")


def _raise(problem: OSError) -> None:
    raise problem


def _git(
    scratch: Path,
    folder: Path,
    *words: str,
    stdin: bytes | None = None,
    good: Sequence[int] | set[int] = (0,),
    timeout_s: float = _TIMEOUT_S,
    on_beat: Callable[[float], None] | None = None,
) -> bytes:
    """Return what git says in a repository, which must be all and without complaint."""
    done = process.run(
        ["git", *HARDENED, f"--git-dir={folder}", *words],
        environment=environment(scratch),
        folder=scratch,
        timeout_s=timeout_s,
        output_limit_bytes=_OUTPUT_LIMIT_BYTES,
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        stdin=stdin,
        on_beat=on_beat,
        tool="git",
    )
    complaints = [row for row in done.stderr.splitlines() if row.strip() and _HARMLESS not in row]
    if done.exit_code not in good or (complaints and done.exit_code == 0):
        raise ToolError(_INCOMPLETE, f"git {words[0]}: {done.complaint}", "git")
    return done.stdout
