"""A value that must never be seen: not printed, not written, not sent to another process, not compared."""

from __future__ import annotations

from typing import Final, NoReturn

_HIDDEN: Final = "***"


class Secret:
    """A password or token on its way to the one call that needs it.

    Its text is ``***`` in every form; it cannot be pickled, compared, hashed, copied or turned into JSON.
    """

    __slots__ = ("__value",)
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, value: str) -> None:
        """Hide a value."""
        self.__value = value

    def reveal(self) -> str:
        """Return the value; call this in the argument of what needs it, and keep it nowhere."""
        return self.__value

    def __bool__(self) -> bool:
        """Tell whether there is a value at all."""
        return bool(self.__value)

    def __repr__(self) -> str:
        """Return what may be shown."""
        return _HIDDEN

    __str__ = __repr__

    def __format__(self, _form: str) -> str:
        """Return what may be shown."""
        return _HIDDEN

    def __eq__(self, _other: object) -> NoReturn:
        """Refuse: an answer, or the time it takes, would tell about the value."""
        message = "a secret is not compared"
        raise TypeError(message)

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        """Refuse: what is pickled is written, or crosses to another process."""
        message = "a secret is neither pickled nor copied"
        raise TypeError(message)
