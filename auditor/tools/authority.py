"""Asks a time-stamp authority (RFC 3161 3.4): the request over HTTP, the reply as bytes."""

from __future__ import annotations

import http.client
import ssl
from typing import Final
from urllib.parse import urlsplit

from auditor.errors import ConfigError

_TIMEOUT_S: Final = 30.0
_LIMIT_BYTES: Final = 1 << 20
_OK: Final = 200


def ask(url: str, query: bytes, ca: str | None = None) -> bytes:
    """Return the reply of an authority to a request.

    Args:
        url: ``http://`` or ``https://``; no redirect is followed.
        query: DER of the request.
        ca: File with the certificates that an https server is checked by; the system's if not given.

    Raises:
        ConfigError: The address is wrong, or the authority cannot be reached or answers something else.
    """
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.username:
        message = f"{url!r} is no address of a time-stamp authority (expected http://… or https://…)"
        raise ConfigError(message)
    try:
        if parts.scheme == "https":
            context = ssl.create_default_context(cafile=ca)
            connection: http.client.HTTPConnection = http.client.HTTPSConnection(
                parts.hostname, parts.port, timeout=_TIMEOUT_S, context=context
            )
        else:
            connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=_TIMEOUT_S)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        headers = {"Content-Type": "application/timestamp-query", "Accept": "application/timestamp-reply"}
        try:
            connection.request("POST", path, body=query, headers=headers)
            answer = connection.getresponse()
            data = answer.read(_LIMIT_BYTES + 1)
        finally:
            connection.close()
    except (OSError, http.client.HTTPException, ValueError) as problem:
        message = f"the time-stamp authority {parts.hostname} cannot be asked: {problem}"
        raise ConfigError(message) from problem
    if answer.status != _OK or len(data) > _LIMIT_BYTES:
        message = f"the time-stamp authority {parts.hostname} answered {answer.status}, {len(data)} bytes"
        raise ConfigError(message)
    return data
