"""Puts the stage together with OPA: one of our own, or the server that the user names."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from auditor.content import policies
from auditor.stages.policy.domain import domains
from auditor.stages.policy.metadata import built_in, from_folder, texts_of
from auditor.stages.policy.observe import PolicyStage, UserFolder
from auditor.tools.opa import NamedOpa, Opa
from auditor.tools.programs import Programs
from auditor.tools.secret import from_environment

if TYPE_CHECKING:
    from pathlib import Path

    from auditor.stage import Choice


def make(choice: Choice) -> PolicyStage:
    """Return the stage with the policies of ours and of the user."""
    own = Opa(programs=Programs.here(choice.allowed_tools), policies=policies())
    named = choice.opa
    engine = (
        NamedOpa(
            host=named.host,
            port=named.port,
            token=from_environment(named.token_env) if named.token_env else "",
            policies=policies(),
            tls=named.tls,
            local=own,
        )
        if named
        else own
    )
    has_nodes = any(choice.kinds & (each.part_kinds - each.item_part_kinds) for each in domains())
    return PolicyStage(
        engine=engine,
        policies=built_in,
        users=partial(_user_folder, choice.policy_folders),
        is_divided=not has_nodes,
    )


def _user_folder(folders: tuple[Path, ...]) -> UserFolder:
    """Return the user's own policies of all folders together; a folder's name keeps its files apart from another's."""
    return UserFolder(
        modules=texts_of(folders),
        policies=tuple(
            replace(policy, file=f"{folder.name}/{policy.file}") for folder in folders for policy in from_folder(folder)
        ),
    )
