"""The command that asks the partners' servers: `fetch`."""

from __future__ import annotations

from cli.screen import FAULT, FINE, Json, SourceName, app, out, print_json, tell, word
from connectors.registry import FOLDER
from mappings.catalogue import source_headers
from pipeline.intake.fetch import fetch_all, fetch_source
from pipeline.sources import folder_of


@app.command()
def fetch(source: SourceName = None, *, as_json: Json = False) -> int:
    """Register what waits at the partners' servers, as `run` does first; connections come from AIRFLOW_CONN_<ID>."""
    if source:
        folder_of(source)
    names = [source] if source else remote()
    found: dict[str, list[str]] = {}

    def count(name: str) -> None:
        found[name] = fetch_source(name)

    faults = [fault for _, fault in fetch_all(names, count) if fault]
    if as_json:
        print_json([{"source": name, "batches": batches} for name, batches in sorted(found.items())])
    else:
        for name, batches in sorted(found.items()):
            out.print(word("fetch.done", source=name, count=len(batches)), markup=False)
        if not names:
            out.print(word("fetch.nothing"))
    for fault in faults:
        tell(fault)
    return FAULT if faults else FINE


def remote() -> list[str]:
    """Return the sources whose data has to be fetched."""
    return [head.name for head in source_headers() if head.connector.get("kind", FOLDER) != FOLDER]
