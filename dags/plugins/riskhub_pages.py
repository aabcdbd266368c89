"""The pages of the staff and of analysts within Airflow's own: navigation, a tab on each DAG, a card on the home page.

Airflow reads plugins in every component and task, and asks no login for the applications that they mount.  So the pages
are built at their first request, behind Airflow's auth manager.
"""

from __future__ import annotations

import threading
from importlib import import_module
from typing import Any

from airflow.plugins_manager import AirflowPlugin

NAME = "Exchange 交换"  # one label for all languages: Airflow translates none of a plugin
PICTURE = "Risk picture 风险态势"


class OnFirstRequest:
    """An ASGI application that imports and builds the pages when somebody first asks for one."""

    def __init__(self, module: str) -> None:
        """Take the pages from the function `build` of a module."""
        self.module = module
        self.app: Any = None
        self.lock = threading.Lock()

    async def __call__(self, *connection: Any) -> None:
        """Pass a request on to the pages."""
        from starlette.concurrency import run_in_threadpool  # noqa: PLC0415 - see the module's first lines

        await (self.app or await run_in_threadpool(self._built))(*connection)

    def _built(self) -> Any:
        with self.lock:
            self.app = self.app or _build(self.module)
        return self.app


def _build(module: str) -> Any:
    from airflow.api_fastapi.app import get_auth_manager  # noqa: PLC0415 - see the module's first lines
    from airflow.api_fastapi.auth.managers.models.resource_details import (  # noqa: PLC0415
        AccessView,
        DagAccessEntity,
        DagDetails,
    )
    from airflow.api_fastapi.core_api.security import get_user, requires_access_view  # noqa: PLC0415
    from fastapi import Depends  # noqa: PLC0415

    from pages.site.identity import Person  # noqa: PLC0415

    may_read = Depends(requires_access_view(AccessView.WEBSITE))

    def who(user: Any = Depends(get_user), _: Any = may_read) -> Person:  # noqa: B008 - known at the first request only
        may_decide = get_auth_manager().is_authorized_dag(
            method="PUT", access_entity=DagAccessEntity.HITL_DETAIL, details=DagDetails(id="hold"), user=user
        )
        return Person(user.get_name(), may_decide=may_decide)

    return import_module(module).build(who)


class RiskhubPages(AirflowPlugin):
    """What Airflow mounts and shows."""

    name = "riskhub_pages"
    fastapi_apps = [  # noqa: RUF012
        {"app": OnFirstRequest("pages.staff.app"), "url_prefix": "/riskhub", "name": "riskhub"},
        {"app": OnFirstRequest("pages.analysis.app"), "url_prefix": "/riskhub-picture", "name": "riskhub-picture"},
    ]
    external_views = [  # noqa: RUF012 - as Airflow declares it
        {"name": NAME, "href": "riskhub/", "destination": "nav", "url_route": "riskhub", "nav_top_level": True},
        {
            "name": PICTURE,
            "href": "riskhub-picture/",
            "destination": "nav",
            "url_route": "riskhub-picture",
            "nav_top_level": True,
        },
        {"name": NAME, "href": "riskhub/dags/{DAG_ID}", "destination": "dag", "url_route": "riskhub-feed"},
    ]
    react_apps = [  # noqa: RUF012
        {
            "name": "riskhub today",
            "bundle_url": "riskhub/static/today.js",
            "destination": "dashboard",
            "url_route": "riskhub-today",
        }
    ]
