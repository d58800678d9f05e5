"""How many statements the database is asked, counted at the cursor: BEGIN and COMMIT included.

Not counted is the ``SELECT 1`` by which Django makes sure, once a request, that a connection it
kept open still stands. What a process remembers for two seconds may have to be asked for: the
bounds hold even then.
"""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from accounts.services import issue_partner_key
from audit.domain import SYSTEM
from tests.cast import Cast
from tests.departments.office import Office
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push

DELIVERIES = "/api/v1/feeds/police110/deliveries"
MOST_TO_CREATE, MOST_TO_LIST, MOST_TO_ACT = 8, 5, 10


def _asked(act: Callable[[], Any]) -> tuple[Any, list[str]]:
    """The answer of an act, and the statements it needed."""
    with CaptureQueriesContext(connection) as found:
        answer = act()
    return answer, [one["sql"] for one in found.captured_queries]


def _partner() -> Callable[..., Any]:
    """Posts rows to the police feed as its partner."""
    client = APIClient()
    client.credentials(
        HTTP_AUTHORIZATION=f"Api-Key {issue_partner_key(feed_key='police110', actor=SYSTEM)}"
    )

    def post(*rows: dict[str, object], **headers: str) -> Any:
        return client.post(
            DELIVERIES, lines(rows), content_type="application/x-ndjson", headers=headers
        )

    return post


@pytest.mark.parametrize("headers", [{}, {"idempotency-key": "once"}])
def test_a_record_is_created_by_few_statements(committed_db: str, headers: dict[str, str]) -> None:
    post = _partner()
    post(call("FIRST"))
    answer, asked = _asked(lambda: post(call("J1"), **headers))
    assert (answer.status_code, answer.json()["accepted"]) == (201, 1)
    writing = [one for one in asked if not one.startswith(("SELECT", " SELECT"))]
    assert writing, asked
    assert len(asked) <= MOST_TO_CREATE, asked


@pytest.mark.django_db
def test_a_page_of_records_is_listed_by_few_statements(cast: Cast) -> None:
    push(*[call(f"L{n}") for n in range(60)])
    client = cast.client("feed_officer")
    client.get("/api/v1/records")
    answer, asked = _asked(lambda: client.get("/api/v1/records?limit=50"))
    assert len(answer.json()["results"]) == 50
    assert len(asked) <= MOST_TO_LIST, asked


@pytest.mark.django_db
def test_a_step_of_a_task_is_taken_by_few_statements(cast: Cast) -> None:
    office = Office(cast)
    client = cast.client("lead_officer")
    client.get(f"/api/v1/tasks/{office.dispatched()}")
    task_id = office.dispatched()
    for name, note in (("sign_for", ""), ("start", ""), ("submit_feedback", "处理完毕")):
        body = {"name": name, "note": note}
        path = f"/api/v1/tasks/{task_id}/transitions"
        answer, asked = _asked(lambda to=path, given=body: client.post(to, given, format="json"))
        assert answer.status_code == 200, answer.content
        assert answer.json() == client.get(f"/api/v1/tasks/{task_id}").json()
        assert len(asked) <= MOST_TO_ACT, asked
