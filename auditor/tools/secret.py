"""The one way by which a secret comes in: a variable of the environment, named in the configuration."""

from __future__ import annotations

import os

from auditor.errors import ConfigError


def from_environment(name: str) -> str:
    """Return the secret in a variable.

    Raises:
        ConfigError: The variable is unset or empty.
    """
    value = os.environ.get(name, "")
    if not value:
        message = f"the variable {name} is named as the place of a token, and is not set"
        raise ConfigError(message)
    return value
