from __future__ import annotations

from typing import Any

import pytest

from auditor.formats.advisories import Advisory, AdvisoryError, Losses, Range, release_of, release_of_package
from auditor.formats.advisories.osv import advisories


def record(**changed: object) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": "PYSEC-2099-1",
        "affected": [
            {
                "package": {"ecosystem": "PyPI", "name": "Some_Kit"},
                "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "2.0"}]}],
            }
        ],
    }
    return value | changed


def ranges(*events: dict[str, str], versions: tuple[str, ...] = (), kind: str = "ECOSYSTEM") -> tuple[Range, ...]:
    row = {
        "package": {"ecosystem": "PyPI", "name": "x"},
        "ranges": [{"type": kind, "events": list(events)}],
        "versions": list(versions),
    }
    found = advisories(record(affected=[row]), Losses())
    return found[0].affected[0].ranges if found else ()


def one(value: dict[str, Any]) -> Advisory:
    (found,) = advisories(value, Losses())
    return found


def test_name_is_normalised_and_bounds_are_kept() -> None:
    found = one(record())

    assert found.affected[0].name == "some-kit"
    assert found.affected[0].ranges == (Range(constraint="<2.0", fixed="2.0", state="fixed"),)


def test_events_out_of_order_are_sorted_by_version() -> None:
    found = ranges({"fixed": "2.2"}, {"introduced": "2.0"}, {"fixed": "1.10"}, {"introduced": "1.9"})

    assert [each.constraint for each in found] == [">=1.9,<1.10", ">=2.0,<2.2"]


def test_last_affected_is_inside_and_an_open_range_has_no_fix() -> None:
    assert ranges({"introduced": "1.0"}, {"last_affected": "1.9"})[0].constraint == ">=1.0,<=1.9"
    assert ranges({"introduced": "3"}) == (Range(constraint=">=3", state="not-fixed"),)


def test_listed_versions_outside_of_the_ranges_count_exactly() -> None:
    found = ranges({"introduced": "1.0"}, {"fixed": "1.2"}, versions=("1.1", "3.0", "what?"))

    assert [each.constraint for each in found] == [">=1.0,<1.2", "=3.0"]


def test_git_range_says_nothing_of_releases() -> None:
    assert ranges({"introduced": "0"}, {"fixed": "a" * 40}, kind="GIT") == ()


def test_range_that_cannot_be_ordered_is_told_of() -> None:
    losses = Losses()
    bad = {
        "package": {"ecosystem": "PyPI", "name": "x"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "?"}]}],
    }

    assert advisories(record(affected=[bad]), losses) == []
    assert losses.counts["a range whose versions cannot be ordered"] == 1


def test_rows_of_one_package_are_joined() -> None:
    rows = [
        {
            "package": {"ecosystem": "npm", "name": "@a/b"},
            "ranges": [{"type": "SEMVER", "events": [{"introduced": low}, {"fixed": high}]}],
        }
        for low, high in (("1.0.0", "1.0.5"), ("2.0.0", "2.0.5"))
    ]

    (affected,) = one(record(affected=rows)).affected

    assert affected.name == "@a/b"
    assert [each.fixed for each in affected.ranges] == ["1.0.5", "2.0.5"]


def test_withdrawn_record_says_so() -> None:
    assert one(record(withdrawn="2026-01-01T00:00:00Z")).withdrawn


def test_notice_of_a_distribution_becomes_one_advisory_for_each_cve() -> None:
    row = {
        "package": {"ecosystem": "openEuler:22.03-LTS-SP3", "name": "openssl"},
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1.1m-16.oe2203sp3"}]}],
    }

    found = advisories(record(id="OESA-2099-1", affected=[row], upstream=["CVE-2099-1", "CVE-2099-2"]), Losses())

    assert [each.id for each in found] == ["CVE-2099-1", "CVE-2099-2"]
    assert found[0].aliases == ("OESA-2099-1",)
    assert found[0].affected[0].order == "rpm"


@pytest.mark.parametrize(
    "value", [[], {}, {"id": 5}, {"id": "X-1", "affected": 5}, {"id": "X-1", "affected": [3]}, "x", None]
)
def test_what_is_no_record_is_refused(value: object) -> None:
    with pytest.raises(AdvisoryError):
        advisories(value, Losses())


@pytest.mark.parametrize(
    ("name", "identity", "version"),
    [
        ("openEuler-22.03-LTS-SP3", "openeuler", "22.03-lts-sp3"),
        ("openEuler-24.03-LTS", "openeuler", "24.03-lts"),
        ("Anolis OS 8", "anolis", "8"),
        ("Kylin Linux Advanced Server V10 SP3", "kylin", "v10-sp3"),
        ("UOS 20", "uos", "20"),
        ("Rocky Linux:9", "rocky", "9"),
        ("Red Hat Enterprise Linux 9", "rhel", "9"),
        ("Debian 12", "debian", "12"),
        ("openKylin 1.0", "openkylin", "1.0"),
    ],
)
def test_release_is_read_from_a_name(name: str, identity: str, version: str) -> None:
    found = release_of(name)

    assert found is not None
    assert (found.id, found.version) == (identity, version)


def test_release_is_read_from_the_mark_of_a_package() -> None:
    found = release_of_package("15.oe2203sp3")

    assert found is not None
    assert found.version == "22.03-lts-sp3"
    assert release_of_package("3.el8") is None
