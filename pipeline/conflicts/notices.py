"""Notices: what an agency is told in its `out/` folder without having sent anything.

Written in the transaction that found the disagreement, published like receipts: whatever dies in between, the same
bytes come out under the same name.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from hub.receipt import Document
from hub.templates import render_page
from pipeline.receipts.render import Renderer
from pipeline.sources import types_of
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from psycopg import Connection

    from pipeline.conflicts.findings import ConflictFindings

TEMPLATE = Path(__file__).with_name("notice.html.j2")


def put_notices(conn: Connection[Any], cause: str, every: Iterable[ConflictFindings]) -> None:
    """Put the notices that `cause` gives rise to into the outbox; one that lies there already stays as it is."""
    for each in every:
        agency, _, feed = each.source.partition("/")
        for document in notice(cause, each):
            about = {"agency": agency, "feed": feed, "cause": cause, "kind": document.kind, "name": document.name}
            conn.execute(
                statement("conflicts/insert_notice"), about | {"body": document.body, "sha256": document.sha256}
            )


def notice(cause: str, news: ConflictFindings, texts: str = "notice") -> list[Document]:
    """Return a notice as JSON and as a page; no clock, host name or random number goes in.

    Args:
        cause: The batch or link that it is about.
        news: What is new for its receiver.
        texts: The prefix of its title and its reason in `hub/text/sentences.yml`: `<texts>.title`, `<texts>.why`.
    """
    renderer, types = Renderer(news.language), types_of(news.source)
    findings = [renderer.finding(each, types) for each in news.findings]
    account = {"notice": cause, "source": news.source, "findings": findings, "closed": news.closed}
    text = json.dumps(account, ensure_ascii=False, indent=1)
    page = render_page(TEMPLATE, news.language, account=account, texts=texts)
    name = f"{cause}.notice"
    return [Document("json", f"{name}.json", text.encode()), Document("html", f"{name}.html", page.encode())]
