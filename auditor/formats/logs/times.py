"""Times of log records as microseconds since 1970 UTC, and how their zone is known (design page on audit logs, §2)."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from auditor.formats.logs.row import DECLARED, GIVEN, NO_TIME, UNKNOWN

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)
_ISO: Final = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,12}))?)?\s?"
    r"(Z|z|[+-]\d\d(?::?\d\d)?|[A-Z][A-Za-z]{1,5}(?:[+-]\d{1,2})?)?"
)
_COMPACT: Final = re.compile(r"(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(?:[.,](\d{1,12}))?(Z|[+-]\d\d(?::?\d\d)?)?")
_CHINESE: Final = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日 ?(\d{1,2})[:时](\d\d)[:分](\d\d)秒?()()")
_RFC_1123: Final = re.compile(
    r"(?:[A-Z][a-z]{2}, ?)?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})"
)
_CLF: Final = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):(\d\d):(\d\d):(\d\d)(?: ([+-]\d{4}))?")
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"), 1
    )
}
_NUMBER: Final = re.compile(r"-?\d{1,20}(?:\.\d{1,12})?")
_TOO_LARGE: Final = 1e30
_LARGEST: Final = 253_402_300_799_999_999
"""Last microsecond of the year 9999."""


def zone_of(name: str) -> ZoneInfo | None:
    """Return a declared zone, None if there is none."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415 - only where a zone is named

    return ZoneInfo(name) if name else None


def when(value: object, zone: ZoneInfo | None = None) -> tuple[int | None, str]:
    """Return microseconds since 1970 and how the zone is known.

    Args:
        value: Text in ISO 8601, RFC 3339, or the access-log form; or a number since 1970 in seconds, milli-, micro- or
            nanoseconds.
        zone: Declared zone of times without an offset.
    """
    if isinstance(value, str):
        text = value.strip()
        # RFC 3339 with an offset, by far the most common
        if len(text) > 18 and text[10:11] == "T" and (text[-1] == "Z" or text[-6:-5] in {"+", "-"}):  # noqa: PLR2004 - said beside it
            found = _rfc3339(text)
            if found is not None:
                return found, GIVEN
        return _text(text, zone)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None, NO_TIME
    return _number(float(value) if isinstance(value, float) else value)


def _rfc3339(text: str) -> int | None:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    if found.tzinfo is None:
        return None
    return (found - _EPOCH) // _MICROSECOND


