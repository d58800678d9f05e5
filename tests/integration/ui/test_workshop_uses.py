"""What fields become, as the bench's form changes it in a document."""

import pytest
from django.http import QueryDict

from integration.ui.workshop.settings import with_settings
from integration.ui.workshop.uses import Document, readable, uses_of, with_uses

ZONE = "Asia/Shanghai"
BASE: Document = {
    "key": "lifts",
    "identity": {"rule": "path", "path": "no"},
    "version": {"rule": "arrival"},
    "category": {"path": "kind", "codes": {"TRAP": "facility"}},
    "occurred_at": {"path": "at", "form": "%Y-%m-%d %H:%M", "zone": ZONE},
    "reported_at": {"path": "at", "form": "%Y-%m-%d %H:%M", "zone": ZONE},
    "position": {"form": "pair", "lon": "x", "lat": "y", "crs": "GCJ-02"},
    "attributes": [{"path": "floor", "name": "floor", "type": "integer"}],
    "personal": [{"path": "who", "kind": "name"}],
    "ignored": ["note"],
}


def _changed(wanted: dict[str, str], **guesses: object) -> Document:
    return with_uses(
        BASE,
        wanted,
        guesses={section: [value] for section, value in guesses.items()},
        kinds={"spot": "list", "n": "number"},
        zone=ZONE,
    )


def test_every_use_is_read_from_the_document() -> None:
    uses = uses_of(BASE)
    assert uses["at"] == ["occurred_at", "reported_at"]
    assert uses["who"] == ["personal.name"]
    assert [uses[path][0] for path in ("no", "x", "y", "floor", "note")] == [
        "id",
        "lon",
        "lat",
        "attribute",
        "ignored",
    ]


def test_what_is_not_changed_stays_to_the_letter() -> None:
    same = {path: uses[0] for path, uses in uses_of(BASE).items()}
    assert _changed(same) == BASE


def test_a_second_use_outlives_a_change_of_the_first() -> None:
    found = _changed({"at": "ignored"})
    assert "occurred_at" not in found
    assert found["reported_at"] == BASE["reported_at"]


def test_a_new_use_takes_what_was_proposed_for_this_very_field() -> None:
    proposed = {"path": "when", "form": "chinese", "zone": ZONE}
    found = _changed({"when": "occurred_at", "at": "reported_at"}, occurred_at=proposed)
    assert found["occurred_at"] == proposed
    other = _changed({"then": "occurred_at"}, occurred_at=proposed)
    assert other["occurred_at"] == {"path": "then", "form": "iso8601", "zone": ZONE}


def test_a_field_of_a_list_leaves_it_and_enters_it() -> None:
    found = _changed({"floor": "personal.phone", "who": "", "深度": "attribute", "n": "attribute"})
    assert found["personal"] == [{"path": "floor", "kind": "phone"}]
    assert [(one["path"], one["name"], one["type"]) for one in found["attributes"]] == [
        ("深度", "field_1", "text"),
        ("n", "field_2", "number"),
    ]


def test_two_fields_become_one_and_one_becomes_two() -> None:
    one = _changed({"x": "", "y": "", "spot": "position"})
    assert one["position"] == {
        "form": "array",
        "path": "spot",
        "order": "lon_lat",
        "crs": "WGS-84",
    }
    two = with_uses(one, {"spot": "ignored", "x": "lon", "y": "lat"}, guesses={}, kinds={}, zone="")
    assert two["position"] == {"form": "pair", "lon": "x", "lat": "y", "crs": "WGS-84"}
    assert two["ignored"] == ["note", "spot"]


def test_a_measured_severity_takes_the_place_of_codes() -> None:
    found = _changed({"v": "measured", "u": "unit"})
    assert found["severity"] == {"scale": "lifts.v", "value": "v", "unit": "u"}


