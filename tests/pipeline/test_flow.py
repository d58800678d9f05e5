"""The whole flow, the exports, the clocks and the watchers."""

import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client
from django_q.models import Schedule

from core import clock
from core.ids import uuid7
from departments.models import Task, TaskPart
from pipeline.feedback import feed_back
from pipeline.schedules import ensure
from pipeline.worker import Tally, drain
from risk.models import Alert, CaseParty, RiskCase
from tests.cast import Cast
from tests.risk.calls import GAS, NOISE, Call, push
from work.services import beat

pytestmark = pytest.mark.django_db
GRAVE = [Call(f"g{n}", minutes=n * 3, category=GAS, severity=1) for n in range(5)]


def test_a_delivery_becomes_a_task_that_its_departments_see(cast: Cast) -> None:
    push(*GRAVE, Call("n", category=NOISE, severity=4))
    tally = Tally()
    drain(tally)
    task = Task.objects.get()
    alert, case = Alert.objects.get(), RiskCase.objects.get(family="gas")
    assert (task.origin_kind, task.origin_id) == ("alert", str(alert.id))
    assert (alert.state, case.state) == ("dispatched", "in_hand")
    assert (task.case_id, task.category, task.district) == (case.id, "gas.leak", "990102")
    parts = set(TaskPart.objects.values_list("organisation_id", "role"))
    assert set(CaseParty.objects.values_list("organisation_id", "role")) == parts
    assert tally.report()["dispatch"]["done"] == 1
    drain(tally)
    assert Task.objects.count() == 1


def test_a_closed_task_settles_its_case_once() -> None:
    push(*GRAVE)
    drain(Tally())
    Task.objects.update(outcome="false_alarm", closed_at=clock.now(), state="closed")
    for _ in range(2):
        feed_back([Task.objects.get().id])
    assert RiskCase.objects.get().state == "false_alarm"
    alert = Alert.objects.get()
    assert (alert.state, alert.outcome) == ("closed", "false_alarm")


def test_a_reopened_task_takes_its_case_up_again_and_may_end_otherwise() -> None:
    push(*GRAVE)
    drain(Tally())
    task = Task.objects.get()
    for closed_at, outcome, state in (
        (clock.now(), "false_alarm", "false_alarm"),
        (None, "", "in_hand"),
        (clock.now(), "real", "settled"),
    ):
        Task.objects.update(outcome=outcome, closed_at=closed_at)
        feed_back([task.id])
        assert RiskCase.objects.get().state == state
    assert Alert.objects.get().outcome == "real"


def test_a_case_is_settled_by_the_last_of_its_tasks() -> None:
    push(*GRAVE)
    drain(Tally())
    first = Task.objects.get()
    second = Task.objects.get()
    second.pk, second.number, second.round = uuid7(), "T-second", 2
    second.save(force_insert=True)
    Task.objects.filter(pk=first.pk).update(outcome="real", closed_at=clock.now())
    feed_back([first.pk])
    assert RiskCase.objects.get().state == "in_hand"
    Task.objects.filter(pk=second.pk).update(outcome="false_alarm", closed_at=clock.now())
    feed_back([second.pk])
    assert RiskCase.objects.get().state == "false_alarm"


def test_links_are_written_for_checks(tmp_path: Path) -> None:
    push(*GRAVE, Call("far", east=5000))
    drain(Tally())
    call_command("links", "--out", str(tmp_path))
    for kind, clusters in (("incidents", 2), ("subjects", 2)):
        with (tmp_path / f"{kind}_clusters.csv").open(encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        assert list(rows[0]) == ["feed", "source_id", "cluster_id"]
        assert len(rows) == 6
        assert len({row["cluster_id"] for row in rows}) >= clusters


def test_the_pipeline_command_answers_in_the_contracts_shape(
    capsys: pytest.CaptureFixture[str],
) -> None:
    push(*GRAVE)
    call_command("pipeline", "--until-idle", "--json")
    answer = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert answer["steps"]["associate"]["done"] == 1
    assert set(answer["steps"]["assess"]) == {"done", "seconds"}


def test_schedules_are_made_once() -> None:
    ensure()
    count = Schedule.objects.count()
    Schedule.objects.create(name="egret.gone", func="nowhere")
    ensure()
    assert Schedule.objects.count() == count > 0
    for func in Schedule.objects.values_list("func", flat=True):
        module, _, name = func.rpartition(".")
        assert callable(getattr(__import__(module, fromlist=[name]), name))


def test_the_watchers_say_what_fails(client: Client) -> None:
    assert client.get("/healthz").status_code == 200
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["parts"] == {"database": True, "migrations": True, "worker": False}
    beat("worker")
    assert client.get("/readyz").status_code == 200
    with clock.fixed(clock.now() + timedelta(minutes=4)):
        assert client.get("/readyz").status_code == 503


def test_metrics_are_prometheus_text(client: Client) -> None:
    push(*GRAVE)
    text = client.get("/metrics").content.decode()
    assert 'egret_work_items{step="associate"} 1' in text
    assert "egret_dead_letters 0" in text
    assert "egret_worker_heartbeat_age_seconds +Inf" in text
    assert "egret_deliveries_total 1" in text
