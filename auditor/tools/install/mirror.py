"""Fetches a program from a site's own mirror, by URL and SHA-256."""

from __future__ import annotations

import hashlib
import http.client
import tarfile
import time
import urllib.request
from typing import TYPE_CHECKING, Final
from urllib.error import HTTPError

from auditor import reasons
from auditor.errors import IntegrityError, ToolError

if TYPE_CHECKING:
    from pathlib import Path
    from typing import IO, NoReturn

    from auditor.tools.install.circumstances import Circumstances
    from auditor.tools.pins import MirrorFile

_CHUNK_BYTES: Final = 256 * 1024
_SILENCE_S: Final = 60.0
_BEAT_S: Final = 0.5
_RANGE_NOT_SATISFIABLE: Final = 416


def install(recipe: MirrorFile, program: str, here: Circumstances) -> None:
    """Fetch, compare the digest, and only then put the program in its place.

    Raises:
        ToolError: The mirror cannot be reached, serves too much or too little.
        IntegrityError: What it serves has another digest.
    """
    partial = here.downloads / "files" / f"{recipe.sha256}.part"
    partial.parent.mkdir(parents=True, exist_ok=True)
    try:
        _fetch(recipe, partial, here)
    except (OSError, http.client.HTTPException) as problem:  # URLError is an OSError
        _give_up(here, reasons.CANNOT_BE_FETCHED, f"{recipe.url}: {problem}", problem)
    here.tell("digest")
    with partial.open("rb") as file:
        found = hashlib.file_digest(file, "sha256").hexdigest()
    if found != recipe.sha256:
        partial.unlink()
        message = (
            f"{here.name}: {recipe.url} has SHA-256 {found} (expected {recipe.sha256}): compare both with what the "
            "publisher announces, then correct the mirror or the pin file"
        )
        raise IntegrityError(message)
    place = here.folder / program
    place.parent.mkdir(parents=True, exist_ok=True)
    if recipe.member:
        _unpack(recipe, partial, place, here)
    else:
        place.write_bytes(partial.read_bytes())
    place.chmod(0o755)
    partial.unlink()


def _fetch(recipe: MirrorFile, partial: Path, here: Circumstances) -> None:
    """Fetch what is not there yet: a mirror that knows ranges goes on where an earlier attempt was cut off."""
    have = partial.stat().st_size if partial.exists() else 0
    headers = {"User-Agent": "auditor", "Accept-Encoding": "identity", **({"Range": f"bytes={have}-"} if have else {})}
    try:
        answer = _opener().open(urllib.request.Request(recipe.url, headers=headers), timeout=_SILENCE_S)  # noqa: S310
    except HTTPError as refusal:
        if refusal.code == _RANGE_NOT_SATISFIABLE and have:
            return  # all of it is there, or too much: the digest tells
        raise
    with answer, partial.open("ab" if answer.status == http.HTTPStatus.PARTIAL_CONTENT else "wb") as out:
        due = answer.headers.get("Content-Length")
        expected = out.tell() + int(due) if due and due.isdigit() else None
        _copy(answer, out, recipe, here)
        if expected is not None and out.tell() != expected:
            out.flush()
            _give_up(here, reasons.CUT_OFF, f"{recipe.url}: {out.tell()} of {expected} bytes; install again to go on")


def _copy(answer: IO[bytes], out: IO[bytes], recipe: MirrorFile, here: Circumstances) -> None:
    told = 0.0
    while chunk := answer.read(_CHUNK_BYTES):
        out.write(chunk)
        if out.tell() > recipe.size_limit_bytes:
            out.truncate(0)
            _give_up(here, reasons.TOO_LARGE, f"{recipe.url}: more than {recipe.size_limit_bytes} bytes")
        if time.monotonic() - told > _BEAT_S:
            told = time.monotonic()
            here.tell("download")


def _unpack(recipe: MirrorFile, archive: Path, place: Path, here: Circumstances) -> None:
    """Take one file out of a tar archive, by name; nothing else of it touches the disk."""
    try:
        with tarfile.open(archive) as tar:
            member = tar.getmember(recipe.member)
            source = tar.extractfile(member)
            if source is None or not member.isfile() or member.size > recipe.size_limit_bytes:
                _give_up(here, reasons.CANNOT_BE_UNPACKED, f"{recipe.member} is no file, or too large")
            with source, place.open("wb") as out:
                while chunk := source.read(_CHUNK_BYTES):
                    out.write(chunk)
    except KeyError as problem:
        _give_up(here, reasons.CANNOT_BE_UNPACKED, f"{recipe.url} has no member {recipe.member}", problem)
    except (tarfile.TarError, EOFError, OSError) as problem:
        _give_up(here, reasons.CANNOT_BE_UNPACKED, f"{recipe.url}: {problem}", problem)


def _opener() -> urllib.request.OpenerDirector:
    """Return an opener for http and https, and for no other scheme, wherever a redirect points."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPRedirectHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        urllib.request.UnknownHandler(),
    ):
        opener.add_handler(handler)
    return opener


def _give_up(here: Circumstances, reason: reasons.Reason, detail: str, cause: Exception | None = None) -> NoReturn:
    raise ToolError(reason, detail, f"installation of {here.name}") from cause
