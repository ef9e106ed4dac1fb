"""The bundled example platform: what ``auditor demo`` audits, and recorded facts of nodes to go with it."""

from __future__ import annotations

import contextlib
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

from auditor.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """The example platform, ready to be audited.

    Attributes:
        configuration: Its ``auditor.yaml``.
        targets: What is looked at besides.
        options: Of targets, by kind.
    """

    configuration: Path
    targets: tuple[str, ...]
    options: Mapping[str, Mapping[str, object]]


@contextlib.contextmanager
def prepared(folder: Path) -> Iterator[Prepared]:
    """Unpack the platform with its nodes, logs, lineage, images and database, and serve its endpoints for a while.

    Args:
        folder: For the platform; the others get folders beside it.

    Raises:
        ConfigError: A folder holds something else, or cannot be written.
        ToolError: The endpoints could not be started.
    """
    from auditor.demo import components, images, lineage, logs  # noqa: PLC0415 - for this command alone
    from auditor.tools.grype import Grype  # noqa: PLC0415
    from auditor.tools.programs import Programs  # noqa: PLC0415

    def beside(name: str) -> Path:
        return folder.with_name(f"{folder.name}-{name}")

    place = fresh(folder)
    recorded = fresh_nodes(beside("nodes"))
    written = logs.fresh(beside("logs"))
    events = lineage.fresh(beside("lineage"))
    made = images.fresh(beside("images"), datetime.now(UTC))
    sbom = components.fresh(beside("sbom"))
    components.database(beside("database"), Grype(Programs.here()))
    with endpoints(beside("tls")) as (served, trust):
        yield Prepared(
            configuration=place / "auditor.yaml",
            targets=(
                *(f"node={file}" for file in recorded),
                *(f"auditlog={written}", f"lineage={events}", *served, *made.targets, f"sbom={sbom}"),
            ),
            options={"tls": {"trust": trust}, "image": made.options, "sbom": made.options},
        )


def platform() -> Path:
    """Return the folder of the example platform inside this package; it is not to be written to."""
    return _HERE / "platform"


def nodes() -> Path:
    """Return the folder of recorded node facts (``node-facts/1``), one JSON file a node."""
    return _HERE / "nodes"


def planted() -> Path:
    """Return the manifest of the faults planted in the platform and of their correct twins."""
    return _HERE / "planted.yaml"


def fresh(folder: Path) -> Path:
    """Return a folder that holds the example platform as it was shipped; a former copy in it is replaced.

    Raises:
        ConfigError: The folder holds something else, or cannot be written.
    """
    if folder.exists():
        if any(folder.iterdir()) and not (folder / "auditor.yaml").is_file():
            message = f"{folder} holds something else than the example platform; name another folder with --folder"
            raise ConfigError(message)
        shutil.rmtree(folder)
    return unpack(folder)


def fresh_nodes(folder: Path) -> tuple[Path, ...]:
    """Copy the recorded node facts into a folder, and return the copies, one a node.

    Raises:
        ConfigError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return tuple(Path(shutil.copyfile(file, folder / file.name)) for file in sorted(nodes().glob("*.json")))
    except OSError as error:
        message = f"cannot copy the recorded nodes into {folder}: {error}"
        raise ConfigError(message) from error


@contextlib.contextmanager
def endpoints(folder: Path) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Serve four ports on loopback for a while: TLCP, RFC 8998, mixed, international.

    Args:
        folder: Where the trust anchors of their certificates are written.

    Yields:
        The targets, ``tls=localhost:…``, and the files of the anchors.

    Raises:
        ConfigError: The folder cannot be written.
        ToolError: The peers could not be started.
    """
    from auditor.demo.serving import TRUST  # noqa: PLC0415 - cryptography, for this command alone
    from auditor.tools.peers import running  # noqa: PLC0415

    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot write into {folder}: {error}"
        raise ConfigError(message) from error
    with running("auditor.demo.serving", folder) as ports:
        yield tuple(f"tls=localhost:{port}" for port in ports.values()), tuple(str(folder / name) for name in TRUST)


def unpack(destination: Path) -> Path:
    """Copy the example platform into a folder of its own.

    Byte code that an installer has compiled beside the platform's sources stays behind: every copy is the same.

    Args:
        destination: A folder that is absent or empty; its parents are made.

    Returns:
        The destination.

    Raises:
        ConfigError: Something is there already, or the folder cannot be written.
    """
    try:
        if destination.exists() and any(destination.iterdir()):
            msg = f"cannot unpack the example platform: {destination} is not empty (expected an absent or empty folder)"
            raise ConfigError(msg)
        shutil.copytree(
            platform(),
            destination,
            ignore=shutil.ignore_patterns("__pycache__", "*.pyc"),
            copy_function=shutil.copyfile,
            dirs_exist_ok=True,
        )
    except OSError as error:
        msg = f"cannot unpack the example platform into {destination}: {error}"
        raise ConfigError(msg) from error
    return destination
