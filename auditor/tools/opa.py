"""Runs an OPA server on loopback and asks it: starts, bounds, authorizes, dials; judges and parses nothing of policies.

The server is ours alone: a random port, a random token that the command line does not show, and a policy under which
nobody without that token is answered. It dies with the block that holds it, whatever ends us (`process.started`).
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
import socket
import sys
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from threading import Thread
from types import ModuleType
from typing import TYPE_CHECKING, Final, Protocol, TypeVar

import orjson
import yaml

from auditor import reasons
from auditor.errors import ToolError, ToolTimeout
from auditor.model.record import ToolUse
from auditor.tools import process

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from opa_client.opa import OpaClient
    from requests.adapters import HTTPAdapter

    from auditor.tools.process import Running
    from auditor.tools.programs import Program

T = TypeVar("T")

MEMORY_GOAL_BYTES: Final = 1000 * process.MIB
"""``GOMEMLIMIT``: the collector works harder from here on. Where it is reached that doubles the time (50,000 objects:
31 s at 900 MiB, 14 s without reaching it), so it only keeps a question from taking all there is."""
GARBAGE_PERCENT: Final = "300"
"""``GOGC``: a quarter less CPU than at 100 for 10,000 objects, for twice the memory."""
ADDRESS_SPACE_BYTES: Final = 6 * process.GIB
"""``RLIMIT_AS``: a rule that grows without end dies here; Go reserves about 1.3 GiB at the start."""
START_LIMIT_S: Final = 30.0
QUERY_LIMIT_S: Final = 120.0
_POLL_S: Final = 0.01
_METADATA: Final = re.compile(r"\A(?:#[^\n]*\n)+(?=package\b)")
_TRIES: Final = 3
_NOT_LET_IN: Final = reasons.NOT_LET_IN
_SOCKET_PATH_LIMIT: Final = 100
"""Bytes of the path of a Unix socket: the kernel takes 107."""
_UNREACHABLE: Final = ("http.send", "net.lookup_ip_addr", "opa.runtime", "rego.parse_module")
"""Functions of Rego that reach the network or tell of this machine: no rule of a user may call them.

The other functions below ``net`` reckon with addresses only, and our own rules use them."""
_KNOCK_S: Final = 1.0
_PORT_TAKEN: Final = b"address already in use"
_TOO_LARGE: Final = 413

AUTHORIZATION: Final = """package system.authz

default allow := false

