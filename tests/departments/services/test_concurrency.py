"""Twenty officers at one part: one wins each step, and the history stays one line."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from uuid import UUID, uuid4

from django.db import connections

from accounts.domain import Viewer
from core.errors import DomainError
from departments import services
from departments.models import Task, TaskEntry
from departments.services import dispatch_alert
from tests.departments.office import Office

_MANY = 20


def _rush(acts: list[Callable[[], object]]) -> Counter[str]:
    """All at the same instant, each in a thread with a connection of its own."""
    gate = Barrier(len(acts))

    def run(one: Callable[[], object]) -> str:
        gate.wait()
        try:
            one()
        except DomainError as error:
            return error.code
        finally:
            connections.close_all()
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(run, acts))


def _act(viewer: Viewer, task_id: UUID, name: str, version: int | None) -> Callable[[], object]:
    return lambda: services.act(
        viewer=viewer, task_id=task_id, name=name, note="处置完毕", version=version
    )


def test_one_wins_each_step(committed_db: str, office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    lead = office.viewer("lead_officer")
    crowd = [replace(lead, id=str(uuid4()), label=f"officer{n}") for n in range(_MANY)]
    for turn, name in enumerate(("sign_for", "start", "submit_feedback")):
        version = Task.objects.get(pk=task_id).version if turn % 2 == 0 else None
        told = _rush([_act(one, task_id, name, version) for one in crowd])
        assert told["done"] == 1, told
        assert set(told) <= {"done", "stale_version", "transition_refused"}
    entries = list(
        TaskEntry.objects.filter(task=task_id, part__organisation__code="BH-FIRE-990102")
        .order_by("version", "id")
        .values_list("name", "from_state", "to_state")
    )
    assert entries == [
        ("dispatch", "", "to_sign"),
        ("sign_for", "to_sign", "signed"),
        ("start", "signed", "in_hand"),
        ("submit_feedback", "in_hand", "fed_back"),
    ]
    assert Task.objects.get(pk=task_id).version == 7


def test_departments_side_by_side_lose_nothing(committed_db: str, office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    known = {one.organisation_id: one for one in Task.objects.get(pk=task_id).parts.all()}
    base = office.viewer("lead_officer")
    crowd = [
        replace(base, id=str(uuid4()), acting=frozenset({one}), organisations=frozenset({one}))
        for one in known
    ]
    told = _rush([_act(one, task_id, "sign_for", 4) for one in crowd])
    assert told == {"done": len(known)}
    task = Task.objects.get(pk=task_id)
    assert task.version == 4 + len(known)
    signed = TaskEntry.objects.filter(task=task, name="sign_for")
    assert sorted(signed.values_list("version", flat=True)) == [5, 6, 7, 8, 9]


def test_two_workers_make_one_task_of_an_alert(committed_db: str, office: Office) -> None:
    alerts = [office.alert() for _ in range(5)]
    answers: list[dict[UUID, UUID | None]] = []
    told = _rush(
        [lambda: answers.append(services.dispatch_alerts(alerts=alerts)) for _ in range(6)]
    )
    assert told == {"done": 6}
    # Who was too late is told of the tasks that stand.
    made = dict(Task.objects.values_list("origin_id", "id"))
    assert all({str(key): one for key, one in answer.items()} == made for answer in answers)
    assert Task.objects.count() == 5
    assert TaskEntry.objects.filter(name="report").count() == 5
