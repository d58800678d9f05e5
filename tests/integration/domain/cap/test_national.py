"""National warning messages, in the form of the warning system and in that of CAP."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import BadInput
from integration.domain import formats
from integration.domain.cap.national import iso
from integration.domain.profile import Format, Profile
from integration.domain.profile_document import trusted
from integration.domain.rows import Chunk
from tests.conftest import BINHAI
from tests.integration.domain.cap.alerts import SQUARE, alert, area, element, info, pair

_ID = "35020041600000_20260105195500"
_HEAD: dict[str, str] = {
    "identifier": _ID,
    "sender": "厦门市气象局",
    "senderCode": "35020041600000",
    "sendTime": "2026-01-05 20:00:00+08:00",
    "status": "Actual",
    "msgType": "Alert",
    "scope": "Public",
    "code": "<method><methodName>SMS</methodName><message>text</message></method>",
    "secClassification": "None",
    "note": "",
    "references": "",
}
_INFO: dict[str, str] = {
    "language": "zh-CN",
    "eventType": "11B03",
    "urgency": "Unknown",
    "severity": "Orange",
    "certainty": "Unknown",
    "effective": "2026-01-05 20:05:00+08:00",
    "onset": "",
    "expires": "2026-01-06 20:05:00+08:00",
    "senderName": "李某",
    "headline": "厦门市气象局发布暴雨橙色预警[II级/严重]",
    "description": "预计未来6小时有暴雨。",
    "instruction": "",
    "web": "",
    "area": "<areaDesc>厦门市,厦门市</areaDesc><polygon/><circle/>"
    "<geocode>350200000000,350203000000</geocode>",
}


def national(*infos: str, **changes: str) -> str:
    """A message as the warning system writes it: empty elements where nothing is told."""
    told = "".join(element(name, text) for name, text in (_HEAD | changes).items())
    return element("alert", told, *(infos or (block(),)))


def block(**changes: str) -> str:
    return element("info", *(element(name, text) for name, text in (_INFO | changes).items()))


def profile_document(**changes: Any) -> dict[str, Any]:
    """As the demo city's feed of CAP, reading national messages."""
    document = json.loads((BINHAI / "feeds" / "weather_cap.json").read_text("utf-8"))
    document["format"] = {"name": "gbt35965"}
    document["severity"] = {
        "path": "severity",
        "scale": "gbt35965.level",
        "codes": {"Red": 1, "Orange": 2, "Yellow": 3, "Blue": 4, "": None},
    }
    attributes = [one for one in document["attributes"] if one["name"] != "issuer"]
    more = ("issuer", "area", "agency", "secClassification")
    attributes += [{"path": name, "name": name.lower()} for name in more]
    return {**document, "attributes": attributes, **changes}


def profile() -> Profile:
    return trusted(profile_document())


def chunk(text: str | bytes) -> Chunk:
    body = text if isinstance(text, bytes) else text.encode()
    (found,) = formats.read(body, profile())
    return found


def row(text: str | bytes) -> dict[str, Any]:
    return {path: column[0] for path, column in chunk(text).columns.items()}


def reasons(text: str) -> list[tuple[str, str, bool]]:
    return [(one.code, one.field, one.quarantined) for one in chunk(text).reasons]


def test_a_message_of_the_warning_system_is_read():
    told = row(national())
    assert reasons(national()) == []
    assert (told["key"], told["identifier"]) == (_ID, _ID)
    assert (told["sender"], told["issuer"]) == ("35020041600000", "厦门市气象局")
    assert told["sent"] == "2026-01-05T20:00:00+08:00"
    assert (told["msgType"], told["status"], told["scope"]) == ("Alert", "Actual", "Public")
    assert (told["event_code"], told["event"]) == ("10203", "暴雨")
    assert (told["level"], told["severity"]) == ("orange", "Orange")
    assert (told["starts"], told["expires"]) == (
        "2026-01-05T20:05:00+08:00",
        "2026-01-06T20:05:00+08:00",
    )
    assert told["districts"] == ["350200", "350203"]
    assert told["area_text"] == "厦门市"
    assert (told["area"], told["agency"]) == ("350200", "416")
    assert told["geometry"] is None
    # The person who signed is nobody's business.
    assert "李某" not in json.dumps(told, ensure_ascii=False)


def test_a_cap_message_with_a_national_identifier_is_read_as_one():
    text = alert(
        info(
            severity="Severe",
            parameter=pair("parameter", "warningColor", "橙色"),
            area=area(pair("geocode", "GB/T 2260", "350203000000"), element("polygon", SQUARE)),
        ),
        identifier=f"{_ID}_0",
        sender="35020041600000",
    )
    told = row(text)
    assert reasons(text) == []
    assert (told["severity"], told["level"]) == ("Severe", "orange")
    assert told["districts"] == ["350203"]
    assert told["geometry"]["type"] == "Polygon"
    assert (told["event_code"], told["key"]) == ("10203", f"{_ID}_0")


def test_the_status_is_actual_where_none_is_told():
    assert row(national(status=""))["status"] == "Actual"
    assert row(national(status="Test"))["status"] == "Test"


