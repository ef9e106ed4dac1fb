"""What a standard or law says of one of its clauses, beside the requirement itself."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, Literal

from msgspec import Struct

from auditor.model.text import Text

Decides = Literal["automated", "partial", "manual"]
Letter = Literal["D", "A", "K"]
Certainty = Literal["high", "medium", "low"]

BINDING: Final = frozenset({"shall", "control", "criterion"})
"""Modalities under which a clause must be met; the others recommend, allow or inform."""


class Method(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A way by which evidence for a clause is gained.

    Attributes:
        id: Identity over all catalogues (``tls.certificate-valid``).
        stage: Area of the pipeline that it belongs to.
        shows: What it shows.
    """

    id: str
    stage: str
    shows: str


class HighRisk(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A case in which a failure of the clause is a high risk by itself.

    Attributes:
        source: Which guide says so.
        item: Its number there.
        title: The case, in the words of the guide's headings.
        min_level: Level from which it counts; 0 for every level.
        condition: Systems it is for (``high_continuity``, ``key_industry``); empty for all.
        mitigation: Whether other measures can lower the risk; ``partial`` only for some of the listed problems.
        confidence: How sure we are of the item.
    """

    source: Literal["guideline_2025", "t_iseaa_001_2020", "major_risk_trigger", "crypto_guideline_2021"]
    item: str = ""
    title: str = ""
    min_level: int = 0
    condition: Literal["", "high_continuity", "key_industry"] = ""
    mitigation: Literal["", "none", "partial", "possible", "unknown"] = ""
    confidence: Certainty = "high"


class Clause(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A clause as a catalogue lists it.

    Attributes:
        point: Control point that it belongs to.
        modality: shall 应, should 宜, may 可, informative, criterion, control.
        confidence: How sure we are of it.
        verification: How far number and contents were held against public material.
        number: How it is cited, where that is not its id.
        unit: Unit of the evaluation standard (GB/T 28448, GB/T 43206).
        applies_to: Side of a cloud that it binds; empty for both or where there is none.
        role: Who owes the duty, if not everybody.
        quantification: For 密评: how D, A and K are decided.
        methods: Ways to gain evidence, in the order of the pipeline; empty where only people can.
        human_evidence: Codes of what people have to show.
        parameters: Thresholds; those that start with ``suggested_`` are ours.
        high_risk: Cases of the guides for high risks.
        supplementary: Not in the list that was asked for; added since it bears on logs, data or labels.
    """

    point: Text
    modality: Literal["shall", "should", "may", "informative", "criterion", "control"]
    confidence: Certainty
    verification: Literal["looked_up", "partly", "memory"]
    number: str = ""
    unit: str = ""
    applies_to: Literal["", "platform", "tenant", "both"] = ""
    role: str = ""
    quantification: Mapping[Letter, Decides] = {}
    methods: tuple[Method, ...] = ()
    human_evidence: tuple[str, ...] = ()
    parameters: Mapping[str, Any] = {}
    high_risk: tuple[HighRisk, ...] = ()
    supplementary: bool = False
