"""The own check of the structure, against faults by hand and against the OASIS schema."""

import re
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.errors import BadInput
from integration.domain.cap.structure import check
from integration.domain.cap.tree import parsed
from tests.integration.domain.cap.alerts import (
    CAP,
    alert,
    area,
    bare,
    chunk,
    element,
    info,
    pair,
    samples,
)
from tests.shared import shared_path

_SIGNATURES = "http://www.w3.org/2000/09/xmldsig#"
_SIGNED = f'<s:Signature xmlns:s="{_SIGNATURES}" Id="x"><s:Any>1</s:Any></s:Signature>'


def _fault(text: str) -> str:
    """The element that is told to be wrong, empty for none."""
    try:
        check(parsed(text))
    except BadInput as error:
        assert (error.code, error.status) == ("malformed_file", 422)
        assert "%(" not in error.text
        return str(error.detail["element"])
    return ""


@pytest.mark.parametrize(
    ("text", "element"),
    [
        (alert(identifier=""), "alert/identifier"),
        (alert(identifier="<identifier></identifier>"), "alert/identifier"),
        (alert(identifier="a b"), "alert/identifier"),
        (alert(identifier="a,b"), "alert/identifier"),
        (alert(identifier="a&lt;b"), "alert/identifier"),
        (alert(sender="a&amp;b"), "alert/sender"),
        (alert(sent="2026-01-05T20:00:00"), "alert/sent"),
        (alert(sent="2026-01-05 20:00:00+08:00"), "alert/sent"),
        (alert(sent="2026-01-05T20:00:00.5+08:00"), "alert/sent"),
        (alert(sent="2026-02-30T20:00:00+08:00"), "alert/sent"),
        (alert(sent="2026-01-05T20:00:00+15:00"), "alert/sent"),
        (alert(sent="2026-01-05T20:00:00+08:60"), "alert/sent"),
        (alert(sent="2026-01-05T24:00:01+08:00"), "alert/sent"),
        (alert(sent="２026-01-05T20:00:00+08:00"), "alert/sent"),
        (alert(status="actual"), "alert/status"),
        (alert(msgType="Alarm"), "alert/msgType"),
        (alert(scope=""), "alert/scope"),
        (alert(scope=" Public"), "alert/scope"),
        (alert(info(category="")), "alert/info[1]/category"),
        (alert(info(), info(severity="Catastrophic")), "alert/info[2]/severity"),
        (alert(info(urgency="")), "alert/info[1]/urgency"),
        (alert(info(language="中文")), "alert/info[1]/language"),
        (alert(info(expires="soon")), "alert/info[1]/expires"),
        (alert(info(eventCode=element("eventCode", "10203"))), "alert/info[1]/eventCode[1]"),
        (
            alert(info(eventCode=element("eventCode", element("valueName", "x")))),
            "alert/info[1]/eventCode[1]/value",
        ),
        (alert(info(area=element("area"))), "alert/info[1]/area[1]/areaDesc"),
        (
            alert(info(area=area(element("altitude", "high")))),
            "alert/info[1]/area[1]/altitude",
        ),
        (alert(info(area=area(element("circle", "1,2 3"), element("polygon", "x")))), "polygon"),
        (alert(info(event="<event>x<b>y</b></event>")), "alert/info[1]/event"),
        (alert(info(event='<event lang="zh">x</event>')), ""),
        (alert().replace("<info>", "<info>words"), "alert/info[1]"),
        (alert().replace("<info>", "<unknown/><info>"), "alert/unknown"),
        (
            alert()
            .replace("<status>", '<x:status xmlns:x="urn:x">')
            .replace("</status>", "</x:status>"),
            "alert/status",
        ),
        (bare(msgType="Ack").replace("<scope>", _SIGNED + "<scope>"), "alert/Signature"),
        (alert(references="<source>late</source>"), "alert/source"),
        (alert().replace("<alert ", '<alert id="1" '), "alert"),
    ],
)
def test_a_fault_is_named_by_its_element(text, element):
    found = _fault(text)
    assert found
    assert found.endswith(element)


@pytest.mark.parametrize(
    "text",
    [
        alert(),
        bare(msgType="Ack"),
        alert().replace("</alert>", _SIGNED + _SIGNED + "</alert>"),
        alert(sent="2026-01-05T20:00:00-00:00"),
        alert(sent="2026-01-05T24:00:00+08:00"),
        alert(sent="2026-01-05T20:00:00Z"),
        alert(sent="\n 2026-01-05T20:00:00+14:00 "),
        alert(source="<source></source>", restriction="<restriction/>"),
        alert(
            info(language=" zh-Hans-CN "),
            info(area=area(element("altitude", "-1.5"), element("ceiling", ".5"))),
        ),
        alert().replace("<", "<c:").replace("<c:/", "</c:").replace("xmlns", "xmlns:c"),
    ],
)
def test_sound_messages_pass(text):
    assert _fault(text) == ""


