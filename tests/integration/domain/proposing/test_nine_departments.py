"""What is proposed for the nine departments from 300 of their rows, against what people agreed.

The rows carry the generator's defects, resends and updates. Nothing is said beforehand but what
stands in ``base``: key, names, organisation, kind, origin and header.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

import pytest

from integration.domain.profile_document import check
from integration.domain.proposing import Proposal, propose
from tests.integration.domain.proposing.binhai import agreed, base, city, samples

pytestmark = pytest.mark.reference

DEPARTMENTS = (
    "police110", "hotline12345", "fire_inspect", "traffic", "weather", "gas_iot", "health",
    "market", "urban_grid",
)  # fmt: skip
_SEEDS = (7, 8)
# Nothing in these rows names a district or lies at the city's edge.
_UNTOLD = ("gas_iot", "health")
_PERSONAL = {
    "police110": {"BJRXM", "BJRDH"},
    "hotline12345": {"citizen.name", "citizen.phone", "citizen.secret"},
    "traffic": {"cl"},
    "health": {"age", "sex"},
    "urban_grid": {"reporter"},
}


@cache
def _proposal(dept: str, seed: int) -> Proposal:
    return propose(samples(seed)[dept], base=base(dept), city=city())


def _without(section: Any, *names: str) -> Any:
    return {name: one for name, one in section.items() if name not in names}


@pytest.mark.parametrize("seed", _SEEDS)
@pytest.mark.parametrize("dept", DEPARTMENTS)
def test_layout_id_time_and_position_are_found(dept: str, seed: int) -> None:
    found, meant = _proposal(dept, seed), agreed(dept)
    reading, layout = found.reading, meant["format"]
    assert reading["name"] == layout["name"]
    if layout["name"] == "csv":
        assert reading["encoding"].lower() == layout["encoding"]
        assert reading["delimiter"] == layout["delimiter"]
    assert found.document["identity"] == meant["identity"]
    assert found.document["version"] == meant["version"]
    assert found.document.get("occurred_at") == meant.get("occurred_at")
    position = found.document["position"]
    assert isinstance(position, Mapping)
    free = ("crs", "crs_codes", "shown_decimals")
    assert _without(position, *free) == _without(meant["position"], *free)


@pytest.mark.parametrize("dept", DEPARTMENTS)
def test_a_system_is_told_where_the_rows_tell_it_and_asked_for_elsewhere(dept: str) -> None:
    for seed in _SEEDS:
        found, meant = _proposal(dept, seed), agreed(dept)["position"]
        part = found.part("position")
        assert part is not None
        if dept in _UNTOLD:
            assert not part.decided
            assert part.ask is not None
            assert len({one.certainty for one in part.options}) == 1
        elif part.decided:
            # What it is sure of is right.
            chosen = part.value
            assert isinstance(chosen, dict)
            codes = chosen.get("crs_codes") or {"": chosen["crs"]}
            assert set(codes.values()) <= {*meant.get("crs_codes", {}).values(), meant.get("crs")}
        else:
            assert part.ask is not None
            assert any(one.value["crs"] == meant["crs"] for one in part.options)  # type: ignore[index]


@pytest.mark.parametrize(("rows", "least"), [(300, 0.2), (1000, 0.5)])
def test_systems_of_degrees_are_told_apart_by_the_districts_that_rows_name(
    rows: int, least: float
) -> None:
    told = wrong = 0
    for seed in range(11, 15):
        for dept in ("police110", "fire_inspect"):
            found = propose(samples(seed, rows)[dept], base=base(dept), city=city())
            part = found.part("position")
            assert part is not None
            assert isinstance(part.value, dict)
            told += part.decided
            wrong += part.decided and part.value["crs"] != agreed(dept)["position"]["crs"]
    assert told >= least * 8
    assert wrong == 0


@pytest.mark.parametrize("dept", DEPARTMENTS)
def test_codes_are_given_the_categories_of_which_their_rows_speak(dept: str) -> None:
    for seed in _SEEDS:
        found, meant = _proposal(dept, seed), agreed(dept)["category"]
        category = found.document["category"]
        assert isinstance(category, dict)
        assert category["path"] == meant["path"]
        wrong = {
            code: key for code, key in category["codes"].items() if meant["codes"].get(code) != key
        }
        assert not wrong
        part = found.part("category")
        assert part is not None
        missing = set(meant["codes"]) - set(category["codes"])
        asked = str(part.ask.detail["codes"]) if part.ask else ""
        seen = samples(seed)[dept].decode(found.reading["encoding"])
        assert all(code in asked for code in missing if f'"{code}"' in seen or f",{code}," in seen)


@pytest.mark.parametrize("dept", DEPARTMENTS)
def test_nothing_personal_becomes_an_attribute_a_summary_or_an_id(dept: str) -> None:
    found = _proposal(dept, 7).document
    open_paths = {str(one["path"]) for one in found.get("attributes", ())}  # type: ignore[attr-defined]
    open_paths |= {
        str(found[name]["path"]) for name in ("identity", "summary", "address") if name in found
    }  # type: ignore[index]
    closed = {str(one["path"]) for one in found.get("personal", ())} | set(found.get("ignored", ()))  # type: ignore[attr-defined,call-overload]
    assert not open_paths & _PERSONAL.get(dept, set())
    assert _PERSONAL.get(dept, set()) <= closed


@pytest.mark.parametrize("dept", DEPARTMENTS)
def test_the_document_holds_or_says_what_is_missing(dept: str) -> None:
    found = _proposal(dept, 7)
    _, faults = check(
        found.document,
        categories=city().categories,
        organisations={agreed(dept)["organisation"]},
    )
    assert faults == []
    unsure = {one.section for one in found.undecided}
    assert unsure <= {"severity", "position", "category", "attributes", "identity"}
    for part in found.parts:
        if part.options and not part.decided and part.section in ("severity", "position"):
            assert part.ask is not None


def test_a_proposal_is_the_same_every_time() -> None:
    first = propose(samples()["hotline12345"], base=base("hotline12345"), city=city())
    again = propose(samples()["hotline12345"], base=base("hotline12345"), city=city())
    assert first == again
