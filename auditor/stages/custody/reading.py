"""Reads a Vault or OpenBao through its API: what is asked, in which order, and with what bound.

Everything is a read. Secrets of the KV engine are listed by name and never opened.
"""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from itertools import count, islice
from threading import Lock
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.formats.custody_snapshot import UNASKED, Answer, Reading
from auditor.formats.stamps import hidden

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

CONCURRENCY: Final = 4
_ODD: Final = re.compile(r"[^A-Za-z0-9_.~@$&()!*+,;=:-]")
POLICIES_LIMIT: Final = 20_000
IDENTITIES_LIMIT: Final = 100_000
ACCESSORS_LIMIT: Final = 200_000
KEYS_LIMIT: Final = 20_000
NAMES_LIMIT: Final = 5_000
ROLES_LIMIT: Final = 5_000
DEPTH_LIMIT: Final = 6

UNAUTHENTICATED: Final = (
    "sys/rekey/init",
    "sys/rekey-recovery-key/init",
    "sys/generate-root/attempt",
    "sys/metrics",
    "sys/pprof/",
)
"""Asked without the token: a refusal is the good answer."""
OPERATIONS: Final = (
    ("generation of a root token", ("sys/generate-root/attempt", "sys/generate-root-token/attempt")),
    ("rekey", ("sys/rekey/init", "sys/rotate/root/init")),
    ("rekey of the recovery shares", ("sys/rekey-recovery-key/init", "sys/rotate/recovery/init")),
)
"""What may be under way, and where each product says so: the old path, then the one that OpenBao put in its place."""
_ONCE: Final = (
    ("GET", "sys/leader"),
    ("GET", "sys/ha-status"),
    ("LIST", "sys/version-history"),
    ("GET", "sys/config/state/sanitized"),
    ("GET", "sys/loggers"),
    ("GET", "sys/audit"),
    ("GET", "sys/auth"),
    ("GET", "sys/mounts"),
    ("GET", "sys/key-status"),
    ("GET", "sys/rotate/config"),
    ("GET", "sys/storage/raft/configuration"),
    ("GET", "sys/storage/raft/autopilot/state"),
    ("GET", "sys/storage/raft/autopilot/configuration"),
    ("GET", "sys/leases/count?type=irrevocable"),
    ("GET", "sys/internal/counters/tokens"),
    ("LIST", "sys/quotas/rate-limit"),
    ("LIST", "sys/namespaces"),
    ("GET", "sys/plugins/catalog"),
    ("GET", "sys/config/cors"),
    ("GET", "sys/license/status"),
    *(("GET", path) for _what, paths in OPERATIONS for path in paths),
    ("LIST", "identity/mfa/login-enforcement"),
    ("LIST", "sys/policies/acl"),
    ("LIST", "identity/entity/id"),
    ("LIST", "identity/group/id"),
    ("LIST", "auth/token/accessors"),
    ("LIST", "auth/token/roles"),
)
_ROLES: Final = {
    "approle": ("role",),
    "userpass": ("users",),
    "kubernetes": ("role",),
    "jwt": ("role",),
    "oidc": ("role",),
    "ldap": ("groups", "users"),
    "cert": ("certs",),
    "aws": ("roles",),
    "radius": ("users",),
}
"""Where an authentication method keeps what gives policies to those who log in."""
_CONFIGURED: Final = frozenset({"ldap", "jwt", "oidc"})
POWERS: Final = (
    ("sys/policies/acl/auditor-canary", "change policies"),
    ("sys/mounts/auditor-canary", "mount engines"),
    ("sys/auth/auditor-canary", "add authentication methods"),
    ("auth/token/create", "make tokens"),
    ("sys/raw/core/auditor-canary", "read raw storage"),
    ("sys/seal", "seal the server"),
    ("sys/rotate", "rotate the barrier key"),
    ("sys/storage/raft/snapshot", "take snapshots"),
    ("sys/audit/auditor-canary", "change audit devices"),
    ("identity/entity", "change identities"),
)
"""What the shipped policy never allows, asked with ``sys/capabilities-self``; paths of engines are added (KEY-071)."""


class Api(Protocol):
    """What this stage needs of the server."""

    address: str

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, with_token: bool = True) -> Answer:
        """Return the answer to one request; problems are in it."""


def policy() -> str:
    """Return the ACL policy that the token of an audit needs, and nothing more."""
    return resources.files("auditor.stages.custody").joinpath("vault_policy.hcl").read_text("utf-8")