def _number(value: float) -> tuple[int | None, str]:
    if not 0 < value < _TOO_LARGE:
        return None, NO_TIME
    for limit, factor in ((1e11, 1_000_000), (1e14, 1000), (1e17, 1)):
        if value < limit:
            return min(round(value * factor), _LARGEST), GIVEN
    return min(int(value) // 1000, _LARGEST), GIVEN


_SECONDS: Final = re.compile(
    r"(\d{4}[-/]\d\d[-/]\d\d[T ]\d\d:\d\d|\d\d/[A-Z][a-z]{2}/\d{4}:\d\d:\d\d):([0-5]\d)(?:[.,](\d{1,12}))?"
    r"( ?[A-Za-z+-].{0,20})?"
)


def _text(text: str, zone: ZoneInfo | None) -> tuple[int | None, str]:
    """Return a time; of the times of one minute only the first is worked out."""
    if match := _SECONDS.fullmatch(text):
        minute, second, fraction, rest = match.groups()
        begun, how = _minute(f"{minute}:00{rest or ''}", zone)
        if begun is None:
            return None, how
        return min(begun + int(second) * 1_000_000 + int((fraction or "0")[:6].ljust(6, "0")), _LARGEST), how
    return _worked_out(text, zone)


@lru_cache(maxsize=4096)
def _minute(text: str, zone: ZoneInfo | None) -> tuple[int | None, str]:
    return _worked_out(text, zone)


def _worked_out(text: str, zone: ZoneInfo | None) -> tuple[int | None, str]:
    if len(text) > 64:  # noqa: PLR2004 - said beside it
        return None, NO_TIME
    if match := _ISO.fullmatch(text) or _COMPACT.fullmatch(text) or _CHINESE.fullmatch(text):
        return _iso(match, zone)
    if match := _CLF.fullmatch(text) or _RFC_1123.fullmatch(text):
        month = _MONTHS.get(match[2])
        if month is None:
            return None, NO_TIME
        second = int(match[6])
        return _placed(
            (int(match[3]), month, int(match[1]), int(match[4]), int(match[5]), second, 0),
            "+0000" if match[7] in {"GMT", "UTC"} else match[7] or "",
            zone,
        )
    if _NUMBER.fullmatch(text):
        return _number(float(text) if "." in text else int(text))
    return None, NO_TIME


def _iso(match: re.Match[str], zone: ZoneInfo | None) -> tuple[int | None, str]:
    fraction = int((match[7] or "0")[:6].ljust(6, "0"))
    parts = (*(int(match[index] or 0) for index in range(1, 7)), fraction)
    offset = match[8] or ""
    if offset in {"Z", "z", "UTC", "GMT"}:
        offset = "+0000"
    elif offset[:1].isalpha():
        offset = ""  # an abbreviation is ambiguous: CST is 14 hours apart in Shanghai and Chicago
    return _placed(parts, offset, zone)


def _placed(parts: tuple[int, ...], offset: str, zone: ZoneInfo | None) -> tuple[int | None, str]:
    year, month, day, hour, minute, second, fraction = parts
    leap = 1 if second == 60 else 0  # noqa: PLR2004 - said beside it
    try:
        local = datetime(year, month, day, hour, minute, second - leap, fraction)  # noqa: DTZ001 - one step for each thing that is looked at
    except ValueError:
        return None, NO_TIME
    if leap:
        local = local.replace(microsecond=0) + timedelta(seconds=1)
    if offset:
        digits = offset[1:].replace(":", "").ljust(4, "0")
        if int(digits[:2]) > 15 or int(digits[2:]) > 59:  # noqa: PLR2004 - said beside it
            return None, NO_TIME
        shift = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        aware = local.replace(tzinfo=UTC)
        try:
            aware = aware + shift if offset[0] == "-" else aware - shift
        except OverflowError:
            return None, NO_TIME
        return min((aware - _EPOCH) // _MICROSECOND, _LARGEST), GIVEN
    if zone is None:
        return None, UNKNOWN
    return _in_zone(local, zone), DECLARED


def _in_zone(local: datetime, zone: ZoneInfo) -> int:
    try:
        return (local - _offset(local.replace(minute=0, second=0, microsecond=0), zone) - _NAIVE) // _MICROSECOND
    except OverflowError:
        return 0


_NAIVE: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - one step for each thing that is looked at


@lru_cache(maxsize=4096)
def _offset(hour: datetime, zone: ZoneInfo) -> timedelta:
    return hour.replace(tzinfo=zone).utcoffset() or timedelta(0)


def iso(microseconds: int) -> str:
    """Return a time as whole seconds, ``2026-09-01T02:00:01Z``."""
    seconds = min(microseconds, _LARGEST) // 1_000_000
    return (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def six_months_before(end: datetime, months: int = 6) -> datetime:
    """Return a time some calendar months earlier, clamped to the end of the month."""
    total = end.year * 12 + end.month - 1 - months
    year, month = divmod(total, 12)
    following = datetime(year + (month + 1) // 12, (month + 1) % 12 + 1, 1, tzinfo=UTC)
    last = (following - timedelta(days=1)).day
    return end.replace(year=year, month=month + 1, day=min(end.day, last))


def instant(text: str) -> datetime | None:
    """Return a date or time of an inventory; a date is its first moment in UTC, and what is none is None."""
    try:
        if len(text) <= len("2026-01-01"):
            day = date.fromisoformat(text)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
