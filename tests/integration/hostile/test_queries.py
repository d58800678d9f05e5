"""Hostile questions put to every list of the machines' doors by everybody."""

import time

import pytest

from tests.integration.hostile.reading import bare
from tests.restapi.test_every_door import DOORS, ROLES, Book, World, _client, world

pytestmark = [pytest.mark.django_db, pytest.mark.reference]
__all__ = ["world"]  # a fixture

_ALLOWED = (200, 400, 401, 403, 404, 405, 414, 422)
_SECONDS = 2.0
_EACH = 4  # every question goes to every list, by every fourth role


def _lists(world: World) -> list[str]:
    return [
        world.url(route, world.ids.get(door.kind, ""))
        for route, door in DOORS.items()
        if "get" in door.methods and not door.page and not route.endswith(">")
    ]


def test_no_question_breaks_a_list_or_tells_what_is_anothers(cast, world):
    book = Book()
    for role in ROLES:
        _ask_all(role, _client(cast, role), world, book)
    book.closed()


def _ask_all(role, client, world, book):
    """Every question to every list, a part of them by each role."""
    outside = role in ("other_officer", "system_admin", "security_admin", "audit_admin")
    for place, url in enumerate(_lists(world)):
        for number, query in enumerate(bare("hostile_query_strings.json")["queries"]):
            if (place + number + ROLES.index(role)) % _EACH:
                continue
            began = time.process_time()
            answer = client.get(f"{url}?{query}")
            text = b"".join(answer).decode() if answer.streaming else answer.content.decode()
            if not answer.streaming:
                book.judge(
                    answer,
                    f"{role} {url}?{query[:40]}",
                    (answer.status_code in _ALLOWED, "not allowed"),
                    (time.process_time() - began < _SECONDS, "slow"),
                    (not any(one in text for one in ("SELECT ", "psycopg", "Traceback")), "leaks"),
                    (not outside or not any(one in text for one in world.secrets), "tells"),
                    ("X" not in answer, "a header of the caller's"),
                )
