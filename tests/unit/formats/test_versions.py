from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.version import Version

from auditor.formats import versions
from auditor.formats.versions import UnorderedError, compare, is_ordered, satisfies

RPM = [
    # rpm's own cases (tests/rpmvercmp.at): tilde before everything, caret after the same, digits over letters
    ("1.0", "1.0", 0),
    ("1.0", "2.0", -1),
    ("2.0.1a", "2.0.1", 1),
    ("5.5p1", "5.5p10", -1),
    ("10xyz", "10.1xyz", -1),
    ("xyz10", "xyz10.1", -1),
    ("xyz.4", "8", -1),
    ("5.5p2", "5.6p1", -1),
    ("6.5p1", "5.6p1", 1),
    ("6.0.rc1", "6.0", 1),
    ("10b2", "10a1", 1),
    ("1.0aa", "1.0a", 1),
    ("10.0001", "10.0039", -1),
    ("4.999.9", "5.0", -1),
    ("20101121", "20101122", -1),
    ("2_0", "2.0", 0),
    ("1.0~rc1", "1.0", -1),
    ("1.0~rc1", "1.0~rc2", -1),
    ("1.0~rc1~git123", "1.0~rc1", -1),
    ("1.0^", "1.0", 1),
    ("1.0^git1", "1.0.1", -1),
    ("1.0^20160101", "1.0.1", -1),
    ("1.0^20160101^git1", "1.0^20160102", -1),
    ("1.0~rc1^git1", "1.0~rc1", 1),
    ("1.0^git1~pre", "1.0^git1", -1),
    ("1:1.0-1", "2.0-1", 1),
    ("0:1.0-1", "1.0-1", 0),
    ("1.0-10", "1.0-9", 1),
    ("1.0", "1.0-5", 0),
    ("1.1.1m-15.oe2203sp3", "1.1.1m-15.oe2203sp2", 1),
    ("1.1.1f-4.p12.ky10", "1.1.1f-4.p01.ky10", 1),
]


@pytest.mark.parametrize(("first", "second", "sign"), RPM)
def test_rpm_orders_as_rpm_itself(first: str, second: str, sign: int) -> None:
    order = versions.rpm_compare if first[0].isalpha() or second[0].isalpha() else lambda a, b: compare("rpm", a, b)

    assert order(first, second) == sign
    assert order(second, first) == -sign


DPKG = [
    "1.0~rc1-1",
    "1.0-1~bpo1",
    "1.0-1",
    "1.0-1+b1",
    "1.0-1+deb12u1",
    "1.0-1+deb12u10",
    "1.0-1.1",
    "1.0+dfsg-1",
    "1.0.1",
    "1:0.9-1",
]


def test_dpkg_orders_epoch_tilde_and_revision() -> None:
    for first, second in itertools.pairwise(DPKG):
        assert compare("dpkg", first, second) < 0, (first, second)


PEP440 = [
    "1.0",
    "1.0.0",
    "1.0a1",
    "1.0.dev1",
    "1.0a1.dev2",
    "1.0rc1",
    "1.0.post1",
    "1.0.post1.dev3",
    "2!1",
    "1.1",
    "1.10",
    "1.0+abc",
    "1.0+2",
    "1.0-1",
    "v1.0",
    "1.0c1",
]


@pytest.mark.parametrize(("first", "second"), [*itertools.product(PEP440, PEP440)])
def test_python_orders_as_packaging_does(first: str, second: str) -> None:
    one, other = Version(first), Version(second)

    assert compare("python", first, second) == (one > other) - (one < other)


@pytest.mark.parametrize(
    ("order", "rising"),
    [
        ("semver", ["1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "v1.0.1"]),
        ("apk", ["1.2.3_rc1", "1.2.3", "1.2.3-r1", "1.2.3-r10", "1.2.3_p1", "1.2.10"]),
        ("gem", ["1.0.a", "1.0.b1", "1.0", "1.0.1", "1.10"]),
        ("maven", ["1.0-alpha-1", "1.0-beta1", "1.0-rc1", "1.0", "1.0.1", "1.10"]),
        ("go", ["v1.0.0-20200101000000-abcdef", "v1.0.0", "v1.2.0", "v1.10.0"]),
    ],
)
def test_other_worlds_order_their_own_way(order: str, rising: list[str]) -> None:
    for first, second in itertools.pairwise(rising):
        assert compare(order, first, second) < 0, (first, second)


@pytest.mark.parametrize(
    ("order", "version"),
    [
        ("python", "latest"),
        ("rpm", ":"),
        ("dpkg", "abc"),
        ("semver", ""),
        ("apk", "1.0_what"),
        ("python", "1" * 400),
        ("x", "1"),
    ],
)
def test_what_is_no_version_is_refused(order: str, version: str) -> None:
    assert not is_ordered(order, version)
    with pytest.raises(UnorderedError):
        satisfies(order, version, ">=1")


@pytest.mark.parametrize(
    ("constraint", "version", "is_in"),
    [
        ("", "9", True),
        (">=1.0,<1.4 || >=2.0,<2.2", "1.5", False),
        (">=1.0,<1.4||>=2.0,<2.2", "2.1", True),
        ("=1.0 || =1.2", "1.1", False),
        ("=1.0 || =1.2", "1.2.0", True),
        ("<=1.9", "1.9", True),
        ("<2.0", "2.0rc1", True),
        ("<2.0", "2.0", False),
    ],
)
def test_constraint_holds_its_bounds(constraint: str, version: str, is_in: bool) -> None:  # noqa: FBT001
    assert satisfies("python", version, constraint) is is_in


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(sorted(versions.ORDERS)), st.text(max_size=30), st.text(max_size=30))
def test_order_of_anything_is_an_order_or_refused(order: str, first: str, second: str) -> None:
    try:
        sign = compare(order, first, second)
    except UnorderedError:
        return

    assert compare(order, second, first) == -sign
