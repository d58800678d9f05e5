import copy

import pytest

from core.errors import RuleBroken
from integration.domain.profile_document import check, trusted, validate
from tests.integration.domain.samples import CALLS, CATEGORIES, HOUSTON, profile


def _faults(document: object) -> set[tuple[str, str]]:
    _, faults = check(document, categories=CATEGORIES, organisations=("PSB",))
    return {(fault.path, fault.code) for fault in faults}


def test_every_fault_of_a_document_is_told_at_once():
    document = copy.deepcopy(CALLS)
    document["kind"] = "party"
    document["colour"] = "blue"
    document["position"]["lon"] = 7
    del document["summary"]["path"]
    document["attributes"].append({"path": "n", "name": "n", "type": "complex"})
    assert _faults(document) == {
        ("kind", "wrong_type"),
        ("colour", "unknown_key"),
        ("position.lon", "wrong_type"),
        ("summary.path", "missing"),
        ("attributes[1].type", "wrong_type"),
    }


def test_rules_between_parts_are_all_checked():
    document = copy.deepcopy(CALLS)
    document["organisation"] = "nobody"
    document["category"]["codes"]["9"] = "no.such"
    document["severity"]["codes"]["C"] = 5
    document["occurred_at"] = {"path": "at", "form": "%H:%M", "zone": "Mars/Olympus"}
    document["position"]["crs"] = "MARS-01"
    document["personal"].append({"path": "what", "kind": "name"})
    document["personal"].append({"path": "soul", "kind": "soul"})
    document["format"] = {"name": "papyrus", "encoding": "utf-99"}
    document["header"] = {"data_class": "secret"}
    document["limits"] = {"rows": 0}
    document["ignored"] = ["at"]
    assert _faults(document) == {
        ("organisation", "unknown_organisation"),
        ("category.codes.9", "unknown_category"),
        ("severity.codes.C", "out_of_range"),
        ("occurred_at.form", "bad_form"),
        ("occurred_at.zone", "unknown_zone"),
        ("position.crs", "crs_unknown"),
        ("personal", "personal_in_record"),
        ("personal[3].kind", "not_allowed"),
        ("format.name", "unknown_format"),
        ("format.encoding", "unknown_encoding"),
        ("header.legal_basis", "missing"),
        ("header.purpose", "missing"),
        ("header.impact_assessment", "missing"),
        ("header.data_class", "not_allowed"),
        ("header.retention_days", "not_allowed"),
        ("limits.rows", "out_of_range"),
        ("ignored", "read_and_ignored"),
    }


def test_a_refusal_names_each_fault_with_its_path():
    with pytest.raises(RuleBroken) as caught:
        validate({"key": "Bad Key"}, categories=(), organisations=())
    assert caught.value.code == "profile_invalid"
    paths = [fault["path"] for fault in caught.value.detail["faults"]]
    assert "category" in paths
    assert "identity" in paths


@pytest.mark.parametrize("document", [None, [], "x", {"format": []}, {"attributes": {}}])
def test_a_document_of_another_shape_is_a_fault_and_no_crash(document):
    assert _faults(document)


def test_a_feed_without_ids_and_codes_has_a_profile():
    assert profile(HOUSTON).identity.path is None
    assert profile(HOUSTON).paths == ("category", "lat", "lon", "time")


def test_a_stored_document_is_trusted_without_the_city():
    assert trusted(CALLS) == profile()


def test_null_is_nothing_where_nothing_is_allowed_and_a_fault_elsewhere():
    assert profile(position=None) == profile(
        {key: CALLS[key] for key in CALLS if key != "position"}
    )
    assert _faults({**CALLS, "window": None}) == {("window", "wrong_type")}
