"""Which distribution of Kubernetes this is, and what that changes; the knowledge is in ``data/``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What is known of one distribution; `data/distributions.yaml` explains each field."""

    name: str
    managed: bool = False
    processes: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    providers: tuple[str, ...] = ()
    unused_roles: tuple[str, ...] = ()
    program: str = ""
    data: str = ""
    config: str = ""


@cache
def known() -> Mapping[str, Distribution]:
    """Return all distributions by name, in the order in which they are tried."""
    table: dict[str, dict[str, Any]] = yaml.safe_load(_data("distributions.yaml"))
    return {name: Distribution(name=name, **_tuples(fields)) for name, fields in table.items()}


@cache
def embedded_defaults() -> Mapping[str, Mapping[str, str]]:
    """Return the flags that K3s gives each component it holds; ``{data}`` stands for its data folder."""
    table: dict[str, dict[str, str]] = yaml.safe_load(_data("embedded.yaml"))
    return table


def of_node(processes: Iterable[str], paths: Iterable[str]) -> str:
    """Return the distribution that a node's programs and files point at, empty if none does."""
    programs, places = set(processes), tuple(paths)
    for each in known().values():
        if programs.intersection(each.processes) or any(place.startswith(each.paths) for place in places if each.paths):
            return each.name
    return ""


def of_cluster(version: str, labels: Iterable[str], providers: Iterable[str]) -> str:
    """Return the distribution that a cluster's version and its nodes' labels and providers point at, empty if none."""
    names, machines = tuple(labels), tuple(providers)
    for each in known().values():
        if (
            any(mark in version for mark in each.versions)
            or (each.labels and any(name.startswith(each.labels) for name in names))
            or (each.providers and any(machine.startswith(each.providers) for machine in machines))
        ):
            return each.name
    return ""


def _tuples(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {key: tuple(value) if isinstance(value, list) else value for key, value in fields.items()}


def _data(name: str) -> str:
    return resources.files("auditor.stages.kubernetes").joinpath("data", name).read_text("utf-8")
