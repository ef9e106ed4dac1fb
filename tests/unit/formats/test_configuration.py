from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.configuration import certificates, merged, parsed, without_keys

if TYPE_CHECKING:
    from auditor.formats.documents import Json


def _of(text: str) -> dict[str, Json]:
    value = parsed(text)
    assert isinstance(value, dict)
    return value


def test_drop_ins_win_in_order_and_say_where_they_stand() -> None:
    found = merged(
        [
            ("/config.yaml", _of("authentication: {anonymous: {enabled: true}, webhook: {enabled: true}}\nreadOnlyPort: 1")),  # noqa: E501 - an example
            ("/d/10.conf", _of("authentication:\n  anonymous: {enabled: false}")),
            ("/d/20.conf", _of("readOnlyPort: 0\ntlsCipherSuites: [A]")),
        ]
    )  # fmt: skip

    assert {name: (each.value, each.file) for name, each in found.items()} == {
        "authentication.anonymous.enabled": (False, "/d/10.conf"),
        "authentication.webhook.enabled": (True, "/config.yaml"),
        "readOnlyPort": (0, "/d/20.conf"),
        "tlsCipherSuites": (["A"], "/d/20.conf"),
    }
    assert found["authentication.anonymous.enabled"].pointer == "/authentication/anonymous/enabled"


def test_null_removes_and_lists_are_replaced() -> None:
    found = merged([("/a", _of("x: {y: 1, z: 2}\nl: [1, 2]")), ("/b", _of("x: null\nl: [3]"))])

    assert {name: each.value for name, each in found.items()} == {"l": [3]}


def test_a_mapping_takes_the_place_of_a_scalar() -> None:
    found = merged([("/a", _of("x: 1")), ("/b", _of("x: {}")), ("/c", _of("x: {z: 2}"))])

    assert {name: each.value for name, each in found.items()} == {"x.z": 2}


def test_key_material_is_masked() -> None:
    config = _of("resources:\n- providers:\n  - aescbc: {keys: [{name: k, secret: abc}]}")

    assert "abc" not in str(without_keys(config))


def test_of_a_pem_file_only_certificates_are_kept() -> None:
    begin, end = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
    key = "-----BEGIN PRIVATE KEY-----\nCANARY\n-----END PRIVATE KEY-----"

    assert certificates(f"{begin}\nAQID\n{end}\n{key}\n# x\n{begin}\nBAUG\n{end}") == (
        f"{begin}\nAQID\n{end}\n{begin}\nBAUG\n{end}\n"
    )
