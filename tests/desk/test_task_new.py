import pytest
from django.urls import reverse

from departments.models import Task
from tests.cast import Cast
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db
FORM = {
    "origin": "public",
    "title": "地铁口积水",
    "description": "水深约二十厘米",
    "category": "flood",
    "district": "990102",
    "address": "滨江大道12号",
    "lon": "120.30",
    "lat": "30.29",
}


def test_a_phone_call_becomes_a_reported_task(cast: Cast) -> None:
    client = visitor(cast, "other_officer")
    answer = client.post(reverse("task_new"), FORM)
    task = Task.objects.get()
    assert answer["Location"] == reverse("task", args=[task.pk])
    assert (task.state, task.origin_kind, task.category) == ("reported", "public", "flood")
    assert (task.lon, task.lat, task.district) == (120.30, 30.29, "990102")
    assert client.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"title": ""}, "Please fill this in"),
        ({"origin": "alert"}, "Select a valid choice"),
        ({"lat": ""}, "Give both longitude and latitude, or neither."),
        ({"lon": "2.35", "lat": "48.85"}, "The position does not lie in this city."),
        ({"lon": "nan"}, "Enter a number."),
    ],
)
def test_what_is_not_right_is_told_and_nothing_is_lost(
    cast: Cast, change: dict[str, str], told: str
) -> None:
    answer = visitor(cast, "dispatcher").post(reverse("task_new"), {**FORM, **change})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert told in html
    assert "水深约二十厘米" in html
    assert not Task.objects.exists()
