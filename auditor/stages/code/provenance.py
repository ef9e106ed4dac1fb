"""Which commit a source tree is, so that whoever gets a verdict can check what it was about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.errors import ToolError
from auditor.model.digest import sha256
from auditor.stages.code.facts import SourceFile
from auditor.tools.git import Repository

if TYPE_CHECKING:
    from auditor.model.fact import Facts
    from auditor.model.system import Part


def commit_of(part: Part, facts: Facts) -> str:
    """Return the commit that a source tree is, file by file, as it was looked at; empty if it is none.

    A tree with changes that are not committed has none: nobody could check what it was.
    """
    mine = {fact.subject: fact.sha256 for fact in facts.of(SourceFile) if fact.origin.part == part.argument}
    repository = Repository(part.path)
    try:
        commit = repository.commit("HEAD")
        files = dict(repository.files(commit))
        if not mine or not mine.keys() <= files.keys():
            return ""
        contents = zip(mine.values(), repository.contents([files[subject] for subject in mine]), strict=True)
        is_same = all(digest.removeprefix("sha256:") == sha256(data)[7:] for digest, data in contents)
    except (ToolError, OSError):
        return ""
    return commit if is_same else ""
