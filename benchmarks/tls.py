"""What the tls stage costs: SM2, one TLCP handshake, one endpoint asked everything, a hundred endpoints with tarpits.

    .venv/bin/python benchmarks/tls.py [SSLYZE]

SSLYZE is a program that is run on the same international server in the same run, for the ratio; nothing is compared
where it is not given.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from auditor.demo.tlcp_server import Manners, Server, ServerPair
from auditor.formats import sm2
from auditor.formats.issuing import ENCIPHERS, SIGNS, Authority
from auditor.stages.tls.asking import Choice
from auditor.stages.tls.outcome import Deadline, Traced
from auditor.stages.tls.probe import Asker
from auditor.stages.tls.questions import Examination
from auditor.stages.tls.tlcp.client import Wish, shake
from auditor.tools import openssl4
from auditor.tools.dial import Dialler
from auditor.tools.loopback import Listener
from auditor.tools.peers import running

if TYPE_CHECKING:
    from collections.abc import Callable

    from auditor.tools.dial import SocketWire

ENDPOINTS = 100
TARPITS = 20


def rate(work: Callable[[], object], times: int) -> float:
    """Return how often in a second of processor time."""
    began = time.process_time()
    for _each in range(times):
        work()
    return times / (time.process_time() - began)


def of_sm2() -> None:
    """Measure our SM2, and gmssl's beside it."""
    from gmssl import sm2 as second  # noqa: PLC0415 - beside ours, in the same run

    key = sm2.generate_private_key()
    point = sm2.public_key(key)
    signature = sm2.sign(key, b"message", point=point)
    octets = sm2.point_to_octets(point).hex()[2:]
    other = second.CryptSM2(private_key="", public_key=octets)
    other.public_key = octets
    r, s = sm2.signature_from_der(signature)
    digest = sm2.message_digest(point, b"message")
    print(f"SM2 sign      {rate(lambda: sm2.sign(key, b'message', point=point), 1500):8.0f} /s   (limit 2,500)")
    print(f"SM2 verify    {rate(lambda: sm2.verify(point, b'message', signature), 500):8.0f} /s   (limit 600)")
    print(f"gmssl verify  {rate(lambda: other.verify(f'{r:064x}{s:064x}', digest), 60):8.0f} /s")


def of_handshake(port: int) -> None:
    """Measure one handshake with all its proofs."""

    def one() -> None:
        link = Traced(Dialler().open("127.0.0.1", port, 3.0), Deadline(5.0))
        done = shake(link, Wish())
        link.close()
        assert done.finished_verified  # noqa: S101 - a measurement of nothing is none

    one()
    cost = 1000 / rate(one, 100)
    print(f"TLCP handshake with proof, processor time of the client {cost:6.1f} ms   (limit 10)")


def of_port(name: str, port: int) -> float:
    """Measure everything that is asked of one port; return the best of three."""
    times = []
    for _each in range(3):
        asker = Asker(Dialler(), "127.0.0.1", port, Deadline(15.0))
        began = time.perf_counter()
        Examination(asker, Choice(server_name="localhost"), openssl4).run()
        times.append(time.perf_counter() - began)
    print(
        f"everything asked of the {name} port {min(times):6.2f} s, {len(asker.conversations)} connections   (limit 2)"
    )
    return min(times)


def tarpit(link: SocketWire) -> None:
    """Hear a hello and say nothing."""
    link.receive(60.0)
    link.receive(60.0)


def of_many(folder: Path) -> None:
    """Measure a run over a hundred TLCP endpoints, without and with servers that never answer."""
    now = datetime.now(UTC).replace(microsecond=0)
    authority = Authority(now - timedelta(days=1), now + timedelta(days=99))
    pair = ServerPair(
        signing=authority.issue("localhost", *SIGNS),
        encryption=authority.issue("localhost", *ENCIPHERS),
        chain=(authority.issuer.der,),
    )
    serving = [Listener(Server(pair, Manners()).serve) for _each in range(ENDPOINTS)]
    silent = [Listener(tarpit) for _each in range(TARPITS)]
    auditor = str(Path(sys.executable).with_name("auditor"))
    for tarpits in (0, TARPITS):
        places = folder / f"endpoints-{tarpits}.txt"
        places.write_text(
            "\n".join(f"127.0.0.1:{each.port}" for each in (*serving, *silent[:tarpits])), encoding="utf-8"
        )
        output = folder / f"run-{tarpits}"
        began = time.perf_counter()
        subprocess.run(
            [auditor, "run", f"tls={places}", "--output", str(output), "--quiet", "--format", "json"],
            check=False,
            capture_output=True,
        )
        wall = time.perf_counter() - began
        record = json.loads((output / "record.json").read_bytes())
        proven = sum(f["id"] == "tls-tlcp-handshake" and f["verdict"] == "pass" for f in record["findings"])
        slowest = max(each["seconds"] for each in record["run"]["stages"])
        print(
            f"{ENDPOINTS} endpoints and {tarpits} tarpits {wall:6.1f} s, {proven} handshakes proven, "
            f"slowest {slowest:.1f} s   (limit 30 s, 15 s more)"
        )
    for each in (*serving, *silent):
        each.close()


def main() -> None:
    """Measure all of it and print it."""
    of_sm2()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        with running("auditor.demo.serving", folder) as ports:
            of_handshake(ports["tlcp"])
            for name, port in ports.items():
                took = of_port(name, port)
            if len(sys.argv) > 1:
                began = time.perf_counter()
                subprocess.run([sys.argv[1], f"localhost:{port}"], check=False, capture_output=True)
                other = time.perf_counter() - began
                print(
                    f"sslyze on the international port {other:6.2f} s: ours is {took / other:.2f} of it   (limit 0.5)"
                )
        of_many(folder)


if __name__ == "__main__":
    main()