@pytest.fixture(scope="module")
def schema() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(shared_path("reference", "feeds", "CAP-v1.2.xsd"))))


@pytest.mark.reference
@pytest.mark.parametrize("file", samples(), ids=lambda file: file.stem)
def test_the_real_messages_pass_both(schema, file):
    assert schema.validate(etree.parse(str(file)))
    assert chunk(file.read_bytes()).lines == [0]


_WORDS = st.sampled_from(
    [
        "", " ", "x", "Actual", " Actual", "actual", "Update", "Ack", "Public", "Private", "Met",
        "Other", "Shelter", "None", "Immediate", "Unknown", "Extreme", "Likely", "zh-CN", "zh_CN",
        "2026-01-05T20:00:00+08:00", "2026-01-05T20:00:00", "2026-01-05T24:00:00-00:00",
        "2026-13-05T20:00:00+08:00", "2026-01-05T20:00:00,08:00", "2026-01-05T20:00:00+14:01",
        "2026-01-05T20:00:60+08:00", "0000-01-05T20:00:00+08:00", "12", "+1.5", "1e3", ".", "NaN",
    ]
)  # fmt: skip
_NAMES = st.sampled_from(
    [
        "identifier", "sender", "sent", "status", "msgType", "source", "scope", "references",
        "info", "language", "category", "event", "urgency", "severity", "certainty", "eventCode",
        "valueName", "value", "expires", "headline", "parameter", "resource", "resourceDesc",
        "mimeType", "size", "area", "areaDesc", "polygon", "circle", "geocode", "altitude",
        "ceiling", "alert", "unknown",
    ]
)  # fmt: skip
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(["drop", "double", "move", "rename", "text", "tail", "attribute", "child"]),
        st.integers(0, 10_000),
        _NAMES,
        _WORDS,
    ),
    min_size=1,
    max_size=4,
)
_RICH = alert(
    info(
        effective="2026-01-05T20:00:00+08:00",
        contact="12121",
        area=element(
            "resource",
            element("resourceDesc", "m"),
            element("mimeType", "x"),
            element("size", "12"),
        )
        + area(
            element("polygon", "30,120 30,121 31,121 30,120"),
            element("circle", "30,120 1"),
            pair("geocode", "GB/T 2260", "990103"),
            element("altitude", "0"),
            element("ceiling", "1"),
        ),
    ),
    info(language="en", area=""),
    references="a,b,2026-01-05T20:00:00+08:00",
)


def _changed(text: str, steps: list[tuple[str, int, str, str]]) -> str:
    root = etree.fromstring(text)
    for act, place, name, word in steps:
        nodes = list(root.iter())
        node = nodes[place % len(nodes)]
        if node is not root or act in _ANYWHERE:
            _CHANGES[act](node, place, name, word)
    return etree.tostring(root, encoding="unicode")


def _move(node: etree._Element, place: int, name: str, word: str) -> None:
    above = node.getparent()
    above.insert(place % (len(above) + 1), node)


_CHANGES = {
    "drop": lambda node, place, name, word: node.getparent().remove(node),
    "double": lambda node, place, name, word: node.addnext(deepcopy(node)),
    "move": _move,
    "rename": lambda node, place, name, word: setattr(node, "tag", f"{{{CAP}}}{name}"),
    "text": lambda node, place, name, word: setattr(node, "text", word),
    "tail": lambda node, place, name, word: setattr(node, "tail", word),
    "attribute": lambda node, place, name, word: node.set(name, word),
    "child": lambda node, place, name, word: etree.SubElement(node, f"{{{CAP}}}{name}"),
}
_ANYWHERE = ("text", "attribute", "child")


def _named(root: etree._Element) -> bool:
    """Whether identifier and sender, where they stand, are names: the schema allows any text."""
    found = [*root.findall(f"{{{CAP}}}identifier"), *root.findall(f"{{{CAP}}}sender")]
    return all(re.fullmatch(r"[^\s,<&]+", one.text or "") for one in found)


@pytest.mark.reference
@settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(steps=_STEPS)
def test_the_verdict_is_that_of_the_schema(schema, steps):
    text = _changed(_RICH, steps)
    root = etree.fromstring(text)
    assume(_named(root))
    assert (_fault(text) == "") == schema.validate(root)