def read(
    api: Api,
    now: str,
    progress: Callable[[str, int, int], None] = lambda _what, _done, _all: None,
    concurrency: int = CONCURRENCY,
) -> Reading:
    """Read a server.

    1. What it says without a token: is it there, initialised, open; which doors stand open.
    2. Whether the token is good.
    3. What there is one of.
    4. What the lists of 3 name: policies, identities, tokens, roles, keys of engines.
    5. What the token could do besides.

    Args:
        api: Of the server.
        now: ISO 8601, UTC.
        progress: Told what is read, how many are done and of how many.
        concurrency: Requests at a time.
    """
    asking = _Asking(api, progress, concurrency)
    seal = asking.one("GET", "sys/seal-status", with_token=False)  # 1
    if not seal.is_good:
        return Reading(
            address=api.address, answers=asking.answers, collected_at=now, problem=seal.reason, detail=seal.detail
        )
    status = seal.data if isinstance(seal.data, dict) else {}
    asking.one("GET", "sys/health?standbyok=true&perfstandbyok=true", with_token=False)
    for path in UNAUTHENTICATED:
        answer = api.ask("GET", path, with_token=False)
        asking.answers[f"OPEN {path}"] = Answer(answer.status, None, answer.reason, answer.detail)
    if status.get("initialized") is not True or status.get("sealed") is not False:
        reason = reasons.NOT_INITIALISED if status.get("initialized") is not True else reasons.SEALED
        return Reading(
            address=api.address, answers=asking.answers, collected_at=now, problem=reason, detail=api.address
        )
    own = asking.one("GET", "auth/token/lookup-self")  # 2
    if not own.is_good:
        reason = reasons.NOT_AUTHENTICATED if own.status in {400, 403} else own.reason
        return Reading(address=api.address, answers=asking.answers, collected_at=now, problem=reason, detail=own.detail)
    asking.many(_ONCE, "server")  # 3
    _lists(asking)  # 4
    _engines(asking)
    _methods(asking)
    _powers(asking)  # 5
    return Reading(address=api.address, answers=asking.answers, collected_at=now)


class _Asking:
    """Asks, several at a time, and keeps the answers."""

    def __init__(self, api: Api, progress: Callable[[str, int, int], None], concurrency: int) -> None:
        self.api = api
        self._progress = progress
        self._concurrency = concurrency
        self.answers: dict[str, Answer] = {}

    def one(self, method: str, path: str, *, with_token: bool = True) -> Answer:
        answer = self.answers[f"{method} {path}"] = self.api.ask(method, path, with_token=with_token)
        return answer

    def many(self, requests: Iterable[tuple[str, str]], what: str) -> None:
        self.each(
            list(requests), lambda request: self.api.ask(*request), lambda request: f"{request[0]} {request[1]}", what
        )

    def each(
        self,
        asked: Sequence[Any],
        call: Callable[[Any], Answer],
        name: Callable[[Any], str],
        what: str,
    ) -> None:
        """Ask for each, as many at a time as is polite; the answers are kept in the order of what was asked."""
        answers: list[Answer] = [UNASKED] * len(asked)
        done = count(1)
        lock = Lock()

        def every(first: int) -> None:
            for place in range(first, len(asked), self._concurrency):
                answers[place] = call(asked[place])
                with lock:
                    number = next(done)
                    if not number % 200 or number == len(asked):
                        self._progress(what, number, len(asked))

        # one job a thread, and not one a request: a hundred thousand of them would take longer than what they ask
        with ThreadPoolExecutor(self._concurrency) as pool:
            for job in [pool.submit(every, first) for first in range(min(self._concurrency, len(asked)))]:
                job.result()
        self.answers.update(zip(map(name, asked), answers, strict=True))

    def names(self, path: str, limit: int) -> list[str]:
        """Return what a LIST named, bounded; what is beyond the bound is noted."""
        answer = self.answers.get(f"LIST {path}")
        data = answer.data if answer and answer.is_good else None
        found = data.get("keys") if isinstance(data, dict) else None
        names = [each for each in found if isinstance(each, str)] if isinstance(found, list) else []
        if len(names) > limit:
            self.answers[f"CUT {path}"] = Answer(
                0, {"read": limit, "of": len(names)}, reason=reasons.TOO_MANY, detail=f"{limit} of {len(names)} read"
            )
        return names[:limit]

    def mounts(self, path: str) -> Iterator[tuple[str, dict[str, Any]]]:
        answer = self.answers.get(f"GET {path}")
        data = answer.data if answer and answer.is_good else None
        if isinstance(data, dict):
            for name, each in sorted(data.items()):
                if isinstance(each, dict) and "type" in each:
                    yield name.rstrip("/"), each


