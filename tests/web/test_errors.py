import pytest
from django.http import HttpRequest
from django.test import Client, RequestFactory
from django.urls import reverse

from core.errors import NotAllowed, NotFound, Overloaded, RuleBroken
from tests.cast import Cast
from tests.web.pages import visitor
from web.errors import server_error
from web.middleware import DomainErrorMiddleware

pytestmark = pytest.mark.django_db


def _request(path: str) -> HttpRequest:
    return RequestFactory().get(path)


def _shown(error: Exception, path: str = "/tasks/") -> tuple[int, str] | None:
    answer = DomainErrorMiddleware(lambda request: None).process_exception(  # type: ignore[arg-type,return-value]
        _request(path), error
    )
    return None if answer is None else (answer.status_code, answer.content.decode())


def test_missing_and_foreign_look_the_same() -> None:
    one = _shown(NotFound("not_found", "There is no feed %(feed)s.", feed="secret"))
    other = _shown(NotFound("not_found", "There is no such object."))
    assert one is not None
    assert other is not None
    assert one[0] == other[0] == 404
    assert "secret" not in one[1]


def test_refusals_are_pages_with_their_reason_and_status() -> None:
    shown = _shown(RuleBroken("bad", "The limit is %(most)s <b>.", most=3))
    assert shown is not None
    assert shown[0] == 422
    assert "The limit is 3 &lt;b&gt;." in shown[1]
    forbidden = _shown(NotAllowed("no", "Not yours."))
    assert forbidden is not None
    assert (forbidden[0], "Not yours." in forbidden[1]) == (403, True)


def test_overload_says_when_to_come_back() -> None:
    answer = DomainErrorMiddleware(lambda request: None).process_exception(  # type: ignore[arg-type,return-value]
        _request("/"), Overloaded("overloaded", "Busy.", retry_after=7)
    )
    assert answer is not None
    assert (answer.status_code, answer["Retry-After"]) == (503, "7")


def test_the_machines_doors_and_other_errors_are_left_alone() -> None:
    assert _shown(NotFound("not_found", "x"), "/api/v1/tasks") is None
    assert _shown(ValueError("x")) is None


def test_unknown_addresses(cast: Cast) -> None:
    page = visitor(cast, "lead_officer").get("/nowhere/")
    assert page.status_code == 404
    assert "There is nothing here" in page.content.decode()
    machine = Client().get("/api/v1/nowhere/")
    assert machine.status_code == 404
    assert machine.json()["error"]["code"] == "not_found"


def test_a_failure_tells_nothing_and_needs_nothing() -> None:
    page = server_error(_request("/tasks/"))
    assert page.status_code == 500
    assert "Something went wrong" in page.content.decode()
    machine = server_error(_request("/api/v1/tasks"))
    assert machine["Content-Type"] == "application/json"


def test_unknown_filters_are_refused_kindly(cast: Cast) -> None:
    page = visitor(cast, "lead_officer").get(reverse("tasks"), {"state": "nonsense"})
    assert page.status_code == 400
    assert "This list cannot be filtered that way." in page.content.decode()
