"""A tenth department connected through the workshop alone, in a real browser.

What a test needs of the database is made before its browser starts, see tests/web/test_browser.py.
"""

import json
import urllib.request
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from core.clock import now
from integration.models import Feed, FeedProfile, Record
from tests.integration.ui.drain_patrol import HEAD, Find, body, finds
from tests.story.conftest import Site
from tests.web.browser import opened

pytestmark = [pytest.mark.browser, pytest.mark.slow]
OFFICER, ADMINISTRATOR = "baijianwen", "suopinghai"
METRES = 111_320  # of a degree of latitude


def _sign_in(page: Page, site: Site, who: str, language: str = "zh-hans") -> None:
    page.context.clear_cookies()
    page.goto(f"{site.url}/feeds/connect/")
    page.fill("[name=username]", who)
    page.fill("[name=password]", "egret-demo-2026")
    page.press("[name=password]", "Enter")
    page.wait_for_load_state()
    page.click(f"button[name=language][value={language}]")
    page.wait_for_load_state()


def _begin(page: Page, site: Site, sample: Path, key: str = "drain_patrol") -> None:
    page.goto(f"{site.url}/feeds/connect/new/")
    page.set_input_files("[name=file]", sample)
    page.fill("[name=key]", key)
    page.fill("[name=name_zh]", "排水巡查")
    page.fill("[name=name_en]", "Drain patrols")
    page.check("[name=origin][value=patrol]")
    page.locator("main form button.btn-primary").click()
    page.locator("#field_list").wait_for()


def _field(page: Page, path: str) -> str:
    """The selector of the list of what a field becomes."""
    line = page.locator("#field_list > li", has=page.locator(f"input[name=field][value='{path}']"))
    return f"#{line.get_attribute('id')}"


def _decide(page: Page) -> None:
    """What only a person knows: what the codes mean, and what the purpose does not need."""
    page.select_option(f"{_field(page, '类型')} [name=use]", "category")
    for code, category in (("JS", "flood"), ("GW", "facility"), ("XG", "road.damage")):
        row = page.locator(f"{_field(page, '类型')} tr", has_text=code)
        row.locator("select").select_option(category)
    page.select_option(f"{_field(page, '巡查人')} [name=use]", "ignored")
    page.select_option(f"{_field(page, '深度厘米')} [name=use]", "attribute")
    page.fill(f"{_field(page, '深度厘米')} [name='attribute.name']", "depth_cm")
    page.locator("#fields button.btn-primary").click()
    expect(page.locator("[data-state]")).to_have_text("已保存并试读。", timeout=30_000)


def _ground(page: Page) -> None:
    """What the law wants known."""
    page.fill("[name=legal_basis_zh]", "《城镇排水与污水处理条例》")
    page.fill("[name=purpose_zh]", "及早发现积水和井盖隐患，联合处置。")
    page.select_option("[name=data_class]", "general")
    page.select_option("[name=retention_class]", "standard")
    page.fill("[name=impact_assessment_zh]", "联系电话加密保存，仅用于核实；巡查人姓名不接收。")
    page.fill("[name=assessment_by]", "市数据资源局")
    page.fill("[name=assessment_on]", "2026-11-10")
    page.select_option("[name=assessment_outcome]", "approved")
    page.fill("[name=assessment_reference]", "BH-PIA-2026-021")
    page.locator("main form button.btn-primary").click()
    page.wait_for_load_state()


def _switch_on(page: Page, site: Site) -> str:
    """The administrator looks, switches on, and makes the sender's key."""
    _sign_in(page, site, ADMINISTRATOR)
    page.get_by_role("link", name="排水巡查").first.click()
    expect(page.locator("#rows")).not_to_contain_text("已设警示牌")  # values are not theirs to see
    page.get_by_role("link", name="启用").click()
    page.fill("[name=reason]", "水务局汛期前接入")
    page.locator("main form button.btn-primary").click()
    page.wait_for_url("**/feeds/drain_patrol/versions/")
    page.locator("form[action$='/key/'] button").click()
    return page.locator("#secret").inner_text()


def _push(site: Site, secret: str, rows: list[Find]) -> dict[str, object]:
    request = urllib.request.Request(
        f"{site.url}/api/v1/feeds/drain_patrol/deliveries",
        data=body([one.row for one in rows]),
        headers={"Authorization": f"Api-Key {secret}"},
    )
    with urllib.request.urlopen(request, timeout=30) as answer:
        told: dict[str, object] = json.loads(answer.read())
    return told


