from typing import Any

import pytest

from accounts.domain.roster import read_officers
from city.domain.faults import Faults, Node

ROW = {
    "username": "linruolan",
    "name_zh": "林若岚",
    "name_en": "Lin Ruolan",
    "organisation": "GOV",
    "role": "supervisor",
    "post_zh": "督查专员",
    "post_en": "Supervisor",
    "language": "zh-hans",
    "password": "long-enough-2026",
}


def _read(*rows: dict[str, Any]) -> tuple[int, Faults]:
    faults = Faults()
    return len(read_officers(Node("officers.json", "", list(rows), faults), {"GOV"})), faults


def test_a_row_that_is_right() -> None:
    assert _read(ROW) == (1, [])


@pytest.mark.parametrize(
    ("change", "path", "code"),
    [
        ({"organisation": "X"}, "[0].organisation", "unknown_organisation"),
        ({"role": "king"}, "[0].role", "not_allowed"),
        ({"language": "de"}, "[0].language", "not_allowed"),
        ({"password": "short"}, "[0].password", "too_short"),
        ({"username": "a b"}, "[0].username", "bad_key"),
        ({"name_zh": ""}, "[0].name_zh", "missing"),
        ({"rank": 3}, "[0].rank", "unknown_key"),
    ],
)
def test_what_is_wrong_is_named(change: dict[str, Any], path: str, code: str) -> None:
    _, faults = _read(ROW | change)
    assert [(one.path, one.code) for one in faults] == [(path, code)]


def test_a_name_stands_once() -> None:
    _, faults = _read(ROW, ROW)
    assert [one.code for one in faults] == ["duplicate"]


def test_a_password_is_never_in_the_text_of_the_facts() -> None:
    faults = Faults()
    (officer,) = read_officers(Node("officers.json", "", [ROW], faults), {"GOV"})
    assert "long-enough" not in repr(officer)