allow if crypto.sha256(input.identity) == "{digest}"
"""


class Finds(Protocol):
    """What is needed of `Programs`."""

    def find(self, name: str) -> Program:
        """Return a verified program."""


class RuleError(ToolError):
    """OPA refused a policy, or a rule broke while it was evaluated; the server is well."""


class OpaServer:
    """A server that answers; made by `Opa.serve` and `NamedOpa.serve`."""

    def __init__(self, client: OpaClient, tool: str, running: Running | None = None) -> None:
        """Hold the connection, and the process if it is ours."""
        self._client = client
        self._running = running
        self.tool = tool

    @property
    def pid(self) -> int | None:
        """Process of the server (of what confines it), None if it is not ours."""
        return self._running.pid if self._running else None

    def ask(self, package: str, rule: str, document: Mapping[str, object], timeout_s: float = QUERY_LIMIT_S) -> bytes:
        """Return OPA's answer as JSON text: an object whose ``result`` is absent where the rule is undefined.

        Args:
            package: Path of the package without ``data``.
            rule: Its rule.
            document: The input.
            timeout_s: Time without an answer after which the question is given up.

        Raises:
            RuleError: A rule broke.
            ToolTimeout: No answer in time; the server may still be at it and should be ended.
            ToolError: The server is gone.
        """
        return self._dialled(lambda: _answer(self._client, f"{package}/{rule}", document, timeout_s), timeout_s)

    def add(self, name: str, module: str) -> None:
        """Compile one more module together with those that are there.

        Args:
            name: Its path, which error messages carry.
            module: Its text.

        Raises:
            RuleError: It does not compile; the detail names file, line and reason.
            ToolError: The server is gone.
        """
        from opa_client.errors import RegoParseError  # noqa: PLC0415 - as in _client

        self._client.timeout = START_LIMIT_S
        try:
            # No rewriting of old Rego behind the author's back: what does not compile is told.
            self._dialled(
                lambda: self._client.update_policy_from_string(module, name, rego_compat=False), START_LIMIT_S
            )
        except RegoParseError as problem:
            reason = reasons.POLICY_DOES_NOT_COMPILE
            if problem.expression == "unauthorized":
                raise ToolError(_NOT_LET_IN, str(problem.message), self.tool) from problem
            lines = [_one_error(error) for error in problem.errors] or [str(problem)]
            raise RuleError(reason, "; ".join(lines[:5]), self.tool) from problem

    def put_data(self, path: str, value: object) -> None:
        """Set base data.

        Raises:
            ToolError: The server does not take it.
        """
        from opa_client.errors import ConnectionsError, RegoParseError  # noqa: PLC0415 - as in _client

        self._client.timeout = START_LIMIT_S
        try:
            self._dialled(lambda: self._client.update_or_create_data(value, path), START_LIMIT_S)
        except (ConnectionsError, RegoParseError) as problem:
            raise ToolError(_NOT_LET_IN, str(problem), self.tool) from problem

    def add_all(self, modules: Mapping[str, str]) -> dict[str, ToolError]:
        """Compile modules in the order that their dependencies ask for; return what is wrong with those that do not."""
        left, problems = dict(modules), dict[str, ToolError]()
        while left:
            problems = {}
            for name, text in left.items():
                try:
                    self.add(name, text)
                except RuleError as problem:
                    problems[name] = problem
            if len(problems) == len(left):
                break
            left = {name: left[name] for name in problems}
        return problems

    def _dialled(self, call: Callable[[], T], timeout_s: float) -> T:
        import requests  # noqa: PLC0415 - takes 0.1 s, and `auditor --help` needs none of it

        try:
            return call()
        except requests.exceptions.HTTPError as problem:
            response = problem.response
            if response is None:
                raise self._gone(problem) from problem
            raise _refusal(response.status_code, response.content, self.tool) from problem
        except requests.exceptions.Timeout as problem:
            reason = reasons.TIME_LIMIT
            detail = f"no answer after {timeout_s:g} s"
            raise ToolTimeout(reason, detail, self.tool) from problem
        except requests.exceptions.RequestException as problem:
            raise self._gone(problem) from problem

    def _gone(self, problem: Exception) -> ToolError:
        """Return the error that says how the server ended, or that it cannot be reached."""
        code = self._running.exit_code(wait_s=1.0) if self._running else None
        if code is None or self._running is None:
            reason = reasons.CANNOT_BE_REACHED
            return ToolError(reason, type(problem).__name__, self.tool)
        last = self._running.stderr()
        if b"out of memory" in last or b"cannot allocate memory" in last:
            reason = reasons.OUT_OF_MEMORY
            return ToolError(reason, f"its bound is {ADDRESS_SPACE_BYTES // process.MIB} MiB", self.tool)
        reason = reasons.ENDED
        return ToolError(reason, f"exit code {code}: {_last_line(last)}", self.tool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opa:
    """The OPA of this machine.

    Attributes:
        programs: Finds and verifies it.
        policies: Folder with ``lib``, ``kubernetes`` and ``parameters``, loaded into every server.
        memory_goal_bytes: See `MEMORY_GOAL_BYTES`.
        address_space_bytes: See `ADDRESS_SPACE_BYTES`.
    """

    programs: Finds
    policies: Path
    memory_goal_bytes: int = MEMORY_GOAL_BYTES
    address_space_bytes: int = ADDRESS_SPACE_BYTES

    def program(self) -> Program:
        """Return the verified program.

        Raises:
            ToolMissing: It is not installed.
            IntegrityError: It is not what was installed, or of an untested version.
        """
        return self.programs.find("opa")

    def use(self) -> ToolUse:
        """Return what the record says of it."""
        return self.program().use()

    @contextmanager
    def serve(self, extra: Mapping[str, str], port: int | None = None) -> Iterator[OpaServer]:
        """Start a server, wait until it answers, and end it with the block; arguments and errors as in `start`."""
        with self.start(extra, port=port) as ready:
            yield ready()

    @property
    def is_ours(self) -> bool:
        """It starts servers of its own."""
        return True

    @contextmanager
    def start(
        self, extra: Mapping[str, str], files: Sequence[str] | None = None, *, port: int | None = None
    ) -> Iterator[Callable[[], OpaServer]]:
        """Start a server, and end it with the block; what is yielded waits until it answers.

        Args:
            extra: Modules to compile beside the policies: text by file name.
            files: Of the policies, those that it has beside ``lib``, by their path; all where that is None.
            port: Its port; a free one if not given.

        Raises:
            ToolMissing: OPA is not installed.
            RuleError: A policy does not compile.
            ToolError: It could not be started: no port, no memory, no answer.
        """
        program = self.program()
        modules = {**extra, **{each.replace("/", "-"): _without_metadata(self.policies / each) for each in files or ()}}
        with ExitStack() as held:
            first = self._begun(program, modules, port or 0, held, is_whole=files is None)
            # what talks to it takes long to import, and whoever starts it early has to wait for other programs anyway
            Thread(target=_client_class, daemon=True).start()

            def ready() -> OpaServer:
                begun = first
                for attempt in range(1, _TRIES + 1):
                    try:
                        return begun.answering(held)
                    except _PortTaken as problem:
                        if attempt == _TRIES or port or begun.socket_path:
                            reason = reasons.PORT_TAKEN
                            raise ToolError(reason, str(problem), _tool(program)) from None
                        begun = self._begun(program, modules, _free_port(), held, is_whole=files is None)
                raise AssertionError

            yield ready

    def vet(self, modules: Mapping[str, str], reserved: Sequence[str] = ()) -> dict[str, tuple[str, ...] | ToolError]:
        """Return the package of each module as OPA reads it, or why it is refused.

        A module is refused that OPA does not parse, that does not compile beside the others, or that calls what
        reaches the network (`_UNREACHABLE`).

        Args:
            modules: Text by name.
            reserved: First words of packages that the caller refuses anyway: these are not compiled.

        Raises:
            ToolError: OPA is missing or did not end.
        """
        program = self.program()
        found: dict[str, tuple[str, ...] | ToolError] = {}
        with process.scratch_folder() as scratch:
            places = {name: scratch / "vetted" / f"{number}.rego" for number, name in enumerate(sorted(modules))}
            (scratch / "vetted").mkdir()
            for name, place in places.items():
                place.write_text(modules[name], encoding="utf-8")
                done = self._small(program, scratch, "parse", "--format=json", str(place))
                found[name] = _package_in(done) or ToolError(
                    reasons.POLICY_DOES_NOT_COMPILE, f"{name}: {_last_line(done.stderr or done.stdout)}", _tool(program)
                )
            given = json.loads(self._small(program, scratch, "capabilities", "--current").stdout)
            given["builtins"] = [each for each in given["builtins"] if not each["name"].startswith(_UNREACHABLE)]
            given["allow_net"] = []
            (scratch / "capabilities.json").write_text(json.dumps(given), encoding="utf-8")
            left = {
                str(place): name
                for name, place in places.items()
                if not isinstance(package := found[name], ToolError) and package[0] not in reserved
            }
            while left:
                done = self._small(
                    program, scratch, "check", "--format=json", "--max-errors=0", "--ignore=*_test.rego",
                    f"--capabilities={scratch / 'capabilities.json'}", *_places(self.policies), *left,
                )  # fmt: skip
                wrong = _errors_in(done) if done.exit_code else {}
                told = {file: said for file, said in wrong.items() if file in left}
                if not done.exit_code:
                    break
                for file, said in (told or dict.fromkeys(left, "")).items():  # one that nobody blames costs all
                    name = left.pop(file)
                    detail = f"{name}: {said or _last_line(done.stderr)}"[:500]
                    found[name] = ToolError(reasons.POLICY_DOES_NOT_COMPILE, detail, _tool(program))
        return found

    def evaluate(self, module: str, name: str, document: Mapping[str, object], query: str) -> object:
        """Return what a query says of a document by one module of a user's, without network and without our policies.

        Raises:
            ToolError: OPA is missing, the module does not compile or reaches the network, or the query has no answer.
        """
        vetted = self.vet({name: module})[name]
        if isinstance(vetted, ToolError):
            raise vetted
        program = self.program()
        with process.scratch_folder() as scratch:
            (scratch / "module.rego").write_text(module, encoding="utf-8")
            asking = (str(program.path), "eval", "--format=json", "--stdin-input", f"--data={scratch / 'module.rego'}")
            done = process.run(
                [*asking, query],
                environment=self._environment(scratch),
                folder=scratch,
                timeout_s=QUERY_LIMIT_S,
                memory_limit_bytes=self.address_space_bytes,
                stdin=json.dumps(document).encode(),
                tool=_tool(program),
            )
        try:
            return json.loads(done.stdout)["result"][0]["expressions"][0]["value"]
        except (ValueError, KeyError, IndexError, TypeError) as problem:
            detail = f"{name}: {query} has no value: {_last_line(done.stderr or done.stdout)}"[:500]
            raise ToolError(reasons.NO_ANSWER, detail, _tool(program)) from problem

    def _small(self, program: Program, scratch: Path, *arguments: str) -> process.Completed:
        return process.run(
            [str(program.path), *arguments],
            environment=self._environment(scratch),
            folder=scratch,
            timeout_s=START_LIMIT_S,
            memory_limit_bytes=self.address_space_bytes,
            tool=_tool(program),
        )

    def test(self, folder: Path, timeout_s: float = 300.0) -> process.Completed:
        """Run the tests of a folder of Rego beside our policies, whose own tests are left out.

        ``opa test`` ends with 0 if all passed, 2 if some failed, 1 if something does not compile; results are JSON.

        Raises:
            ToolError: OPA is missing or did not end.
        """
        program = self.program()
        with process.scratch_folder() as scratch:
            ours = scratch / "policies"
            shutil.copytree(self.policies, ours, ignore=shutil.ignore_patterns("*_test.rego"))
            return process.run(
                [str(program.path), "test", "--format=json", *_places(ours), str(folder.absolute())],
                environment=self._environment(scratch),
                folder=scratch,
                timeout_s=timeout_s,
                memory_limit_bytes=self.address_space_bytes,
                tool=_tool(program),
            )

    def _begun(
        self, program: Program, texts: Mapping[str, str], port: int, held: ExitStack, *, is_whole: bool
    ) -> _Begun:
        scratch = held.enter_context(process.scratch_folder())
        socket_path = str(scratch / "opa.sock") if not port else ""
        if len(socket_path) > _SOCKET_PATH_LIMIT:
            socket_path, port = "", _free_port()
        token = secrets.token_urlsafe(32)
        modules = scratch / "modules"
        modules.mkdir(mode=0o700)
        nonce = secrets.token_hex(16)
        own = {
            "system_authz.rego": AUTHORIZATION.format(digest=hashlib.sha256(token.encode()).hexdigest()),
            "auditor_nonce.rego": f'package auditor.nonce\n\nvalue := "{nonce}"\n',
        }
        try:
            for name, text in {**texts, **own}.items():
                (modules / name).write_text(text, encoding="utf-8")
        except OSError as error:
            reason = reasons.COULD_NOT_BE_STARTED
            raise ToolError(reason, f"its policies cannot be written: {error.strerror}", _tool(program)) from error
        argv = [
            str(program.path),
            "run",
            "--server",
            f"--addr=unix://{socket_path}" if socket_path else f"--addr=127.0.0.1:{port}",
            "--authentication=token",
            "--authorization=basic",
            "--disable-telemetry",
            "--log-level=error",
            "--ignore=*_test.rego",
            *_places(self.policies, is_whole=is_whole),
            str(modules),
        ]
        running = held.enter_context(
            process.started(
                argv,
                environment=self._environment(scratch),
                folder=scratch,
                limits=process.Limits(memory_bytes=self.address_space_bytes),
                network=not socket_path,
                tool=_tool(program),
            )
        )
        return _Begun(running, port, token, nonce, _tool(program), socket_path)

    def _environment(self, scratch: Path) -> dict[str, str]:
        switches = {"GOMEMLIMIT": str(self.memory_goal_bytes), "GOGC": GARBAGE_PERCENT, "NO_PROXY": "*"}
        return process.standard_environment(scratch, switches)


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedOpa:
    """A server that the user names: our modules are put there and taken away again.

    Attributes:
        host: Name or address.
        port: Its port.
        token: Bearer token; empty if it wants none.
        policies: As in `Opa`.
        tls: Speak TLS to it.
        local: Reads a user's modules before they are put there.
    """

    host: str
    port: int
    token: str
    policies: Path
    tls: bool = True
    local: Opa | None = None

    def vet(self, modules: Mapping[str, str], reserved: Sequence[str] = ()) -> dict[str, tuple[str, ...] | ToolError]:
        """As `Opa.vet`, by the OPA of this machine; without one nothing of a user is put there."""
        if self.local is None:
            return dict.fromkeys(
                modules, ToolError(reasons.NOT_INSTALLED, "no opa here that reads the module first", "opa")
            )
        return self.local.vet(modules, reserved)

    def use(self) -> ToolUse:
        """Return what the record says of it."""
        return ToolUse(name="opa", version=f"at {self.host}:{self.port}, not ours", digest="", is_allowed=False)

    @property
    def is_ours(self) -> bool:
        """It is the user's, and has all of our rules or none."""
        return False

    @contextmanager
    def start(
        self,
        extra: Mapping[str, str],
        files: Sequence[str] | None = None,  # noqa: ARG002 - as `Opa.start`
    ) -> Iterator[Callable[[], OpaServer]]:
        """Return what makes the server ready when it is needed: it runs already, and is given all of our policies."""
        with ExitStack() as held:
            yield lambda: held.enter_context(self.serve(extra))

    @contextmanager
    def serve(self, extra: Mapping[str, str]) -> Iterator[OpaServer]:
        """Put our modules there, and take them away with the end of the block.

        Raises:
            RuleError: It refuses a module.
            ToolError: It cannot be reached, or does not let us in.
        """
        client = _client(self.host, self.port, self.token, tls=self.tls)
        server = OpaServer(client, f"opa at {self.host}:{self.port}")
        texts = {
            f"auditor/{path.relative_to(self.policies).as_posix()}": path.read_text(encoding="utf-8")
            for path in sorted(self.policies.rglob("*.rego"))
            if not path.name.endswith("_test.rego")
        } | {f"auditor/{name}": text for name, text in extra.items()}
        values = yaml.safe_load((self.policies / "parameters" / "data.yaml").read_text(encoding="utf-8"))
        try:
            server.put_data("parameters", values)
            problems = server.add_all(texts)
            if problems:
                raise next(iter(problems.values()))
            yield server
        finally:
            with suppress(Exception):  # what we could not put there need not be taken away
                for name in texts:
                    client.delete_policy(name)
            client.close_connection()


