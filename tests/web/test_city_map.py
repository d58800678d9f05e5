"""The city map and the warnings in a real browser: layers, filters, both languages, phones."""

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from core.clock import now
from risk.models import RiskCase
from tests.cast import WHO
from tests.desk.sky import warn
from tests.risk.calls import NOISE, Call, judge, push
from tests.story.conftest import Site
from tests.web.browser import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]
DAY = "period=days&since=2026-03-02&until=2026-03-02"


def _enter(page: Page, site: Site, path: str, who: str = "city_supervisor") -> None:
    """Sign in, in English, and go there; the form's button is there without scripts too."""
    page.goto(f"{site.url}/sign-in/?next=/warnings/")
    page.fill("[name=username]", WHO[who])
    page.fill("[name=password]", "egret-demo-2026")
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/warnings/")
    page.click("button[name=language][value=en]")
    page.goto(f"{site.url}{path}")


def _city() -> None:
    """A day of March with two cases and a warning that its end still finds in force."""
    judge(push(Call("A1", severity=1), Call("A2", category=NOISE, east=3000)))
    warn("W1", hours=24, districts=["990102"], english="Rainstorm orange warning")


def _layer(page: Page, key: str) -> None:
    page.locator(f'[data-layer="{key}"]').click()


def test_layers_are_switched_and_remembered(site: Site) -> None:
    _city()
    levels = sorted(set(RiskCase.objects.values_list("risk_level", flat=True)))
    with opened() as page:
        _enter(page, site, f"/map/?{DAY}")
        label = page.locator(".eg-zone-label")
        expect(label.first).to_have_text("Rainstorm · Orange warning")
        status = page.locator("[data-status]")
        expect(status).to_be_hidden()
        _layer(page, "warnings")
        expect(label).to_have_count(0)
        for level in levels:
            _layer(page, f"case-{level}")
        expect(status).to_be_hidden()  # the records are still drawn
        _layer(page, "record-police110")
        expect(status).to_contain_text("Nothing to show for this choice.")
        page.reload()
        expect(page.locator('[data-layer="warnings"]')).not_to_be_checked()
        expect(status).to_contain_text("Nothing to show for this choice.")
        _layer(page, "warnings")
        expect(label.first).to_be_visible()
        expect(status).to_be_hidden()


def test_what_is_drawn_opens_by_a_click_and_from_the_table(site: Site) -> None:
    _city()
    with opened() as page:
        _enter(page, site, f"/map/?{DAY}")
        label = page.locator(".eg-zone-label").first
        expect(label).to_be_visible()
        spot = label.bounding_box()
        assert spot is not None
        page.mouse.click(spot["x"] + spot["width"] / 2, spot["y"] - 12)
        expect(page.locator(".eg-popup")).to_contain_text("Rainstorm orange warning")
        page.goto(f"{site.url}/map/?{DAY}&family=fire")
        expect(page.locator("[data-status]")).to_be_hidden()
        page.locator("[data-locate]").focus()
        page.keyboard.press("Enter")
        popup = page.locator(".eg-popup")
        expect(popup).to_contain_text("Fire")
        expect(popup.get_by_role("link")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_url("**/cases/**")


def test_filters_work_in_both_languages(site: Site) -> None:
    _city()
    with opened() as page:
        _enter(page, site, "/map/")
        since = page.locator("[name=since]")
        expect(since).to_be_hidden()
        page.select_option("[name=period]", "days")
        since.fill("2026-03-02")
        page.fill("[name=until]", "2026-03-02")
        page.select_option("[name=family]", "fire")
        page.locator(".eg-map-filters button").click()
        expect(page.locator("[data-locate]")).to_have_count(1)
        page.click("button[name=language][value=zh-hans]")
        expect(page.locator("h1")).to_have_text("城市地图")
        expect(page.locator("[data-locate]")).to_have_count(1)
        page.goto(page.url.replace("family=fire", "family="))
        expect(page.locator(".eg-zone-label").first).to_have_text("暴雨 · 橙色预警")


def test_points_that_do_not_come_are_asked_for_again(site: Site) -> None:
    _city()
    with opened(complain=False) as page:
        _enter(page, site, "/warnings/")
        page.route("**/map/points.json*", lambda route: route.abort())
        page.goto(f"{site.url}/map/?{DAY}")
        status = page.locator("[data-status]")
        expect(status).to_contain_text("The map's points could not be loaded.")
        page.unroute("**/map/points.json*")
        page.locator("[data-retry]").click()
        expect(status).to_be_hidden()
        expect(page.locator(".eg-zone-label").first).to_be_visible()


def test_no_page_is_wider_than_its_screen(site: Site) -> None:
    _city()
    one = warn("W9", at=now() - timedelta(hours=1), headline="暴" * 90, english="R" * 80)
    with opened() as page:
        _enter(page, site, "/")
        for language in ("en", "zh-hans"):
            page.click(f"button[name=language][value={language}]")
            for path in (f"/map/?{DAY}", "/map/", "/warnings/", f"/warnings/{one.pk}/", "/"):
                page.goto(f"{site.url}{path}")
                for width in (390, 768, 1024, 1280):
                    page.set_viewport_size({"width": width, "height": 844})
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    assert wide <= width, f"{path} is {wide} wide in {language}"


@pytest.mark.parametrize("scripts", [True, False])
def test_a_phone_reaches_every_place(site: Site, scripts: bool) -> None:
    with opened(390, scripts=scripts) as page:
        _enter(page, site, "/map/")
        bar = page.locator(".eg-nav > ul > li > a:visible")
        expect(bar).to_have_count(4)
        menu = page.locator(".eg-nav summary")
        menu.focus()
        page.keyboard.press("Enter")
        page.locator(".eg-nav .eg-menu-box").get_by_text("Reports").click()
        page.wait_for_url("**/reports/**")
        if scripts:
            menu.click()
            page.keyboard.press("Escape")
            expect(page.locator(".eg-nav .eg-menu-box")).to_be_hidden()
            expect(menu).to_be_focused()


def test_a_wide_bar_holds_all_places_in_one_row(site: Site) -> None:
    with opened() as page:
        _enter(page, site, "/map/")
        for language in ("en", "zh-hans"):
            page.click(f"button[name=language][value={language}]")
            for width in (768, 1024, 1280, 1440):
                page.set_viewport_size({"width": width, "height": 844})
                places = page.locator(".eg-nav > ul > li > a:visible")
                expect(places).to_have_count(8)
                tops = {box["y"] for one in places.all() if (box := one.bounding_box())}
                assert len(tops) == 1, f"{language} at {width}"
                expect(page.locator(".eg-nav summary")).to_be_hidden()


def test_without_scripts_the_map_is_a_table(site: Site) -> None:
    _city()
    with opened(scripts=False) as page:
        _enter(page, site, "/map/")
        page.select_option("[name=period]", "days")
        page.fill("[name=since]", "2026-03-02")
        page.fill("[name=until]", "2026-03-02")
        page.locator(".eg-map-filters button").click()
        expect(page.locator("#map")).to_be_hidden()
        expect(page.locator("[data-layer]").first).to_be_hidden()
        expect(page.locator(".eg-map-none")).to_be_visible()
        expect(page.get_by_role("link", name="Rainstorm orange warning")).to_be_visible()
        page.locator(".eg-citymap-side .eg-table a").first.click()
        page.wait_for_url("**/cases/**")
