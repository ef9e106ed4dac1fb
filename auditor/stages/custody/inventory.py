"""An inventory from what a run saw of key stores."""

from __future__ import annotations

from typing import TYPE_CHECKING

from auditor.formats.inventory_imports import of_key_store
from auditor.stages.custody.facts import CustodyKey, CustodySetting

if TYPE_CHECKING:
    from auditor.formats.inventory_imports import Imported
    from auditor.stage import Seen


def of_run(seen: Seen, origin: str) -> Imported:
    """Return what a store has to log: changes of its policies and methods, and the use of each key."""
    products = {str(each.values.get("product") or "") for each in seen(CustodySetting) if each.area == "version"}
    keys = [each.subject for each in seen(CustodyKey) if each.store == "transit"]
    return of_key_store(sorted(products - {""}), keys, origin)
