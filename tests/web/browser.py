"""A real browser: Debian's Chromium through playwright."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, sync_playwright


@contextmanager
def opened(width: int = 1440, *, scripts: bool = True, complain: bool = True) -> Iterator[Page]:
    """A page of a fresh browser, whose scripts and styles must all be found and allowed.

    `complain` False: for a test that lets something fail on purpose. Where there is no Chromium
    the test is skipped; in CI it fails.
    """
    program = os.environ.get("EGRET_CHROMIUM") or shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is missing")
        pytest.skip("chromium is missing")
    complaints: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        size = {"width": width, "height": 844}
        page = browser.new_context(viewport=size, java_script_enabled=scripts).new_page()
        page.on("console", lambda said: said.type == "error" and complaints.append(said.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        yield page
        browser.close()
    assert not complain or complaints == []
