"""Parameters of a target that are looser than the benchmark are facts; tighter ones and accepted names are not."""

from __future__ import annotations

import pytest
import yaml

from auditor import registry
from auditor.content import policies
from auditor.model.system import Part
from auditor.stages.kubernetes.questions import thresholds
from auditor.stages.kubernetes.questions.thresholds import loosened

USUAL = yaml.safe_load((policies() / "parameters" / "data.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("given", "checks"),
    [
        ({"audit_log_min_days": 29}, ["k8s-apiserver-audit-log-max-age"]),
        ({"audit_log_min_days": 30, "audit_log_min_backups": 11}, []),
        ({"request_timeout_max_seconds": 301}, ["k8s-apiserver-request-timeout"]),
        ({"request_timeout_max_seconds": 60}, []),
        ({"seccomp_localhost_accepted": True}, ["k8s-pod-seccomp-runtime-default"]),
        ({"seccomp_localhost_accepted": False}, []),
        ({"kubelet_cipher_suites": ["TLS_RSA_WITH_RC4_128_SHA"]}, ["k8s-kubelet-cipher-suites"]),
        ({"kubelet_cipher_suites": USUAL["kubelet_cipher_suites"][:2]}, []),
        ({"accepted_subjects": {"5.1.1": ["*"]}, "audit_log_min_days": "x", "nonsense": 1}, []),
    ],
)
def test_only_what_is_looser_is_told(given: dict[str, object], checks: list[str]) -> None:
    found = list(loosened(Part(kind="kubernetes", where="deploy/", options={"parameters": given})))

    assert [each.check for each in found] == checks
    assert all(each.due for each in found)


def test_no_parameters_and_rubbish_are_none() -> None:
    assert list(loosened(Part(kind="kubernetes", where="deploy/"))) == []
    assert list(loosened(Part(kind="kubernetes", where="deploy/", options={"parameters": ["x"]}))) == []


def test_every_parameter_and_check_named_here_is_there() -> None:
    named = {*thresholds.LEAST, *thresholds.MOST, *thresholds.SWITCHES, *thresholds.SUITES}
    singles = [*thresholds.LEAST.values(), *thresholds.MOST.values(), *thresholds.SUITES.values()]
    checks = {*singles, *(each for found in thresholds.SWITCHES.values() for each in found)}

    assert named <= USUAL.keys()
    assert checks <= {check.id for check in registry.all_checks()}
