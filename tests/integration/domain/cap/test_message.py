import pytest

from tests.integration.domain.cap.alerts import (
    SQUARE,
    alert,
    area,
    bare,
    element,
    info,
    pair,
    reasons,
    row,
    samples,
)

_BEFORE = "met@binhai.example,A0,2026-01-05T19:00:00+08:00"


def test_a_message_is_one_row_with_its_key_and_its_texts():
    found = row(alert(info(), info(language="en", event="rainstorm", headline="Rain")))
    assert found["key"] == "met@binhai.example,A1,2026-01-05T20:00:00+08:00"
    assert (found["event_code"], found["level"]) == ("10203", "Orange")
    assert (found["headline"], found["area_text"]) == ("暴雨橙色预警", "青山区")
    assert found["starts"] == "2026-01-05T20:00:00+08:00"
    assert found["expires"] == "2026-01-07T08:00:00+08:00"
    assert found["geometry"]["type"] == "Polygon"
    assert found["infos"][1] == {
        "language": "en",
        "event": "rainstorm",
        "headline": "Rain",
        "description": "",
        "instruction": "",
        "area": "青山区",
    }


@pytest.mark.parametrize(
    ("languages", "chosen"),
    [
        (("en", "zh-CN", "zh"), "zh-CN"),
        (("fr", "en-US", "zh-Hant"), "zh-Hant"),
        (("fr", "EN", "de"), "EN"),
        (("fr", "de"), "fr"),
        (("de", "without"), "without"),
    ],
)
def test_the_preferred_language_speaks_for_the_message(languages, chosen):
    infos = [
        info(language="" if language == "without" else language, headline=f"in {language}")
        for language in languages
    ]
    assert row(alert(*infos))["headline"] == f"in {chosen}"


def test_of_several_infos_in_its_language_the_gravest_speaks():
    infos = [
        info(severity="Minor", headline="1"),
        info(severity="Extreme", headline="2"),
        info(severity="Unknown", headline="3"),
        info(severity="Extreme", headline="4"),
    ]
    found = row(alert(*infos))
    assert (found["severity"], found["headline"]) == ("Extreme", "2")


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (pair("eventCode", "SAME", "FFW") + pair("eventCode", "GB/T 35561-2017", "11B03"), "11B03"),
        (pair("eventCode", "gb/t35561", "10217"), "10217"),
        (pair("eventCode", "SAME", "FFW") + pair("eventCode", "X", "Y"), "FFW"),
        ("", "暴雨"),
    ],
)
def test_the_national_event_code_comes_before_others_and_before_words(codes, told):
    assert row(alert(info(eventCode=codes)))["event_code"] == told


@pytest.mark.parametrize(
    ("parameters", "told"),
    [
        (pair("parameter", "warningColor", "Red"), "Red"),
        (pair("parameter", "x", "y") + pair("parameter", "Severity_Color", "03"), "03"),
        (pair("parameter", "headlineColor", "Red"), None),
        ("", None),
    ],
)
def test_the_level_is_what_a_parameter_says_and_never_the_severity(parameters, told):
    assert row(alert(info(severity="Extreme", parameter=parameters)))["level"] == told


def test_area_codes_are_gathered_from_all_areas():
    codes = [
        pair("geocode", "GB/T 2260", "990103"),
        pair("geocode", "GB/T 2260-2007", "990104") + pair("geocode", "UGC", "X"),
        pair("geocode", "GB/T 2260", "990103"),
    ]
    areas = "".join(area(one, description=f"{place}") for place, one in enumerate(codes))
    found = row(alert(info(area=areas)))
    assert found["districts"] == ["990103", "990104"]
    assert found["geometry"] is None
    assert found["area_text"] == "0; 1; 2"


def test_a_long_area_text_is_shortened_in_the_address_alone():
    found = row(alert(info(area=area(description="区" * 900))))
    assert len(found["area_text"]) == 500
    assert len(found["infos"][0]["area"]) == 900


