"""A quarantined row as a form: what was changed, what is wrong where, and what was pasted."""

import pytest

from core.errors import RuleBroken
from integration.services import RawRow
from integration.ui.profile_reading import Reading
from integration.ui.row_form import Fault, as_text, changes, pasted, row_fields, typed

RAW = RawRow(
    fields={
        "id": "A1",
        "n": 5,
        "x": 1.5,
        "ok": True,
        "none": None,
        "text": "one\r\ntwo",
        "pos[0]": 30.2,
        "pos[1]": "N/A",
        "caller": "赵*",
    },
    masked=frozenset({"caller"}),
)
KNOWN = [Reading("id", "Source id"), Reading("pos", "Position", how="WGS-84")]


def _all(**changed: str) -> dict[str, str]:
    same = {path: as_text(value) for path, value in (RAW.fields or {}).items()}
    return same | {"text": "one\ntwo"} | changed


def test_a_form_sent_back_unchanged_changes_nothing() -> None:
    # Browsers make their own line breaks of a text's.
    assert changes(RAW, _all()) == {}


def test_what_was_changed_keeps_its_kind() -> None:
    given = _all(id="A2", n="7", x="-2e1", ok="false", none="now", **{"pos[0]": "30.29"})
    assert changes(RAW, given) == {
        "id": "A2",
        "n": 7,
        "x": -20.0,
        "ok": False,
        "none": "now",
        "pos[0]": 30.29,
    }
    assert isinstance(changes(RAW, given)["n"], int)


def test_what_is_no_number_stays_what_was_typed() -> None:
    assert changes(RAW, _all(n="05", x="1e999")) == {"n": "05", "x": "1e999"}


def test_an_emptied_field_is_empty_in_its_kind() -> None:
    assert changes(RAW, _all(id="", n="")) == {"id": "", "n": None}


def test_masked_fields_cannot_be_changed() -> None:
    assert changes(RAW, _all(caller="钱某某")) == {}


def test_only_the_inputs_of_fields_are_read() -> None:
    sent = {"field:id": "A2", "csrfmiddlewaretoken": "x", "reason": "y"}
    assert typed(sent) == {"id": "A2"}


def test_the_first_wrong_field_that_may_be_corrected_has_the_focus() -> None:
    faults = [Fault("bad_number", "pos", "wrong"), Fault("missing_field", "caller", "empty")]
    fields = {one.path: one for one in row_fields(RAW, KNOWN, faults, {})}
    assert [path for path, one in fields.items() if one.focus] == ["pos[0]"]
    assert [path for path, one in fields.items() if one.faults] == ["pos[0]", "pos[1]", "caller"]
    assert fields["caller"].locked
    assert (fields["pos[1]"].meaning, fields["pos[1]"].how) == ("Position", "WGS-84")


def test_a_field_that_the_row_lacks_is_offered_empty() -> None:
    fields = row_fields(RAW, KNOWN, [Fault("missing_field", "when.at", "empty")], {})
    assert (fields[-1].path, fields[-1].value, fields[-1].focus) == ("when.at", "", True)


def test_what_was_typed_stays_after_a_refusal() -> None:
    fields = {one.path: one.value for one in row_fields(RAW, KNOWN, [], {"id": "half"})}
    assert fields["id"] == "half"
    assert fields["n"] == "5"


def test_a_whole_row_is_pasted_as_json_or_as_two_lines() -> None:
    assert pasted(' {"id": "A1", "n": 5}', ",") == {"id": "A1", "n": 5}
    assert pasted('编号;说明\nA1;"一;二"\n', ";") == {"编号": "A1", "说明": "一;二"}


@pytest.mark.parametrize(
    "text", ["", "A1,5", "id,n\nA1", "id\nA1\nA2", '{"id": NaN}', '{"id": "A1"', "[1]", "{}"]
)
def test_what_is_no_row_is_refused(text: str) -> None:
    with pytest.raises(RuleBroken) as caught:
        pasted(text, ",")
    assert caught.value.code == "row_unreadable"
