"""The words of the Core Business Vocabulary, as the JSON-LD contexts of GS1 have them."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from standards.rebuild.reference import Rebuilder, refuse_lost, standing

if TYPE_CHECKING:
    from pathlib import Path

    from standards.rebuild.reference import Row

FOLDER = "data2/reference/epcis_cbv"
# of each list the file below FOLDER, and what stands before the word in the identifiers of the vocabulary
CONTEXTS = {
    "cbv_biz_step": ("cbv-context-bizstep.jsonld", "BizStep"),
    "cbv_disposition": ("cbv-context-disposition.jsonld", "Disp"),
    "cbv_error_reason": ("cbv-context-error-reason.jsonld", "ER"),
    "cbv_source_dest": ("cbv-context-sourcedest-type.jsonld", "SDT"),
    "cbv_transaction_type": ("cbv-context-biztransaction-type.jsonld", "BTT"),
}


def codes_of(name: str, context: str, prefix: str, data: Path) -> list[Row]:
    """Return the rows of a list when its codes are the words of a context; labels are ours.

    Args:
        name: The list.
        context: The file below `FOLDER`.
        prefix: What stands before the word in the identifiers of the vocabulary, such as `BizStep`.
        data: The folder of public files.

    Raises:
        ValueError: The list lacks a word of the context, or has one that the context does not have.
    """
    written = json.loads((data / FOLDER / context).read_text("utf-8"))["@context"]
    parts = written if isinstance(written, list) else [written]
    known = {key: meaning for part in parts if isinstance(part, dict) for key, meaning in part.items()}
    found = {code for code, meaning in known.items() if str(meaning).startswith(f"cbv:{prefix}-")}
    held = standing(name)
    codes = [row["code"] for row in held]
    refuse_lost(name, codes, found)
    refuse_lost(context, found, codes)
    return [row | {"same_as": f"cbv:{prefix}-{row['code']}"} for row in held]


LISTS = {
    name: Rebuilder((f"{FOLDER}/{context}",), partial(codes_of, name, context, prefix))
    for name, (context, prefix) in CONTEXTS.items()
}
