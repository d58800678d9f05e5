"""The story in a real browser, in both languages, at both widths: from phone call to report."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from tests.cast import WHO, Cast
from tests.story.conftest import Site

PASSWORD = "egret-demo-2026"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = os.environ.get("EGRET_CHROMIUM", "/usr/bin/chromium")
    if not Path(path).exists():
        assert not os.environ.get("CI"), "chromium is missing"
        pytest.skip("chromium is missing")
    with sync_playwright() as playwright:
        held = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield held
        held.close()


class Office:
    """Officers at their desks, each in a browser of their own."""

    def __init__(self, browser: Browser, site: Site) -> None:
        self.browser = browser
        self.site = site
        self.pages: dict[str, Page] = {}
        self.contexts: list[BrowserContext] = []

    def desk(self, who: str, *, width: int = 1280, language: str = "zh-hans") -> Page:
        if who not in self.pages:
            context = self.browser.new_context(viewport={"width": width, "height": 900})
            self.contexts.append(context)
            context.set_default_timeout(10_000)
            page = context.new_page()
            page.goto(f"{self.site.url}/")
            page.fill("input[name=username]", WHO[who])
            page.fill("input[name=password]", PASSWORD)
            page.press("input[name=password]", "Enter")
            expect(page.locator("h1")).to_be_visible()
            page.click(f"button[name=language][value={language}]")
            self.pages[who] = page
        return self.pages[who]

    def act(self, who: str, task: str, name: str, note: str = "", **fields: str) -> Page:
        """Open the task, unfold the act, fill it in, send it."""
        page = self.desk(who)
        page.goto(task)
        form = page.locator(f"form:has(input[name=name][value={name}])")
        unfold = page.locator("details", has=form)
        if unfold.get_attribute("open") is None:
            unfold.locator("summary").click()
        for field, value in fields.items():
            box = form.locator(f"input[name={field}][value='{value}']")
            if box.count():
                box.check()
            else:
                form.locator(f"select[name={field}]").select_option(value)
        if note:
            form.locator("textarea[name=note]").fill(note)
        form.locator("button").click()
        page.wait_for_load_state()
        return page

    def state(self, who: str, task: str) -> str:
        page = self.desk(who)
        page.goto(task)
        return page.locator("[data-state]").first.get_attribute("data-state") or ""

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@pytest.fixture
def office(browser: Browser, site: Site) -> Iterator[Office]:
    held = Office(browser, site)
    yield held
    held.close()


def _report_by_phone(office: Office) -> str:
    """The dispatcher enters a phone call; gives the task's address."""
    page = office.desk("dispatcher")
    page.goto(f"{office.site.url}/tasks/new/")
    page.locator("[name=origin]").first.check()
    page.fill("[name=title]", "市民来电：商铺冒烟")
    page.fill("[name=description]", "沿街商铺冒烟，店主称电线发热")
    page.select_option("[name=category]", "fire")
    page.select_option("[name=district]", "990102")
    page.fill("[name=address]", "滨江路12号")
    page.locator("main form[method=post] button.btn-primary").last.click()
    page.wait_for_url(re.compile(r"/tasks/[0-9a-f-]{36}/"))
    return page.url


def test_the_story_in_the_browser(office: Office, cast: Cast) -> None:
    lead, support = cast.code("lead_officer"), cast.code("supporting_officer")
    task = _report_by_phone(office)
    office.act("dispatcher", task, "accept")
    office.act("dispatcher", task, "file")
    office.act("dispatcher", task, "dispatch", lead=lead, supporting=support)

    # The supporting officer reads English on a phone and finds the part in the inbox.
    phone = office.desk("supporting_officer", width=390, language="en")
    phone.goto(f"{office.site.url}/")
    number = phone.locator("a[href*='/tasks/']", has_text="商铺冒烟").first
    expect(number).to_be_visible()
    expect(phone.locator("html")).to_have_attribute("lang", "en")
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390
    office.act("supporting_officer", task, "sign_for")
    office.act("supporting_officer", task, "start")
    office.act("supporting_officer", task, "submit_feedback", "Road closed, people out")

    office.act("lead_officer", task, "sign_for")
    office.act("lead_officer", task, "start")
    merged = office.act("lead_officer", task, "merge_feedback", "明火已灭，线路断电整改")
    expect(merged.locator("main")).to_contain_text("明火已灭，线路断电整改")
    assert not merged.locator("input[name=name][value=verify_pass]").count()

    waiting = office.act("verifier", task, "verify_pass", "现场复核，隐患消除")
    # The public reported it: closing waits for the call back, and the page says so.
    assert not waiting.locator("input[name=name][value=close]").count()
    office.act("verifier", task, "call_back", "来电人表示满意", satisfied="yes")
    closed = office.act("verifier", task, "close", outcome="real")
    expect(closed.locator("main")).to_contain_text("办结")

    report = office.desk("city_supervisor")
    report.goto(f"{office.site.url}/reports/collaboration/")
    row = report.locator("tbody tr", has_text="临江区消防").first
    expect(row.locator("td").first).to_have_text("1")
    expect(row.locator("td").last).to_have_text("1")


def test_another_organisation_sees_nothing_of_it(office: Office) -> None:
    task = _report_by_phone(office)
    page = office.desk("other_officer")
    answer = page.goto(task)
    assert answer is not None
    assert answer.status == 404
    page.goto(f"{office.site.url}/tasks/")
    expect(page.locator("main")).not_to_contain_text("商铺冒烟")


def test_a_form_that_was_overtaken_keeps_the_note(office: Office) -> None:
    task = _report_by_phone(office)
    page = office.desk("dispatcher")
    page.goto(task)
    other = office.contexts[0].new_page()
    other.goto(task)
    form = other.locator("form:has(input[name=name][value=accept])")
    unfold = other.locator("details", has=form)
    if unfold.get_attribute("open") is None:
        unfold.locator("summary").click()
    form.locator("textarea[name=note]").fill("先由值班长确认")
    office.act("dispatcher", task, "accept")
    form.locator("button").click()
    other.wait_for_load_state()
    expect(other.locator("main")).to_contain_text("先由值班长确认")
