"""Debian's Chromium, driven by Playwright's Python package, which brings no browser of its own."""

import contextlib
import shutil
from collections.abc import Iterator

from playwright.sync_api import Browser, sync_playwright

from tests.servers.processes import ServerError

# No sandbox: tests may run as root. The rest makes pictures the same on every machine.
_FLAGS = (
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
    "--font-render-hinting=none",
)


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        raise ServerError("Chromium is not installed: run `make test` once to install it")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(_FLAGS))
        yield running
        running.close()
