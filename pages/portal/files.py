"""Uploading a file: by a form, or in pieces that can be cut and resumed (tus 1.0); checked only, or submitted."""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
from starlette.requests import ClientDisconnect

from hub.durable import PIECE
from hub.errors import WrongUsage
from hub.i18n import say
from hub.settings import settings
from pages.portal import upload_store
from pages.portal.entrance import member_of
from pages.portal.home import feed_of, reader_of
from pages.portal.submissions import Progress, require_sender
from pages.portal.upload_store import Appending, Upload, UploadRefusedError, WrongOffsetError
from pages.portal.verdicts import document_of_check, in_language, verdict_of_check
from pages.site.language import language_of
from pages.site.rendering import page_address, render
from pipeline.intake.receive import complete_of
from pipeline.sources import source_named

if TYPE_CHECKING:
    from mappings.catalogue import Head
    from pages.portal.sessions import Member

router = APIRouter()
TUS = {"Tus-Resumable": "1.0.0", "Tus-Version": "1.0.0", "Tus-Extension": "creation,termination,expiration"}
CONFLICT, NO_CONTENT, CREATED = 409, 204, 201
KINDS = {
    "json": ("application/json", ".check.json"),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".check.fix.xlsx"),
    "csv": ("text/csv", ".check.fix.csv"),
}


def takes_files(head: Head) -> bool:
    """Return whether a feed takes files that come without a manifest."""
    if head.connector.get("kind", "folder") != "folder":
        return False
    return complete_of(source_named(head.name)) != "manifest"


@router.get("/feeds/{feed}/upload")
def upload_page(request: Request, feed: str) -> HTMLResponse:
    """Show the form of a feed, with the uploads of the agency that have not ended."""
    head = feed_of(request, feed)
    member = member_of(request)
    is_open = [
        each for each in upload_store.uploads_of(member.agency) if each.feed == feed and each.state == "receiving"
    ]
    return _form(request, head, is_open)


@router.post("/files")
async def upload_form(request: Request) -> Response:
    """Take a file by a form, without scripts."""
    member = require_sender(request)
    async with request.form(max_files=1, max_fields=4) as form:
        head = await run_in_threadpool(feed_of, request, str(form.get("feed", "")))
        file, purpose = form.get("file"), str(form.get("purpose", ""))
        try:
            await run_in_threadpool(_require_open, head)
            done = await run_in_threadpool(_taken, member, head.feed, file, purpose)
        except UploadRefusedError as refused:
            return await run_in_threadpool(_form, request, head, [], refused)
    return RedirectResponse(page_address("", f"/uploads/{done.id}"), 303)


@router.options("/uploads")
def abilities() -> Response:
    """Say which parts of tus are understood."""
    return Response(status_code=NO_CONTENT, headers={**TUS, "Tus-Max-Size": str(settings().upload_bytes)})


@router.post("/uploads")
def create_upload(request: Request) -> Response:
    """Begin an upload in pieces; `Upload-Metadata` has `filename`, `feed` and `purpose`."""
    member = require_sender(request)
    metadata = _metadata(request.headers.get("upload-metadata", ""))
    head = feed_of(request, metadata.get("feed", ""))
    length = request.headers.get("upload-length", "")
    try:
        _require_open(head)
        name, purpose = metadata.get("filename", ""), metadata.get("purpose", "submit")
        upload = upload_store.begin(member, head.feed, name, _length(length), purpose)
    except UploadRefusedError as refused:
        text = say(f"portal.refused.{refused.reason}", language_of(request), **_places())
        return Response(text, refused.status, headers=TUS, media_type="text/plain; charset=utf-8")
    return Response(status_code=CREATED, headers={**TUS, "Location": page_address("", f"/uploads/{upload.id}")})


@router.head("/uploads/{upload_id}")
def upload_offset(request: Request, upload_id: str) -> Response:
    """Say how much of an upload has come."""
    return Response(headers=_at(_upload(request, upload_id)))


@router.patch("/uploads/{upload_id}")
async def append_piece(request: Request, upload_id: str) -> Response:
    """Append a piece; with the last one the file is handed to the hub."""
    member = require_sender(request)
    upload = await run_in_threadpool(_upload, request, upload_id)
    if upload.login != member.login:
        raise HTTPException(403)
    if request.headers.get("content-type") != "application/offset+octet-stream":
        raise HTTPException(415)
    offset = request.headers.get("upload-offset", "")
    if not (offset.isascii() and offset.isdigit()):
        raise HTTPException(400)
    try:
        with Appending.at(upload, int(offset)) as piece:
            await _write_stream(request, piece)
            if piece.offset == upload.size:
                upload = await run_in_threadpool(piece.finish)
    except WrongOffsetError:
        return Response(status_code=CONFLICT, headers=_at(upload))
    except UploadRefusedError as refused:
        await run_in_threadpool(upload_store.remove, upload)
        return Response(status_code=refused.status, headers=TUS)
    if upload.state == "whole":
        await run_in_threadpool(_published, upload)
    return Response(status_code=NO_CONTENT, headers=_at(upload))


@router.delete("/uploads/{upload_id}")
def end_upload(request: Request, upload_id: str) -> Response:
    """Give an unfinished upload up."""
    upload = _own_upload(request, upload_id)
    if upload.state == "receiving":
        upload_store.remove(upload)
    return Response(status_code=NO_CONTENT, headers=TUS)


