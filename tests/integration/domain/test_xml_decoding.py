import codecs

import pytest

from core.errors import BadInput
from integration.domain.xml.decoding import decoded
from tests.integration.domain.cap.alerts import alert, row

_TEXT = "<a>暴雨é</a>"
_LATIN = "<a>Usulután</a>"


def _declared(name: str, text: str = _TEXT) -> str:
    return f"<?xml version='1.0' encoding='{name}'?>\n{text}"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (_TEXT.encode(), _TEXT),
        (codecs.BOM_UTF8 + _TEXT.encode(), _TEXT),
        (codecs.BOM_UTF8 + _declared("UTF-8").encode(), f"\n{_TEXT}"),
        (_declared("UTF-8").encode(), f"\n{_TEXT}"),
        (_declared("gb2312", "<a>暴雨</a>").encode("gb2312"), "\n<a>暴雨</a>"),
        (_declared("GBK", "<a>镕</a>").encode("gbk"), "\n<a>镕</a>"),
        (_declared("GB18030").encode("gb18030"), f"\n{_TEXT}"),
        (_declared("Big5", "<a>暴雨</a>").encode("big5"), "\n<a>暴雨</a>"),
        (_declared("ISO-8859-1", _LATIN).encode("latin-1"), f"\n{_LATIN}"),
        (_declared("US-ASCII", "<a/>").encode("ascii"), "\n<a/>"),
        (codecs.BOM_UTF16_LE + _declared("UTF-16").encode("utf-16-le"), f"\n{_TEXT}"),
        (codecs.BOM_UTF16_BE + _declared("UTF-16").encode("utf-16-be"), f"\n{_TEXT}"),
        (codecs.BOM_UTF16_LE + _TEXT.encode("utf-16-le"), _TEXT),
        (_declared("UTF-16LE").encode("utf-16-le"), f"\n{_TEXT}"),
        (_declared("UTF-16BE").encode("utf-16-be"), f"\n{_TEXT}"),
    ],
)
def test_mark_and_declaration_tell_the_encoding(body, text):
    assert decoded(body) == text


@pytest.mark.parametrize(
    "body",
    [
        _declared("UTF-8").encode("gb18030"),
        _TEXT.encode("gb18030"),
        codecs.BOM_UTF8 + _declared("GBK").encode(),
        codecs.BOM_UTF16_LE + _declared("UTF-8").encode("utf-16-le"),
        codecs.BOM_UTF16_LE + _declared("UTF-16BE").encode("utf-16-le"),
        _declared("UTF-16").encode(),
        _declared("US-ASCII").encode(),
        codecs.BOM_UTF16_LE + b"<\x00a\x00>\x00\x00\xd8",
        codecs.BOM_UTF32_LE + _TEXT.encode("utf-32-le"),
        codecs.BOM_UTF32_BE + _TEXT.encode("utf-32-be"),
        _declared("UTF-7", "<a>+AGEAYg-</a>").encode("ascii"),
        _declared("unicode_escape", "<a/>").encode(),
        _declared("no-such-thing", "<a/>").encode(),
    ],
)
def test_what_does_not_agree_is_bad_encoding(body):
    with pytest.raises(BadInput) as caught:
        decoded(body)
    assert caught.value.code == "bad_encoding"


@pytest.mark.parametrize(
    ("body", "code", "status"),
    [
        (b"", "empty_file", 400),
        (b" \r\n\t", "empty_file", 400),
        (b"PK\x03\x04 a workbook", "unsupported_type", 415),
        (b"%PDF-1.7", "unsupported_type", 415),
        (b"\x1f\x8b\x08\x00", "unsupported_type", 415),
    ],
)
def test_what_is_no_text_is_refused(body, code, status):
    with pytest.raises(BadInput) as caught:
        decoded(body)
    assert (caught.value.code, caught.value.status) == (code, status)


@pytest.mark.parametrize("name", ["utf-8", "gb18030", "utf-16"])
def test_the_same_message_in_another_encoding_is_the_same_row(name):
    text = alert()
    told = f'<?xml version="1.0" encoding="{name}"?>{text}'
    assert row(told.encode(name)) == row(text)
