"""What each report of 20,000 findings over 617 clauses costs: a whole process each, from the record on the disk.

Run: ``python -m benchmarks.reports [FINDINGS]`` from the root of a checkout. The clauses are those of the four catalogues
(257 + 62 + 131 + 167), the findings are spread over their checks and 12 systems, half of them failures. Seconds are
CPU time of the process and its children, medians of three.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from auditor import registry
from auditor.compliance.outcomes import assess, policy_coverage
from auditor.compliance.standing import tallies
from auditor.evidence import store
from auditor.model.fact import Origin
from auditor.model.finding import Finding, Location, Severity, Verdict
from auditor.model.record import Coverage, Ratio
from auditor.model.system import Part, System
from auditor.model.text import Text
from auditor.report import json
from auditor.report.render import FILES
from auditor.rules import FILE, Rules, rendered
from benchmarks.measure import Cost, cost, median, with_bytecode
from tests.unit.report.records import empty

if TYPE_CHECKING:
    from auditor.model.record import Record

FRAMEWORKS = ("gbt22239-2019-l3", "gbt39786-2021-l3", "cis-kubernetes", "ai-regulations")
CLAUSES = 617
SYSTEMS = 12
TIMES = 3


def record_of(count: int, rules: Rules) -> Record:
    """Return a record of so many findings over all clauses of the frameworks."""
    systems = [System(name=f"node-{n}", parts=(Part(kind="node", where=f"nodes/{n}.json"),)) for n in range(SYSTEMS)]
    by_id = {check.id: check for check in rules.checks}
    used = sorted({name for each in rules.frameworks for row in each.controls for name in row.checks if name in by_id})
    verdicts = (Verdict.FAIL, Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE)
    severities = tuple(Severity)
    findings = []
    for number in range(count):
        check = by_id[used[number % len(used)]]
        target = systems[number % SYSTEMS].parts[0].argument
        digest = f"sha256:{number % 997:064x}"
        findings.append(
            Finding(
                id=check.id,
                stage=check.stage,
                target=target,
                subject=f"容器 component-{number % 400}",
                verdict=verdicts[number // len(used) % len(verdicts)],
                severity=severities[number % len(severities)],
                title=check.title,
                problem=check.problem,
                detail=Text(
                    f"value {number} was seen, which is not the one that is due", f"实际值 {number} 与要求不一致"
                ),
                expected=Text(f"--option-{number % 50}=true", f"--option-{number % 50}=true"),
                actual=Text(f"--option-{number % 50}={number}", f"--option-{number % 50}={number}"),
                origins=(Origin(part=target, capture=digest, pointer=f"/items/{number}", file=f"f{number % 60}.yaml"),),
                location=Location(file=f"manifests/f{number % 60}.yaml", line=number % 3000 + 1),
                controls=check.controls,
                cwe=check.cwe,
                confidence=check.confidence,
                fingerprint=f"{number:032x}",
                remediation=check.remediation,
                waived=None,
            )
        )
    outcomes = assess(rules.frameworks, findings, systems)
    return replace(
        empty(),
        findings=tuple(findings),
        outcomes=outcomes,
        targets=tuple(part.argument for system in systems for part in system.parts),
        systems=tuple(systems),
        coverage=Coverage(
            assessed=Ratio(part=count, whole=count),
            policy=policy_coverage(rules.frameworks, findings),
            frameworks=tallies(outcomes, findings),
        ),
    )


def main() -> int:
    """Print one row a format, and one for all of them together."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    known = {each.id: each for each in registry.all_frameworks()}
    rules = Rules(checks=registry.all_checks(), frameworks=tuple(known[name] for name in FRAMEWORKS))
    clauses = sum(len(each.controls) for each in rules.frameworks)
    if clauses != CLAUSES:
        print(f"the catalogues hold {clauses} clauses, {CLAUSES} were expected", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record = record_of(count, rules)
        store.add_reports(folder / "run", {"record.json": json.render(record), FILE: rendered(rules.saved())})
        environment = with_bytecode(f"{name}/bytecode")
        print(f"{count:,} findings, {clauses} clauses, {len(record.outcomes):,} outcomes")
        print("format       CPU s  peak MiB    file MB")
        for formats in (*FILES, ",".join(FILES)):
            argv = (sys.executable, "-m", "auditor", "report", str(folder / "run"), "--lang", "zh", "--format", formats)
            found = median(lambda argv=argv: cost_of([*argv, "--output", f"{name}/out"], environment), TIMES)  # type: ignore[misc]
            made = sum(each.stat().st_size for each in Path(name, "out").iterdir()) if "," not in formats else 0
            title = "all of them" if "," in formats else formats
            print(f"{title:11} {found.cpu_s:6.2f} {found.peak_mib:9.0f} {made / 1e6:10.1f}", flush=True)
    return 0


def cost_of(argv: list[str], environment: dict[str, str]) -> Cost:
    """Run a command once in a folder of its own for its reports."""
    shutil.rmtree(argv[-1], ignore_errors=True)
    done = cost(argv, environment=environment)
    if done.exit_code:
        message = f"exit code {done.exit_code}: {' '.join(argv)}"
        raise SystemExit(message)
    return done


if __name__ == "__main__":
    sys.exit(main())
