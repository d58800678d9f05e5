"""An act costs few statements, however many parts the task has."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from departments.selectors import TaskFilter, inbox, task_detail, task_rows
from departments.services import dispatch_alert
from tests.departments.office import Office

pytestmark = pytest.mark.django_db


def test_signing_for_takes_ten_statements_at_most(office: Office) -> None:
    task_id = dispatch_alert(alert=office.alert())
    assert task_id is not None
    office.act("supporting_officer", task_id, "sign_for")
    viewer = office.viewer("lead_officer")
    assert viewer.acting
    with CaptureQueriesContext(connection) as caught:
        office.act("lead_officer", task_id, "sign_for", version=4)
    assert len(caught) <= 10, [one["sql"] for one in caught]
    with CaptureQueriesContext(connection) as caught:
        office.act("lead_officer", task_id, "start")
    assert len(caught) <= 10, [one["sql"] for one in caught]


def test_reading_takes_few(office: Office) -> None:
    for _ in range(3):
        dispatch_alert(alert=office.alert())
    task_id = office.verifying()
    for who in ("lead_officer", "verifier", "dispatcher", "city_supervisor"):
        viewer = office.viewer(who)
        with CaptureQueriesContext(connection) as caught:
            inbox(viewer)
        assert len(caught) <= 5, [one["sql"] for one in caught]
        with CaptureQueriesContext(connection) as caught:
            task_detail(viewer, task_id)
        assert len(caught) <= 5, [one["sql"] for one in caught]
        with CaptureQueriesContext(connection) as caught:
            task_rows(viewer, TaskFilter(overdue=False))
        assert len(caught) <= 3, [one["sql"] for one in caught]
