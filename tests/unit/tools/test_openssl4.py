"""OpenSSL 4 behind one module: what it must know, the crypto self-test, and recorded flights of RFC 8998."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from auditor.errors import IntegrityError, ToolError
from auditor.formats import tls_wire as wire
from auditor.tools import openssl4, sm_selftest

TRANSCRIPTS: list[dict[str, Any]] = json.loads(Path("tests/data/sm/rfc8998_transcripts.json").read_bytes())[
    "transcripts"
]


def test_library_knows_rfc_8998() -> None:
    lib, _ffi = openssl4.ready()

    assert openssl4.version().startswith("OpenSSL 4")
    assert hasattr(lib, "SSL_CTX_set_ciphersuites")


def test_unknown_suite_is_said_and_not_left_out() -> None:
    with pytest.raises(ToolError, match="does not know"):
        openssl4.context(openssl4.Wish(suites="TLS_NO_SUCH_SUITE"))


@pytest.mark.parametrize("case", TRANSCRIPTS, ids=lambda case: f"{case['suite']}-{case['group']}-{case['mutual']}")
def test_recorded_flight_shows_suite_and_group(case: dict[str, Any]) -> None:
    flight = wire.Flight()
    flight.feed(bytes.fromhex(next(each["hex"] for each in case["flights"] if each["sender"] == "server")))

    assert flight.hello is not None
    assert flight.hello.chosen_version == 0x0304
    assert flight.hello.suite == {"TLS_SM4_GCM_SM3": 0xC6, "TLS_SM4_CCM_SM3": 0xC7}[case["suite"]]
    assert flight.hello.group == {"curveSM2": 0x29, "curveSM2MLKEM768": 0x11EE}[case["group"]]


def test_every_implementation_gives_the_known_answers() -> None:
    found = sm_selftest.answers()

    assert set(found) == {"SM2", "SM3", "SM4"}
    assert all(holds for by in found.values() for holds in by.values())
    assert "gmssl" in sm_selftest.run()[0]


def test_disagreement_is_fatal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sm_selftest, "_SM3_OF_ABC", "00" * 32)
    sm_selftest.run.cache_clear()
    try:
        with pytest.raises(IntegrityError, match="SM3 by OpenSSL"):
            sm_selftest.run()
    finally:
        sm_selftest.run.cache_clear()
