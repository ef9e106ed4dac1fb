"""Stage ``custody``: who can use, export, rotate and destroy keys: a live Vault or OpenBao, its files, records."""

from __future__ import annotations

from typing import Final

from auditor.stage import Commands, StageDefinition, TargetKind

CUSTODY: Final = TargetKind(
    name="custody",
    schemes={"https://": "a server", "http://": "a server"},
    model=f"{__name__}.targets:CustodyTarget",
    where=("address", "file", "records"),
    paths=("records", "file"),
    loosening={
        "air_gapped": frozenset({True}),
        "sm": frozenset({True}),
        "module": frozenset({True}),
        "tlcp_gateway": frozenset(),
        "inside": frozenset(),
        "ui": frozenset({False}),
        "client_certificates": frozenset({True}),
        "namespaces": frozenset(),
        "quorum": frozenset(),
        "algorithms": frozenset(),
        "roots": frozenset(),
    },
    finder=f"{__name__}.finding:KeyStoreFinder",
)
STAGE: Final = StageDefinition(
    package=__name__,
    part_kinds=frozenset({CUSTODY.name}),
    targets=(CUSTODY,),
    inventory_of="inventory:of_run",
    table="tables:table",
    pictures={"keys": "pictures:who_can"},
    commands=(
        Commands(word="collect", add="commands:collect_vault", precedence=11),
        Commands(word="custody", add="commands:add_to", precedence=20),
    ),
)
