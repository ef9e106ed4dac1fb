"""What must hold of what was done: ceremonies, drills, backups, packages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from auditor.check import fail
from auditor.check_data import judges
from auditor.formats.stamps import digest_of, hidden, time_of
from auditor.model.fact import Read
from auditor.stages.custody.facts import CeremonyRecord, CustodyKey
from auditor.stages.custody.judging import (
    LINKS,
    UNPROVEN,
    age_days,
    areas,
    ended,
    is_proven,
    listed,
    named,
    of,
    parameters,
    people,
    records,
    verdict,
)
from auditor.stages.custody.texts import both

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Judgement
    from auditor.model.fact import Facts

_RECORD: Final = Read("CeremonyRecord")


@judges("custody-first-root-token-revoked", reads=(Read("CeremonyRecord", frozenset({"init", "generate_root"})),))
def first_root_token_revoked(facts: Facts) -> Iterator[Judgement]:
    """Fail an event that made a root token without saying when it was revoked, or whose token is still alive."""
    alive = {str(each.values.get("accessor_digest")) for each in of(facts, "token")}
    for record in records(facts, "init", "generate_root"):
        said = record.record.get("root_token")
        token = said if isinstance(said, dict) else {}
        accessor, revoked = str(token.get("accessor") or ""), time_of(token.get("revoked_at"))
        over = time_of(record.record.get("started"))
        yield verdict(
            record,
            "" if accessor else "root_token.accessor is missing",
            "" if revoked else "root_token.revoked_at is missing",
            "revoked before it was made" if revoked and over and revoked < over else "",
            "the token is alive" if accessor and hidden(accessor) in alive else "",
        )


@judges("custody-snapshots-fresh", reads=(areas("raft-snapshots"), areas("raft-snapshot")))
def snapshots_fresh(facts: Facts) -> Iterator[Judgement]:
    """Fail snapshots that are old, damaged, or do not go on."""
    hours = parameters("custody-snapshots-fresh")["maximum_hours"]
    for fact in of(facts, "raft-snapshots"):
        newest = datetime.fromtimestamp(float(fact.values.get("newest") or 0), UTC)
        age = age_days(facts, newest) * 24
        broken = [
            f"{each.subject}: {problem}"
            for each in of(facts, "raft-snapshot")
            for problem in each.values.get("problems") or ()
        ]
        yield verdict(
            fact,
            f"newest snapshot: {age:.0f} h old" if age > hours else "",
            "newest: in the future" if age < -1 else "",
            listed(broken, 4),
            "" if fact.values.get("grows") else "index does not grow",
            expected=f"newest snapshot at most {hours} h old",
            actual=f"{fact.values.get('newest_name')}: {age:.0f} h",
        )


@judges("custody-snapshots-protected", reads=(areas("raft-snapshot"),))
def snapshots_protected(facts: Facts) -> Iterator[Judgement]:
    """Fail a snapshot that others can read."""
    for fact in of(facts, "raft-snapshot"):
        mode = str(fact.values.get("mode", ""))
        yield verdict(
            fact,
            f"mode = {mode}" if mode and int(mode, 8) & 0o077 else "",
            expected="mode = 0600",
            actual=f"mode = {mode}",
        )


@judges("custody-restore-drilled", reads=(areas("records"), _RECORD))
def restore_drilled(facts: Facts) -> Iterator[Judgement]:
    """Fail where no restore was tried for long, or the record of it does not say of what and with which result."""
    days = parameters("custody-restore-drilled")["maximum_days"]
    for fact in of(facts, "records"):
        drills = records(facts, "restore_drill")
        if not drills:
            yield fail(
                fact, expected=both(f"a restore drill within {days} d"), actual=both("no restore drill on record")
            )
            continue
        last = drills[-1]
        said = last.record.get("snapshot")
        snapshot = said if isinstance(said, dict) else {}
        over = ended(last)
        age = age_days(facts, over) if over else None
        yield verdict(
            fact,
            f"last drill: {age:.0f} d ago" if age is not None and age > days else "",
            "ended is no time" if age is None else "",
            "in the future" if age is not None and age < -1 else "",
            "" if digest_of(snapshot.get("sm3")) or digest_of(snapshot.get("sha256")) else "snapshot.sm3 is missing",
            "" if isinstance(snapshot.get("index"), int) else "snapshot.index is missing",
            "" if snapshot.get("result") else "snapshot.result is missing",
            f"snapshot.result = {snapshot.get('result')}"
            if snapshot.get("result")
            and str(snapshot["result"]).lower() not in {"ok", "pass", "passed", "success", "successful", "成功", "通过"}
            else "",
            "" if is_proven(last) else "the record is not proven",
            expected=f"a restore drill within {days} d",
            actual=last.subject,
        )


@judges("custody-unseal-drilled", reads=(areas("records"), _RECORD))
def unseal_drilled(facts: Facts) -> Iterator[Judgement]:
    """Fail where fewer custodians than it takes have shown of late that they can be reached and hold their share."""
    days = parameters("custody-unseal-drilled")["maximum_days"]
    for fact in of(facts, "records"):
        recent = [
            each
            for each in records(facts, "unseal_drill", "init", "rekey")
            if (over := ended(each)) and -1 <= age_days(facts, over) <= days
        ]
        reached = {
            str(who.get("id"))
            for each in recent
            for who in people(each, "custodian")
            if str(who.get("id")) in each.signed_by
        }
        thresholds = [each.record.get("threshold") for each in records(facts, "init", "rekey", "unseal_drill")]
        known = [each for each in thresholds if isinstance(each, int)]
        wanted = known[-1] if known else parameters("custody-ceremony-proven")["quorum"]
        drilled = any(each.kind == "unseal_drill" for each in recent)
        yield verdict(
            fact,
            "" if drilled else f"no unseal drill within {days} d",
            f"{len(reached)} of {wanted} custodians took part" if len(reached) < wanted else "",
            expected=f"custodians in unseal drills within {days} d >= {wanted}",
            actual=f"custodians = {len(reached)}: {named(sorted(reached))}",
        )


@judges("custody-offline-package-whole", reads=(areas("package"),))
def offline_package_whole(facts: Facts) -> Iterator[Judgement]:
    """Fail a package whose files are not those of its signed manifest."""
    for fact in of(facts, "package"):
        values = fact.values
        problems = [str(each) for each in values.get("problems", [])]
        untrusted = [] if values.get("trusted") else ["no release key was given"]
        yield verdict(
            fact,
            listed([*problems, *untrusted]),
            actual=f"{values.get('product')} {values.get('version')}, {values.get('size_bytes')} bytes"
            if values.get("product")
            else "",
        )


@judges("custody-ceremony-proven", reads=(_RECORD,))
def ceremony_proven(facts: Facts) -> Iterator[Judgement]:
    """Fail a record that is malformed, short of its quorum, or signed by somebody who may not."""
    for record in facts.of(CeremonyRecord):
        wrong = [f"{code}: {detail}" for code, detail in record.problems if code in UNPROVEN]
        no_root = [detail for code, detail in record.problems if code == "root"]
        yield verdict(record, listed(wrong or no_root), actual=f"signed by {named(record.signed_by)}")


@judges("custody-record-chain-whole", reads=(_RECORD,))
def record_chain_whole(facts: Facts) -> Iterator[Judgement]:
    """Fail a record that does not follow the one before, and the last one if the server contradicts it."""
    every = records(facts)
    decisive = [each for each in every if each.kind in {"init", "rekey"}]
    for record in every:
        wrong = [
            f"{code}: {detail}"
            for code, detail in record.problems
            if code in LINKS or (code == "dates" and "ended before" in detail)
        ]
        if decisive and record is decisive[-1]:
            wrong += _contradictions(facts, record)
        yield verdict(record, listed(wrong, 6))


def _contradictions(facts: Facts, record: CeremonyRecord) -> Iterator[str]:
    """Compare the last record about the shares with what the server says."""
    for fact in of(facts, "shares"):
        values = fact.values
        if fact.source != "live":
            continue
        for name, live in (("shares", "n"), ("threshold", "t")):
            said = record.record.get(name)
            if isinstance(said, int) and said != values.get(live):
                yield f"{name} = {said}, server: {live} = {values.get(live)}"
        cluster = record.record.get("cluster_id")
        if cluster and values.get("cluster_id") and cluster != values["cluster_id"]:
            yield f"cluster_id = {cluster}, server: {values['cluster_id']}"
        seal = record.record.get("seal")
        kind = seal.get("type") if isinstance(seal, dict) else seal
        if kind and values.get("type") and str(kind).lower() != str(values["type"]).lower():
            yield f"seal = {kind}, server: {values['type']}"
    term = record.record.get("key_term")
    for fact in of(facts, "barrier-key"):
        if isinstance(term, int) and isinstance(fact.values.get("term"), int) and fact.values["term"] < term:
            yield f"key_term = {term}, server: {fact.values['term']}"


@judges("custody-duties-separated", reads=(_RECORD,))
def duties_separated(facts: Facts) -> Iterator[Judgement]:
    """Fail an event at which one person held two shares or offices, or one organisation could open the seal."""
    for record in facts.of(CeremonyRecord):
        said = record.record.get("shares_map")
        shares = [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        holders = [str(each.get("custodian_id")) for each in shares]
        twice = sorted({each for each in holders if holders.count(each) > 1})
        roles: dict[str, set[str]] = {}
        prints: dict[str, set[str]] = {}
        for each in people(record):
            roles.setdefault(str(each.get("id")), set()).add(str(each.get("role")))
            if each.get("certificate_sm3"):
                prints.setdefault(digest_of(each["certificate_sm3"]) or str(each["certificate_sm3"]), set()).add(
                    str(each.get("id"))
                )
        mixed = sorted(
            who for who, has in roles.items() if len(has & {"custodian", "operator", "witness", "auditor"}) > 1
        )
        alike = [named(sorted(who)) for who in prints.values() if len(who) > 1]
        threshold = record.record.get("threshold")
        by_organisation: dict[str, set[str]] = {}
        for each in people(record, "custodian"):
            if each.get("organisation"):
                by_organisation.setdefault(str(each["organisation"]).strip().lower(), set()).add(str(each.get("id")))
        strong = (
            [f"{name}: {len(who)}" for name, who in sorted(by_organisation.items()) if len(who) >= threshold]
            if isinstance(threshold, int) and threshold > 0
            else []
        )
        yield verdict(
            record,
            f"two shares: {named(twice)}" if twice else "",
            f"two offices: {named(mixed)}" if mixed else "",
            f"one certificate: {named(alike)}" if alike else "",
            f"one organisation holds {threshold} or more: {named(strong)}" if strong else "",
        )


@judges("custody-rekeyed-in-time", reads=(areas("records"), _RECORD))
def rekeyed_in_time(facts: Facts) -> Iterator[Judgement]:
    """Fail shares that are older than allowed, or that somebody who left still knows."""
    days = parameters("custody-rekeyed-in-time")["maximum_days"]
    for fact in of(facts, "records"):
        made = records(facts, "init", "rekey")
        if not made:
            yield fail(
                fact, expected=both(f"shares renewed within {days} d"), actual=both("no init or rekey on record")
            )
            continue
        over = ended(made[-1])
        age = age_days(facts, over) if over else None
        changes = [each for each in records(facts, "custodian_change") if each.sequence > made[-1].sequence]
        yield verdict(
            fact,
            f"last rekey: {age:.0f} d ago" if age is not None and age > days else "",
            "in the future" if age is not None and age < -1 else "",
            "ended is no time" if age is None else "",
            f"no rekey after {named(each.subject for each in changes)}" if changes else "",
            expected=f"shares renewed within {days} d",
            actual=made[-1].subject,
        )


@judges("custody-module-keys-listed", reads=(areas("records"), _RECORD))
def module_keys_listed(facts: Facts) -> Iterator[Judgement]:
    """Fail where no inventory names the SM keys of the module, each as not extractable and with a backup."""
    for fact in of(facts, "records"):
        lines: list[dict[str, object]] = []
        for record in records(facts, "module_inventory")[-1:]:
            module = record.record.get("module")
            said = module.get("keys") if isinstance(module, dict) else module
            said = record.record.get("keys") or record.record.get("inventory") if said is None else said
            lines += [each for each in said if isinstance(each, dict)] if isinstance(said, list) else []
        lines += [
            {
                "label": key.subject,
                "algorithm": key.algorithm,
                "extractable": key.is_exportable,
                "backup": key.values.get("backup"),
            }
            for key in facts.of(CustodyKey, "pkcs11")
        ]
        sm = [each for each in lines if str(each.get("algorithm", "")).upper().startswith(("SM2", "SM4", "SM9"))]
        loose = [each.get("label") for each in sm if each.get("extractable") is not False]
        bare = [each.get("label") for each in sm if not each.get("backup")]
        yield verdict(
            fact,
            "" if sm else "module_inventory: no SM key",
            f"extractable: {named(loose)}" if loose else "",
            f"backup is missing: {named(bare)}" if bare else "",
            actual=named(each.get("label") for each in sm),
        )


@judges("custody-encryption-keys-escrowed", reads=(areas("records"), _RECORD))
def encryption_keys_escrowed(facts: Facts) -> Iterator[Judgement]:
    """Fail where nothing shows that the private key of an encryption pair can be recovered from its CA."""
    for fact in of(facts, "records"):
        found = []
        for record in records(facts):
            said = record.record.get("attachments")
            for each in said if isinstance(said, list) else []:
                name = str(each.get("name", "")).lower() if isinstance(each, dict) else ""
                if any(word in name for word in ("escrow", "recovery", "托管", "恢复")) and digest_of(each.get("sm3")):
                    found.append(name)
            if record.record.get("escrow"):
                found.append(record.subject)
        yield verdict(fact, "" if found else "attachments: no escrow", actual=named(found))


JUDGES: Final = (
    first_root_token_revoked,
    snapshots_fresh,
    snapshots_protected,
    restore_drilled,
    unseal_drilled,
    offline_package_whole,
    ceremony_proven,
    record_chain_whole,
    duties_separated,
    rekeyed_in_time,
    module_keys_listed,
    encryption_keys_escrowed,
)
