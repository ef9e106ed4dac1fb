"""Observes the custody of keys: a live Vault or OpenBao, snapshots of one, its files, and records of ceremonies."""

from __future__ import annotations

import csv
import hashlib
import io
import queue
import threading
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

from msgspec.structs import replace

from auditor import reasons
from auditor.formats import ceremony, signers
from auditor.model.artefact import Artefact
from auditor.model.fact import Fact, Gap, Measure, Origin
from auditor.model.progress import Progress
from auditor.stages.custody import reading as readings
from auditor.stages.custody.facts import (
    AREAS,
    FILES,
    HOST,
    LIVE,
    PACKAGE,
    RECORDS,
    SNAPSHOTS,
    AuditDevice,
    CeremonyRecord,
    CustodyKey,
    CustodySetting,
    KeyHolder,
    KeyPolicy,
    KeyRight,
)
from auditor.stages.custody.files import Files
from auditor.stages.custody.gaps import STAGE, gap
from auditor.stages.custody.live import Live
from auditor.stages.custody.records import roots_of
from auditor.stages.custody.settings import Site
from auditor.stages.custody.texts import say

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from auditor.formats.custody_snapshot import Reading
    from auditor.model.artefact import Capture
    from auditor.model.fact import Facts
    from auditor.model.record import Exclusion
    from auditor.model.system import Part, System

_KINDS: Final[dict[type[Fact], tuple[str, ...]]] = {
    CustodyKey: (LIVE, FILES),
    KeyPolicy: (LIVE, FILES),
    AuditDevice: (LIVE, FILES),
    KeyRight: (LIVE,),
    CeremonyRecord: (RECORDS,),
}
"""Kinds of facts that have no areas, and which kinds of input show them."""
_REMEDY: Final = (LIVE, FILES, RECORDS, SNAPSHOTS, PACKAGE, HOST)
_LIVE: Final = ("http://", "https://")


_Covered = tuple[set[str], set[type[Fact]]]
"""Areas and kinds of facts that a part showed, or was to show and could not."""


class Opens(Protocol):
    """Opens the API of a server; nothing is asked before the first request."""

    def __call__(self, part: Part, /) -> readings.Api:
        """Return the API of a target."""


