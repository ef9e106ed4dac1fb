"""Reads the API of a cluster: GET only, bounded, repeated where the server asks for it."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import orjson
from yaml import YAMLError

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

PAGE: Final = 500
OBJECTS_LIMIT: Final = 200_000
ANSWER_LIMIT_BYTES: Final = 256 * 1024 * 1024
TIMEOUT_S: Final = 60.0
TRIES: Final = 4
_FIRST_PAUSE_S: Final = 0.5
_LONGEST_PAUSE_S: Final = 20.0
_TRY_AGAIN: Final = frozenset({429, 500, 502, 503, 504})
_GONE: Final = 410
_REASONS: Final = {
    401: reasons.NOT_AUTHENTICATED,
    403: reasons.NO_PERMISSION,
    404: reasons.NOT_FOUND,
    410: reasons.LIST_EXPIRED,
}
JSON: Final = "application/json"
METADATA: Final = "application/json;as=PartialObjectMetadataList;v=v1;g=meta.k8s.io"
TABLE: Final = "application/json;as=Table;v=v1;g=meta.k8s.io"


class ApiError(ToolError):
    """The API did not answer a request.

    Attributes:
        status: HTTP status, 0 where there was no answer.
    """

    def __init__(self, reason: reasons.Reason, detail: str, status: int = 0) -> None:
        """Keep the status beside the rest."""
        super().__init__(reason, detail, "Kubernetes API")
        self.status = status

    def __reduce__(self) -> tuple[type[ApiError], tuple[str, str, int]]:  # type: ignore[override]
        """Let the error cross a process border whole."""
        return (type(self), (self.reason, self.detail, self.status))


@dataclass
class KubeApi:
    """The API server of one context.

    Attributes:
        context: Name in the kubeconfig; the current one if empty.
        kubeconfig: File; the usual places if not given (``KUBECONFIG``, ``~/.kube/config``).
        pause: Waits for some seconds.
        objects_limit: Objects of one kind at most; more are an error, never half a list.
    """

    context: str
    kubeconfig: Path | None = None
    pause: Callable[[float], None] = time.sleep
    objects_limit: int = OBJECTS_LIMIT
    _client: Any = field(default=None, repr=False)

    def get(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> dict[str, Any]:
        """Return one answer.

        Args:
            path: ``/version``.
            query: Parameters.
            accept: What to ask for; ``as=Table`` and ``as=PartialObjectMetadataList`` leave out data.

        Raises:
            ApiError: No answer, none of JSON, or one that says no.
        """
        pause_s = _FIRST_PAUSE_S
        for attempt in range(1, TRIES + 1):
            try:
                return self._get(path, query or {}, accept)
            except ApiError as problem:
                if attempt == TRIES or problem.status not in _TRY_AGAIN | {0} or problem.reason == reasons.NOT_TRUSTED:
                    raise
                self.pause(min(max(pause_s, _asked_pause_s(problem)), _LONGEST_PAUSE_S))
                pause_s *= 2
        raise AssertionError  # the last try returns or raises

    def pages(self, path: str, query: Mapping[str, str] | None = None, accept: str = JSON) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list; a list that expires half-way is begun anew once.

        A page that was yielded before the list expired comes again: the caller starts over at ``restarted``.

        Raises:
            ApiError: As in `get`; and where the list is longer than the bound.
        """
        following = ""
        count = 0
        is_second = False
        while True:
            asked = {**(query or {}), "limit": str(PAGE), **({"continue": following} if following else {})}
            try:
                page = self.get(path, asked, accept)
            except ApiError as problem:
                if problem.status != _GONE or is_second or not following:
                    raise
                is_second, following, count = True, "", 0
                yield {"restarted": True}
                continue
            yield page
            count += len(page.get("items") or page.get("rows") or ())
            metadata = page.get("metadata")
            following = metadata.get("continue", "") if isinstance(metadata, dict) else ""
            if not following:
                return
            if count >= self.objects_limit:
                reason = reasons.TOO_MANY_OBJECTS
                raise ApiError(reason, f"{path}: more than {self.objects_limit}")

    def _get(self, path: str, query: Mapping[str, str], accept: str) -> dict[str, Any]:
        import urllib3  # noqa: PLC0415 - comes with the client, which is slow to import

        client = self._connected()
        url = f"{client.configuration.host}{path}" + (f"?{urlencode(query)}" if query else "")
        token = client.configuration.auth_settings().get("BearerToken", {}).get("value")
        headers = {"Accept": f"{accept}, {JSON};q=0.1" if accept == JSON else accept, "User-Agent": "auditor"}
        try:
            answer = client.rest_client.pool_manager.request(
                "GET",
                url,
                headers={**headers, **({"Authorization": token} if token else {})},
                timeout=urllib3.Timeout(connect=10.0, read=TIMEOUT_S),
                preload_content=False,
                retries=False,
                redirect=False,
            )
            try:
                data = answer.read(ANSWER_LIMIT_BYTES + 1, decode_content=True)
            finally:
                answer.release_conn()
        except urllib3.exceptions.SSLError as problem:
            reason = reasons.NOT_TRUSTED
            raise ApiError(reason, f"{path}: {_line(problem)}") from problem
        except urllib3.exceptions.HTTPError as problem:
            reason = reasons.NO_ANSWER
            raise ApiError(reason, f"{path}: {_line(problem)}") from problem
        return _content(answer.status, data, path, answer.headers)

    def find_context(self) -> None:
        """Do nothing but find the context; nobody is talked to.

        Raises:
            ApiError: There is no kubeconfig, or not this context, or it names what cannot be read.
        """
        self._connected()

    def _connected(self) -> Any:  # noqa: ANN401 - the client's types are not published
        """Load the kubeconfig once.

        Raises:
            ApiError: There is none, or not this context, or it names what cannot be read.
        """
        if self._client is None:
            from kubernetes import config  # noqa: PLC0415 - 0.4 s that only a live audit pays

            try:
                self._client = config.new_client_from_config(  # type: ignore[no-untyped-call]
                    config_file=str(self.kubeconfig) if self.kubeconfig else None,
                    context=self.context or None,
                    persist_config=False,
                )
            except (
                config.ConfigException,
                OSError,
                LookupError,
                TypeError,
                ValueError,
                AttributeError,
                YAMLError,
            ) as problem:
                # The loader does not check the shape of what it reads.
                reason = reasons.NO_SUCH_CONTEXT
                raise ApiError(reason, f"context {self.context!r}: {_line(problem)}", 1) from problem
        return self._client


def _content(status: int, data: bytes, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    if len(data) > ANSWER_LIMIT_BYTES:
        reason = reasons.ANSWER_TOO_LARGE
        raise ApiError(reason, f"{path}: more than {ANSWER_LIMIT_BYTES} bytes", status)
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError:
        value = None
    if status != 200:  # noqa: PLR2004 - the only good answer to a GET
        said = value.get("message") if isinstance(value, dict) else None
        wait = headers.get("Retry-After", "")
        detail = f"{path}: {status} {_line(said or '')}" + (f" [retry after {wait} s]" if wait.isdigit() else "")
        raise ApiError(_REASONS.get(status, reasons.SERVER_ERROR), detail.strip(), status)
    if not isinstance(value, dict):
        reason = reasons.NOT_JSON
        raise ApiError(reason, f"{path}: {len(data)} bytes that are no JSON object", status)
    return value


def _asked_pause_s(problem: ApiError) -> float:
    """Return the pause that the server asked for, 0 if none."""
    _, found, rest = problem.detail.rpartition("[retry after ")
    return float(rest.partition(" ")[0]) if found else 0.0


def _line(said: object) -> str:
    return " ".join(str(said).split())[:300]
