"""Notices: what an agency is told in its `out/` folder without having sent anything.

Written in the transaction that found the disagreement, published like receipts: whatever dies in between, the same
bytes come out under the same name.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.i18n import say
from hub.receipt import Document
from pipeline.receipts.render import render_finding
from warehouse.statements import statement

if TYPE_CHECKING:
    from collections.abc import Iterable

    from jinja2 import Template
    from psycopg import Connection

    from pipeline.conflicts.findings import ConflictFindings


def put_notices(conn: Connection[Any], cause: str, every: Iterable[ConflictFindings]) -> None:
    """Put the notices that `cause` gives rise to into the outbox; one that lies there already stays as it is."""
    for each in every:
        agency, _, feed = each.source.partition("/")
        for document in notice(cause, each):
            about = {"agency": agency, "feed": feed, "cause": cause, "kind": document.kind, "name": document.name}
            conn.execute(
                statement("conflicts/insert_notice"), about | {"body": document.body, "sha256": document.sha256}
            )


def notice(cause: str, news: ConflictFindings, words: str = "notice") -> list[Document]:
    """Return a notice in its forms; no clock, host name or random number goes in.

    `words` names its title and its reason in hub/text.yml: `<words>.title`, `<words>.why`.
    """
    findings = [render_finding(finding, news.language) for finding in news.findings]
    account = {"notice": cause, "source": news.source, "findings": findings, "closed": news.closed}
    text = json.dumps(account, ensure_ascii=False, indent=1)
    page = _template().render(
        account=account,
        words=words,
        language=news.language,
        say=lambda key, **values: say(key, news.language, **values),
    )
    name = f"{cause}.notice"
    return [Document("json", f"{name}.json", text.encode()), Document("html", f"{name}.html", page.encode())]


@cache
def _template() -> Template:
    loader = FileSystemLoader(Path(__file__).parent)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True).get_template(
        "notice.html.j2"
    )
