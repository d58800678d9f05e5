from django.urls import reverse

from accounts.domain.viewer import Viewer
from web.navigation import Link, entries, links


def _viewer(*roles: str) -> Viewer:
    return Viewer(kind="officer", id="1", label="somebody", roles=frozenset(roles))


def _urls(found: list[Link]) -> set[str]:
    return {link.url for link in found}


def test_officers_find_the_work_and_not_the_administration() -> None:
    urls = _urls(links(_viewer("officer"), "/"))
    assert {reverse(name) for name in ("inbox", "tasks", "cases")} <= urls
    assert reverse("admin:index") not in urls


def test_administrators_find_the_administration_and_no_business() -> None:
    for role in ("system_admin", "security_admin", "audit_admin"):
        urls = _urls(links(_viewer(role), "/"))
        assert {reverse("admin:index"), reverse("api_docs")} <= urls
        assert urls.isdisjoint({reverse("tasks"), reverse("cases")})


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