def test_a_tenth_department_is_connected_through_the_pages_alone(
    site: Site, tmp_path: Path
) -> None:
    shown = finds(48, first=26000, now=now())
    rows = [one.row for one in shown]
    rows[7] = rows[7].replace(rows[7].split(";")[1], "不详")
    sample = tmp_path / "巡查.csv"
    sample.write_bytes(body(rows))
    pushed = finds(120, first=27000, now=now())

    with opened() as page:
        _sign_in(page, site, OFFICER)
        page.goto(f"{site.url}/feeds/")
        page.locator(".eg-places").get_by_role("link", name="接入数据源").click()
        _begin(page, site, sample)
        expect(page.locator("#reading")).to_contain_text("GB18030")
        _decide(page)
        expect(page.locator("#rows .eg-tallies")).to_contain_text("48")
        expect(page.locator("#rows .eg-refused")).to_contain_text("时间无法识别")
        expect(page.locator("#systems .eg-taken")).to_contain_text("BD-09")
        expect(page.locator("#map")).to_have_attribute("data-shown", "BD-09 47")
        page.locator("[data-look='GCJ-02']").click()
        expect(page.locator("#map")).to_have_attribute("data-shown", "GCJ-02 47")
        page.get_by_role("link", name="接入依据").click()
        _ground(page)
        page.get_by_role("link", name="启用", exact=False).first.click()
        expect(page.locator("main")).to_contain_text("系统管理员")
        secret = _switch_on(page, site)

    answer = _push(site, secret, pushed)
    assert answer["accepted"] == answer["received"] == len(pushed)
    _as_they_were(pushed)


def _as_they_were(pushed: list[Find]) -> None:
    """Every row is a record at its place, at its time, under its category."""
    feed = Feed.objects.get(key="drain_patrol")
    assert FeedProfile.objects.get(feed=feed).origin == "workshop"
    records = {one.key.source_id: one for one in Record.objects.filter(feed=feed)}
    assert records.keys() == {one.number for one in pushed}
    category = {"JS": "flood", "GW": "facility", "XG": "road.damage"}
    for one in pushed:
        record = records[one.number]
        assert record.occurred_at == one.at
        assert record.category == category[one.kind]
        assert record.lon is not None
        assert record.lat is not None
        east = (record.lon - one.lon) * METRES * np.cos(np.radians(one.lat))
        assert np.hypot(east, (record.lat - one.lat) * METRES) <= 1
        assert "depth_cm" in record.attributes


def test_the_bench_works_without_scripts_and_waits_for_whoever_comes_back(
    site: Site, tmp_path: Path
) -> None:
    sample = tmp_path / "patrol.csv"
    sample.write_bytes(body([one.row for one in finds(12, first=1, now=now())]))
    with opened(390, scripts=False) as page:
        _sign_in(page, site, OFFICER, "en")
        _begin(page, site, sample)
        page.select_option(f"{_field(page, '类型')} [name=use]", "category")
        page.locator("#fields button.btn-primary").click()
        row = page.locator(f"{_field(page, '类型')} tr", has_text="JS")
        row.locator("select").select_option("flood")
        page.locator("#fields button.btn-primary").click()
        expect(page.locator("#rows")).to_contain_text("Flooding and waterlogging")
        page.locator("#systems button[value='GCJ-02']").click()
        expect(page.locator("#systems .eg-taken")).to_contain_text("GCJ-02")
        # Away, and back by the list.
        page.goto(f"{site.url}/feeds/connect/")
        page.get_by_role("link", name="Go on Drain patrols").click()
        expect(page.locator("#systems .eg-taken")).to_contain_text("GCJ-02")
        for step in ("sample/", "document/", "compare/", "gate/", "on/", ""):
            page.goto(f"{page.url.split('/connect/')[0]}/connect/{_id(page)}/{step}")
            assert page.evaluate("document.documentElement.scrollWidth") <= 390, step


def _id(page: Page) -> str:
    return page.url.split("/connect/")[1].split("/")[0]


def test_a_sample_that_is_none_is_told(site: Site, tmp_path: Path) -> None:
    sample = tmp_path / "photo.csv"
    sample.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8)
    pasted = f"{HEAD}\n{finds(1, first=5, now=now())[0].row}\n"
    with opened() as page:
        _sign_in(page, site, OFFICER, "en")
        page.goto(f"{site.url}/feeds/connect/new/")
        page.set_input_files("[name=file]", sample)
        page.fill("[name=key]", "photo")
        page.fill("[name=name_zh]", "照片")
        page.fill("[name=name_en]", "Photo")
        page.locator("main form button.btn-primary").click()
        page.wait_for_load_state()
        expect(page.locator(".eg-note-error")).to_contain_text("unsupported_type")
        # The draft is kept; pasting something that can be read goes on from here.
        page.fill("[name=text]", pasted)
        page.locator("form[enctype] button").click()
        page.locator("#field_list").wait_for()
        page.wait_for_load_state("networkidle")  # the map has its boundaries
