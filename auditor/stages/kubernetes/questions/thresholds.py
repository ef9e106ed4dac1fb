"""Parameters of the Kubernetes rules that a target set looser than the benchmark: their controls fail for that."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

import yaml

from auditor.content import policies
from auditor.model.fact import Origin, Threshold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from auditor.model.system import Part

LEAST: Final = {
    "audit_log_min_days": "k8s-apiserver-audit-log-max-age",
    "audit_log_min_backups": "k8s-apiserver-audit-log-max-backup",
    "audit_log_min_megabytes": "k8s-apiserver-audit-log-max-size",
    "kubelet_event_qps_min": "k8s-kubelet-event-rate",
}
MOST: Final = {"request_timeout_max_seconds": "k8s-apiserver-request-timeout"}
SWITCHES: Final = {
    "etcd_data_dir_may_be_root": ("k8s-etcd-data-owner",),
    "etcd_single_member_exempt": (
        "k8s-etcd-peer-certificate",
        "k8s-etcd-peer-cert-auth",
        "k8s-etcd-peer-auto-tls-off",
    ),
    "seccomp_localhost_accepted": ("k8s-pod-seccomp-runtime-default",),
}
SUITES: Final = {
    "apiserver_cipher_suites": "k8s-apiserver-cipher-suites",
    "kubelet_cipher_suites": "k8s-kubelet-cipher-suites",
}
"""Lists of what is good enough: one more is looser."""


def loosened(part: Part) -> Iterator[Threshold]:
    """Yield each parameter that the part gives and that is looser than the benchmark's, for each check that reads it.

    Names of subjects, workloads and images that the site accepts are no thresholds: the benchmark leaves them to it.
    """
    given = part.options.get("parameters")
    if not isinstance(given, dict):
        return
    usual = _usual()
    for name, value in sorted(given.items()):
        for check in _checks_loosened(name, value, usual):
            yield Threshold(
                subject=part.argument,
                origin=Origin(part=part.argument),
                check=check,
                name=name,
                value=_told(value),
                due=_told(usual[name]),
            )


def _checks_loosened(name: str, value: object, usual: Mapping[str, Any]) -> tuple[str, ...]:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if name in LEAST and value < usual[name]:
            return (LEAST[name],)
        if name in MOST and value > usual[name]:
            return (MOST[name],)
    if name in SWITCHES and value is True:
        return SWITCHES[name]
    if name in SUITES and isinstance(value, list) and not {str(each) for each in value} <= set(usual[name]):
        return (SUITES[name],)
    return ()


def _told(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


@cache
def _usual() -> Mapping[str, Any]:
    found: Mapping[str, Any] = yaml.safe_load((policies() / "parameters" / "data.yaml").read_text(encoding="utf-8"))
    return found