@dataclass
class CustodyStage:
    """Observes the custody of keys.

    Attributes:
        apis: Opens servers.
        needs_sm: Commercial cryptography is demanded by a framework of this run.
        shakes: Does a TLCP handshake with a declared gateway and says how it ended (``accepted``, ``refused``, or empty
            where nothing is proven) and what was seen; None where gateways are not to be asked.
        clock: For the time of a live reading.
    """

    apis: Opens
    needs_sm: bool = False
    shakes: Callable[[str], tuple[str, str]] | None = None
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    name: str = STAGE
    part_kinds: frozenset[str] = frozenset({"custody"})
    reads: tuple[type[Fact], ...] = ()
    yields: tuple[type[Fact], ...] = (
        CustodySetting,
        CustodyKey,
        KeyPolicy,
        AuditDevice,
        KeyHolder,
        KeyRight,
        CeremonyRecord,
        Measure,
    )

    def observe(self, target: System, known: Facts) -> Iterator[Artefact | Capture | Fact | Gap | Exclusion | Progress]:
        """Yield everything that the parts of one system show, and a gap for what none of them does.

        1. Each part by itself.
        2. What no part of this system shows.

        Args:
            target: Its ``custody`` parts are one system: a server, its files, its records.
            known: Not needed.
        """
        del known
        parts = list(target.of("custody"))
        areas: set[str] = set()
        kinds: set[type[Fact]] = set()
        for part in parts:  # 1
            if part.where.startswith(_LIVE):
                live = yield from self._live(part)
                areas |= live.areas
                kinds |= live.kinds
            places = [part] if not part.where.startswith(_LIVE) else []
            if not places or part.options.get("records") not in (None, part.where):
                # an entry of auditor.yaml may name the server and its records, or its file and them, together
                named = (part.options.get(name) for name in ("file", "records"))
                places += [
                    replace(part, where=str(each), named=part.argument) for each in named if each and each != part.where
                ]
            for place in places:
                one, other = yield from self._files(place)
                areas |= one
                kinds |= other
            areas |= yield from self._gateway(part)
        yield from _not_shown(parts[0].argument, areas, kinds)  # 2

    def _live(self, part: Part) -> Generator[Any, None, Live]:
        now = self.clock().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        told: queue.SimpleQueue[Progress | BaseException | Reading] = queue.SimpleQueue()

        def read() -> None:
            try:
                told.put(
                    readings.read(
                        self.apis(part),
                        now,
                        lambda what, done, total: told.put(
                            Progress(doing=f"{part.argument}: {what}", done=done, total=total)
                        ),
                    )
                )
            except BaseException as error:  # noqa: BLE001 - handed to the thread that waits
                told.put(error)

        threading.Thread(target=read, daemon=True).start()
        while isinstance(found := told.get(), Progress):
            yield found
        if isinstance(found, BaseException):
            raise found
        live = Live(found, part.argument, self._site(part))
        yield from _facts_of(live, part)
        return live

    def _gateway(self, part: Part) -> Generator[Fact | Gap, None, set[str]]:
        """Do a TLCP handshake with the declared gateway, where one is demanded (KEY-018)."""
        site = self._site(part)
        if not (site.needs_sm and site.gateway and self.shakes):
            return set()
        subject = f"TLCP gateway {site.gateway}"[:200]
        outcome, seen = self.shakes(site.gateway)
        if outcome:
            yield CustodySetting(
                subject=subject,
                origin=Origin(part=part.argument),
                area="sm-transport",
                source="live",
                values={"demanded": True, "gateway": site.gateway, "outcome": outcome, "seen": seen[:200]},
            )
        else:
            yield gap(
                part.argument,
                CustodySetting,
                reasons.NO_ANSWER,
                f"{site.gateway}: {seen}",
                say("custody.remedy.gateway"),
                subject=subject,
                topic="sm-transport",
            )
        return {"sm-transport"}

    def _files(self, part: Part) -> Generator[Any, None, _Covered]:
        root = part.path
        try:
            root.stat()
        except FileNotFoundError:
            yield gap(part.argument, CustodySetting, reasons.NO_SUCH_PATH, str(root), say("remedy.path"))
            return set(AREAS), set(_KINDS)
        except (OSError, ValueError) as problem:
            why = getattr(problem, "strerror", None) or "no path"
            yield gap(
                part.argument,
                CustodySetting,
                reasons.CANNOT_BE_READ,
                f"{part.where[:200]!r}: {why}",
                say("custody.remedy.file"),
            )
            return set(AREAS), set(_KINDS)
        site = self._site(part)
        files = Files(part.argument, root, site, _policy(part), is_records=bool(part.options.get("records")))
        yield from files.read()
        areas, kinds = files.areas, files.kinds
        for found in files.found.readings:
            live = Live(found, part.argument, site)
            yield from _facts_of(live, part)
            areas |= live.areas
            kinds |= live.kinds
        if not files.found.known and not files.found.readings:
            yield gap(
                part.argument,
                CustodySetting,
                reasons.NOTHING_FOUND,
                f"{part.where} holds nothing of a key custody",
                say("custody.remedy.nothing"),
            )
        return areas, kinds

    def _site(self, part: Part) -> Site:
        options = part.options
        return Site(
            is_air_gapped=options.get("air_gapped") is not False,
            needs_sm=self.needs_sm or options.get("sm") is True,
            needs_module=options.get("module") is True,
            gateway=str(options.get("tlcp_gateway") or ""),
            allowed=_texts(options.get("inside")),
            allows_ui=options["ui"] if isinstance(options.get("ui"), bool) else None,
            needs_client_certificates=options.get("client_certificates") is True,
            namespaces=_texts(options.get("namespaces")),
        )


def _facts_of(live: Live, part: Part) -> Iterator[Fact | Gap | Artefact]:
    """Yield the facts of a reading; where it came to an early end, every area that it did not reach is a gap."""
    rights: list[KeyRight] = []
    for item in live.facts():
        if isinstance(item, KeyRight):
            rights.append(item)
        yield item
    if rights:
        yield _table(rights, part)
        yield from _measured(rights, part)
    reading = live.reading
    if not reading.problem:
        return
    remedy = say(f"custody.remedy.{_CONNECTION.get(reading.problem, 'again')}")
    detail = f"{reading.address}: {reading.detail}" if reading.detail else reading.address
    for area, sources in AREAS.items():
        if LIVE in sources and area not in live.areas:
            live.areas.add(area)
            yield gap(part.argument, CustodySetting, reading.problem, detail, remedy, topic=area)
    for kind, sources_of in _KINDS.items():
        if LIVE in sources_of and kind not in live.kinds:
            live.kinds.add(kind)
            yield gap(part.argument, kind, reading.problem, detail, remedy)


