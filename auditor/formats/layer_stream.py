"""The bytes of a layer, unpacked on the way (gzip, zstd or plain), digested on both sides, and bounded."""

from __future__ import annotations

import hashlib
import zlib
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

import zstandard

from auditor import reasons

if TYPE_CHECKING:
    from types import ModuleType

inflate: ModuleType = zlib
with suppress(ImportError):  # half the time of zlib, where there is a wheel: unpacking is most of a pass over an image
    from isal import isal_zlib as inflate

_UNPACKING: Final = (zlib.error, inflate.error, EOFError)
MIB: Final = 1024 * 1024
GIB: Final = 1024 * MIB
_READ_BYTES: Final = 256 * 1024
_PIECE_BYTES: Final = MIB
LAYER_LIMIT_BYTES: Final = 64 * GIB
FREE_BYTES: Final = 256 * MIB
"""Up to here a layer may unpack to any multiple of its size."""
RATIO_LIMIT: Final = 200
"""Beyond it no more than this: real layers stay under 20, bombs begin at 1000."""
ZSTD_WINDOW_BYTES: Final = 128 * MIB


class LayerError(ValueError):
    """The layer cannot be unpacked, or unpacks to too much.

    Attributes:
        reason: A few words, as of a gap.
    """

    def __init__(self, reason: reasons.Reason, detail: str) -> None:
        """Keep the reason apart from the circumstances."""
        super().__init__(detail)
        self.reason = reason


class LayerStream:
    """Reads a layer from its blob.

    Attributes:
        compression: ``gzip``, ``zstd`` or ``plain``, by its first bytes and not by what its media type says.
    """

    def __init__(self, blob: IO[bytes]) -> None:
        """Take a blob that stands at its beginning."""
        self._blob = blob
        self._packed = hashlib.sha256()
        self._plain = hashlib.sha256()
        self._in = 0
        self._out = 0
        self._piece = memoryview(b"")
        self._at = 0
        self._is_done = False
        first = self.raw(_READ_BYTES)
        self.compression = "gzip" if first[:2] == b"\x1f\x8b" else "zstd" if _is_zstd(first) else "plain"
        self._pending = first
        self._inflate = inflate.decompressobj(31) if self.compression == "gzip" else None
        self._zstd = (
            zstandard.ZstdDecompressor(max_window_size=ZSTD_WINDOW_BYTES).stream_reader(
                _Rest(self, first),  # type: ignore[arg-type] # the one method that it calls
                read_size=_READ_BYTES,
                read_across_frames=True,
            )
            if self.compression == "zstd"
            else None
        )

    def read(self, size: int, /) -> bytes:
        """Return so many unpacked bytes; fewer only at the end.

        Raises:
            LayerError: See the class.
        """
        end = self._at + size
        if end <= len(self._piece):  # what nearly always happens
            found = bytes(self._piece[self._at : end])
            self._at = end
            return found
        parts = [bytes(self._piece[self._at :])]
        missing = size - len(parts[0])
        self._at = len(self._piece)
        while missing and self._next():
            part = bytes(self._piece[:missing])
            self._at = len(part)
            missing -= len(part)
            parts.append(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Read to the end, so that the digests are those of the whole."""
        while self._next():
            pass
        while self.raw(_READ_BYTES):
            pass

    @property
    def digest(self) -> str:
        """Digest of the blob, as far as it was read."""
        return f"sha256:{self._packed.hexdigest()}"

    @property
    def diff_id(self) -> str:
        """Digest of what it unpacks to, as far as it was read."""
        return f"sha256:{self._plain.hexdigest()}" if self.compression != "plain" else self.digest

    @property
    def packed_bytes(self) -> int:
        """Bytes of the blob that were read."""
        return self._in

    @property
    def unpacked_bytes(self) -> int:
        """Bytes that it unpacked to."""
        return self._out

    def raw(self, size: int) -> bytes:
        """Return the next bytes of the blob as it lies there."""
        try:
            data = self._blob.read(size)
        except (OSError, EOFError, zlib.error) as problem:
            raise LayerError(reasons.CANNOT_BE_READ, str(problem)) from problem
        self._packed.update(data)
        self._in += len(data)
        return data

    def _next(self) -> bool:
        """Unpack one more piece; False at the end."""
        while not self._is_done:
            piece = self._unpacked()
            if piece:
                if self.compression != "plain":
                    self._plain.update(piece)
                self._out += len(piece)
                self._within_bounds()
                self._piece = memoryview(piece)
                self._at = 0
                return True
        self._piece, self._at = memoryview(b""), 0
        return False

    def _within_bounds(self) -> None:
        if self._out > LAYER_LIMIT_BYTES or self._out > max(FREE_BYTES, RATIO_LIMIT * self._in):
            detail = f"{self._in} bytes unpack to more than {self._out}"
            raise LayerError(reasons.UNPACKS_TO_TOO_MUCH, detail)

    def _unpacked(self) -> bytes:
        try:
            if self._inflate is not None:
                return self._gunzipped()
            if self._zstd is not None:
                piece = self._zstd.read(_PIECE_BYTES)
                self._is_done = not piece
                return piece
        except (*_UNPACKING, zstandard.ZstdError) as problem:
            raise LayerError(reasons.CANNOT_BE_UNPACKED, str(problem)) from problem
        piece = self._pending or self.raw(_READ_BYTES)
        self._pending = b""
        self._is_done = not piece
        return piece

    def _gunzipped(self) -> bytes:
        """Return a piece; a blob may hold several gzip members one after the other (eStargz has one a file)."""
        assert self._inflate is not None  # noqa: S101 - for the type checker
        if self._inflate.eof:
            rest = self._inflate.unused_data or self.raw(_READ_BYTES)
            if not rest or rest[:1] == b"\0":  # padding is no member
                self._is_done = True
                return b""
            self._inflate = inflate.decompressobj(31)
            self._pending = rest
        data = self._inflate.unconsumed_tail or self._pending or self.raw(_READ_BYTES)
        self._pending = b""
        piece: bytes = self._inflate.decompress(data, _PIECE_BYTES)
        if not data and not piece and not self._inflate.eof:
            raise LayerError(reasons.CUT_OFF, "the blob ends within a gzip member")
        return piece


class _Rest:
    """The blob with the bytes that were read ahead put back, for a library that reads by itself."""

    def __init__(self, stream: LayerStream, first: bytes) -> None:
        self._stream = stream
        self._first = first

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self._first:
            found, self._first = self._first[:size], self._first[size:]
            return found
        return self._stream.raw(size)


def _is_zstd(data: bytes) -> bool:
    """Tell whether a frame begins here, or one that is to be skipped (RFC 8878 3.1.1, 3.1.2)."""
    return data[:4] == b"\x28\xb5\x2f\xfd" or (data[1:4] == b"\x2a\x4d\x18" and data[0] & 0xF0 == 0x50)  # noqa: PLR2004
