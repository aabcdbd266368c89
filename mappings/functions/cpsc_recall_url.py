"""Web addresses of recalls as the feed of the US CPSC writes them."""

import pyarrow as pa
import pyarrow.compute as pc

FDA = "http://www.fda.gov"


def cpsc_recall_url(url: pa.Array) -> pa.Array:
    """http://..., https://..., or /Safety/Recalls/... for a page of the FDA.

    Returns the whole address: recalls of the FDA come without their site.  Null for anything else.
    """
    whole = pc.match_substring_regex(url, "^https?://")
    bare = pc.starts_with(url, "/Safety/Recalls/")
    address = pc.binary_join_element_wise(FDA, url, "")
    return pc.if_else(whole, url, pc.if_else(bare, address, pa.scalar(None, pa.string())))