@router.get("/uploads/{upload_id}")
def upload_progress(request: Request, upload_id: str) -> HTMLResponse:
    """Show what becomes of an upload: its steps, then the verdict of a check, or the way to the receipt."""
    return render(request, "portal/upload.html.j2", **_progress(request, upload_id))


@router.get("/uploads/{upload_id}/progress")
def upload_progress_part(request: Request, upload_id: str) -> HTMLResponse:
    """Return the part of the page that renews itself."""
    return render(request, "portal/upload_progress.html.j2", **_progress(request, upload_id))


@router.post("/uploads/{upload_id}/submit")
def submit_checked(request: Request, upload_id: str) -> Response:
    """Submit a file that was checked: the same bytes, which need not be uploaded again."""
    upload = _own_upload(request, upload_id)
    if upload.state not in ("checking", "whole") or not upload.part.exists():
        raise HTTPException(404)
    upload_store.publish(upload, "submit")
    return RedirectResponse(page_address("", f"/uploads/{upload.id}"), 303)


@router.post("/uploads/{upload_id}/remove")
def remove_upload(request: Request, upload_id: str) -> Response:
    """Remove an upload that did not end, or was only checked."""
    upload = _own_upload(request, upload_id)
    if upload.state != "submitted":
        upload_store.remove(upload)
    return RedirectResponse(page_address("", f"/feeds/{upload.feed}/upload"), 303)


@router.get("/uploads/{upload_id}/documents/{kind}")
def document(request: Request, upload_id: str, kind: str) -> Response:
    """Return a file that a check has answered with."""
    upload = _upload(request, upload_id)
    if kind not in KINDS or not upload.verdict:
        raise HTTPException(404)
    media, ending = KINDS[kind]
    body = document_of_check(upload, f"{upload.verdict}{ending}")
    if not body:
        raise HTTPException(404)
    headers = {"Content-Disposition": f'attachment; filename="{upload.verdict}{ending}"'}
    return Response(body, media_type=media, headers=headers)


def _form(
    request: Request, head: Head, is_open: list[Upload], refused: UploadRefusedError | None = None
) -> HTMLResponse:
    about: dict[str, Any] = {"feed": head, "is_open": is_open, "takes": takes_files(head), "places": _places()}
    fault, status = (refused.reason, refused.status) if refused else ("", 200)
    return render(request, "portal/upload_form.html.j2", status=status, fault=fault, member=member_of(request), **about)


def _places() -> dict[str, str]:
    most = settings().upload_bytes
    return {"size": f"{most / (1 << 30):.0f} GB" if most >= 1 << 30 else f"{most / (1 << 20):.0f} MB"}


def _require_open(head: Head) -> None:
    if not takes_files(head):
        raise UploadRefusedError("closed")


def _length(written: str) -> int:
    """Return the length that an upload declares; raise UploadRefusedError when it is no number."""
    if written.isascii() and written.isdigit():
        return int(written)
    raise UploadRefusedError("length")


def _taken(member: Member, feed: str, file: object, purpose: str) -> Upload:
    """Take the file of a form, and hand it over."""
    if not isinstance(file, UploadFile) or not file.filename:
        raise UploadRefusedError("none")
    upload = upload_store.begin(member, feed, file.filename, file.size or 0, purpose)
    with Appending.at(upload, 0) as piece:
        while data := file.file.read(PIECE):
            piece.write(data)
        whole = piece.finish()
    return _published(whole)


def _published(upload: Upload) -> Upload:
    """Hand a whole upload over; where a file of its name waits, it stays, and its page offers to submit it again."""
    try:
        return upload_store.publish(upload, upload.purpose)
    except WrongUsage:
        return upload


async def _write_stream(request: Request, piece: Appending) -> None:
    """Write a body as it comes; what had come when the connection was cut stays."""
    waiting = bytearray()
    try:
        async for data in request.stream():
            waiting += data
            if len(waiting) >= PIECE:
                await run_in_threadpool(piece.write, bytes(waiting))
                waiting.clear()
    except ClientDisconnect:
        pass
    await run_in_threadpool(piece.write, bytes(waiting))


def _upload(request: Request, upload_id: str) -> Upload:
    upload = upload_store.find(member_of(request).agency, upload_id)
    if upload is None:
        raise HTTPException(404)
    return upload


def _own_upload(request: Request, upload_id: str) -> Upload:
    member, upload = require_sender(request), _upload(request, upload_id)
    if upload.login != member.login and member.role != "admin":
        raise HTTPException(403)
    return upload


def _at(upload: Upload) -> dict[str, str]:
    return {**TUS, "Upload-Offset": str(upload.offset), "Upload-Length": str(upload.size)}


def _metadata(header: str) -> dict[str, str]:
    """Return the pairs of `Upload-Metadata`: names, each with a value in base64; what is none is left out."""
    found = {}
    for pair in header.split(","):
        name, _, coded = pair.strip().partition(" ")
        try:
            found[name] = base64.b64decode(coded, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
    return found


def _progress(request: Request, upload_id: str) -> dict[str, Any]:
    upload = _upload(request, upload_id)
    account = None
    if upload.state == "checking":
        upload, account = verdict_of_check(upload)
    progress = None
    if upload.state == "submitted":
        found = reader_of(request).rows(
            Progress, "portal/batch_of_file", feed=upload.feed, sha256=upload.sha256, since=upload.handed_over_at
        )
        progress = next(iter(found), None)
    shown = in_language(account, language_of(request)) if account else None
    can_submit = upload.state in ("checking", "whole") and upload.part.exists() and member_of(request).may_submit
    return {"upload": upload, "account": shown, "progress": progress, "can_submit": can_submit}