def _measured(rights: list[KeyRight], part: Part) -> Iterator[Measure]:
    """Yield the who-can matrix as a measure for each key: what the reports print of it."""
    of_key: dict[str, list[KeyRight]] = defaultdict(list)
    for right in rights:
        of_key[right.subject].append(right)
    for key, held in sorted(of_key.items()):
        lines = [
            f"{right.action} | {right.path} | {right.count} | {holder}"
            for right in sorted(held, key=lambda each: (each.action, each.path))
            for holder in right.holders[:_NAMED] or ("",)  # that nobody may is said, too
        ]
        yield Measure(
            subject=key,
            origin=Origin(part=part.argument, pointer=f"/matrix/{key}"),
            id="custody.who-can",
            stage=STAGE,
            value=sum(right.count for right in held),
            items=tuple(lines),
        )


_NAMED: Final = 10
"""Holders of one right that the record names; the table of the run has more."""


def _table(rights: list[KeyRight], part: Part) -> Artefact:
    """Return the who-can matrix as a table for people: a line for each key, action and holder."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("key", "action", "path", "capability", "holders", "holder and policies"))
    for right in sorted(rights, key=lambda each: (each.subject, each.action, each.path)):
        for holder in right.holders or ("",):
            row = (right.subject, right.action, right.path, right.capability, str(right.count), holder)
            # a name that a spreadsheet would take for a formula is only a name
            writer.writerow([f"'{cell}" if cell[:1] in set("=+-@\t\r") else cell for cell in row])
    name = f"custody/who-can-{hashlib.sha256(part.argument.encode()).hexdigest()[:8]}.csv"
    return Artefact(
        name=name, media_type="text/csv", part=part.argument, data=text.getvalue().encode("utf-8", "replace")
    )


_CONNECTION: Final = {
    reasons.NOT_TRUSTED: "ca",
    reasons.CANNOT_BE_REACHED: "address",
    reasons.REDIRECTED_ELSEWHERE: "address",
    reasons.NOT_AUTHENTICATED: "token",
    reasons.SEALED: "sealed",
    reasons.NOT_INITIALISED: "sealed",
    reasons.STANDBY: "address",
}


def _not_shown(part: str, areas: set[str], kinds: set[type[Fact]]) -> Iterator[Gap]:
    for area, sources in AREAS.items():
        if area not in areas:
            what = next(each for each in _REMEDY if each in sources)
            yield gap(
                part,
                CustodySetting,
                reasons.NOT_PART_OF_THE_TARGET,
                area,
                say(f"custody.give.{what}"),
                topic=area,
                is_out_of_reach=True,
            )
    for kind, given in _KINDS.items():
        if kind not in kinds:
            yield gap(
                part,
                kind,
                reasons.NOT_PART_OF_THE_TARGET,
                kind.__name__,
                say(f"custody.give.{given[0]}"),
                is_out_of_reach=True,
            )


def _texts(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    return tuple(str(each) for each in value) if isinstance(value, list | tuple) else ()


def _policy(part: Part) -> ceremony.Policy:
    """Return what signatures of records have to come to, from the options of the target and the data of the check."""
    from auditor.check_data import check_data  # noqa: PLC0415

    parameters = check_data("custody").parameters("custody-ceremony-proven")
    texts = []
    for name in _texts(part.options.get("roots")):
        try:
            texts.append(Path(part.base, name).read_bytes()[: signers.SIZE_LIMIT])
        except OSError:
            continue
    roots, others = roots_of(texts)
    algorithms = _texts(part.options.get("algorithms")) or tuple(parameters["algorithms"])
    quorum = part.options.get("quorum")
    return ceremony.Policy(
        quorum=quorum if isinstance(quorum, int) else int(parameters["quorum"]),
        algorithms=frozenset(algorithms),
        roots=roots,
        others=others,
    )
