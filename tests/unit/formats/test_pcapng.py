"""Packet captures that are made up around real octets."""

from __future__ import annotations

import shutil
import struct
import subprocess
from typing import TYPE_CHECKING

from auditor.formats import pcapng

if TYPE_CHECKING:
    from pathlib import Path

HELLO = bytes.fromhex(
    "160101002d0100002901016ee86849896c3fdebfd718cb2d9fa14a4e413f54937db447ecfb345b7f38f044000002e0530100"
)


def test_blocks_are_whole_and_in_order() -> None:
    data = pcapng.write(
        [pcapng.Stream("tlcp: accepted", [(True, HELLO), (False, b"x" * 3000)])], 443, ["A B C"], "auditor"
    )

    kinds, at = [], 0
    while at < len(data):
        kind, size = struct.unpack("<II", data[at : at + 8])
        assert struct.unpack("<I", data[at + size - 4 : at + size])[0] == size
        assert size % 4 == 0
        kinds.append(kind)
        at += size
    assert kinds[:3] == [0x0A0D0D0A, 1, 10]
    assert set(kinds[3:]) == {6}
    assert len(kinds[3:]) == 3 + 1 + 3 + 2  # handshake, one segment, three segments, end


def test_tshark_sees_tlcp(tmp_path: Path) -> None:
    file = tmp_path / "a.pcapng"
    file.write_bytes(pcapng.write([pcapng.Stream("tlcp", [(True, HELLO)])], 4430, [], "auditor"))

    told = subprocess.run(
        [
            shutil.which("tshark") or "tshark",
            "-r",
            str(file),
            "-d",
            "tcp.port==4430,tls",
            "-T",
            "fields",
            "-e",
            "_ws.col.Protocol",
        ],
        capture_output=True,
        text=True,
        check=True,
    )

    assert "GMTLSv1" in told.stdout
