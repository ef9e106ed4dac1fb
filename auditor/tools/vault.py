"""The API of a Vault or OpenBao server: reading requests only, one answer each, within bounds.

The token goes into the header of each request and nowhere else. No redirect is followed, no proxy and no ``~/.netrc``
of the environment is used, and what a server echoes of the token is taken out before anybody sees the answer.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import resource
import ssl
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import orjson

from auditor import reasons
from auditor.errors import ConfigError
from auditor.formats.custody_snapshot import Answer
from auditor.model.secret import Secret
from auditor.model.system import Part

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ANSWER_LIMIT_BYTES: Final = 96 << 20
"""An answer of a hundred megabytes is refused; a list of a million accessors has 30."""
ANSWER_LIMIT_S: Final = 300.0
"""No answer takes longer, however often the server says a little more."""
_BLOCK_BYTES: Final = 1 << 18
TIMEOUT_S: Final = 30.0
TRIES: Final = 5
PAUSE_S: Final = 0.5
PAUSE_LIMIT_S: Final = 20.0
TOKEN_LIMIT: Final = 1 << 16
_REASONS: Final[dict[int, reasons.Reason]] = {
    400: reasons.REFUSED_REQUEST,
    403: reasons.NO_PERMISSION,
    404: reasons.NOT_FOUND,
    405: reasons.NOT_OFFERED,
    412: reasons.NOT_YET_CONSISTENT,
    429: reasons.TOO_MANY_REQUESTS,
    472: reasons.STANDBY_OF_ANOTHER_SITE,
    473: reasons.STANDBY,
    500: reasons.SERVER_ERROR,
    501: reasons.NOT_INITIALISED,
    502: reasons.SERVER_ERROR,
    503: reasons.SEALED_OR_NOT_AVAILABLE,
}
_AGAIN: Final = frozenset({412, 429, 500, 502, 503})
_SECRET_NAMES: Final = frozenset(
    {
        "id",
        "client_token",
        "token",
        "secret_id",
        "password",
        "bindpass",
        "private_key",
        "secret_key",
        "root_token",
        "keys_base64",
    }
)
_TOKEN_SHAPE: Final = re.compile(rb"\b(?:hv)?[sbr]\.[A-Za-z0-9_-]{20,}")


def token(variable: str, file: str = "") -> Secret:
    """Return the token of the audit, from a file or a variable of the environment; empty if there is none.

    Args:
        variable: Name of the variable.
        file: Path of a file; it goes first.

    Raises:
        ConfigError: The file cannot be read, or the value is no token.
    """
    value = os.environ.get(variable, "")
    if file:
        try:
            with Path(file).open("rb") as source:
                value = source.read(TOKEN_LIMIT).decode("ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            message = f"the file of the token cannot be read: {file}: {getattr(error, 'strerror', None) or 'no text'}"
            raise ConfigError(message) from None
    if value and not re.fullmatch(r"[\x21-\x7e]+", value):
        message = f"what {file or variable} holds is no token: blanks or other characters are in it"
        raise ConfigError(message)
    return Secret(value)


def opened(token_env: str, part: Part) -> VaultApi:
    """Return the API of a target, with the token and the certificate authority that it or the environment names.

    Args:
        token_env: Variable named on the command line, empty if none is.
        part: System.

    Raises:
        ConfigError: The token cannot be read.
    """
    options = part.options
    named = token_env or str(options.get("token_env") or "")
    variable = named or next((name for name in ("VAULT_TOKEN", "BAO_TOKEN") if os.environ.get(name)), "VAULT_TOKEN")
    file = str(options.get("token_file") or "")
    ca = str(Path(part.base, str(options["ca"]))) if options.get("ca") else _usual("CACERT")
    return VaultApi(
        part.where,
        token(variable, str(Path(part.base, file)) if file else ""),
        ca=ca,
        namespace=str(options.get("namespace") or "") or _usual("NAMESPACE"),
    )


def at(address: str, token_env: str = "", token_file: str = "") -> VaultApi:
    """Return the API of a server by its address, with what the environment says of token and authority.

    Raises:
        ConfigError: The token cannot be read.
    """
    return opened(token_env, Part(kind="custody", where=address, options={"token_file": token_file}))


def _usual(name: str) -> str:
    return os.environ.get(f"VAULT_{name}", "") or os.environ.get(f"BAO_{name}", "")


class _Response(http.client.HTTPResponse):
    """An answer as hvac takes one: it is told not to raise, whatever the status says."""

    ok: Final = True


class _Session:
    """What hvac sends its requests with: connections of the standard library, one a thread, that are kept open.

    It follows no redirect and takes nothing of the environment. Sessions of requests do the same work in five times the
    processor time (ADR 16).

    Attributes:
        verify: As hvac asks; what is trusted stands in the context of TLS.
        cert: As hvac asks; no certificate is shown.
        proxies: As hvac asks; there is none.
    """

    verify: Final = True
    cert: Final = None
    proxies: Final = None

    def __init__(self, address: str, ca: str) -> None:
        self._address = address
        self._ca = ca
        self._own = threading.local()
        self._lock = threading.Lock()
        self._context: ssl.SSLContext | None = None

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        data: bytes | None = None,
        **_settings: Any,  # noqa: ANN401 - of requests: redirects, proxies, certificates, which are not ours to follow
    ) -> http.client.HTTPResponse:
        """Answer hvac as a session does; a connection that the server gave up meanwhile is made anew, once."""
        place = urlsplit(url)
        target = f"{place.path}?{place.query}" if place.query else place.path
        is_kept = getattr(self._own, "connection", None) is not None
        while True:
            connection = self._connection()
            try:
                connection.request(method, target, body=data, headers=dict(headers))
                return connection.getresponse()
            except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
                self.hang_up()
                if not is_kept:
                    raise
                is_kept = False
            except (http.client.HTTPException, OSError, ValueError):
                self.hang_up()
                raise

    def _connection(self) -> http.client.HTTPConnection:
        """Return the connection of this thread: it carries one request at a time."""
        connection: http.client.HTTPConnection | None = getattr(self._own, "connection", None)
        if connection is None:
            place = urlsplit(self._address)
            if place.scheme not in {"http", "https"} or not place.hostname:
                message = f"{self._address} is no address of the form https://host:port"
                raise ValueError(message)
            if place.scheme == "https":
                connection = http.client.HTTPSConnection(
                    place.hostname, place.port, timeout=TIMEOUT_S, context=self._trust()
                )
            else:
                connection = http.client.HTTPConnection(place.hostname, place.port, timeout=TIMEOUT_S)
            connection.response_class = _Response
            self._own.connection = connection
        return connection

    def _trust(self) -> ssl.SSLContext:
        """Return what decides whether a server is trusted; it is read once."""
        with self._lock:
            if self._context is None:
                is_folder = bool(self._ca) and Path(self._ca).is_dir()
                self._context = ssl.create_default_context(
                    cafile=(self._ca or None) if not is_folder else None, capath=self._ca if is_folder else None
                )
            return self._context

    def hang_up(self) -> None:
        """Close the connection of this thread."""
        connection = getattr(self._own, "connection", None)
        if connection is not None:
            connection.close()
            self._own.connection = None


class VaultApi:
    """Asks one server.

    Attributes:
        address: Base address.
    """

    def __init__(
        self,
        address: str,
        token: Secret,
        *,
        ca: str = "",
        namespace: str = "",
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Connect to nothing yet.

        Args:
            address: ``https://host:port``.
            token: Of the audit.
            ca: File of certificates to trust; empty for the system's.
            namespace: Of Vault Enterprise and OpenBao.
            sleep: For tests.
        """
        self.address = address.rstrip("/")
        self._token = token
        self._sleep = sleep
        self._namespace = namespace
        self._session = _Session(self.address, ca)
        self._lock = threading.Lock()
        self._adapters: dict[bool, Any] = {}
        with contextlib.suppress(OSError, ValueError):
            # a crash must not write the token into a core file
            resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, *, with_token: bool = True) -> Answer:
        """Return the answer to one request; a server that is busy is asked again, politely.

        Args:
            method: ``GET``, ``LIST`` or ``POST``.
            path: Below ``/v1/``.
            body: Of a POST.
            with_token: Send the token.
        """
        answer = Answer(0, None, reason=reasons.NO_ANSWER, detail="")
        for attempt in range(TRIES):
            answer, pause = self._ask_once(method, path, body, with_token=with_token)
            if answer.status not in _AGAIN or (answer.status == 503 and attempt) or attempt == TRIES - 1:  # noqa: PLR2004
                break
            self._sleep(min(pause or PAUSE_S * 2**attempt, PAUSE_LIMIT_S))
        return answer

    def _ask_once(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, with_token: bool
    ) -> tuple[Answer, float]:
        try:
            response = self._respond(method, path, body, with_token=with_token)
        except ssl.SSLError as error:
            return Answer(0, None, reason=reasons.NOT_TRUSTED, detail=self._line(error)), 0.0
        except TimeoutError:
            return Answer(0, None, reason=reasons.TIME_LIMIT, detail=f"{path}: no answer in {TIMEOUT_S:.0f} s"), 0.0
        except (http.client.HTTPException, OSError, ValueError) as error:
            return Answer(0, None, reason=reasons.CANNOT_BE_REACHED, detail=self._line(error)), 0.0
        try:
            data = self._content(response)
        except (http.client.HTTPException, OSError, ValueError) as error:
            self._session.hang_up()
            return Answer(response.status, None, reason=reasons.CUT_OFF, detail=self._line(error)), 0.0
        wait = response.headers.get("Retry-After", "")
        return self._answer(method, path, response, data), float(wait) if wait.isascii() and wait.isdigit() else 0.0

    def _respond(
        self, method: str, path: str, body: Mapping[str, Any] | None, *, with_token: bool
    ) -> http.client.HTTPResponse:
        """Send a request through hvac, which knows what Vault wants of one, on the connection of this thread."""
        content = orjson.dumps(body) if body is not None else None
        made: http.client.HTTPResponse = self._adapter(with_token=with_token).request(
            method,
            f"/v1/{path}",
            headers={"Content-Type": "application/json"} if content is not None else {},
            raise_exception=False,
            data=content,
        )
        return made

    def _adapter(self, *, with_token: bool) -> Any:  # noqa: ANN401 - hvac has no types
        """Return hvac's adapter; its session is ours, which follows nothing and takes nothing of the environment."""
        with self._lock:
            if with_token not in self._adapters:
                from hvac.adapters import RawAdapter  # noqa: PLC0415 - 0.3 s that only a live audit pays

                self._adapters[with_token] = RawAdapter(
                    base_uri=self.address,
                    token=(self._token.reveal() or None) if with_token else None,
                    timeout=TIMEOUT_S,
                    allow_redirects=False,
                    session=self._session,
                    namespace=self._namespace or None,
                )
            return self._adapters[with_token]

    def _content(self, response: http.client.HTTPResponse) -> bytes | None:
        """Return the body with the token taken out, None where it is too large.

        Raises:
            OSError: It took too long.
            HTTPException: The server said more would come.
        """
        until = time.monotonic() + ANSWER_LIMIT_S
        blocks: list[bytes] = []
        size = 0
        while block := response.read1(_BLOCK_BYTES):
            blocks.append(block)
            size += len(block)
            if size > ANSWER_LIMIT_BYTES:
                self._session.hang_up()
                return None
            if time.monotonic() > until:
                message = f"the answer had not ended after {ANSWER_LIMIT_S:.0f} s"
                raise TimeoutError(message)
        if response.length:
            raise http.client.IncompleteRead(b"", response.length)
        response.read()  # of what is at its end: the connection is free for the next request
        data = b"".join(blocks)
        blocks.clear()  # the parts of a large answer are not kept beside it
        if hidden := self._token.reveal().encode():
            data = data.replace(hidden, b"***")
        return _TOKEN_SHAPE.sub(b"***", data)

    def _answer(  # noqa: PLR0911 - a return for each kind of answer
        self,
        method: str,
        path: str,
        response: http.client.HTTPResponse,
        data: bytes | None,
    ) -> Answer:
        status = response.status
        if data is None:
            return Answer(
                status,
                None,
                reason=reasons.ANSWER_TOO_LARGE,
                detail=f"{path}: more than {ANSWER_LIMIT_BYTES >> 20} MiB",
            )
        if 300 <= status < 400:  # noqa: PLR2004
            target = re.sub(r"[?#].*", "", str(response.headers.get("Location", "")))[:200]
            return Answer(
                status, None, reason=reasons.REDIRECTED_ELSEWHERE, detail=f"{path}: to {target}, which is not followed"
            )
        try:
            value = orjson.loads(data) if data else None
        except orjson.JSONDecodeError:
            value = ...
        errors = value.get("errors") if isinstance(value, dict) else None
        said = " ".join(str(each) for each in errors) if isinstance(errors, list) else ""
        if (
            status in {429, 472, 473, 501, 503}
            and isinstance(value, dict)
            and ("sealed" in value or "initialized" in value)
        ):
            return Answer(status, _without_secrets(value))  # sys/health says by its status what it says in its body
        if method == "LIST" and status == 404 and not said:  # noqa: PLR2004
            return Answer(status, {"keys": []})
        if status not in {200, 204}:
            reason = _REASONS.get(status, reasons.SERVER_ERROR)
            return Answer(status, None, reason, self._line(f"{path}: {status} {said}"))
        if value is ... or (value is not None and not isinstance(value, dict)):
            return Answer(
                status,
                None,
                reason=reasons.ANSWER_NOT_UNDERSTOOD,
                detail=f"{path}: {len(data)} bytes that are no JSON object",
            )
        inner = value.get("data") if isinstance(value, dict) and isinstance(value.get("data"), dict) else value
        kept = _without_secrets(inner) if isinstance(inner, dict) else {}
        if path == "sys/seal-status":
            kept["_headers"] = {"Strict-Transport-Security": response.headers.get("Strict-Transport-Security", "")}
        return Answer(status, kept)

    def _line(self, said: object) -> str:
        """Return words of a server or library in one line, without the token."""
        text = " ".join(str(said).split())
        if hidden := self._token.reveal():
            text = text.replace(hidden, "***")
        return _TOKEN_SHAPE.sub(b"***", text.encode()).decode()[:300]


def _without_secrets(value: dict[str, Any]) -> dict[str, Any]:
    """Return an answer without the fields that are or may be secrets, and without what is different each time."""
    dropped = {
        "request_id",
        "lease_id",
        "lease_duration",
        "renewable",
        "wrap_info",
        "auth",
        "mount_type",
        "server_time_utc",
    }
    kept: dict[str, Any] = {}
    for name, each in value.items():
        if name in dropped or (name in _SECRET_NAMES and isinstance(each, str) and name != "id"):
            continue
        if name == "id" and isinstance(each, str) and "accessor" in value:
            continue  # of a token
        kept[name] = _inner(each)
    return kept


def _inner(value: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(value, dict):
        return {
            name: _inner(each) for name, each in value.items() if name not in {"client_token", "secret_id", "bindpass"}
        }
    if isinstance(value, list):
        return [_inner(each) for each in value]
    return value
