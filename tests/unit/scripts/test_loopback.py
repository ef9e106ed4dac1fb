"""Ports for the servers that tests start."""

from __future__ import annotations

import resource

from scripts.loopback import free_ports


def test_no_two_ports_are_the_same() -> None:
    # far enough below the limit of open files, and so many that ports that are let go one by one come twice
    count = min(600, resource.getrlimit(resource.RLIMIT_NOFILE)[0] // 2)

    ports = free_ports(count)

    assert len(set(ports)) == count
