"""What every way of installing is given, and the environment in which it runs its helpers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from auditor import reasons
from auditor.errors import ToolError
from auditor.tools import process

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

# What says how the network is reached here. None of it is trusted with content: digests are.
_NETWORK: Final = frozenset(
    {
        *("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"),
        *("SSL_CERT_FILE", "SSL_CERT_DIR", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "NETRC"),
        *("PIP_INDEX_URL", "PIP_EXTRA_INDEX_URL", "PIP_FIND_LINKS", "PIP_NO_INDEX", "PIP_CERT", "PIP_CLIENT_CERT"),
        *("PIP_PROXY", "PIP_TRUSTED_HOST", "PIP_DEFAULT_TIMEOUT", "PIP_RETRIES", "PIP_CONFIG_FILE"),
        *("GOPROXY", "GOPRIVATE", "GONOPROXY", "GOINSECURE", "GOAUTH", "GOENV"),
    }
)
_ERROR_LINES: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where an installation goes and what it may use.

    Attributes:
        name: Program that is installed.
        folder: Folder of the installation; exists and is empty.
        work: Scratch folder; exists and is empty.
        downloads: Folder that outlives the installation: what is kept there makes the next one faster.
        variables: The user's environment.
        tell: Takes the name of what is being done, about twice a second.
    """

    name: str
    folder: Path
    work: Path
    downloads: Path
    variables: Mapping[str, str]
    tell: Callable[[str], None]

    def run(self, phase: str, argv: Sequence[str], switches: Mapping[str, str], timeout_s: float) -> None:
        """Run a helper with the network, for it installs.

        Raises:
            ToolError: It failed; the detail is the end of what it wrote.
        """
        tool = f"installation of {self.name}"
        done = process.run(
            argv,
            environment=process.standard_environment(self.work, {**self._network(), **switches}),
            folder=self.work,
            timeout_s=timeout_s,
            network=True,
            on_beat=lambda _: self.tell(phase),
            tool=tool,
        )
        if done.exit_code:
            lines = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
            reason = reasons.Reason(f"{phase} failed")
            detail = " | ".join(line.strip() for line in lines[-_ERROR_LINES:]) or f"exit code {done.exit_code}"
            raise ToolError(reason, detail, tool)

    def _network(self) -> dict[str, str]:
        return {name: value for name, value in self.variables.items() if name in _NETWORK}
