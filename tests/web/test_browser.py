"""The shell in a real browser: signing in, the inbox, languages, widths, the keyboard.

What a test needs of the database is made before its browser starts: playwright runs an event loop,
in which Django would open, and nobody close, a second connection.
"""

import pytest
from playwright.sync_api import Page, expect

from tests.cast import WHO, Cast
from tests.departments.office import Office
from tests.story.conftest import Site
from tests.web.browser import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def _sign_in(page: Page, site: Site, who: str, password: str = "egret-demo-2026") -> None:
    page.goto(f"{site.url}/tasks/")
    page.fill("[name=username]", WHO[who])
    page.fill("[name=password]", password)
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()


def test_signing_in_with_the_keyboard_and_reading_the_inbox(site: Site, cast: Cast) -> None:
    Office(cast).dispatched(title="商铺冒烟", lon=120.30, lat=30.29)
    with opened() as page:
        _sign_in(page, site, "lead_officer", "wrong")
        expect(page.get_by_role("alert")).to_be_visible()
        _sign_in(page, site, "lead_officer")
        page.wait_for_url("**/tasks/")  # where the officer wanted to go
        page.keyboard.press("Tab")
        expect(page.locator(".eg-skip")).to_be_focused()
        page.goto(f"{site.url}/")
        expect(page.get_by_role("link", name="商铺冒烟")).to_be_visible()
        page.click("button[name=language][value=en]")
        expect(page.locator("html")).to_have_attribute("lang", "en")
        expect(page.locator("#to_sign .eg-clock")).to_contain_text("min left")


def test_the_map_draws_the_city_and_the_spot(site: Site, cast: Cast) -> None:
    task_id = Office(cast).dispatched(title="商铺冒烟", lon=120.30, lat=30.29)
    with opened() as page:
        _sign_in(page, site, "lead_officer")
        page.goto(f"{site.url}/tasks/{task_id}/")
        expect(page.locator("#map .leaflet-marker-icon")).to_have_count(1)
        expect(page.locator("#map .eg-map-name")).to_have_count(6)
        page.goto(f"{site.url}/tasks/new/")
        page.locator("#map .eg-map-name").first.wait_for(state="attached")
        page.locator("#map").click(position={"x": 180, "y": 150})
        assert float(page.input_value("[name=lon]")) == pytest.approx(120.3, abs=0.4)
        assert float(page.input_value("[name=lat]")) == pytest.approx(30.3, abs=0.3)


@pytest.mark.parametrize("width", [360, 768])
def test_no_page_is_wider_than_a_phone(site: Site, cast: Cast, width: int) -> None:
    task_id = Office(cast).dispatched(title="商铺冒烟" * 20, lon=120.30, lat=30.29)
    with opened(width) as page:
        _sign_in(page, site, "lead_officer")
        for path in ("/", "/tasks/", f"/tasks/{task_id}/", "/tasks/new/", "/cases/"):
            page.goto(f"{site.url}{path}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= width, f"{path} is {wide} wide"


def test_everything_works_without_scripts(site: Site, cast: Cast) -> None:
    task_id = Office(cast).dispatched(title="商铺冒烟")
    with opened(scripts=False) as page:
        _sign_in(page, site, "lead_officer")
        page.goto(f"{site.url}/tasks/{task_id}/")
        form = page.locator("form:has(input[name=name][value=sign_for])")
        page.locator("details", has=form).locator("summary").click()
        form.locator("button").click()
        expect(page.locator("[data-state=signed]")).to_have_count(1)


def test_the_description_of_the_machines_door_needs_nothing_from_outside(site: Site) -> None:
    with opened() as page:
        asked: list[str] = []
        page.on("request", lambda one: asked.append(one.url))
        page.goto(f"{site.url}/api/v1/docs/")
        page.locator(".opblock").first.wait_for()
        assert not [url for url in asked if not url.startswith((site.url, "data:"))]


def test_no_page_of_the_feeds_and_reports_is_wider_than_a_phone(site: Site) -> None:
    with opened(360) as page:
        _sign_in(page, site, "city_supervisor")
        page.click("button[name=language][value=en]")
        for path in ("/feeds/", "/feeds/police110/", "/reports/collaboration/"):
            page.goto(f"{site.url}{path}")
            wide = page.evaluate("document.documentElement.scrollWidth")
            assert wide <= 360, f"{path} is {wide} wide"
