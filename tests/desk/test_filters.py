import pytest

from core.errors import BadInput
from desk.filters import Choice, Filter, in_force, read

FILTERS = [
    Filter("state", "State", [Choice("open", "Open"), Choice("done", "Done")]),
    Filter("district", "District", [Choice("990102", "Linjiang")]),
]


def test_chosen_values_are_marked_and_kept() -> None:
    found = read({"state": "open", "district": "", "cursor": "abc"}, FILTERS)
    assert [one.chosen for one in found] == ["open", ""]
    assert in_force(found) == {"state": "open"}


@pytest.mark.parametrize("query", [{"state": "lost"}, {"officer": "somebody"}])
def test_what_is_not_offered_is_refused(query: dict[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        read(query, FILTERS)
    assert caught.value.code == "unknown_filter"
