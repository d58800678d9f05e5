"""Records and the quarantine desk in a real browser: keyboard, many rows, widths, languages.

What a test needs of the database is made before its browser starts, see tests/web/test_browser.py.
"""

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from integration.models import Problem, Record
from tests.cast import WHO
from tests.integration.services.conftest import call, push
from tests.story.conftest import Site
from tests.web.browser import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DESK = "/feeds/quarantine/"


def _sign_in(page: Page, site: Site, path: str, language: str = "en") -> None:
    page.goto(f"{site.url}{path}")
    page.fill("[name=username]", WHO["feed_officer"])
    page.fill("[name=password]", "egret-demo-2026")
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state()


def test_a_row_is_corrected_with_the_keyboard_alone(site: Site) -> None:
    push(call("Q1", XZB="N/A"))
    with opened() as page:
        _sign_in(page, site, DESK)
        page.get_by_role("link", name="Q1").focus()
        page.keyboard.press("Enter")
        # The officer types where the trouble is, without looking for it.
        expect(page.locator(":focus")).to_have_attribute("name", "field:XZB")
        page.keyboard.press("Control+A")
        page.keyboard.type("120.304700")
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").first).to_contain_text("the row is a record now")
        expect(page.locator(".eg-empty")).to_contain_text("Nothing waits in quarantine")
        page.goto(f"{site.url}/records/?period=all")
        page.get_by_role("link", name="Fire").click()
        expect(page.locator("#map .leaflet-marker-icon")).to_have_count(1)
        expect(page.locator("main")).to_contain_text("139****5678")


def test_many_rows_are_chosen_and_discarded(site: Site) -> None:
    push(*(call(f"Q{at}", XZB="N/A") for at in range(6)))
    with opened() as page:
        _sign_in(page, site, DESK)
        boxes = page.locator("input[name=row]")
        discard = page.locator("button[value=discard]")
        expect(discard).to_be_disabled()
        boxes.nth(1).focus()
        page.keyboard.press("Space")
        boxes.nth(4).click(modifiers=["Shift"])
        expect(page.locator("#chosen")).to_have_text("4 chosen")
        page.check("#choose_all")
        expect(page.locator("#chosen")).to_have_text("6 chosen")
        boxes.nth(0).uncheck()
        expect(page.locator("#chosen")).to_have_text("5 chosen")
        discard.click()
        expect(page.get_by_role("heading", name="For 5 rows")).to_be_visible()
        page.keyboard.type("sensor test")
        page.keyboard.press("Enter")
        expect(page.locator(".eg-results")).to_contain_text("5Discarded")
        page.click("button[name=language][value=zh-hans]")
        page.wait_for_url(f"**{DESK}")  # the step itself cannot be opened again
        expect(page.locator("input[name=row]")).to_have_count(1)
        expect(page.locator("h1")).to_have_text("问题数据处理台")


def test_the_boxes_are_kept_when_the_officer_comes_back(site: Site) -> None:
    push(*(call(f"Q{at}", XZB="N/A") for at in range(3)))
    with opened() as page:
        _sign_in(page, site, DESK)
        page.locator("input[name=row]").nth(1).check()
        page.click("button[value=release]")
        page.get_by_role("heading", name="Release several rows").wait_for()
        page.go_back()
        expect(page.locator("#chosen")).to_have_text("1 chosen")
        expect(page.locator("button[value=discard]")).to_be_enabled()


def test_many_rows_are_discarded_without_scripts(site: Site) -> None:
    push(*(call(f"Q{at}", XZB="N/A") for at in range(2)))
    with opened(scripts=False) as page:
        _sign_in(page, site, DESK)
        for box in page.locator("input[name=row]").all():
            box.check()
        page.click("button[value=discard]")
        page.fill("[name=reason]", "sensor test")
        page.click("main form .btn-primary")
        expect(page.locator(".eg-results")).to_contain_text("2Discarded")


@pytest.mark.parametrize(("width", "language"), [(360, "en"), (768, "zh-hans")])
def test_no_page_is_wider_than_the_window(site: Site, width: int, language: str) -> None:
    long = "非常长的报警内容" * 30
    push(call("J" * 60, BJNR=long), call("J" * 60, BJNR=long + "。", JQDJ="1"))
    push(call("Q" * 60, XZB="N/A", BJNR=long), call("", BJSJ="x"))
    push(body=b'{"JJDBH": "' + b"W" * 300 + b"\n")
    record = reverse("record_page", args=[Record.objects.get().key_id])
    rows = [
        reverse("quarantined_row", args=[one.pk])
        for one in Problem.objects.filter(settlement="open")
    ]
    paths = ["/records/?period=all&flag=none", record, "/records/?period=1", DESK, *rows]
    paths += [f"{DESK}settled/", "/feeds/", "/feeds/police110/?day=2026-11-01&by=occurred"]
    with opened(width) as page:
        _sign_in(page, site, "/records/", language)
        for path in paths:
            page.goto(f"{site.url}{path}", wait_until="networkidle")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide"


def test_filters_are_used_and_unfold(site: Site) -> None:
    push(call("R1"), call("R2", BJLBDM="010500", BJNR="被盗", JQDJ="1"))
    with opened() as page:
        _sign_in(page, site, "/records/")
        page.select_option("[name=period]", "all")
        page.select_option("[name=category]", label="Theft")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator("tbody tr")).to_have_count(1)
        expect(page.locator("tbody")).to_contain_text("被盗")
        page.get_by_text("More filters").click()
        page.fill("[name=since]", "2026-11-02")
        page.get_by_role("button", name="Filter").click()
        expect(page.locator(".eg-empty")).to_contain_text("No record fits")
        expect(page.locator("[name=since]")).to_be_visible()
        page.get_by_role("link", name="Search at any time").click()
        expect(page.locator("tbody tr")).to_have_count(1)
