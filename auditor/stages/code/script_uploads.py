"""What the name that a sender gave to a file can still do, by what reads the upload and what stands before the name.

Busboy, and what is built on it (multer, Fastify), leaves nothing of a sender's name before its last separator. Behind
something that the program made for this file alone such a name leads nowhere, and takes no other file's place; what
its suffix lets somebody do with it is for a person to say.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from auditor.stages.code.script_tree import bare

if TYPE_CHECKING:
    from auditor.stages.code.script_tree import Node, Script

_READERS: Final = re.compile(r"(?:@fastify/)?(?:multer|busboy|multipart|fastify)(?:-multipart)?$")
_MADE: Final = re.compile(
    r"(?:\b(?:randomUUID|uuid\w*|v[147]|nanoid|ulid|cuid2?|createId|randomBytes)\s*\(|\bMath\.random\(|\bDate\.now\()[^/\\]*$"
)
_NAMES_LIMIT: Final = 4
_TEXT_LIMIT: Final = 400
_LAST: Final = 8


def is_behind_own(script: Script, name: Node, before: list[Node | str]) -> bool:
    """Tell whether a sender's name of a file is known to hold no folder, and stands behind what was made for the file.

    Args:
        script: The file.
        name: A part of a text: ``file.originalname`` in `${randomUUID()}-${file.originalname}`.
        before: The parts before it.
    """
    name = bare(name)
    asked = script.said(name).replace("?.", ".").replace("!", "").split(".")
    is_read = asked[-1] == "originalname" or (
        asked[-1] == "filename" and any(_READERS.match(each.module) for _name, each in script.imports)
    )
    if len(asked) < _PARTS or not is_read:
        return False
    parts = (each if isinstance(each, str) else _made_of(script, each) for each in before[-_LAST:])
    return _MADE.search("".join(each[-_TEXT_LIMIT:] for each in parts)) is not None


_PARTS: Final = 2


def _made_of(script: Script, part: Node) -> str:
    """Return the text of a part, or of what a name in it stands for."""
    for _name in range(_NAMES_LIMIT):
        part = bare(part)
        known = script.definition(script.said(part), part) if part.kind == "identifier" else None
        if known is None or known.kind != "value" or known.node is None or known.path:
            break
        part = known.node
    return script.said(part)[:_TEXT_LIMIT]
