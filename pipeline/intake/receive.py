"""Receive: what lies complete in a source's folder becomes registered batches, each exactly once.

claim (rename into the hub's own folder) -> keep the bytes (raw store) -> register (one transaction) -> let go of the
claimed file.  A crash between any two leaves a claimed file, which the next call takes up again under the same id.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from connectors import raw_store
from connectors.inbox import bundle as paired
from connectors.inbox import folder
from connectors.inbox.exchange import exchange_folder, inbox_of
from connectors.registry import FOLDER
from hub import clock
from hub.batch import new_batch_id
from hub.finding import Finding
from pipeline.intake.poll_log import recording_poll
from pipeline.intake.register import StoredFile, StoredSubmission, register_once
from pipeline.intake.unclaimed import report_unclaimed
from pipeline.sources import source_named
from pipeline.terms.ledger_terms import sync_terms
from warehouse import ledger
from warehouse.connection import connect

if TYPE_CHECKING:
    from connectors.inbox.bundle import ClaimedSubmission
    from connectors.inbox.folder import Claim
    from connectors.inbox.partner_folder import Inbox
    from mappings.engine import Source


def receive_ready(name: str) -> list[str]:
    """Register everything that is ready in the exchange folder of `agency/feed`.

    Returns:
        The ids of all batches of the source that have work left, oldest first, whoever registered them.

    Raises:
        FixTheHub: The mapping does not load; the files stay where they are.
    """
    source = source_named(name)
    exchange_folder(name)
    make_known(source)
    # Where a server is asked, asking it is the look that counts (pipeline/intake/fetch.py), not the one at this folder.
    with recording_poll(name) if source.connector["kind"] == FOLDER else nullcontext():
        with inbox_of(name) as inbox:
            bundles, claims = claim_ready(source, inbox)
        report_unclaimed(source, inbox)
        for bundle in bundles:
            _register_bundle(source, bundle)
            with connect() as conn:
                ledger.lock_inbox(conn, name)
                bundle.release()
        for claim in claims:
            _register_file(source, claim)
    with connect() as conn:
        return ledger.waiting(conn, name)


def claim_ready(source: Source, inbox: Inbox, *, patient: bool = True) -> tuple[list[ClaimedSubmission], list[Claim]]:
    """Claim complete files, and what a crash has left claimed.

    Args:
        source: The source.
        inbox: Its `in/` folder.
        patient: Where files wait for their manifest, leave those alone that have waited for a short time only.

    Returns:
        The manifests with their files, and the files without a manifest.
    """
    agreed, now = source.connector, clock.now()
    settled = float(agreed.get("settle", folder.SETTLED))
    with connect() as conn:
        ledger.lock_inbox(conn, source.name)
        bundles, claims = paired.bundles(inbox), folder.claimed(inbox)
        scan = folder.FolderScan(inbox, now)
        for manifest in list(paired.complete_manifests(inbox, scan, settled)):
            bundle = paired.claim_bundle(inbox, manifest, new_batch_id())
            bundles += [bundle] if bundle else []
        scan = folder.FolderScan(inbox, now)
        wait = float(agreed.get("wait", folder.WAIT)) if patient and complete_of(source) == "manifest" else settled
        named = paired.claimed_names(inbox)
        for file in folder.ready(inbox, complete_of(source), now, wait, scan, named):
            claim = folder.claim(inbox, file, new_batch_id())
            claims += [claim] if claim else []  # else another hub was quicker, or its sender came back to it
    return bundles, claims


def complete_of(source: Source) -> str:
    """Return how files of a source are complete; where a signature is required, it is the manifest that bears it."""
    return "manifest" if source.signature == "required" else str(source.connector.get("complete", "rename"))


def make_known(source: Source) -> None:
    """Bring agency and source into the ledger, or their names and terms up to date."""
    names = source.agency_name
    agency = {"agency": source.agency, "name_zh": names["zh"], "name_en": names["en"], "language": source.language}
    with connect() as conn:
        ledger.register_source(
            conn,
            agency,
            {
                "agency": source.agency,
                "feed": source.feed,
                "title_zh": source.title["zh"],
                "title_en": source.title["en"],
                "record_type": ", ".join(each.name for each in source.record_types),
                "bodies": list(source.bodies),
            },
        )
        sync_terms(conn, source)


def _register_bundle(source: Source, bundle: ClaimedSubmission) -> None:
    """Store and register a claimed manifest with its files."""
    try:
        manifest = raw_store.put(bundle.folder / paired.TAKEN)
        files = {name: raw_store.put(path) for name, path in bundle.files.items()}
    except FileNotFoundError:
        return  # another process has registered it meanwhile: that comes before the files go
    register_once(source, StoredSubmission(bundle.id, bundle.name, bundle.body, manifest, files))


def _register_file(source: Source, claim: Claim) -> None:
    """Store and register a claimed file that came by itself, then let go of it."""
    try:
        stored = raw_store.put(claim.path)
    except FileNotFoundError:
        return  # another process has registered it meanwhile: that comes before the file goes
    unaccompanied = complete_of(source) == "manifest"  # it has waited for its manifest long enough
    faults = (Finding("MANIFEST_MISSING", file=claim.name),) if unaccompanied else claim.findings
    register_once(source, StoredFile(claim.batch, claim.name, stored, faults=faults, refused=unaccompanied))
    folder.release(claim)
