"""Handshakes by OpenSSL 4 through pyOpenSSL: RFC 8998, TLS 1.3 and what lies behind its encryption.

The only module that touches ``Binding`` and ``_context``, which are no public API: `ready` tests what is needed before
anything relies on it, and ``pyproject.toml`` holds the range of versions (design/sm-tls-and-keys.md §2).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Final, Protocol

from auditor import reasons
from auditor.errors import ToolError

if TYPE_CHECKING:
    from collections.abc import Callable

CERTIFICATE: Final = 11
_ALERT: Final = 21
_HANDSHAKE: Final = 22
_MESSAGE_OCTETS: Final = 1 << 18
_MESSAGES: Final = 200
_NEEDED: Final = (
    "SSL_CTX_set_ciphersuites",
    "SSL_CTX_set1_curves_list",
    "SSL_CTX_set1_sigalgs_list",
    "SSL_CTX_set_msg_callback",
    "SSL_write_early_data",
    "SSL_renegotiate",
)
_LEAST: Final = 4
_NO_RENEGOTIATION: Final = 100


class Link(Protocol):
    """A connection that is open already."""

    def send(self, octets: bytes) -> None:
        """Send all octets."""

    def receive(self, wait_s: float) -> bytes:
        """Return what came, empty at the end; TimeoutError where nothing came in time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is offered.

    Attributes:
        suites: TLS 1.3 suites by OpenSSL's names, joined by colons.
        groups: Groups by OpenSSL's names; its own choice if empty.
        schemes: Signature schemes by OpenSSL's names; its own choice if empty.
        server_name: For SNI; empty for none.
        least: Oldest version, 0x0303 or 0x0304.
        most: Newest version.
        reads_tickets: Waits a moment for session tickets.
        early: Session of an earlier handshake to resume with early data.
        renegotiates: Asks for a second handshake (TLS 1.2).
        certificate: Our certificate, DER.
        key: Our key, DER (PKCS#8).
        chain: Certificates that follow ours, DER.
    """

    suites: str = ""
    groups: str = ""
    schemes: str = ""
    server_name: str = ""
    least: int = 0x0304
    most: int = 0x0304
    reads_tickets: bool = False
    early: Any = None
    renegotiates: bool = False
    certificate: bytes = b""
    key: bytes = field(default=b"", repr=False)
    chain: tuple[bytes, ...] = ()


@dataclass
class Done:
    """What came of a handshake.

    Attributes:
        is_finished: It was finished, both sides' Finished verified.
        alert: Alert of the server that ended it.
        version: Version that was chosen.
        suite: Name of the suite.
        group: Name of the group.
        messages: Handshake messages in the clear, (is ours, type, body).
        session: For `Wish.early`.
        keylog: Lines of the key log of our own session (NSS format).
        problem: Why it ended before its end: ``closed``, ``timeout``, or OpenSSL's words.
        renegotiated: The server began a second handshake; None where it was not asked, or gave no answer.
        says_no_renegotiation: It sent the warning no_renegotiation.
    """

    is_finished: bool = False
    alert: int | None = None
    version: str = ""
    suite: str = ""
    group: str = ""
    messages: list[tuple[bool, int, bytes]] = field(default_factory=list)
    session: Any = None
    keylog: list[str] = field(default_factory=list)
    problem: str = ""
    renegotiated: bool | None = None
    says_no_renegotiation: bool = False

    def body(self, kind: int) -> bytes | None:
        """Return the body of the server's first message of a type."""
        return next((body for is_ours, each, body in self.messages if each == kind and not is_ours), None)

    def bodies(self, kind: int) -> list[bytes]:
        """Return the bodies of all messages of a type that the server sent."""
        return [body for is_ours, each, body in self.messages if each == kind and not is_ours]


@cache
def version() -> str:
    """Return the version of OpenSSL in use."""
    from OpenSSL import SSL  # noqa: PLC0415 - 60 ms that only this stage pays

    return SSL.OpenSSL_version(SSL.OPENSSL_VERSION).decode("ascii")


@cache
def ready() -> tuple[Any, Any]:
    """Return the library and its foreign-function interface, once it is known to do what is needed.

    Raises:
        ToolError: It is another OpenSSL, or lacks something.
    """
    from cryptography.hazmat.bindings.openssl.binding import Binding  # noqa: PLC0415 - as above
    from OpenSSL import SSL  # noqa: PLC0415

    binding = Binding()
    missing = [name for name in _NEEDED if not hasattr(binding.lib, name)]
    major = version().removeprefix("OpenSSL ").split(".")[0]
    if missing or not major.isdigit() or int(major) < _LEAST:
        raise ToolError(reasons.COULD_NOT_BE_STARTED, f"needs OpenSSL 4 with {', '.join(_NEEDED)}", version())
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    raw = context._context  # noqa: SLF001 - see the module's docstring
    if (
        binding.lib.SSL_CTX_set_ciphersuites(raw, b"TLS_SM4_GCM_SM3") != 1
        or binding.lib.SSL_CTX_set1_curves_list(raw, b"curveSM2") != 1
        or binding.lib.SSL_CTX_set1_sigalgs_list(raw, b"sm2sig_sm3") != 1
    ):
        raise ToolError(reasons.COULD_NOT_BE_STARTED, "this OpenSSL knows no RFC 8998", version())
    return binding.lib, binding.ffi


def context(wish: Wish, *, is_server: bool = False) -> Any:  # noqa: ANN401 - pyOpenSSL's own type, loaded late
    """Return a context with what a wish offers; nothing is verified by OpenSSL, all is by us.

    Raises:
        ToolError: OpenSSL does not know what is offered.
    """
    from OpenSSL import SSL, crypto  # noqa: PLC0415 - as above

    lib, _ffi = ready()
    made = SSL.Context(SSL.TLS_SERVER_METHOD if is_server else SSL.TLS_CLIENT_METHOD)
    raw = made._context  # noqa: SLF001 - see the module's docstring
    made.set_min_proto_version(wish.least)
    made.set_max_proto_version(wish.most)
    made.set_verify(SSL.VERIFY_NONE, lambda *_: True)
    settings = (
        (lib.SSL_CTX_set_ciphersuites, wish.suites),
        (lib.SSL_CTX_set1_curves_list, wish.groups),
        (lib.SSL_CTX_set1_sigalgs_list, wish.schemes),
    )
    for call, value in settings:
        if value and call(raw, value.encode("ascii")) != 1:
            raise ToolError(reasons.COULD_NOT_BE_STARTED, f"OpenSSL does not know {value}", version())
    if wish.least < 0x0304:  # noqa: PLR2004 - TLS 1.3
        made.set_cipher_list(b"ALL:COMPLEMENTOFALL:@SECLEVEL=0")
    if wish.certificate:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pyOpenSSL deprecates its own loaders; cryptography's refuse SM2
            made.use_certificate(crypto.load_certificate(crypto.FILETYPE_ASN1, wish.certificate))
            made.use_privatekey(crypto.load_privatekey(crypto.FILETYPE_ASN1, wish.key))
            for each in wish.chain:
                made.add_extra_chain_cert(crypto.load_certificate(crypto.FILETYPE_ASN1, each))
    return made


def shake(link: Link, wish: Wish, left_s: Callable[[], float]) -> Done:
    """Do a handshake on a fresh connection; never raises for what a server does.

    Args:
        link: The connection.
        wish: What is offered.
        left_s: Seconds that are left.

    Raises:
        ToolError: OpenSSL does not know what is offered.
    """
    from OpenSSL import SSL  # noqa: PLC0415 - as above

    lib, ffi = ready()
    done = Done()
    made = context(wish)
    made.set_keylog_callback(lambda _connection, line: done.keylog.append(line.decode("ascii")))
    listener = _listener(ffi, done)
    lib.SSL_CTX_set_msg_callback(made._context, listener)  # noqa: SLF001 - see the module's docstring
    connection = SSL.Connection(made, None)
    connection.set_connect_state()
    if wish.server_name:
        connection.set_tlsext_host_name(wish.server_name.encode("idna"))
    if wish.early is not None:
        # past pyOpenSSL, which wants the very context of before, and lets nobody listen to that one anew
        lib.SSL_set_session(connection._ssl, wish.early._session)  # noqa: SLF001 - as above
        written = ffi.new("size_t *")
        lib.SSL_write_early_data(connection._ssl, b"GET / HTTP/1.0\r\n\r\n", 18, written)  # noqa: SLF001 - as above
    pump = _Pump(link, connection, left_s)
    try:
        pump.until(connection.do_handshake)
        done.is_finished = True
        done.version = connection.get_protocol_version_name()
        done.suite = connection.get_cipher_name() or ""
        done.group = connection.get_group_name() or ""
        if wish.reads_tickets:
            _read_tickets(pump, connection)
            done.session = connection.get_session()
            connection.set_shutdown(SSL.SENT_SHUTDOWN | SSL.RECEIVED_SHUTDOWN)  # else OpenSSL spoils it at the end
        if wish.renegotiates:
            done.renegotiated = _renegotiate(pump, connection, lib, done)
    except TimeoutError:
        done.problem = "timeout"
    except (SSL.ZeroReturnError, SSL.SysCallError, OSError):
        done.problem = "closed"
    except SSL.Error as error:
        done.problem = "; ".join(reason for *_other, reason in error.args[0]) if error.args else "closed"
    finally:
        lib.SSL_CTX_set_msg_callback(made._context, ffi.NULL)  # noqa: SLF001 - as above
        del listener
    return done


def _listener(ffi: Any, done: Done) -> Any:  # noqa: ANN401 - cffi has no types
    """Return a callback that writes down what OpenSSL sends and receives, in the clear."""

    def take(is_ours: int, _version: int, kind: int, octets: Any, size: int, _ssl: Any, _own: Any) -> None:  # noqa: ANN401
        if kind == _ALERT and not is_ours and size >= 2:  # noqa: PLR2004 - level and description
            level, description = bytes(ffi.buffer(octets, 2))
            done.says_no_renegotiation |= description == _NO_RENEGOTIATION
            if level == 2 or description not in {0, 90, 100, 112}:  # noqa: PLR2004 - fatal
                done.alert = description
        elif kind == _HANDSHAKE and 4 <= size <= _MESSAGE_OCTETS and len(done.messages) < _MESSAGES:  # noqa: PLR2004
            message = bytes(ffi.buffer(octets, size))
            done.messages.append((bool(is_ours), message[0], message[4:]))

    return ffi.callback("void(int, int, int, const void *, size_t, SSL *, void *)", take)


@dataclass
class _Pump:
    link: Link
    connection: Any
    left_s: Callable[[], float]

    def until(self, act: Callable[[], object]) -> None:
        """Call something again and again until OpenSSL wants nothing more for it."""
        from OpenSSL import SSL  # noqa: PLC0415 - as above

        while True:
            try:
                act()
            except SSL.WantReadError:
                self.send()
                self.feed(self.left_s())
            except SSL.Error:
                self.send()
                raise
            else:
                self.send()
                return

    def send(self) -> None:
        from OpenSSL import SSL  # noqa: PLC0415 - as above

        while True:
            try:
                octets = self.connection.bio_read(1 << 16)
            except SSL.WantReadError:
                return
            self.link.send(octets)

    def feed(self, wait_s: float) -> None:
        if wait_s <= 0:
            raise TimeoutError
        octets = self.link.receive(wait_s)
        if not octets:
            self.connection.bio_shutdown()
            raise OSError("closed")
        self.connection.bio_write(octets)


def _read_tickets(pump: _Pump, connection: Any) -> None:  # noqa: ANN401 - pyOpenSSL's, loaded late
    from OpenSSL import SSL  # noqa: PLC0415 - as above

    for wait_s in (0.0, 0.15):
        try:
            if wait_s:
                pump.feed(min(wait_s, pump.left_s()))
            connection.recv(1 << 14)
        except (SSL.WantReadError, TimeoutError, OSError):
            continue
        except SSL.Error:
            return


def _renegotiate(pump: _Pump, connection: Any, lib: Any, done: Done) -> bool | None:  # noqa: ANN401 - as above
    """Ask for a second handshake and tell whether the server began one."""
    from OpenSSL import SSL  # noqa: PLC0415 - as above

    before = len(done.bodies(2))
    if lib.SSL_renegotiate(connection._ssl) != 1:  # noqa: SLF001 - as above
        return None
    is_refused = False
    try:
        pump.until(connection.do_handshake)
    except (TimeoutError, SSL.WantReadError):
        pass  # silence is no answer
    except (SSL.Error, OSError):
        is_refused = True
    if len(done.bodies(2)) > before:
        return True
    return False if is_refused or done.says_no_renegotiation or done.alert is not None else None


def serve(link: Link, made: Any) -> None:  # noqa: ANN401 - a context of `context`
    """Serve one connection with a context to its end, for a peer of the demo."""
    from OpenSSL import SSL  # noqa: PLC0415 - as above

    connection = SSL.Connection(made, None)
    connection.set_accept_state()
    pump = _Pump(link, connection, lambda: 10.0)
    try:
        pump.until(connection.do_handshake)
        pump.until(lambda: connection.recv(1 << 14))
    except (SSL.Error, OSError):
        return  # refused, or gone


def wish(**fields: Any) -> Wish:  # noqa: ANN401 - the fields of `Wish`
    """Return what is offered, for a stage that must not know this module."""
    return Wish(**fields)
