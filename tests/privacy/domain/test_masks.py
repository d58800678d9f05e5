"""What is shown of personal data by default."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.masks import KINDS, mask, mask_text

TABLE = [
    ("name", "张三丰", "张**"),
    ("name", "张三", "张*"),
    ("name", "欧阳潭", "欧阳*"),
    ("name", "欧阳修远", "欧阳**"),
    ("name", "欧阳", "欧*"),  # two characters: a surname of one and a given name
    ("name", "赵某", "赵*"),
    ("name", "买买提·吐尔逊", "买**"),
    ("name", "John Smith", "J***"),
    ("name", "  李四  ", "李*"),
    ("resident_id", "350203199001010017", "350***********0017"),
    ("resident_id", "35020319900101001x", "350***********001x"),
    ("resident_id", "350203900101001", "350********1001"),
    ("resident_id", "3502", "***"),
    ("phone", "13800138000", "138****8000"),
    ("phone", "+86 138-0013-8000", "138****8000"),
    ("phone", "０５９２-２０１２３４５", "0592-***2345"),
    ("phone", "(0592)2012345", "0592-***2345"),
    ("phone", "010-62012345转801", "010-***2345"),
    ("phone", "0755-82012345", "0755-***2345"),
    ("phone", "2012345", "***2345"),
    ("phone", "请打张三", "***"),
    ("plate", "闽D12345", "闽D***45"),
    ("plate", "闽D·F12345", "闽D***45"),
    ("plate", "闽D1", "***"),
    ("address", "滨海市青山区学院巷44号新华公寓14幢", "滨海市青山区学院巷***"),
    ("address", "思明区中山路十二号东区3幢", "思明区中山路***"),
    ("address", "五一路12号", "五一路***"),
    ("address", "莲前街道", "莲前街道"),
    ("address", "新华公寓14幢501室", "***"),
    ("email", "zhang@example.com", "z***@example.com"),
    ("email", "no address", "***"),
    ("credit_code", "91350200MA2XXXXX0X", "91350200MA2XXXXX0X"),
    ("face", "anything", "***"),
    ("name", "", ""),
]


@pytest.mark.parametrize(("kind", "value", "shown"), TABLE)
def test_a_value_is_masked_by_its_kind(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


def test_personal_patterns_in_a_text_are_masked_and_the_rest_stays() -> None:
    masked, found = mask_text("李某13800138000驾闽D12345在中山路12号，证件350203199001010017。")

    assert found
    assert masked == "李某138****8000驾闽D***45在中山路12号，证件350***********0017。"


def test_a_text_without_any_is_returned_unchanged() -> None:
    text = "3号楼冒烟，拨打119，编号20260105"
    assert mask_text(text) == (text, False)


@given(st.sampled_from(sorted(KINDS - {"credit_code", "organisation"})), st.text(max_size=60))
def test_no_mask_fails_or_shows_a_long_value_whole(kind: str, value: str) -> None:
    shown = mask(kind, value)
    if kind not in ("address",) and len(value.strip()) > 1:
        assert shown != value


@given(st.text(alphabet="0123456789 -张闽DXx转", max_size=80))
def test_masking_a_text_twice_is_masking_it_once(text: str) -> None:
    masked, _ = mask_text(text)
    assert mask_text(masked) == (masked, False)
