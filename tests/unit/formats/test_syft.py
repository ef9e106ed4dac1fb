"""What of a catalogue of syft may be kept."""

from __future__ import annotations

import json

import pytest

from auditor.formats import syft

CATALOGUE = {
    "schema": {"version": "16.0.0"},
    "artifacts": [],
    "source": {
        "name": "x",
        "metadata": {
            "manifestDigest": "sha256:0",
            "config": "eyJFbnYiOlsiUEFTU1dPUkQ9aHVudGVyMiJdfQ==",
            "manifest": "e30=",
            "labels": {"api.token": "hunter2"},
            "annotations": {"a": "b"},
        },
    },
}


def test_settings_of_the_image_are_not_kept() -> None:
    kept, value = syft.without_settings(json.dumps(CATALOGUE).encode())

    assert json.loads(kept)["source"] == {"name": "x", "metadata": {"manifestDigest": "sha256:0"}}
    assert value == json.loads(kept)
    assert syft.read(kept, value).serial == "sha256:0"


@pytest.mark.parametrize("data", [b"", b"[]", b"{", b'{"source": 1}', b'{"source": {"metadata": []}}', b"[" * 2000])
def test_what_is_no_catalogue_stays_for_the_reader_to_refuse(data: bytes) -> None:
    assert syft.without_settings(data)[0] == data
