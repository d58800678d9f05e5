import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.template import Context, Template
from django.utils import translation

from web.icons import icon
from web.levels import LEVELS, WARNING_LEVELS

PLATFORM = Path(__file__).resolve().parents[2] / "platform"
ICONS = PLATFORM / "web" / "icons.txt"


def _draw(source: str, **context: object) -> str:
    with translation.override("en"):
        return Template("{% load egret %}" + source).render(Context(context))


def test_a_risk_level_is_never_shown_by_colour_alone() -> None:
    drawn = {level: _draw("{% risk_badge level %}", level=level) for level in LEVELS}
    shapes = {re.findall(r' d="([^"]+)"', one)[0] for one in drawn.values()}
    assert len(shapes) == len(LEVELS) == 4
    for level, html in drawn.items():
        assert LEVELS[level].label in html


def test_an_unknown_level_draws_nothing() -> None:
    assert _draw("{% risk_badge '' %}").strip() == ""


def test_a_warning_level_is_hatched_in_its_own_way_and_has_its_word() -> None:
    drawn = {level: _draw("{% warning_badge level %}", level=level) for level in WARNING_LEVELS}
    for level, html in drawn.items():
        assert f"eg-hatch-{level}" in html
        assert WARNING_LEVELS[level].label in html
    css = (PLATFORM / "web" / "static" / "web" / "egret.css").read_text("utf-8")
    patterns = {
        re.sub(r"var\([^)]*\)", "", re.findall(rf"\.eg-hatch-{level} {{([^}}]*)}}", css)[0])
        for level in WARNING_LEVELS
    }
    assert len(patterns) == len(WARNING_LEVELS)
    assert "Warning without a level" in _draw("{% warning_badge '' %}")


def test_a_score_is_rounded_to_one_decimal() -> None:
    assert "71.5" in _draw("{% risk_badge 'major' 71.46 %}")
    assert _draw("{{ nothing|score }}", nothing=None) == "—"


def test_large_numbers_are_marked_off() -> None:
    drawn = _draw("{{ a|count }} {{ b|count }} {{ c|count }}", a=1234567, b=12, c=None)
    assert drawn == "1,234,567 12 —"


def test_bars_stay_between_nothing_and_everything() -> None:
    assert _draw("{{ 5|share_of:20 }} {{ 30|share_of:20 }} {{ 1|share_of:0 }}") == (
        "25.00% 100.00% 0.00%"
    )


def test_icons_are_decoration() -> None:
    html = icon("inbox")
    assert 'aria-hidden="true"' in html
    assert "<path" in html


def test_an_icon_that_was_not_copied_is_an_error() -> None:
    with pytest.raises(ImproperlyConfigured, match="no-such-icon"):
        icon("no-such-icon")


def test_every_icon_of_the_templates_is_listed() -> None:
    listed = set(ICONS.read_text("utf-8").split("\n"))
    used = {
        name
        for folder in (PLATFORM, PLATFORM.parent / "integration")
        for path in folder.rglob("*.html")
        for name in re.findall(r'{% icon "([\w-]+)" %}', path.read_text("utf-8"))
    }
    assert used
    assert used <= listed


def test_texts_of_people_are_escaped() -> None:
    html = _draw("{% badge label %}", label="<script>alert(1)</script>")
    assert "<script>" not in html