def test_without_an_id_the_content_is_the_identity() -> None:
    assert _changed({"no": "attribute"})["identity"] == {"rule": "content"}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"position": 3, "attributes": "x", "category": ["a"]},
        {"attributes": [1, {"path": 2}, {"name": "n"}], "ignored": [{"path": []}]},
        {"category": {"path": {"a": 1}, "codes": 5}, "operational": {"path": "p", "values": 1}},
    ],
)
def test_a_document_of_no_shape_is_no_trouble(spoilt: Document) -> None:
    document = readable({**BASE, **spoilt})
    uses = uses_of(document)
    wanted = dict.fromkeys(uses, "attribute")
    assert with_uses(document, wanted, guesses={}, kinds={}, zone=ZONE)["attributes"]


def _sent(text: str) -> QueryDict:
    return QueryDict(text)


def test_codes_are_set_and_left_out() -> None:
    sent = _sent(
        "category.of=kind&category.code=TRAP&category.to=&category.code=DOOR&category.to=facility"
    )
    assert with_settings(BASE, sent, zone=ZONE)["category"]["codes"] == {"DOOR": "facility"}


def test_severities_are_numbers_and_none() -> None:
    before = {**BASE, "severity": {"path": "class", "scale": "s", "codes": {}}}
    sent = _sent(
        "severity.of=class&severity.scale=own&severity.code=A&severity.to=1"
        "&severity.code=B&severity.to=none&severity.code=C&severity.to=9"
    )
    assert with_settings(before, sent, zone=ZONE)["severity"] == {
        "path": "class",
        "scale": "own",
        "codes": {"A": 1, "B": None},
    }


def test_settings_of_a_field_that_has_become_something_else_do_not_count() -> None:
    moved = _changed({"at": "ignored", "when": "occurred_at"})
    sent = _sent("occurred_at.of=at&occurred_at.form=epoch_s&occurred_at.zone=")
    assert with_settings(moved, sent, zone=ZONE)["occurred_at"] == moved["occurred_at"]


def test_times_are_written_in_a_form_of_ones_own() -> None:
    sent = _sent(
        "occurred_at.of=at&occurred_at.form=own&occurred_at.own=%25d.%25m.%25Y&occurred_at.zone=UTC"
    )
    assert with_settings(BASE, sent, zone=ZONE)["occurred_at"] == {
        "path": "at",
        "form": "%d.%m.%Y",
        "zone": "UTC",
    }
    counted = _sent("occurred_at.of=at&occurred_at.form=epoch_s&occurred_at.zone=UTC")
    assert with_settings(BASE, counted, zone=ZONE)["occurred_at"] == {
        "path": "at",
        "form": "epoch_s",
    }


def test_a_form_that_needs_a_zone_gets_the_city_s() -> None:
    before = {**BASE, "occurred_at": {"path": "at", "form": "epoch_s"}}
    sent = _sent("occurred_at.of=at&occurred_at.form=chinese&occurred_at.zone=")
    assert with_settings(before, sent, zone=ZONE)["occurred_at"]["zone"] == ZONE


def test_codes_that_the_form_did_not_show_stay() -> None:
    before = {**BASE, "category": {"path": "kind", "codes": {"": "other", "A": "fire"}}}
    sent = _sent("category.of=kind&category.code=A&category.to=")
    assert with_settings(before, sent, zone=ZONE)["category"]["codes"] == {"": "other"}


def test_a_place_says_no_more_than_it_must() -> None:
    sent = _sent(
        "position.of=x&position.crs=BD-09&position.notation=degrees&position.area=city"
        "&position.scale=1&position.shown_decimals="
    )
    assert with_settings(BASE, sent, zone=ZONE)["position"] == {**BASE["position"], "crs": "BD-09"}
    odd = _sent("position.of=x&position.scale=many&position.shown_decimals=3&position.area=any")
    found = with_settings(BASE, odd, zone=ZONE)["position"]
    assert (found["scale"], found["shown_decimals"], found["area"]) == ("many", 3, "any")


def test_further_fields_get_their_names_and_types() -> None:
    sent = _sent("attribute.of=floor&attribute.name=storey&attribute.type=text")
    assert with_settings(BASE, sent, zone=ZONE)["attributes"] == [
        {"path": "floor", "name": "storey", "type": "text"}
    ]
