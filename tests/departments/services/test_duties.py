"""Loading the duty table."""

import json
from pathlib import Path
from typing import Any

import pytest

from audit.models import AuditEntry
from core.errors import RuleBroken
from departments.models import Duty
from departments.selectors import load_rows
from departments.services import load_duties

pytestmark = pytest.mark.django_db
FILE = Path(__file__).resolve().parents[3] / "fixtures" / "binhai" / "duties.json"


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))
    return rows


def _stored() -> list[Any]:
    supporting = {
        duty.key: sorted(duty.supporting.values_list("code", flat=True))
        for duty in Duty.objects.all()
    }
    return [list(Duty.objects.order_by("key").values()), supporting]


def test_loading_again_changes_nothing() -> None:
    before, audited = _stored(), AuditEntry.objects.count()
    assert load_duties(rows=_rows()) == len(_rows())
    assert _stored() == before
    assert AuditEntry.objects.count() == audited


def test_order_and_content_follow_the_file() -> None:
    rows = _rows()
    rows.insert(0, rows.pop())
    rows[0]["supporting"], rows[0]["hours"] = ["BH-PSB"], "off"
    load_duties(rows=rows)
    found, _ = load_rows()
    assert [one.key for one in found] == [row["key"] for row in rows]
    first = Duty.objects.get(position=1)
    assert (first.hours, [one.code for one in first.supporting.all()]) == ("off", ["BH-PSB"])


def test_rows_that_are_gone_stay_inactive_and_can_come_back() -> None:
    rows = _rows()
    load_duties(rows=rows[1:])
    gone = Duty.objects.get(key=rows[0]["key"])
    assert gone.active is False
    assert rows[0]["key"] not in [one.key for one in load_rows()[0]]
    load_duties(rows=rows)
    back = Duty.objects.get(key=rows[0]["key"])
    assert (back.id, back.active, back.position) == (gone.id, True, 1)


def test_with_errors_nothing_is_loaded() -> None:
    before = _stored()
    rows = _rows()
    rows[0]["lead"], rows[3]["hours"] = "NOBODY", "never"
    with pytest.raises(RuleBroken) as caught:
        load_duties(rows=rows)
    assert caught.value.code == "duties_invalid"
    assert len(caught.value.detail["faults"]) == 2  # type: ignore[arg-type]
    assert _stored() == before
