"""Our order of versions beside that of the real rpm, over thousands of versions nobody chose."""

from __future__ import annotations

import random
import re
import subprocess
from typing import TYPE_CHECKING, Final

from auditor.formats.versions import compare

if TYPE_CHECKING:
    from pathlib import Path

PIECES: Final = (
    "0",
    "1",
    "9",
    "10",
    "007",
    "a",
    "b",
    "rc",
    "Z",
    "oe2203sp3",
    "ky10",
    "an8",
    "module",
    "p1",
    "20260101",
)
MARKS: Final = (".", "_", "+", "~", "^", "..", "")
PAIRS: Final = 4000


def version(source: random.Random) -> str:
    words = [source.choice(PIECES)]
    for _piece in range(source.randint(0, 4)):
        words += [source.choice(MARKS), source.choice(PIECES)]
    return "".join(words)


def evr(source: random.Random) -> str:
    epoch = source.choice(("", "", "", "0:", "1:", "2:"))
    return f"{epoch}1{source.choice(MARKS)}{version(source)}-{version(source)}"


def neighbour(text: str, source: random.Random) -> str:
    """Return a version that differs little: where the rules bite."""
    at = source.randrange(text.index(":") + 2 if ":" in text else 1, len(text))
    return text[:at] + source.choice(("~", "^", ".", "0", "a", "")) + text[at:]


def test_order_is_that_of_rpm(tmp_path: Path) -> None:
    source = random.Random(12)  # noqa: S311 - cases, the same every time
    pairs = [(one := evr(source), source.choice((evr(source), neighbour(one, source)))) for _pair in range(PAIRS)]
    (tmp_path / "pairs").write_text("".join(f"{one} {other}\n" for one, other in pairs))
    loop = f'for line in io.lines("{tmp_path}/pairs")'
    lua = f'{loop} do local a, b = line:match("(%S+) (%S+)") print(rpm.vercmp(a, b)) end'

    done = subprocess.run(["rpm", "--eval", f"%{{lua: {lua}}}"], check=True, capture_output=True, text=True)  # noqa: S607
    theirs = [int(each) for each in re.findall(r"-?1|0", done.stdout)]

    assert len(theirs) == len(pairs)
    assert [(pair, sign) for pair, sign in zip(pairs, theirs, strict=True) if compare("rpm", *pair) != sign] == []
