import re

import pytest
from django.urls import reverse

from risk.domain.factors import FACTORS
from risk.models import RiskCase
from tests.cast import Cast
from tests.risk.calls import Call, judge, push
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def _case() -> RiskCase:
    judge(push(Call("A1", severity=1), Call("A2", minutes=4, east=20, severity=2)))
    return RiskCase.objects.get()


def test_the_printed_terms_add_up_to_the_printed_score(cast: Cast) -> None:
    case = _case()
    html = visitor(cast, "feed_officer").get(reverse("case", args=[case.pk])).content.decode()
    table = html[html.index("<tbody>") : html.index("</tfoot>")]
    rows = re.findall(r'data-label="Contribution">([\d.]+)<', table)
    total = re.findall(r'data-label="Score">([\d.]+)<', table)
    assert len(rows) == len(FACTORS)
    assert sum(round(float(one) * 100) for one in rows) == round(float(total[0]) * 100)
    assert total == [f"{case.score:.2f}"]


def test_records_say_why_they_are_there(cast: Cast) -> None:
    case = _case()
    html = visitor(cast, "feed_officer").get(reverse("case", args=[case.pk])).content.decode()
    assert html.count("商铺冒烟") >= 2
    assert "Same category" in html
    assert "A2" in html


def test_lists_are_filtered_by_level_state_and_district(cast: Cast) -> None:
    case = _case()
    client = visitor(cast, "feed_officer")

    def shown(**query: str) -> bool:
        return case.number in client.get(reverse("cases"), query).content.decode()

    assert shown()
    assert shown(level=case.risk_level, state="open", district=case.district)
    other = "low" if case.risk_level != "low" else "major"
    assert not shown(level=other)
    assert not shown(district="990107")