@pytest.mark.parametrize(
    ("times", "starts"),
    [
        ({}, "2026-01-05T20:00:00+08:00"),
        ({"effective": "2026-01-05T21:00:00+08:00"}, "2026-01-05T21:00:00+08:00"),
        (
            {"effective": "2026-01-05T21:00:00+08:00", "onset": "2026-01-06T00:00:00+08:00"},
            "2026-01-06T00:00:00+08:00",
        ),
        ({"onset": "2026-01-05T24:00:00+08:00"}, "2026-01-05T16:00:00+00:00"),
    ],
)
def test_it_starts_with_its_onset_else_when_it_takes_effect_else_when_sent(times, starts):
    assert row(alert(info(**times)))["starts"] == starts


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (alert(), []),
        (bare(), [("missing_field", "info", True)]),
        (bare(msgType="Update", references=_BEFORE), [("missing_field", "info", True)]),
        (bare(msgType="Cancel", references=_BEFORE), []),
        (bare(msgType="Ack", references=_BEFORE), []),
        (bare(msgType="Error", references=_BEFORE), []),
        (bare(msgType="Ack"), [("missing_field", "references", True)]),
        (alert(msgType="Update"), [("missing_field", "references", True)]),
        (alert(msgType="Cancel", references=" "), [("missing_field", "references", True)]),
        (alert(scope="Restricted"), [("missing_field", "restriction", True)]),
        (alert(scope="Restricted", restriction="police"), []),
        (alert(scope="Private"), [("missing_field", "addresses", True)]),
        (alert(scope="Private", addresses="a@b"), []),
        (alert(references=f"{_BEFORE}\n {_BEFORE}"), []),
        (alert(references="only-one-part"), [("bad_reference", "references", True)]),
        (alert(references=f"{_BEFORE} a,b,noon"), [("bad_reference", "references", True)]),
        (alert(references=",b,2026-01-05T19:00:00+08:00"), [("bad_reference", "references", True)]),
        (
            alert(references="met@binhai.example,A1,2026-01-05T12:00:00-00:00"),
            [("bad_reference", "references", True)],
        ),
        (alert(references=f"{_BEFORE} " * 1000), []),
        (alert(references=f"{_BEFORE} " * 1001), [("too_long", "references", True)]),
        (alert(sent="2026-01-05T12:00:00Z"), [("nonstandard_time", "sent", False)]),
        (
            alert(info(expires="2026-01-07T00:00:00Z"), info(onset="2026-01-06T00:00:00Z")),
            [("nonstandard_time", "onset", False), ("nonstandard_time", "expires", False)],
        ),
        (
            alert(info(expires="2026-01-05T19:59:59+08:00")),
            [("time_order", "expires", False)],
        ),
        (
            alert(info(), info(effective="2026-01-08T00:00:00+08:00")),
            [("time_order", "expires", False)],
        ),
        (alert(info(expires="2026-01-05T20:00:00+08:00")), []),
        (
            alert(info(area=area(element("polygon", "1,2 3,4"))), scope="Private"),
            [("missing_field", "addresses", True), ("bad_geometry", "polygon", True)],
        ),
    ],
)
def test_what_does_not_belong_together_is_told(text, told):
    assert reasons(text) == told


def test_the_digest_is_over_all_that_the_message_says_and_nothing_else():
    whole = alert(info(), info(language="en"))
    first = row(whole)["digest"]
    assert row(alert(info(), info(language="en", instruction="Stay")))["digest"] != first
    assert row(alert(info(), info(language="en", contact="12121")))["digest"] != first
    assert row(alert(info(language="en"), info()))["digest"] != first
    signature = '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#">x</Signature>'
    same = whole.replace("</alert>", f"\n<!-- c -->{signature}</alert>").replace(
        "<info>", "\n <info>"
    )
    assert row(same)["digest"] == first
    prefixed = whole.replace("<", "<c:").replace("<c:/", "</c:").replace("xmlns", "xmlns:c")
    assert row(prefixed)["digest"] == first


def test_empty_elements_are_as_good_as_none():
    empty = alert(
        info(onset="", area=area(element("polygon"), element("circle", " "))),
        restriction="<restriction/>",
        references="<references> </references>",
    )
    found = row(empty)
    assert found["references"] == []
    assert found["geometry"] is None
    assert reasons(empty) == []


@pytest.mark.reference
@pytest.mark.parametrize("file", samples(), ids=lambda file: file.stem)
def test_real_messages_have_their_shapes(file):
    text = file.read_bytes()
    found = row(text)
    shaped = b"<polygon>" in text or b"<circle>" in text
    assert (found["geometry"] is not None) == shaped
    assert found["headline"]
    assert not any(quarantined for _, _, quarantined in reasons(text))


def test_the_square_is_the_square():
    assert row(alert(info(area=area(element("polygon", SQUARE)))))["geometry"]["coordinates"] == [
        [[120.2, 30.2], [120.3, 30.2], [120.3, 30.3], [120.2, 30.3], [120.2, 30.2]]
    ]