@dataclass(frozen=True, slots=True)
class _Begun:
    """A server that was started and may not answer yet."""

    running: Running
    port: int
    token: str
    nonce: str
    tool: str
    socket_path: str = ""

    def answering(self, held: ExitStack) -> OpaServer:
        """Wait until it answers; its connection is closed with the block."""
        client = _client("127.0.0.1", self.port, self.token, socket_path=self.socket_path)
        held.callback(client.close_connection)
        _await(client, self.running, self.nonce, self.tool)
        return OpaServer(client, self.tool, self.running)


def _package_in(done: process.Completed) -> tuple[str, ...] | None:
    """Return the path of the package in what ``opa parse`` says, without ``data``."""
    try:
        path = json.loads(done.stdout)["package"]["path"]
        return tuple(str(term["value"]) for term in path[1:]) or None
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def _errors_in(done: process.Completed) -> dict[str, str]:
    """Return what ``opa check`` says of each file."""
    found: dict[str, str] = {}
    try:
        for each in json.loads(done.stdout or done.stderr)["errors"]:
            found.setdefault(each["location"]["file"], f"{each['location']['row']}: {each['message']}")
    except (ValueError, KeyError, TypeError):
        return found
    return found


class _PortTaken(Exception):  # noqa: N818
    """Somebody was faster."""