def _lists(asking: _Asking) -> None:
    policies = [name for name in asking.names("sys/policies/acl", POLICIES_LIMIT) if name != "root"]
    asking.many([("GET", f"sys/policies/acl/{_safe(name)}") for name in policies], "policies")
    for kind in ("entity", "group"):
        names = asking.names(f"identity/{kind}/id", IDENTITIES_LIMIT)
        asking.many([("GET", f"identity/{kind}/id/{_safe(name)}") for name in names], f"{kind} identities")
    asking.many(
        [("GET", f"auth/token/roles/{_safe(name)}") for name in asking.names("auth/token/roles", ROLES_LIMIT)], "roles"
    )
    accessors = asking.names("auth/token/accessors", ACCESSORS_LIMIT)

    def look_up(accessor: str) -> Answer:
        return _hidden(asking.api.ask("POST", "auth/token/lookup-accessor", {"accessor": accessor}))

    asking.each(accessors, look_up, lambda accessor: f"TOKEN {hidden(accessor)}", "tokens")
    listed = asking.answers.get("LIST auth/token/accessors")
    if listed is not None and listed.is_good:
        asking.answers["LIST auth/token/accessors"] = Answer(listed.status, {"count": len(accessors)})
    own = asking.answers["GET auth/token/lookup-self"]
    asking.answers["GET auth/token/lookup-self"] = _hidden(own)


def _hidden(answer: Answer) -> Answer:
    if not isinstance(answer.data, dict):
        return answer
    data = {name: each for name, each in answer.data.items() if name not in {"id", "meta", "accessor"}}
    if isinstance(answer.data.get("accessor"), str):
        data["accessor_digest"] = hidden(answer.data["accessor"])
    return Answer(answer.status, data, answer.reason, answer.detail)


def _engines(asking: _Asking) -> None:
    for mount, said in asking.mounts("sys/mounts"):
        at = _safe(mount)
        match said.get("type"):
            case "transit":
                asking.one("LIST", f"{at}/keys")
                keys = asking.names(f"{at}/keys", KEYS_LIMIT)
                asking.many([("GET", f"{at}/keys/{_safe(key)}") for key in keys], f"keys of {mount}")
            case "pki":
                asking.one("LIST", f"{at}/roles")
                asking.one("LIST", f"{at}/issuers")
                asking.one("LIST", f"{at}/keys")
                roles = asking.names(f"{at}/roles", ROLES_LIMIT)
                asking.many([("GET", f"{at}/roles/{_safe(role)}") for role in roles], f"roles of {mount}")
                issuers = asking.names(f"{at}/issuers", ROLES_LIMIT)
                asking.many([("GET", f"{at}/issuer/{_safe(each)}") for each in issuers], f"issuers of {mount}")
            case "kv" | "generic":
                options = said.get("options")
                is_second = isinstance(options, dict) and str(options.get("version")) == "2"
                if is_second:
                    asking.one("GET", f"{at}/config")
                _names_of_kv(asking, f"{at}/metadata" if is_second else at)


def _names_of_kv(asking: _Asking, root: str) -> None:
    """List names below a mount, folder by folder, to a bound."""
    folders = [(root, 0)]
    seen = 0
    while folders and seen < NAMES_LIMIT:
        folder, depth = folders.pop(0)
        asking.one("LIST", folder)
        names = asking.names(folder, NAMES_LIMIT)
        seen += len(names)
        folders += [
            (f"{folder}/{_safe(name.rstrip('/'))}", depth + 1)
            for name in names
            if name.endswith("/") and depth < DEPTH_LIMIT
        ]
    if folders:
        asking.answers[f"CUT {root}"] = Answer(
            0, {"read": seen}, reason=reasons.TOO_MANY, detail=f"{seen} names read, {len(folders)} folders left"
        )


def _methods(asking: _Asking) -> None:
    for mount, said in asking.mounts("sys/auth"):
        at = _safe(mount)
        kind = str(said.get("type", ""))
        if kind in {"token", "ns_token"}:
            continue
        asking.one("GET", f"sys/auth/{at}/tune")
        if kind in _CONFIGURED:
            asking.one("GET", f"auth/{at}/config")
        for place in _ROLES.get(kind, ()):
            asking.one("LIST", f"auth/{at}/{place}")
            names = asking.names(f"auth/{at}/{place}", ROLES_LIMIT)
            asking.many([("GET", f"auth/{at}/{place}/{_safe(name)}") for name in names], f"{place} of {mount}")


def _powers(asking: _Asking) -> None:
    paths = [path for path, _what in POWERS]
    for mount, said in islice(asking.mounts("sys/mounts"), 200):
        if said.get("type") == "transit":
            paths += [f"{mount}/encrypt/auditor-canary", f"{mount}/export/encryption-key/auditor-canary"]
        elif said.get("type") in {"kv", "generic"}:
            options = said.get("options")
            is_second = isinstance(options, dict) and str(options.get("version")) == "2"
            paths.append(f"{mount}/data/auditor-canary" if is_second else f"{mount}/auditor-canary")
    asking.answers["POST sys/capabilities-self"] = asking.api.ask(
        "POST", "sys/capabilities-self", {"paths": paths[:900]}
    )


def _safe(name: str) -> str:
    """Return a name as part of a path; a segment of dots would be another path."""
    parts = [
        _ODD.sub(lambda odd: "".join(f"%{octet:02X}" for octet in odd[0].encode("utf-8", "replace")), part)
        for part in name.strip("/").split("/")
    ]
    return "/".join(part if part not in {".", ".."} else part.replace(".", "%2E") for part in parts)
