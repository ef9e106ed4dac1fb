"""What must hold of certificates and keys in a cluster's objects (CRT-004, CRT-017, CRT-018)."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from auditor.check import not_applicable
from auditor.check_data import judges
from auditor.model.fact import Read
from auditor.model.finding import Verdict
from auditor.stages.kubernetes.facts import KubeObject, KubePrivateKey, RepeatedKey, TlsSecret
from auditor.stages.tls.certificate_checks import in_time_of
from auditor.stages.tls.judging import fail, moment, ok
from auditor.stages.tls.texts import say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from auditor.check import Judgement
    from auditor.check_data import Judge
    from auditor.formats import x509
    from auditor.model.fact import Facts

_KEYS: Final = {"differs": "the key of another certificate", "unreadable": "unreadable"}
CLUSTER: Final = frozenset({"kubernetes"})
_WHOLE_PART: Final = Read(KubeObject.__name__, frozenset({RepeatedKey.__name__}))
"""A part that could not be read at all may hold such keys, too; no object is of this topic, so gaps alone are meant."""
_INGRESSES: Final = Read(KubeObject.__name__, frozenset({"Ingress"}))


@judges("crt-key-absent-elsewhere", reads=(KubePrivateKey, _WHOLE_PART), part_kinds=CLUSTER)
def key_absent_elsewhere(facts: Facts) -> Iterator[Judgement]:
    """Fail an object that is no Secret and holds a private key in the clear."""
    for _subject, found in facts.by_subject(KubePrivateKey):
        bare = [each for each in found if not each.protection]
        if bare:
            yield fail(*bare, actual=", ".join(each.pointer for each in bare)[:300])
        else:
            yield ok(*found, actual=", ".join(f"{each.pointer}: {each.protection}" for each in found)[:300])


@judges("crt-secret-sound", reads=(TlsSecret, _WHOLE_PART), part_kinds=CLUSTER)
def secret_sound(facts: Facts) -> Iterator[Judgement]:
    """Fail a TLS Secret that cannot be read, whose key is another's, or whose certificate is not in time."""
    now = moment(facts)
    for each in facts.of(TlsSecret):
        if each.unread:
            yield fail(each, detail=say("tls.secret.unread"), actual=f"tls.crt: {each.unread}")
        elif each.key in {"differs", "unreadable"}:
            yield fail(each, detail=say(f"tls.secret.{each.key}"), actual=f"tls.key: {_KEYS[each.key]}")
        else:
            own = in_time_of(each, each.not_before, each.not_after, now, "crt-secret-sound")
            chain = (in_time_of(each, begins, ends, now, "crt-secret-sound", name) for name, begins, ends in each.chain)
            yield next((said for said in (own, *chain) if said.verdict is Verdict.FAIL), own)


def _certificate(each: TlsSecret) -> x509.Certificate | None:
    from auditor.formats import x509  # noqa: PLC0415 - 30 ms that listing the checks does without

    return x509.read_or_none(bytes.fromhex(each.certificate)) if each.certificate else None


def _users(facts: Facts) -> dict[tuple[str, str], list[KubeObject]]:
    """Return the Ingresses that serve each Secret, by namespace and name."""
    found: dict[tuple[str, str], list[KubeObject]] = defaultdict(list)
    for each in facts.of(KubeObject, "Ingress"):
        spec = each.manifest.get("spec")
        entries = spec.get("tls") if isinstance(spec, dict) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, dict) and (name := entry.get("secretName")):
                found[each.namespace, str(name)].append(each)
    return found


def _names(ingress: KubeObject, secret: TlsSecret) -> bool | None:
    """Tell whether an Ingress names a Secret: among its entries for TLS, or in an annotation, as controllers differ.

    Returns:
        None where it may: an annotation was hidden, because its name speaks of a secret.
    """
    metadata, spec = ingress.manifest.get("metadata"), ingress.manifest.get("spec")
    annotations = metadata.get("annotations") if isinstance(metadata, dict) else None
    texts = [str(each) for each in annotations.values()] if isinstance(annotations, dict) else []
    entries = spec.get("tls") if isinstance(spec, dict) else None
    texts += [str(each.get("secretName")) for each in entries or () if isinstance(each, dict)]
    words = {word.rpartition("/")[2] for text in texts for word in text.replace(",", " ").split()}
    if secret.name in words:
        return True
    from auditor.masking import MASK  # noqa: PLC0415 - as for x509

    return None if MASK in texts else False


@judges("crt-ingress-pair", reads=(TlsSecret, _INGRESSES), part_kinds=CLUSTER)
def ingress_pair(facts: Facts) -> Iterator[Judgement]:
    """Fail an SM2 signing certificate behind an Ingress that names no Secret with its encryption half."""
    from auditor.formats import x509  # noqa: PLC0415 - as above

    users = _users(facts)
    read = [(each, certificate) for each in facts.of(TlsSecret) if (certificate := _certificate(each))]
    encrypting = [(each, it) for each, it in read if it.key.kind == "SM2" and it.only_enciphers]
    known = {id(each): it for each, it in read}
    for each in facts.of(TlsSecret):
        it, served = known.get(id(each)), users.get((each.namespace, each.name), [])
        if it is None or it.key.kind != "SM2" or it.only_enciphers or not served:
            yield not_applicable(each, reason=say("tls.na.no_sm2_ingress"))
            continue
        halves = [
            half
            for half, its in encrypting
            if half.namespace == each.namespace and x509.same_name(its.subject, it.subject)
        ]
        named = {one.subject: [_names(one, half) for half in halves] for one in served}
        strangers = [one for one, said in named.items() if True not in said and None not in said]
        if not halves:
            yield fail(
                each,
                detail=say("tls.secret.no_half"),
                actual=f"no Secret holds the encryption certificate of {it.subject_text}",
            )
        elif strangers:
            detail = say("tls.secret.unnamed", half=halves[0].subject)
            yield fail(each, detail=detail, actual=f"not named by {', '.join(strangers)}")
        elif all(True in said for said in named.values()):  # else nobody can tell, and there is no verdict
            yield ok(each, actual=", ".join(half.subject for half in halves))


JUDGES: Final[tuple[Judge, ...]] = (key_absent_elsewhere, secret_sound, ingress_pair)
