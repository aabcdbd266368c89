"""All routes of an application, for tests that must not forget one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fastapi.routing import APIRoute

if TYPE_CHECKING:
    from fastapi import FastAPI


class Route(NamedTuple):
    """One address with one method, as `GET /feeds/{agency}/{feed}`."""

    method: str
    path: str


def routes_of(app: FastAPI) -> list[Route]:
    """Return every route of an application but the static files."""
    return sorted(
        Route(method, route.path) for route in app.routes if isinstance(route, APIRoute) for method in route.methods
    )
