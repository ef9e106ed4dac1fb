"""Hides what may be a secret, in everything that may reach a disk, a screen or a report: one masker for all stages.

- `mask_text`: any text (a tool's message, an argument, a file's content).
- `mask_value`: a value with its name (a variable, a flag, a header, a key).
- `mask_tree`: a structured value; pairs of name and value, command lines and nested texts are seen as such.
- `secrets_in`: the same as a search, for those who report secrets.
- `auditor.masking.lines`: lines of source code, which are shown as they stand.

It hides too much rather than too little, and names stay. What has neither a telling name nor a telling
shape cannot be known for a secret.
"""

from __future__ import annotations

from auditor.masking.names import is_secret_name
from auditor.masking.text import MASK, FoundSecret, mask_addresses, mask_text, mask_value, may_hold_address, secrets_in
from auditor.masking.tree import mask_arguments, mask_tree

__all__ = (
    "MASK",
    "FoundSecret",
    "is_secret_name",
    "mask_addresses",
    "mask_arguments",
    "mask_text",
    "mask_tree",
    "mask_value",
    "may_hold_address",
    "secrets_in",
)