def _client_class() -> type[OpaClient]:
    # The package loads its asynchronous client with the other one, and with it aiohttp: 0.13 s for what nobody calls.
    unused = ModuleType("opa_client.opa_async")
    unused.AsyncOpaClient = None  # type: ignore[attr-defined]
    sys.modules.setdefault(unused.__name__, unused)

    from opa_client.opa import OpaClient  # noqa: PLC0415 - takes 0.1 s, and `auditor --help` needs none of it

    found: type[OpaClient] = OpaClient
    return found


def _client(host: str, port: int, token: str, *, tls: bool = False, socket_path: str = "") -> OpaClient:
    # No second try of its own: what failed once becomes a gap, not another two minutes.
    client = _client_class()(host=host, port=port, ssl=tls, token=token, retries=0, timeout=START_LIMIT_S)
    client._session.trust_env = False  # noqa: SLF001 - no proxy between us and loopback
    if socket_path:
        client._session.mount("http://", _over(socket_path))  # noqa: SLF001 - it knows no sockets of this kind
    return client


def _over(socket_path: str) -> HTTPAdapter:
    """Return what dials a Unix socket for every address: the server behind it has no network at all."""
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as in _client
    from urllib3.connection import HTTPConnection  # noqa: PLC0415
    from urllib3.connectionpool import HTTPConnectionPool  # noqa: PLC0415

    class _Connection(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            from urllib3.exceptions import NewConnectionError  # noqa: PLC0415

            made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                made.settimeout(self.timeout if isinstance(self.timeout, int | float) else None)
                made.connect(socket_path)
            except OSError as problem:
                made.close()
                raise NewConnectionError(self, str(problem)) from problem
            return made

    class _Pool(HTTPConnectionPool):
        ConnectionCls = _Connection

    pool = _Pool("127.0.0.1", maxsize=4)

    class _Adapter(HTTPAdapter):
        def get_connection_with_tls_context(self, *_: object, **__: object) -> HTTPConnectionPool:
            return pool

        def close(self) -> None:
            pool.close()
            super().close()

    return _Adapter()


def _answer(client: OpaClient, rule: str, document: Mapping[str, object], timeout_s: float) -> bytes:
    """Do as `OpaClient.query_rule` does over the same session, but return the answer as OPA spelled it.

    The client spells the question by the standard library and parses the answer; of a cluster of 10,000 objects that is
    half a second for 11 MB there and 5 MB back, and what is kept as evidence would be our spelling instead of OPA's.

    Raises:
        requests.exceptions.RequestException: There is none.
    """
    try:
        body = orjson.dumps({"input": document}, option=orjson.OPT_NON_STR_KEYS)
    except TypeError:  # half a surrogate pair, a number of more than 64 bits
        body = json.dumps({"input": document}).encode()
    url = f"{client.root_url}/data/{rule.replace('.', '/')}"
    response = client._session.post(  # noqa: SLF001 - see above
        url, data=body, headers={"Content-Type": "application/json"}, timeout=timeout_s
    )
    response.raise_for_status()
    answer: bytes = response.content
    return answer


def _await(client: OpaClient, running: Running, nonce: str, tool: str) -> None:
    """Return as soon as the server answers with the word that only ours can know.

    Raises:
        RuleError: It ended because a policy does not compile.
        ToolError: It ended for another reason, or does not answer in time.
        _PortTaken: Its port was taken.
    """
    until = time.monotonic() + START_LIMIT_S
    client.timeout = _KNOCK_S
    while time.monotonic() < until:
        code = running.exit_code(_POLL_S)
        if code is not None:
            said = running.stderr() + running.stdout()
            if _PORT_TAKEN in said:
                raise _PortTaken(_last_line(said))
            if b"error" in said and (b"rego_" in said):
                reason = reasons.POLICY_DOES_NOT_COMPILE
                raise RuleError(reason, _last_line(said), tool)
            reason = reasons.OUT_OF_MEMORY if b"memory" in said else reasons.COULD_NOT_BE_STARTED
            raise ToolError(reason, f"exit code {code}: {_last_line(said)}", tool)
        if client.check_health() and _knows(client, nonce):
            return
    reason = reasons.TIME_LIMIT
    raise ToolTimeout(reason, f"not ready after {START_LIMIT_S:g} s", tool)


def _knows(client: OpaClient, nonce: str) -> bool:
    import requests  # noqa: PLC0415 - as in _client

    try:
        return bool(client.query_rule({}, "auditor.nonce", "value").get("result") == nonce)
    except (requests.exceptions.RequestException, AttributeError):
        return False  # somebody else answers on our port; ours is about to say so and end


def _refusal(status: int, body: bytes, tool: str) -> ToolError:
    """Turn an error answer of OPA's REST interface into one line."""
    try:
        said = orjson.loads(body)
        errors = said.get("errors") or [said]
        lines = [_one_error(error) for error in errors[:5]]
    except (orjson.JSONDecodeError, AttributeError, TypeError):
        lines = [body[:200].decode(errors="replace")]
    detail = "; ".join(lines)
    if status in {401, 403}:
        return ToolError(_NOT_LET_IN, detail, tool)
    reason = reasons.INPUT_TOO_LARGE if status == _TOO_LARGE else reasons.RULE_BROKEN
    return RuleError(reason, f"HTTP {status}: {detail}", tool)


def _one_error(error: Mapping[str, object]) -> str:
    at = error.get("location")
    place = f"{at.get('file')}:{at.get('row')}: " if isinstance(at, dict) else ""
    return f"{place}{error.get('message')}"


def _places(policies: Path, *, is_whole: bool = True) -> list[str]:
    """Return the arguments that load our policies, or only what they share.

    Data files are named with the path that they are loaded under.
    """
    rules = [str(policies / "kubernetes")] if is_whole else []
    return [str(policies / "lib"), *rules, f"parameters:{policies / 'parameters' / 'data.yaml'}"]


def _without_metadata(file: Path) -> str:
    """Return a module without what it says of itself, line by line where it was: OPA reads that as YAML, for nobody.

    Raises:
        ToolError: It cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        reason = reasons.COULD_NOT_BE_STARTED
        raise ToolError(reason, f"{file} cannot be read: {error.strerror}", "opa") from error
    return _METADATA.sub(lambda found: "\n" * found[0].count("\n"), text)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _tool(program: Program) -> str:
    return f"opa {program.version}"


def _last_line(said: bytes) -> str:
    lines = [line.strip() for line in said.decode(errors="replace").splitlines() if line.strip()]
    by_rule = [line for line in lines if "rego_" in line]
    telling = [line for line in lines if "error" in line.lower()]
    return (by_rule or telling or lines or [""])[0][:500]
