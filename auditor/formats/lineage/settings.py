"""Settings that sample traces: environment variables, collector configuration, meshes, Langfuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from msgspec import Struct

from auditor.formats.documents import Document, read
from auditor.formats.lineage.values import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

_ENV: Final = re.compile(
    r"^\s*(?:export\s+|-\s*)?(OTEL_TRACES_SAMPLER(?:_ARG)?|LANGFUSE_SAMPLE_RATE)\s*[=:]\s*[\"']?([\w.]{1,40})",
    re.MULTILINE,
)
_DEPTH: Final = 60
_ALWAYS: Final = frozenset({"always_on", "parentbased_always_on"})
_NEVER: Final = frozenset({"always_off", "parentbased_always_off"})


class Setting(Struct, frozen=True, kw_only=True):
    """What a setting says.

    Attributes:
        what: As it stands there.
        probability: Share of traces that is kept; None if it depends on what a trace holds.
    """

    what: str
    probability: float | None


def in_text(data: bytes) -> list[Setting]:
    """Return the settings in a file: YAML, JSON, or lines of environment variables."""
    found: list[Setting] = []
    for each in read(data):
        if isinstance(each, Document) and isinstance(each.value, dict | list):
            found.extend(in_value(each.value))
    if not found:
        pairs = dict(_ENV.findall(data[:4_000_000].decode("utf-8", "replace")))
        found.extend(_environment(pairs))
    return found


def in_value(value: object) -> list[Setting]:
    """Return the settings in a JSON value: a collector's configuration, objects of Kubernetes, values of a chart."""
    found = list(_walk(value, "", 0))
    return list(dict.fromkeys(found))


def _walk(value: object, name: str, depth: int) -> Iterator[Setting]:  # noqa: C901 - one step for each kind of setting
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        pairs = {
            str(each["name"]): str(each.get("value", ""))
            for each in value
            if isinstance(each, dict) and isinstance(each.get("name"), str)
        }
        yield from _environment(pairs)
        for each in value:
            yield from _walk(each, name, depth + 1)
        return
    if not isinstance(value, dict):
        return
    yield from _environment({str(key): str(each) for key, each in value.items() if isinstance(each, str | int | float)})
    for key, each in value.items():
        label = str(key)
        if label == "sampling_percentage" and (share := _number(each)) is not None:
            yield Setting(what=f"sampling_percentage: {each}", probability=min(1.0, share / 100))
        elif label == "randomSamplingPercentage" and (share := _number(each)) is not None:
            yield Setting(what=f"randomSamplingPercentage: {each}", probability=min(1.0, share / 100))
        elif label == "sampling" and name == "tracing" and (share := _number(each)) is not None:
            yield Setting(what=f"tracing.sampling: {each}", probability=min(1.0, share / 100))
        elif label.partition("/")[0] == "tail_sampling" and isinstance(each, dict):
            kinds = {str(one.get("type")) for one in each.get("policies") or [] if isinstance(one, dict)}
            if "always_sample" not in kinds:
                yield Setting(what=f"tail_sampling: {', '.join(sorted(kinds))}", probability=None)
        yield from _walk(each, label, depth + 1)


def _environment(pairs: dict[str, str]) -> Iterator[Setting]:
    sampler = pairs.get("OTEL_TRACES_SAMPLER", "").lower()
    if sampler in _ALWAYS:
        yield Setting(what=f"OTEL_TRACES_SAMPLER={sampler}", probability=1.0)
    elif sampler in _NEVER:
        yield Setting(what=f"OTEL_TRACES_SAMPLER={sampler}", probability=0.0)
    elif "ratio" in sampler:
        given = clean(pairs.get("OTEL_TRACES_SAMPLER_ARG", "1"), 20)
        share = _number(given)
        yield Setting(
            what=f"OTEL_TRACES_SAMPLER={sampler}, OTEL_TRACES_SAMPLER_ARG={given}",
            probability=1.0 if share is None else min(1.0, share),
        )
    elif sampler:
        yield Setting(what=f"OTEL_TRACES_SAMPLER={clean(sampler, 40)}", probability=None)
    if "LANGFUSE_SAMPLE_RATE" in pairs and (share := _number(pairs["LANGFUSE_SAMPLE_RATE"])) is not None:
        yield Setting(
            what=f"LANGFUSE_SAMPLE_RATE={clean(pairs['LANGFUSE_SAMPLE_RATE'], 20)}", probability=min(1.0, share)
        )


def _number(value: Any) -> float | None:  # noqa: ANN401 - JSON
    if isinstance(value, bool):
        return None
    try:
        found = float(value)
    except (TypeError, ValueError):
        return None
    return found if 0 <= found <= 100 else None  # noqa: PLR2004 - a share or a percentage
