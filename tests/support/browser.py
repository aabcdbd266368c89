"""A browser that looks at pages as a person does, and says what is wrong with them."""

from __future__ import annotations

import os
import re
import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import uvicorn
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI
    from playwright.sync_api import Browser, Page

CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome")
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


SHOTS = "PAGE_SHOTS"  # a folder: each visit leaves a picture of its page there, for people to look at


class Look(NamedTuple):
    """How a person looks at a page."""

    language: str = "en"
    dark: bool = False
    phone: bool = False

    def __str__(self) -> str:
        """Return its parts as one word."""
        return f"{self.language}-{'dark' if self.dark else 'light'}-{'phone' if self.phone else 'desk'}"


# Each of the languages, themes and sizes is met beside both of each other, in four looks instead of eight.
LOOKS = [Look("en"), Look("zh", dark=True), Look("zh", phone=True), Look("en", dark=True, phone=True)]


@contextmanager
def chromium(executable: str) -> Iterator[Browser]:
    """Give the machine's browser, without a window."""
    with sync_playwright() as driver:
        options = ["--no-sandbox", "--disable-dev-shm-usage"]
        browser = driver.chromium.launch(executable_path=executable, args=options)
        yield browser
        browser.close()


@contextmanager
def served(app: FastAPI) -> Iterator[str]:
    """Serve an application on a free port of this machine and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        thread.join(0.02)
        if not thread.is_alive():
            raise RuntimeError("the server has ended")
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@dataclass
class Visit:
    """One look at a page: what the browser complained of, and which other addresses it asked."""

    page: Page
    origin: str
    said: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def faults(self) -> list[str]:
        """Return what is wrong with the page as it stands: accessibility, console, other origins, its width.

        That a page which says "not found" was not found is no fault.
        """
        found = [f"console: {text}" for text in self.said if "the server responded with a status of 4" not in text]
        found += [f"asks another origin: {address}" for address in self.elsewhere]
        for each in Axe().run(self.page, options=RULES).response["violations"]:
            places = "; ".join(node["html"][:120] for node in each["nodes"][:3])
            found.append(f"axe {each['id']} ({each['impact']}): {each['help']}: {places}")
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        return [*found, f"{wide} px wider than the window"] if wide > 0 else found


@contextmanager
def visit(
    browser: Browser,
    address: str,
    look: Look = LOOKS[0],
    *,
    cookies: Any = (),
    scripts: bool = True,
) -> Iterator[Visit]:
    """Open a page in a context of its own; `cookies` are those that a login has given."""
    context = browser.new_context(
        locale="zh-CN" if look.language == "zh" else "en-GB",
        color_scheme="dark" if look.dark else "light",
        viewport=PHONE if look.phone else DESK,
        java_script_enabled=scripts,
    )
    context.add_cookies([*cookies])
    page = context.new_page()
    origin = "/".join(address.split("/")[:3])
    seen = Visit(page, origin)
    page.on("console", lambda message: seen.said.append(message.text) if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: seen.said.append(str(error)))
    page.on(
        "request",
        lambda asked: None if asked.url.startswith((origin, "data:")) else seen.elsewhere.append(asked.url),
    )
    page.goto(address, wait_until="load")
    if folder := os.environ.get(SHOTS):
        name = re.sub(r"\W+", "_", page.url.removeprefix(origin)).strip("_") or "start"
        page.screenshot(path=Path(folder) / f"{name[:80]}-{look}.png", full_page=True)
    yield seen
    context.close()
