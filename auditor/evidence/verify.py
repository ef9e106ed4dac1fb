"""Checks sealed evidence, offline, and says what each step showed; trusts nothing but the anchors it is given."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Final

import orjson

from auditor.errors import IntegrityError
from auditor.evidence import contents as files_of
from auditor.evidence import digests, manifest, seal
from auditor.evidence.contents import SEAL
from auditor.evidence.manifest import Listed, Manifest
from auditor.evidence.texts import say
from auditor.formats import timestamp
from auditor.model.text import Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from auditor.evidence.contents import Contents
    from auditor.evidence.seal import Seal, Signature
    from auditor.formats.public_keys import PublicKey
    from auditor.formats.timestamp import Authority, Stamped

RECORD: Final = "record.json"
_RECORD_LIMIT: Final = 4 << 30
_NAMED: Final = 1000
"""Files that are listed one by one where many are wrong."""


class Standing(StrEnum):
    """How a step ended."""

    OK = "ok"
    OPEN = "open"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a verification.

    Attributes:
        number: From 1.
        title: What it is about.
        standing: How it ended; ``open`` where something was not given that it needs.
        detail: What it showed.
        items: The same one by one: files, signatures, time stamps.
        files: Names of files that are not as sealed.
    """

    number: int
    title: Text
    standing: Standing
    detail: Text
    items: tuple[Text, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """All steps, and what they prove together.

    Attributes:
        steps: In order; those after a broken seal are left out.
        proves: Sentences.
        manifest: What was sealed; None where the seal is broken.
    """

    steps: tuple[Step, ...]
    proves: tuple[Text, ...]
    manifest: Manifest | None = None

    @property
    def is_good(self) -> bool:
        """Tell whether nothing failed."""
        return all(step.standing is not Standing.FAILED for step in self.steps)


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchors:
    """Whom and what to trust.

    Attributes:
        keys: Of signers.
        threshold: Signatures by different trusted keys that are wanted, where keys are given.
        authorities: Of time stamps.
        previous: Seal of the run before, whose files are not looked at.
        now: Of today.
    """

    now: datetime
    keys: tuple[PublicKey, ...] = ()
    threshold: int = 1
    authorities: tuple[Authority, ...] = ()
    previous: Seal | None = None


@dataclass
class _Progress:
    steps: list[Step] = field(default_factory=list)

    def add(
        self, key: str, standing: Standing, detail: Text, items: Sequence[Text] = (), files: Sequence[str] = ()
    ) -> None:
        self.steps.append(
            Step(
                number=len(self.steps) + 1,
                title=say(f"step.{key}"),
                standing=standing,
                detail=detail,
                items=tuple(items),
                files=tuple(files),
            )
        )


def verify(contents: Contents, anchors: Anchors) -> Account:
    """Check evidence.

    1. The seal is whole, in its one spelling.
    2. Every file is there with its digests, and no other.
    3. The record is the one that was sealed for this run, and every capture that it rests on is there; of what was
       shared of a run, captures stay with its owner, and only their digests are there.
    4. The run before is the one that it names.
    5. Signatures: each with the key it brings, then whether a trust anchor names that key.
    6. Time stamps: each over this manifest, by an authority that is trusted.
    """
    done = _Progress()
    try:  # 1
        sealed = seal.from_bytes(files_of.read(contents, SEAL, seal.SIZE_LIMIT_BYTES))
        payload = sealed.manifest_bytes
        found = manifest.from_bytes(payload)
    except IntegrityError as problem:
        text = str(problem)
        done.add("seal", Standing.FAILED, _plain(text), files=(SEAL,))
        return Account(steps=tuple(done.steps), proves=(say("proves.nothing"),))
    own = digests.of_bytes(payload)
    done.add(
        "seal",
        Standing.OK,
        say("step.seal.ok", run=found.run, system=found.system, started=found.started, sha256=own.sha256, sm3=own.sm3),
    )
    _files(done, contents, found)  # 2
    if found.kind in {"run", "shared"}:
        _record(done, contents, found)  # 3
    _chain(done, found, anchors)  # 4
    stamps = _stamps(sealed, anchors)  # 6, whose times step 5 needs
    names = _signatures(done, sealed, anchors, stamps)  # 5
    _told_stamps(done, stamps, anchors)
    return Account(steps=tuple(done.steps), proves=tuple(_proofs(done, names, stamps)), manifest=found)


def _plain(text: str) -> Text:
    return Text(text, text)


def _files(done: _Progress, contents: Contents, found: Manifest) -> None:
    """Compare every file; its size first, so that one that has grown is not read."""
    due = {each.path: each for each in found.files}
    seen: dict[str, Listed] = {}
    with ThreadPoolExecutor(max_workers=1) as pool:
        for path, each in due.items():
            size = contents.sizes.get(path)
            if size is None:
                continue
            if size != each.size:
                seen[path] = Listed(path=path, size=size, sha256="0" * 64, sm3=None)
                continue
            with contents.open(path) as file:
                made = digests.of_file(file, size, pool)
            seen[path] = Listed(path=path, size=made.size, sha256=made.sha256, sm3=made.sm3 or None)
    wrong = manifest.differences(found, contents, seen)
    if wrong:
        told = [say("file.is", path=path, what=say(f"file.{why}")) for path, why in wrong[:_NAMED]]
        detail = say("step.files.bad", count=len(wrong))
        done.add("files", Standing.FAILED, detail, told, [path for path, _why in wrong[:_NAMED]])
        return
    total = f"{sum(each.size for each in found.files):,}"
    sm3 = sum(each.sm3 is not None for each in found.files)
    done.add("files", Standing.OK, say("step.files.ok", count=len(due), bytes=total, sm3=sm3))


def _record(done: _Progress, contents: Contents, found: Manifest) -> None:
    try:
        data = orjson.loads(files_of.read(contents, RECORD, _RECORD_LIMIT))
        run, gate = data["run"], data["gate"]
        given = {"run": run["id"], "started": run["started"], "rules": run["rules"], "exit_code": gate["exit_code"]}
        captures = set(_captures(data))
        findings, outcomes = len(data["findings"]), len(data["outcomes"])
    except (IntegrityError, ValueError, KeyError, TypeError, AttributeError):
        _bad_record(done, say("record.unreadable"))
        return
    for name, value in given.items():
        if value != getattr(found, name):
            _bad_record(done, say("record.other", field=name, given=value, due=getattr(found, name)))
            return
    if found.kind == "shared":
        detail = say("step.record.shared", findings=findings, outcomes=outcomes, captures=len(captures))
        done.add("record", Standing.OK, detail)
        return
    there = {name.rpartition("/")[2] for name in contents.sizes if name.startswith("captures/sha256/")}
    lost = sorted(captures - there)
    if lost:
        _bad_record(done, say("record.capture", digest=f"sha256:{lost[0]}"))
        return
    detail = say(
        "step.record.ok", findings=findings, outcomes=outcomes, captures=len(captures), exit_code=given["exit_code"]
    )
    done.add("record", Standing.OK, detail)


def _bad_record(done: _Progress, why: Text) -> None:
    done.add("record", Standing.FAILED, say("step.record.bad", why=why), files=(RECORD,))


def _captures(data: dict[str, Any]) -> Iterator[str]:
    for finding in data["findings"]:
        for origin in finding.get("evidence", ()):
            if origin.get("capture"):
                yield origin["capture"].removeprefix("sha256:")


def _chain(done: _Progress, found: Manifest, anchors: Anchors) -> None:
    link = found.previous
    if (link is None) != (found.position == 1):
        done.add(
            "chain",
            Standing.FAILED,
            say("step.chain.position", position=found.position, why=say("chain.first")),
            (),
            (SEAL,),
        )
        return
    if link is None:
        done.add("chain", Standing.OK, say("step.chain.first"))
        return
    if anchors.previous is None:
        detail = say("step.chain.open", position=found.position, run=link.run, sha256=link.sha256)
        done.add("chain", Standing.OPEN, detail)
        return
    data = anchors.previous.manifest_bytes
    before = manifest.from_bytes(data)
    given = manifest.link_to(before, data)
    if given != link:
        detail = say("step.chain.bad", run=link.run, due=link.sha256, given=f"{given.run} {given.sha256}")
        done.add("chain", Standing.FAILED, detail, (), (SEAL,))
        return
    if before.position + 1 != found.position:
        why = say("chain.next", before=before.position)
        done.add("chain", Standing.FAILED, say("step.chain.position", position=found.position, why=why), (), (SEAL,))
        return
    done.add("chain", Standing.OK, say("step.chain.ok", position=found.position, run=link.run))


@dataclass(frozen=True, slots=True)
class _Stamp:
    """A time stamp as it was checked: when and by whom, or what is wrong with it."""

    covers: int
    found: Stamped | None
    why: str = ""


def _stamps(sealed: Seal, anchors: Anchors) -> list[_Stamp]:
    made = []
    for each in sealed.timestamps:
        if each.covers > len(sealed.signatures):
            made.append(_Stamp(each.covers, None, "it covers more signatures than there are"))
            continue
        try:
            token = seal.decoded(each.token)
            made.append(_Stamp(each.covers, timestamp.verify(token, sealed.stamped(each.covers), anchors.authorities)))
        except (timestamp.StampError, IntegrityError) as problem:
            made.append(_Stamp(each.covers, None, str(problem)))
    return made


def _told_stamps(done: _Progress, stamps: Sequence[_Stamp], anchors: Anchors) -> None:
    if not stamps:
        done.add("stamps", Standing.OPEN, say("step.stamps.none"))
        return
    items = [
        say("stamp.ok", at=each.found.at.isoformat(), authority=each.found.authority, covers=each.covers)
        if each.found
        else say("stamp.bad", number=number, why=each.why)
        for number, each in enumerate(stamps, 1)
    ]
    if not all(each.found for each in stamps):
        done.add(
            "stamps", Standing.FAILED, say("step.stamps.ok", count=sum(bool(e.found) for e in stamps)), items, (SEAL,)
        )
    elif not anchors.authorities:
        done.add("stamps", Standing.OPEN, say("step.stamps.untrusted", count=len(stamps)), items)
    else:
        done.add("stamps", Standing.OK, say("step.stamps.ok", count=len(stamps)), items)


def _signatures(done: _Progress, sealed: Seal, anchors: Anchors, stamps: Sequence[_Stamp]) -> list[str]:
    """Check signatures, and return the names of the trusted keys that made one."""
    if not sealed.signatures:
        if anchors.keys:
            done.add("signatures", Standing.FAILED, say("step.signatures.wanted", count=anchors.threshold), (), (SEAL,))
        else:
            done.add("signatures", Standing.OPEN, say("step.signatures.none"))
        return []
    items: list[Text] = []
    names: dict[str, str] = {}
    is_bad = False
    for index, each in enumerate(sealed.signatures):
        text, name, is_good = _signature(sealed, each, anchors, _time_of(index, stamps, anchors))
        items.append(text)
        is_bad |= not is_good
        if name:
            names[each.keyid] = name
    count = len(names)
    if is_bad:
        done.add("signatures", Standing.FAILED, say("step.signatures.ok", count=count), items, (SEAL,))
    elif not anchors.keys:
        detail = say("step.signatures.untrusted", count=len(sealed.signatures))
        done.add("signatures", Standing.OPEN, detail, items)
    elif count < anchors.threshold:
        detail = say("step.signatures.few", count=count, wanted=anchors.threshold)
        done.add("signatures", Standing.FAILED, detail, items, (SEAL,))
    else:
        done.add("signatures", Standing.OK, say("step.signatures.ok", count=count), items)
    return list(names.values())


def _time_of(index: int, stamps: Sequence[_Stamp], anchors: Anchors) -> tuple[datetime, Text]:
    """Return when a signature was there: by a trusted stamp over it, else only now is known."""
    known = [e.found.at for e in stamps if e.found and e.covers > index] if anchors.authorities else []
    if known:
        return min(known), say("signature.then", at=min(known).isoformat())
    return anchors.now, say("signature.now", at=anchors.now.date().isoformat())


def _signature(sealed: Seal, each: Signature, anchors: Anchors, when: tuple[datetime, Text]) -> tuple[Text, str, bool]:
    """Return what to say of a signature, the name of the trusted key that made it, and whether it is good."""
    short = each.keyid[:16]
    try:
        own = each.public_key()
    except IntegrityError as problem:
        return _plain(str(problem)), "", False
    if not own.verifies(sealed.signed, seal.decoded(each.sig)):
        return say("signature.bad", algorithm=own.algorithm, short=short), "", False
    anchor = next((key for key in anchors.keys if key.key_id == own.key_id), None)
    if anchor is None:
        return say("signature.unknown", algorithm=own.algorithm, short=short), "", True
    at, told = when
    if anchor.not_after and not _is_between(anchor.not_before, at, anchor.not_after):
        text = say(
            "signature.expired",
            algorithm=own.algorithm,
            short=short,
            name=anchor.name,
            first=anchor.not_before,
            last=anchor.not_after,
            when=told,
        )
        return text, "", False
    return say("signature.ok", algorithm=own.algorithm, short=short, name=anchor.name), anchor.name, True


def _is_between(first: str, at: datetime, last: str) -> bool:
    return datetime.fromisoformat(first) <= at <= datetime.fromisoformat(last)


def _proofs(done: _Progress, names: Sequence[str], stamps: Sequence[_Stamp]) -> Iterator[Text]:
    if any(step.standing is Standing.FAILED for step in done.steps):
        yield say("proves.nothing")
        return
    yield say("proves.whole")
    if names:
        yield say("proves.who", names=", ".join(sorted(names)))
    first = min(
        (each.found for each in stamps if each.found and each.found.is_trusted), key=lambda e: e.at, default=None
    )
    if first:
        yield say("proves.when", at=first.at.isoformat(), authority=first.authority)
    yield say("proves.not")
