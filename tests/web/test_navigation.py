import pytest
from django.urls import reverse

from accounts.domain.viewer import Viewer
from tests.cast import Cast
from tests.web.pages import visitor
from web.navigation import Link, entries, links, more_of


def _viewer(*roles: str) -> Viewer:
    return Viewer(kind="officer", id="1", label="somebody", roles=frozenset(roles))


def _urls(found: list[Link]) -> set[str]:
    return {link.url for link in found}


def test_officers_find_the_work_and_not_the_administration() -> None:
    urls = _urls(links(_viewer("officer"), "/"))
    places = ("inbox", "tasks", "cases", "map", "warnings", "record_list", "feeds")
    assert {reverse(name) for name in places} <= urls
    assert reverse("admin:index") not in urls


def test_administrators_find_the_administration_and_no_business() -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        urls = _urls(links(_viewer(role), "/"))
        assert {reverse("admin:index"), reverse("api_docs")} <= urls
        business = ("tasks", "cases", "map", "warnings", "record_list")
        assert urls.isdisjoint({reverse(name) for name in business})


def test_the_current_place_is_the_closest_one() -> None:
    def current(path: str) -> list[str]:
        return [link.url for link in links(_viewer("officer"), path) if link.current]

    assert current("/") == [reverse("inbox")]
    assert current("/tasks/new/") == [reverse("tasks")]
    assert current("/nowhere/") == []


def test_entries_are_in_order_and_lead_somewhere() -> None:
    orders = [entry.order for entry in entries()]
    assert orders == sorted(orders)
    assert all(reverse(entry.url_name) for entry in entries())


def test_a_phone_has_four_places_and_the_others_in_its_menu() -> None:
    found = links(_viewer("officer"), reverse("warnings"))
    rooms = [link.room for link in found]
    assert rooms == ["always"] * 4 + ["wide"] * 4
    assert [link.url for link in found[:4]] == [
        reverse(name) for name in ("inbox", "tasks", "cases", "map")
    ]
    more = more_of(found)
    assert more.links == found[4:]
    assert (more.wide, more.here) == (False, "wide")


def test_whoever_has_few_places_has_no_menu() -> None:
    found = links(_viewer("audit_admin"), "/")
    assert {link.room for link in found} == {"always"}
    assert more_of(found).links == []


def test_what_no_bar_holds_is_in_the_menu_everywhere() -> None:
    found = links(_viewer("officer", "system_admin"), reverse("admin:index"))
    assert [link.room for link in found[8:]] == ["menu"] * (len(found) - 8)
    more = more_of(found)
    assert (more.wide, more.here) == (True, "menu")
    assert more_of(links(_viewer("officer", "system_admin"), "/")).here == ""


@pytest.mark.django_db
def test_the_menu_is_there_without_scripts_and_marks_the_place(cast: Cast) -> None:
    html = visitor(cast, "lead_officer").get(reverse("warnings")).content.decode()
    nav = html.partition("<nav")[2].partition("</nav>")[0]
    assert '<summary class="eg-here-wide">' in nav
    assert nav.count(f'href="{reverse("warnings")}" aria-current="page"') == 2
    html = visitor(cast, "audit_admin").get(reverse("inbox")).content.decode()
    assert "<summary" not in html.partition("<nav")[2].partition("</nav>")[0]