@pytest.mark.parametrize(
    "references",
    [
        "35020041600000_20260104080000",
        "35020041600000_20260104080000_1 ",
        "35020041600000,35020041600000_20260104080000,2026-01-04T08:00:00+08:00",
    ],
)
def test_references_are_identifiers(references):
    told = row(national(msgType="Update", references=references))
    assert told["references"] == [references.strip().split(",")[-1 if "," not in references else 1]]
    assert reasons(national(msgType="Cancel", references=references)) == []


def test_several_references_stand_side_by_side():
    two = "35020041600000_20260104080000,35020041600000_20260104090000"
    assert row(national(msgType="Update", references=two))["references"] == two.split(",")


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"msgType": "Update"}, ("missing_field", "references", True)),
        ({"msgType": ""}, ("missing_field", "msgType", True)),
        ({"msgType": "Remind"}, ("bad_code", "msgType", False)),
        ({"references": "nothing", "msgType": "Update"}, ("bad_reference", "references", True)),
        ({"references": _ID, "msgType": "Update"}, ("bad_reference", "references", True)),
        ({"identifier": "W-1"}, ("bad_identifier", "identifier", False)),
        ({"senderCode": "35020041600001"}, ("bad_identifier", "senderCode", False)),
    ],
)
def test_what_would_mislead_waits_and_the_rest_is_flagged(changes, expected):
    assert reasons(national(**changes)) == [expected]


def test_an_unknown_event_and_an_unknown_colour_are_kept_as_text():
    told = row(national(block(eventType="99X01", severity="紫色")))
    assert (told["event_code"], told["event"]) == ("99X01", None)
    assert (told["level"], told["severity"]) == (None, "紫色")


def test_of_several_infos_the_gravest_speaks():
    told = row(national(block(severity="Blue"), block(severity="红色"), block(severity="02")))
    assert (told["level"], told["severity"]) == ("red", "红色")
    assert len(told["infos"]) == 3


def test_a_message_without_info_stands_for_itself():
    text = element("alert", *(element(name, one) for name, one in _HEAD.items()))
    assert reasons(text) == [("missing_field", "info", True)]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2026-01-05 20:00:00+08:00", "2026-01-05T20:00:00+08:00"),
        ("2026-01-05T20:00+08:00", "2026-01-05T20:00:00+08:00"),
        ("2026-01-05 20:00:00", "2026-01-05T20:00:00+08:00"),
        ("2026-01-05T12:00:00Z", "2026-01-05T12:00:00-00:00"),
        ("2026-01-05T20:00:00.000+0800", "2026-01-05T20:00:00+08:00"),
        ("", ""),
        ("5 January", "5 January"),
        ("2026-13-05 20:00:00", "2026-13-05 20:00:00"),
    ],
)
def test_times_without_a_t_seconds_or_zone_are_understood(text, read):
    assert iso(text) == read


@pytest.mark.parametrize(
    ("text", "code", "status"),
    [
        ("", "empty_file", 400),
        ("{}", "unsupported_type", 415),
        ("<alerts/>", "unsupported_type", 422),
        ('<alert xmlns="urn:oasis:names:tc:emergency:cap:1.1"/>', "unsupported_type", 422),
        ("<alert>", "malformed_file", 400),
        ('<!DOCTYPE alert [<!ENTITY a "b">]><alert>&a;</alert>', "forbidden_xml", 422),
        (
            "<alert><identifier>a</identifier><identifier>b</identifier></alert>",
            "malformed_file",
            422,
        ),
        ("<alert>" + "<info/>" * 101 + "</alert>", "too_many_rows", 413),
        ("<alert>" + "<x>" * 40 + "</x>" * 40 + "</alert>", "too_large", 413),
    ],
)
def test_what_is_no_message_is_refused_whole(text, code, status):
    with pytest.raises(BadInput) as refused:
        chunk(text)
    assert (refused.value.code, refused.value.status) == (code, status)


def test_it_is_recognised_and_sampled():
    body = national().encode("gb18030")
    declared = b'<?xml version="1.0" encoding="GB18030"?>' + body
    for one in (national().encode(), declared, national().encode("utf-16")):
        assert formats.recognised(one)[0] == Format(name="gbt35965")
        assert formats.sample(one, Format(name="gbt35965"), 3)[0]["level"] == "orange"
    assert formats.recognised(alert().encode())[0] == Format(name="cap")


_names = st.sampled_from([*_HEAD, *_INFO, "alert", "info", "geocode", "polygon", "valueName"])
_texts = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="<&"), max_size=30),
    st.sampled_from(["Blue", "红色", _ID, "2026-01-05 20:00:00", "30,120 31,120 31,121 30,120"]),
)
_trees = st.recursive(
    st.tuples(_names, _texts).map(lambda pair: element(*pair)),
    lambda inside: st.tuples(_names, st.lists(inside, max_size=5)).map(
        lambda pair: element(pair[0], *pair[1])
    ),
    max_leaves=25,
)


@settings(deadline=None)
@given(st.lists(_trees, max_size=8))
def test_no_message_breaks_the_reader(parts):
    try:
        found = chunk(element("alert", *parts))
    except BadInput:
        return
    assert found.size == 1
