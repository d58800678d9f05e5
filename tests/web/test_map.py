import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def test_the_city_is_drawn_from_its_own_boundaries(cast: Cast) -> None:
    client = visitor(cast, "other_officer")
    answer = client.get(reverse("map_areas"))
    areas = answer.json()
    assert {one["properties"]["code"] for one in areas["districts"]["features"]} == {
        f"99010{digit}" for digit in range(2, 8)
    }
    assert len(areas["grids"]["features"]) > 400
    again = client.get(reverse("map_areas"), headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_strangers_get_no_map() -> None:
    assert Client().get(reverse("map_areas")).status_code == 302


def test_an_icon_is_where_browsers_look_for_one() -> None:
    answer = Client().get("/favicon.ico")
    assert answer.status_code == 302
    assert answer["Location"].endswith(".svg")
