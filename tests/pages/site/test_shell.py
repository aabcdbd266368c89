"""What every application of pages answers with, whatever its pages are."""

from __future__ import annotations

import pytest
from fastapi import FastAPI, HTTPException
from starlette.testclient import TestClient

from pages.site.shell import new_app

STORED = "public, max-age=31536000, immutable"


@pytest.fixture
def client() -> TestClient:
    """Give an application below `/hub`, as Airflow mounts it, with a page whose address has the folder's name in it."""
    app = new_app("small", framed=True)

    @app.get("/lists/static/{name}")
    def show(name: str) -> str:
        if name == "closed":
            raise HTTPException(403)
        return name

    @app.get("/broken")
    def break_down() -> None:
        raise KeyError("a value of a sender")

    outer = FastAPI()
    outer.mount("/hub", app)
    return TestClient(outer, headers={"accept": "text/html"}, raise_server_exceptions=False)


@pytest.mark.parametrize(
    ("path", "caching"),
    [
        ("/hub/static/hub.css?v=1", STORED),
        ("/hub/static/hub.css", "no-store"),
        ("/hub/static/none.css?v=1", "no-store"),
        ("/hub/lists/static/own?v=1", "no-store"),
    ],
)
def test_only_static_files_are_stored(client: TestClient, path: str, caching: str) -> None:
    assert client.get(path).headers["cache-control"] == caching


def test_a_refusal_is_in_one_language(client: TestClient) -> None:
    page = client.get("/hub/lists/static/closed?lang=zh")
    assert page.status_code == 403
    assert "您没有此项权限。" in page.text
    assert "Forbidden" not in page.text


def test_a_fault_of_ours_is_a_page_with_the_same_headers(client: TestClient) -> None:
    page = client.get("/hub/broken?lang=zh")
    assert page.status_code == 500
    assert "平台出现错误。" in page.text
    assert "a value of a sender" not in page.text
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("headers", [{"sec-fetch-site": "cross-site"}, {"origin": "https://other"}, {"cookie": "a=b"}])
def test_a_form_of_another_site_is_refused(client: TestClient, headers: dict[str, str]) -> None:
    refused = client.post("/hub/lists/static/own", headers=headers)
    assert refused.status_code == 403
    assert "default-src 'none'" in refused.headers["content-security-policy"]
