"""Writes pcapng files of conversations, as if they had been captured: Wireshark and tshark open them.

IP and TCP are made up around the octets of each connection (addresses 127.0.0.1 or ::1, one client port a connection);
the octets above TCP are those that crossed the wire, in their order. Keys of our own sessions go into a Decryption
Secrets Block, so that TLS 1.3 is shown in the clear.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_SECTION: Final = 0x0A0D0D0A
_INTERFACE: Final = 1
_PACKET: Final = 6
_SECRETS: Final = 10
_TLS_KEYS: Final = 0x544C534B
_RAW_IP: Final = 101
_SEGMENT: Final = 1400
_CLIENT: Final = bytes((10, 0, 0, 1))
_SERVER: Final = bytes((10, 0, 0, 2))
_SYN: Final = 0x02
_ACK: Final = 0x10
_PUSH: Final = 0x18
_FIN: Final = 0x11
_FIRST_PORT: Final = 20000


@dataclass(frozen=True, slots=True)
class Stream:
    """One connection.

    Attributes:
        comment: What it was opened for.
        pieces: Octets, each with whether the client sent them.
    """

    comment: str
    pieces: Sequence[tuple[bool, bytes]]


def write(streams: Iterable[Stream], port: int, keylog: Sequence[str], program: str) -> bytes:
    """Return a pcapng file.

    Args:
        streams: Connections, in order.
        port: Port of the server.
        keylog: Lines of a key log (NSS format).
        program: Name and version of what wrote it.
    """
    header = struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1) + _option(4, program.encode()) + _END
    blocks = [_block(_SECTION, header), _block(_INTERFACE, struct.pack("<HHI", _RAW_IP, 0, 0))]
    if keylog:
        text = "".join(f"{line}\n" for line in keylog).encode("ascii")
        blocks.append(_block(_SECRETS, struct.pack("<II", _TLS_KEYS, len(text)) + _padded(text)))
    moment = 0
    for number, stream in enumerate(streams):
        for index, packet in enumerate(_packets(stream, _FIRST_PORT + number % 40000, port)):
            moment += 1
            comment = _option(1, stream.comment.encode()) + _END if index == 0 else b""
            fixed = struct.pack("<IIIII", 0, moment >> 32, moment & 0xFFFFFFFF, len(packet), len(packet))
            blocks.append(_block(_PACKET, fixed + _padded(packet) + comment))
    return b"".join(blocks)


def _padded(octets: bytes) -> bytes:
    return octets + bytes(-len(octets) % 4)


def _option(code: int, value: bytes) -> bytes:
    return struct.pack("<HH", code, len(value)) + _padded(value)


_END: Final = struct.pack("<HH", 0, 0)


def _block(kind: int, body: bytes) -> bytes:
    size = len(body) + 12
    return struct.pack("<II", kind, size) + body + struct.pack("<I", size)


def _packets(stream: Stream, client: int, server: int) -> Iterator[bytes]:
    sequence = {True: 1, False: 1}
    yield _packet(client, server, 0, 0, _SYN, b"", is_ours=True)
    yield _packet(client, server, 0, 1, _SYN | _ACK, b"", is_ours=False)
    yield _packet(client, server, 1, 1, _ACK, b"", is_ours=True)
    for is_ours, octets in stream.pieces:
        for at in range(0, len(octets), _SEGMENT):
            piece = octets[at : at + _SEGMENT]
            yield _packet(client, server, sequence[is_ours], sequence[not is_ours], _PUSH, piece, is_ours=is_ours)
            sequence[is_ours] += len(piece)
    yield _packet(client, server, sequence[True], sequence[False], _FIN, b"", is_ours=True)
    yield _packet(client, server, sequence[False], sequence[True] + 1, _FIN, b"", is_ours=False)


def _packet(client: int, server: int, number: int, seen: int, flags: int, octets: bytes, *, is_ours: bool) -> bytes:
    ports = (client, server) if is_ours else (server, client)
    addresses = (_CLIENT, _SERVER) if is_ours else (_SERVER, _CLIENT)
    tcp = struct.pack(">HHIIBBHHH", *ports, number, seen, 0x50, flags, 0xFFFF, 0, 0) + octets
    pseudo = addresses[0] + addresses[1] + struct.pack(">BBH", 0, 6, len(tcp))
    tcp = tcp[:16] + struct.pack(">H", _checksum(pseudo + tcp)) + tcp[18:]
    ip = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(tcp), 0, 0x4000, 64, 6, 0) + addresses[0] + addresses[1]
    return ip[:10] + struct.pack(">H", _checksum(ip)) + ip[12:] + tcp


def _checksum(octets: bytes) -> int:
    octets += bytes(len(octets) % 2)
    total = sum(int.from_bytes(octets[at : at + 2], "big") for at in range(0, len(octets), 2))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
