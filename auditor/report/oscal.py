"""OSCAL assessment results (NIST, model 1.2): what was looked at, what was observed, and how each control stands.

A control that is not proven is never ``satisfied``: what is not assessed is ``not-satisfied`` with the reason ``other``
and says so; what is not applicable has that implementation status. Everything comes from the record, and the same
record gives the same bytes: identities are made of the run's (UUID 5, RFC 9562 §5.5).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from uuid import NAMESPACE_URL, uuid5

import msgspec

from auditor.compliance.texts import say as tell
from auditor.model.finding import Verdict
from auditor.report import clauses
from auditor.report.foreign import one_line, uri_path, visible
from auditor.report.overview import worst_first
from auditor.report.texts import say
from auditor.report.wording import decided, headline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from auditor.model.control import Conformity, Framework
    from auditor.model.finding import Finding
    from auditor.model.record import Record
    from auditor.model.text import Language, Text
    from auditor.rules import CheckText

VERSION: Final = "1.2.1"
NAMESPACE: Final = "urn:auditor:oscal"
_NO_TOKEN: Final = re.compile(r"[^A-Za-z0-9._-]")
_STATES: Final[Mapping[Conformity, tuple[str, str]]] = {
    "conforms": ("satisfied", "pass"),
    "partly": ("not-satisfied", "fail"),
    "does_not": ("not-satisfied", "fail"),
    "not_applicable": ("satisfied", "other"),
    "not_assessed": ("not-satisfied", "other"),
}


def render(
    record: Record,
    language: Language,
    checks: Mapping[str, CheckText] = {},
    frameworks: Iterable[Framework] = (),
) -> bytes:
    """Return one assessment results document as UTF-8 JSON.

    Args:
        record: The finished record.
        language: Of titles and remarks.
        checks: Checks by id; may be empty.
        frameworks: As they were saved with the run; without them there are observations and no findings.
    """
    document = _Document(record, language, checks, tuple(frameworks)).made()
    return msgspec.json.format(msgspec.json.encode(document), indent=1) + b"\n"


class _Document:
    def __init__(
        self,
        record: Record,
        language: Language,
        checks: Mapping[str, CheckText],
        frameworks: Sequence[Framework],
    ) -> None:
        self._record = record
        self._language: Language = language
        self._checks = checks
        self._rows = tuple(clauses.rows(record, frameworks))
        self._components = {target: self._uuid("component", target) for target in record.targets}
        self._observations: dict[int, str] = {}

    def made(self) -> dict[str, object]:
        """Return the document as plain values."""
        record, run = self._record, self._record.run
        plan = self._uuid("plan", run.rules)
        return {
            "assessment-results": {
                "uuid": self._uuid("results", ""),
                "metadata": {
                    "title": self._line(f"{say('title').to(self._language)} {run.system}"),
                    "last-modified": run.started,
                    "version": run.id,
                    "oscal-version": VERSION,
                    "props": list(_props(("generator", f"auditor {run.auditor}"), ("language", self._language))),
                },
                "import-ap": {"href": f"#{plan}"},
                "results": [self._result()],
                "back-matter": {
                    "resources": [
                        {
                            "uuid": plan,
                            "title": "rules.json",
                            "description": f"checks and frameworks of the run, digest {run.rules}",
                            "rlinks": [{"href": "rules.json", "media-type": "application/json"}],
                        },
                        {
                            "uuid": self._uuid("record", ""),
                            "title": "record.json",
                            "description": f"everything that the run saw and concluded: {record.schema}",
                            "rlinks": [{"href": "record.json", "media-type": "application/json"}],
                        },
                    ]
                },
            }
        }

    def _result(self) -> dict[str, object]:
        record, run = self._record, self._record.run
        observations = [self._observation(index, each) for index, each in enumerate(worst_first(record.findings))]
        # a selection has to name a control, also where no framework was asked for
        nothing: dict[str, object] = {
            "description": "no framework was asked for",
            "include-controls": [{"control-id": "none"}],
        }
        controls = list(self._selections()) or [nothing]
        result: dict[str, object] = {
            "uuid": self._uuid("result", ""),
            "title": self._line(run.system or run.id),
            "description": self._line(self._to(record.gate.reason)),
            "start": run.started,
            "props": list(
                _props(
                    ("exit-code", str(record.gate.exit_code)),
                    ("assessed", f"{record.coverage.assessed.part}/{record.coverage.assessed.whole}"),
                    ("rules", run.rules),
                )
            ),
            "local-definitions": {"components": [self._component(target) for target in record.targets]},
            "reviewed-controls": {"control-selections": controls},
            "observations": observations,
            "findings": list(self._findings()),
            "remarks": "\n".join(self._left()) or "nothing was left unseen",
        }
        return {name: value for name, value in result.items() if value not in ([], {"components": []})}

    def _selections(self) -> Iterator[dict[str, object]]:
        for framework, rows in self._rows:
            yield {
                "description": self._line(self._to(framework.title)),
                "props": list(_props(("framework", framework.id), ("version", framework.version))),
                "include-controls": [{"control-id": _control(framework.id, row.control.id)} for row in rows],
            }

    def _component(self, target: str) -> dict[str, object]:
        kind = _NO_TOKEN.sub("-", target.partition("=")[0])
        return {
            "uuid": self._components[target],
            "type": kind or "target",
            "title": self._line(target),
            "description": self._line(target),
            "status": {"state": "operational"},
        }

    def _observation(self, index: int, finding: Finding) -> dict[str, object]:
        own = self._uuid("observation", f"{index} {finding.target} {finding.fingerprint}")
        self._observations[id(finding)] = own
        said = headline(finding) if finding.verdict is Verdict.FAIL else finding.title
        seen = [text for text in (self._to(decided(finding)), self._to(finding.actual)) if text]
        made: dict[str, object] = {
            "uuid": own,
            "title": self._line(self._to(said)),
            "description": "\n".join([self._line(self._to(said)), *seen]),
            "props": list(
                _props(
                    ("check", finding.id),
                    ("verdict", finding.verdict.value),
                    ("severity", finding.severity.value),
                    ("subject", finding.subject),
                    ("expected", self._to(finding.expected)),
                    ("fingerprint", finding.fingerprint),
                    ("waiver", finding.waived.id if finding.waived else ""),
                )
            ),
            "methods": ["TEST"],
            "types": ["finding"],
            "collected": self._record.run.started,
        }
        if finding.target in self._components:
            made["subjects"] = [{"subject-uuid": self._components[finding.target], "type": "component"}]
        if evidence := list(_evidence(finding)):
            made["relevant-evidence"] = evidence
        return made

    def _findings(self) -> Iterator[dict[str, object]]:
        """Yield how each control stands over all objects; what nobody looked at stands there as that."""
        for framework, rows in self._rows:
            for row in rows:
                yield self._finding(framework, row)

    def _finding(self, framework: Framework, row: clauses.Row) -> dict[str, object]:
        spoken = row.together
        state, reason = _STATES[spoken.conformity]
        status: dict[str, object] = {"state": state, "reason": reason}
        status["remarks"] = self._line(tell(f"conformity.{spoken.conformity}").to(self._language))
        target: dict[str, object] = {
            "type": "objective-id",
            "target-id": _control(framework.id, row.control.id),
            "title": self._line(self._to(row.control.title)),
            "status": status,
        }
        if spoken.conformity == "not_applicable":
            target["implementation-status"] = {"state": "not-applicable"}
        related = dict.fromkeys(
            self._observations[id(each)] for each in spoken.evidence if id(each) in self._observations
        )
        made: dict[str, object] = {
            "uuid": self._uuid("finding", row.key),
            "title": self._line(f"{row.number} {self._to(row.control.title)}"),
            "description": self._line(self._to(clauses.actual(spoken)) or self._to(row.control.title)),
            "props": list(
                _props(
                    ("framework", framework.id),
                    ("number", row.number),
                    ("conformity", spoken.conformity),
                    ("high-risk", "yes" if spoken.high_risk else ""),
                    ("open", "yes" if spoken.is_open else ""),
                )
            ),
            "target": target,
        }
        if related:
            made["related-observations"] = [{"observation-uuid": each} for each in related]
        return made

    def _left(self) -> Iterator[str]:
        """Yield what could not be seen, a line for each gap."""
        for gap in self._record.gaps:
            subject = f" {gap.subject}" if gap.subject else ""
            yield self._line(f"{gap.gap_class.value}: {gap.target}{subject}: {gap.kind}: {gap.reason}")

    def _uuid(self, kind: str, key: str) -> str:
        return str(uuid5(NAMESPACE_URL, visible(f"urn:auditor:{self._record.run.id}:{kind}:{key}")))

    def _to(self, text: Text) -> str:
        return visible(text.to(self._language)).strip()

    @staticmethod
    def _line(text: str) -> str:
        return one_line(text).strip() or "-"


def _props(*given: tuple[str, str]) -> Iterator[dict[str, str]]:
    """Yield properties of our own; one without a value is left out, as a value must not be empty."""
    for name, value in given:
        plain = one_line(value).strip()
        if plain:
            yield {"name": name, "ns": NAMESPACE, "value": plain}


def _control(framework: str, control: str) -> str:
    """Return a control as a token of OSCAL, which starts with a letter: the framework, then its own id."""
    return _NO_TOKEN.sub("-", f"{framework}_{control}")


def _evidence(finding: Finding) -> Iterator[dict[str, str]]:
    for origin in finding.origins:
        place = one_line(" ".join(filter(None, (origin.file or "", origin.pointer)))).strip()
        if origin.capture:
            name = origin.capture.removeprefix("sha256:")
            described = " ".join(filter(None, (origin.capture, place)))
            yield {"href": f"captures/sha256/{name[:2]}/{name}", "description": described}
        elif origin.file:
            yield {"href": uri_path(origin.file) or ".", "description": place or "-"}
