"""Make the pictures of the README: the demo city as its officers see it.

Start the site with `./dev up`, then in another shell: `./dev run python tools/screenshots.py`.
Walks one task through its life first, so that the pages show something.
"""

import os
import sys
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "screenshots"
URL = f"http://127.0.0.1:{os.environ.get('EGRET_PORT', '8000')}"
PASSWORD = "egret-demo-2026"  # noqa: S105 - the demo's, printed by ./dev up
LEAD_ACTS = (("sign_for", ""), ("start", ""))


def desk(browser: Browser, username: str, language: str) -> Page:
    """A signed-in officer's browser."""
    page = browser.new_context(viewport={"width": 1280, "height": 860}).new_page()
    page.goto(f"{URL}/")
    page.fill("input[name=username]", username)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_load_state("networkidle")
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state("networkidle")
    return page


def act(page: Page, name: str, note: str) -> bool:
    """Take a step on the task that is open, if it is offered."""
    form = page.locator(f"form:has(input[name=name][value={name}])")
    if not form.count():
        return False
    unfold = page.locator("details", has=form)
    if unfold.get_attribute("open") is None:
        unfold.locator("summary").click()
    if note:
        form.locator("textarea[name=note]").fill(note)
    form.locator("button").click()
    page.wait_for_load_state("networkidle")
    return True


def shoot(page: Page, name: str) -> None:
    """The upper part of the page."""
    page.wait_for_timeout(400)  # the map draws its boundaries
    page.screenshot(path=FOLDER / f"{name}.png")
    sys.stdout.write(f"{name}.png\n")


def main() -> None:
    """Eight pictures, in both languages between them."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        path = os.environ.get("EGRET_CHROMIUM", "/usr/bin/chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        fire = desk(browser, "maojingkai", "zh-hans")
        shoot(fire, "inbox")
        fire.locator("main a[href^='/tasks/']:not([href='/tasks/new/'])").first.click()
        fire.wait_for_load_state("networkidle")
        for name, note in LEAD_ACTS:
            act(fire, name, note)
        shoot(fire, "task")
        supervisor = desk(browser, "linruolan", "en")
        supervisor.goto(f"{URL}/cases/?level=major")
        supervisor.locator("tbody a").first.click()
        supervisor.wait_for_load_state("networkidle")
        shoot(supervisor, "case")
        supervisor.goto(f"{URL}/reports/collaboration/")
        shoot(supervisor, "report")
        supervisor.goto(f"{URL}/records/")
        shoot(supervisor, "records")
        commander = desk(browser, "zhoumingyuan", "zh-hans")
        commander.goto(f"{URL}/map/")
        commander.wait_for_timeout(2500)  # the points come after the page
        shoot(commander, "map")
        forecaster = desk(browser, "mengyunfan", "en")
        forecaster.goto(f"{URL}/warnings/")
        forecaster.locator("main a[href^='/warnings/']:has-text('CAP'), tbody a").first.click()
        forecaster.wait_for_load_state("networkidle")
        shoot(forecaster, "warning")
        police = desk(browser, "sunyanbei", "zh-hans")
        police.goto(f"{URL}/feeds/quarantine/")
        shoot(police, "quarantine")
        browser.close()


if __name__ == "__main__":
    main()
