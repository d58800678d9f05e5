"""Make the pictures of the README: the demo city as its officers see it.

Start the site with `./dev up`, then in another shell: `./dev run python tools/screenshots.py`.
Walks one task through its life first, so that the pages show something.
"""

import os
import sys
import time
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

DOCS = Path(__file__).resolve().parents[1] / "docs"
FOLDER = DOCS / "screenshots"
URL = f"http://127.0.0.1:{os.environ.get('EGRET_PORT', '8000')}"
PASSWORD = "egret-demo-2026"  # noqa: S105 - the demo's, printed by ./dev up
MEANINGS = {"JS": "flood", "JG": "facility", "TX": "road.damage", "LD": "facility"}
GROUNDS = {
    "legal_basis_zh": "《城镇排水与污水处理条例》",
    "purpose_zh": "及早发现积水和井盖隐患，联合处置。",
    "impact_assessment_zh": "巡查人姓名和电话加密保存，仅用于核实。风险低，同意接入。",
    "assessment_by": "市数据资源局",
    "assessment_on": "2026-11-10",
    "assessment_reference": "BH-PIA-2026-021",
}
CLASSES = {
    "data_class": "general",
    "retention_class": "standard",
    "assessment_outcome": "approved",
}
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


def connect(browser: Browser) -> None:
    """A tenth department, from its sample to its first version."""
    water = desk(browser, "baijianwen", "zh-hans")
    water.set_viewport_size({"width": 1440, "height": 1100})
    water.goto(f"{URL}/feeds/connect/new/")
    water.set_input_files("[name=file]", DOCS / "how-to" / "drain_patrol.csv")
    names = {"key": f"drain_{int(time.time())}", "name_zh": "排水巡查", "name_en": "Drain patrols"}
    for field, text in names.items():
        water.fill(f"[name={field}]", text)
    water.check("[name=origin][value=patrol]")
    shoot(water, "workshop-start")
    water.locator("main form button.btn-primary").click()
    water.locator("#field_list").wait_for()
    kind = water.locator("#field_list > li", has=water.locator("input[value='问题类型']"))
    kind.locator("[name=use]").select_option("category")
    for code, category in MEANINGS.items():
        kind.locator("tr", has_text=code).locator("select").select_option(category)
    water.get_by_text("已保存并试读。").wait_for()
    water.evaluate("document.querySelector('.eg-bench').scrollIntoView()")
    shoot(water, "workshop-bench")
    kind.evaluate("one => one.scrollIntoView()")
    shoot(water, "workshop-codes")
    draft = water.url.split("?")[0]
    water.goto(f"{draft}gate/")
    for field, text in GROUNDS.items():
        water.fill(f"[name={field}]", text)
    for field, choice in CLASSES.items():
        water.select_option(f"[name={field}]", choice)
    water.locator("main form button.btn-primary").click()
    water.wait_for_load_state("networkidle")
    shoot(water, "workshop-grounds")
    administrator = desk(browser, "suopinghai", "en")
    administrator.goto(f"{draft}on/")
    administrator.fill("[name=reason]", "The water bureau joins before the rains")
    shoot(administrator, "workshop-switch-on")
    administrator.locator("main form button.btn-primary").click()
    administrator.wait_for_load_state("networkidle")
    shoot(administrator, "workshop-versions")


def main() -> None:
    """Pictures in both languages between them."""
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
        connect(browser)
        browser.close()


if __name__ == "__main__":
    main()
