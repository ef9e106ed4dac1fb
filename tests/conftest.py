"""What holds for every test: no generated example may fail because the machine is busy, and no check speaks English
where it is read in Chinese.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest
from hypothesis import HealthCheck, settings

from auditor import judging, registry
from tests.english import prose

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from auditor.check import Check
    from auditor.model.finding import Finding

settings.register_profile("here", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("here")

OURS: Final = frozenset(each.id for each in registry.all_checks())
# What these say was seen is a quotation: a command, a message of another program, a line of a file, a name of a service
# or package.
_QUOTING: Final = frozenset(
    {
        "custody-audit-devices-two",
        "image-add-not-used",
        "image-config-secret-absent",
        "image-entrypoint-exec-form",
        "image-healthcheck-set",
        "image-package-files-unaltered",
        "image-history-secret-absent",
        "image-package-sources-signed",
        "image-update-with-install",
        "lineage-answers-name-session",
        "lineage-answers-name-user",
        "lineage-events-readable",
        "tls-port-protected",
    }
)


def _without_names(chinese: str, finding: Finding) -> str:
    """Return a text without the names of what was judged or not seen: they are the same in every language."""
    for name in (finding.subject, finding.target, finding.gap.subject if finding.gap else ""):
        chinese = chinese.replace(name, "\u00b7") if name else chinese
    return chinese


@pytest.fixture(autouse=True)
def said_in_both_languages(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Look at what each check of ours says wherever a test judges: every check has such tests, so none escapes.

    It is the one place where the suite reaches into our own code: whatever findings are made of, they come from here.
    """
    add = judging._Findings.add
    english: set[tuple[str, str, str]] = set()
    seen: set[str] = set()

    def added(self: judging._Findings, each: Check, answers: Iterable[judging._Answer]) -> None:
        first = len(self.made)
        add(self, each, answers)
        if each.id in OURS - _QUOTING:
            for finding in self.made[first:]:
                for text in (finding.expected, finding.actual, finding.detail):
                    if text.zh not in seen and (found := prose(_without_names(text.zh, finding))):
                        english.add((each.id, found[0], text.zh[:200]))
                    seen.add(text.zh)

    monkeypatch.setattr(judging._Findings, "add", added)
    yield
    assert english == set()
