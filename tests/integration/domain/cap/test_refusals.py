"""What is refused whole, with its code, and that nothing outside is ever asked."""

import socket
from collections.abc import Iterator
from contextlib import closing

import pytest

from core.errors import BadInput
from integration.domain import formats
from integration.domain.cap.tree import MOST_AREAS, MOST_DEPTH, MOST_ELEMENTS, MOST_INFOS
from tests.integration.domain.cap.alerts import (
    CAP,
    alert,
    area,
    chunk,
    element,
    info,
    pair,
    profile,
    row,
)
from tests.shared import shared_path


def _refusal(text: str | bytes) -> tuple[str, int]:
    with pytest.raises(BadInput) as caught:
        chunk(text)
    return caught.value.code, caught.value.status


@pytest.mark.parametrize(
    "prolog",
    [
        "<!DOCTYPE alert>",
        "<!doctype alert>",
        '<!DOCTYPE alert SYSTEM "file:///etc/passwd">',
        '<!DOCTYPE alert [<!ENTITY a "b">]>',
        "<!-- c --><?p?>\n <!DOCTYPE alert>",
        '<?xml version="1.0"?>\n<!DOCTYPE alert>',
    ],
)
def test_any_doctype_is_forbidden(prolog):
    assert _refusal(prolog + alert()) == ("forbidden_xml", 422)
    assert _refusal((prolog + alert()).encode("utf-16")) == ("forbidden_xml", 422)


def test_the_word_doctype_in_a_text_or_comment_is_no_doctype():
    text = alert(info(headline="&lt;!DOCTYPE x&gt; <![CDATA[<!DOCTYPE y>]]>"))
    assert row(f"<!-- <!DOCTYPE alert> -->{text}<!-- <!DOCTYPE z> -->")["headline"] == (
        "<!DOCTYPE x> <!DOCTYPE y>"
    )


@pytest.mark.parametrize(
    "text",
    [
        alert()[:-1],
        alert() + alert(),
        alert().replace("</info>", "", 1),
        alert(info(description="&nothing;")),
        alert(info(description="&#0;")),
        alert(info(description="a\x00b")),
        alert(info(description="a\x0bb")),
        alert(info(description="a & b")),
        " \n<?xml version='1.0'?>" + alert(),
        "<!-- never closed " + alert(),
        "<",
    ],
)
def test_what_is_not_well_formed_is_malformed(text):
    assert _refusal(text) == ("malformed_file", 400)


@pytest.mark.parametrize(
    ("text", "code", "status", "told"),
    [
        ('{"type": "FeatureCollection", "features": []}', "unsupported_type", 415, "GeoJSON"),
        ('[{"service_code": "001"}]', "unsupported_type", 415, "JSON"),
        ("id,time\n1,2\n", "unsupported_type", 415, "CAP 1.2"),
        ('<feed xmlns="http://www.w3.org/2005/Atom"/>', "unsupported_type", 422, "Atom"),
        ("<rss version='2.0'/>", "unsupported_type", 422, "RSS"),
        ("<service_requests/>", "unsupported_type", 422, "Open311"),
        ("<html><body/></html>", "unsupported_type", 422, "HTML"),
        (alert().replace("cap:1.2", "cap:1.1"), "unsupported_type", 422, "CAP 1.1"),
        (
            alert().replace(CAP, "http://www.incident.com/cap/1.0"),
            "unsupported_type",
            422,
            "CAP 1.0",
        ),
        (alert().replace(CAP, "urn:example:none"), "unsupported_type", 422, "urn:example:none"),
        (alert().replace("alert", "alarm"), "unsupported_type", 422, "alarm"),
    ],
)
def test_another_kind_of_document_is_named(text, code, status, told):
    with pytest.raises(BadInput) as caught:
        chunk(text)
    assert (caught.value.code, caught.value.status) == (code, status)
    assert told in caught.value.text
    assert "CAP 1.2" in caught.value.text


@pytest.mark.reference
@pytest.mark.parametrize(
    "name",
    [
        "atom_nws_index_cap11.xml",
        "open311_requests_toronto.xml",
        "open311_services_spec_example.json",
        "geojson_nsw_rfs_incidents_fixture.json",
        "signalen_create_private.json",
    ],
)
def test_other_feeds_are_refused_at_this_door(name):
    code, status = _refusal(shared_path("reference", "feeds", name).read_bytes())
    assert code == "unsupported_type"
    assert status in (415, 422)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (alert(*[info(area="")] * (MOST_INFOS + 1)), "too_many_rows"),
        (alert(info(area=area() * (MOST_AREAS + 1))), "too_many_rows"),
        (alert(info(parameter=pair("parameter", "a", "b") * MOST_ELEMENTS)), "too_large"),
        (alert(info(description="x" + "<a>" * MOST_DEPTH + "</a>" * MOST_DEPTH)), "too_large"),
        (alert(info(description="x" + "<a>" * 200_000)), "too_large"),
        (alert(info(area=area(element("polygon", "30,120 " * 20_001)))), "too_large"),
        (
            alert(info(area=area(*[element("circle", f"30,120 {n}") for n in range(400)]))),
            "too_large",
        ),
    ],
)
def test_bounds(text, code):
    assert _refusal(text) == (code, 413)


def test_at_the_bounds_it_is_read():
    text = alert(*[info(area=area() * (MOST_AREAS // MOST_INFOS))] * MOST_INFOS)
    assert len(row(text)["infos"]) == MOST_INFOS


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A door that nobody should come to."""
    with closing(socket.create_server(("127.0.0.1", 0))) as door:
        door.settimeout(0)
        yield door


def test_nothing_that_a_message_names_is_fetched(listener):
    address = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    entity = f'<!DOCTYPE alert [<!ENTITY x SYSTEM "{address}">]>'
    included = f'<i:include xmlns:i="http://www.w3.org/2001/XInclude" href="{address}"/>'
    resource = element(
        "resource",
        element("resourceDesc", "map"),
        element("mimeType", "image/png"),
        element("uri", address),
    )
    schema = {
        "xmlns": CAP,
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
        "xsi:schemaLocation": f"{CAP} {address}",
    }
    inner = alert().removeprefix(f'<alert xmlns="{CAP}">').removesuffix("</alert>")
    assert _refusal(entity + alert(info(description="&x;"))) == ("forbidden_xml", 422)
    assert _refusal(alert(info(description=f"x{included}"))) == ("malformed_file", 422)
    assert row(f'<?xml-stylesheet type="text/xsl" href="{address}"?>{alert()}')["key"]
    assert row(alert(info(parameter="", area=resource + area())))["key"]
    assert row(element("alert", inner, **schema))["key"]
    with pytest.raises(BlockingIOError):
        listener.accept()


def test_a_corrected_message_is_sent_in_utf_8_whatever_it_declares():
    text = f'<?xml version="1.0" encoding="GBK"?>{alert()}'
    body = formats.alone({"xml": text}, profile())
    assert row(body) == row(alert())
    with pytest.raises(BadInput) as caught:
        formats.alone({"headline": "x"}, profile())
    assert caught.value.code == "wrong_type"
