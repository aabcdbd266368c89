"""Who looks at a page.  An application is given a dependency that says it; a guarded route asks `visitor`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends, HTTPException, Request

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True)
class Person:
    """A member of the hub's staff, as the login of the surrounding server knows them."""

    login: str
    may_decide: bool = False  # approve, reject, accept: what a duty officer does


def guarded_router(who: Callable[..., Any]) -> APIRouter:
    """Return a router whose routes answer only those whom `who` knows.

    Args:
        who: A dependency that returns who looks, or raises HTTPException with 401 or 403.  Routes ask `visitor`.
    """

    def identify(request: Request, found: Any = Depends(who)) -> None:  # noqa: B008 - `who` is known at run time only
        request.state.visitor = found

    return APIRouter(dependencies=[Depends(identify)])


def visitor(request: Request) -> Any:
    """Return who looks, as `who` of the application has said."""
    return request.state.visitor


def require_decision(request: Request) -> Person:
    """Return the person who decides; raise HTTPException with 403 when the visitor may only look."""
    person: Person = visitor(request)
    if not person.may_decide:
        raise HTTPException(403)
    return person
