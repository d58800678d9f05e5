"""The demo city from an empty database to tasks, and once more."""

import json

import pytest
from django.core.management import call_command

from work.models import WorkItem


def test_the_demo_day_fills_every_stage_and_a_second_run_changes_nothing(
    committed_db: str, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("up_demo", "--json")
    first = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert min(first[name] for name in ("records", "subjects", "incidents", "cases")) > 100
    assert 10 <= first["tasks"] == first["alerts"] <= 60
    assert not WorkItem.objects.exists()
    assert first["received"] == sum(
        first[name] for name in ("accepted", "updated", "duplicates", "quarantined")
    )
    call_command("up_demo", "--json")
    second = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(second["new"].values()) == {0}
    assert {name: second[name] for name in second["new"]} == {
        name: first[name] for name in second["new"]
    }
