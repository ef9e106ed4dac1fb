"""Keys that sign evidence: encrypted files of the operator's, or a program that has the key (of an HSM, PKCS#11)."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError, ToolError
from auditor.formats import pkcs8, public_keys
from auditor.tools import process
from auditor.tools.secret import from_environment

if TYPE_CHECKING:
    from auditor.formats.pkcs8 import PrivateKey

COMMAND: Final = "command:"
PASSWORD_VARIABLE: Final = "AUDITOR_KEY_PASSWORD"  # noqa: S105 - the name of a variable
_TIMEOUT_S: Final = 120.0
_SIGNATURE_LIMIT_BYTES: Final = 16 << 10


@dataclass(frozen=True, slots=True)
class ExternalSigner:
    """A program that signs what it reads and writes the signature, as bytes, to its output.

    ECDSA and SM2 signatures are DER; SM2 is with SM3 and the default id. Whatever it writes is verified before it is
    taken.

    Attributes:
        spki: Public half of its key, DER.
        key_id: SHA-256 of it.
        argv: Program and arguments.
    """

    spki: bytes
    key_id: str
    argv: tuple[str, ...]

    def sign(self, message: bytes) -> bytes:
        """Have the program sign a message; it has the operator's environment, and the network for its HSM.

        Raises:
            ConfigError: It cannot be run, or fails.
        """
        try:
            with process.scratch_folder() as scratch:
                done = process.run(
                    self.argv,
                    environment=dict(os.environ),
                    folder=scratch,
                    timeout_s=_TIMEOUT_S,
                    output_limit_bytes=_SIGNATURE_LIMIT_BYTES,
                    network=True,
                    stdin=message,
                )
        except ToolError as problem:
            message_ = f"the signer {self.argv[0]} did not sign: {problem.reason}: {problem.detail}"
            raise ConfigError(message_) from problem
        if done.exit_code or not done.stdout:
            message_ = f"the signer {self.argv[0]} did not sign: {done.complaint}"
            raise ConfigError(message_)
        return done.stdout


def signer(given: str, password_variable: str = PASSWORD_VARIABLE) -> PrivateKey | ExternalSigner:
    """Return the signer that an argument names.

    Args:
        given: Path of a PKCS#8 file, or ``command:PUBLIC.pem:PROGRAM ARGUMENT…``.
        password_variable: Variable with the password of an encrypted file.

    Raises:
        ConfigError: It cannot be read, its password is wrong or missing.
    """
    if given.startswith(COMMAND):
        return _external(given.removeprefix(COMMAND))
    data = _bytes(Path(given), pkcs8.SIZE_LIMIT_BYTES)
    password = b""
    if b"ENCRYPTED" in data or b"-----BEGIN " not in data:
        password = from_environment(password_variable).encode() if password_variable in os.environ else b""
    try:
        return pkcs8.load(data, password)
    except pkcs8.KeyFileError as problem:
        message = (
            f"the key {given} cannot be used: {problem} (its password is read from the variable {password_variable})"
        )
        raise ConfigError(message) from problem


def _external(given: str) -> ExternalSigner:
    public, _colon, command = given.partition(":")
    try:
        argv = tuple(shlex.split(command))
    except ValueError as problem:
        message = f"--sign {COMMAND}{given}: {problem}"
        raise ConfigError(message) from problem
    if not public or not argv:
        message = f"--sign {COMMAND}{given}: expected {COMMAND}PUBLIC.pem:PROGRAM ARGUMENT…"
        raise ConfigError(message)
    key = trusted(Path(public))
    return ExternalSigner(
        public_keys.spki(_bytes(Path(public), public_keys.SIZE_LIMIT_BYTES), public), key.key_id, argv
    )


def trusted(path: Path) -> public_keys.PublicKey:
    """Return a public key or certificate out of a file.

    Raises:
        ConfigError: It cannot be read, or holds none.
    """
    try:
        return public_keys.load(_bytes(path, public_keys.SIZE_LIMIT_BYTES), path.name)
    except public_keys.KeyFormatError as problem:
        raise ConfigError(str(problem)) from problem


def _bytes(path: Path, limit: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        message = f"{path} cannot be read: {error.strerror}"
        raise ConfigError(message) from error
