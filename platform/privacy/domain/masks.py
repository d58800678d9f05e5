"""What is shown of personal data by default: enough to tell two apart, not enough to find anyone.

There is no single national table of masks; these follow common local practice. Organisation names
and credit codes are public and are never masked.
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

from core.identifiers import find_personal, may_hold_personal, phone, plate

__all__ = ["KINDS", "mask", "mask_text", "mask_texts"]

_HIDDEN = "***"
# Surnames of two characters; everything else has one.
_COMPOUND = re.compile(
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|澹台|皇甫|宗政|濮阳|公冶"
    "|太叔|申屠|公孙|慕容|仲孙|钟离|长孙|宇文|司徒|鲜于|司空|闾丘|子车|亓官|司寇|巫马|公西|颛孙|壤驷|公良"
    "|漆雕|乐正|宰父|谷梁|拓跋|夹谷|轩辕|令狐|段干|百里|呼延|东郭|南门|羊舌|微生|梁丘|左丘|东门|西门|第五"
)
_LATIN = re.compile(r"[A-Za-zÀ-ɏ]")
_RESIDENT = re.compile(r"[0-9]{14}(?:[0-9]{3})?[0-9Xx]")
# Numbers tell the door; streets, villages and whatever is larger may be told.
_DOOR = re.compile(
    r"[0-9]|[一二三四五六七八九十百零〇]+(?=[号幢栋楼室弄座层]|单元)|(?<=[路街巷道弄])[甲乙丙丁]"
)
_STREET = re.compile(r"^.*(?:街道|社区|大道|[路街巷道镇乡村区县市省])")
_EMAIL = re.compile(r"(?P<first>[^@\s])[^@\s]*@(?P<domain>[^@\s]+)")


def mask(kind: str, value: str) -> str:
    """The value as it is shown without a grant; a kind that is not known is hidden wholly.

    Examples: name 张三丰 → 张**, phone 13800138000 → 138****8000.
    """
    value = unicodedata.normalize("NFKC", value).strip()
    return _MASKS.get(kind, _hide)(value) if value else ""


def mask_text(text: str) -> tuple[str, bool]:
    """A free text with its personal identifiers masked, and whether it had any."""
    spans = find_personal(text)
    pieces, end = [], 0
    for span in spans:
        pieces += [text[end : span.start], mask(span.kind, text[span.start : span.end])]
        end = span.end
    return "".join(pieces) + text[end:], bool(spans)


def mask_texts(texts: Sequence[str]) -> dict[int, str]:
    """The masked form of those texts of a column that have personal identifiers, by position."""
    masked = ((at, *mask_text(texts[at])) for at in may_hold_personal(texts))
    return {at: text for at, text, found in masked if found}


def _hide(value: str) -> str:
    return _HIDDEN


def _show(value: str) -> str:
    return value


def _name(value: str) -> str:
    if _LATIN.match(value):
        return value[0] + _HIDDEN
    surname = 2 if _COMPOUND.match(value) and len(value) > 2 else 1
    return value[:surname] + "*" * max(1, min(len(value) - surname, 2))


def _resident_id(value: str) -> str:
    plain = re.sub(r"[\s-]", "", value)
    if not _RESIDENT.fullmatch(plain):
        return _HIDDEN
    return plain[:3] + "*" * (len(plain) - 7) + plain[-4:]


def _phone(value: str) -> str:
    checked = phone(value)
    number = checked.normalised
    if checked.kind == "mobile":
        return f"{number[:3]}****{number[-4:]}"
    if checked.kind == "landline":
        main = number.partition("-")[0]
        area = len(main) - (8 if main.startswith(("010", "02")) or len(main) > 11 else 7)
        if main.startswith("0"):
            return f"{main[: max(area, 3)]}-***{main[-4:]}"
        return f"***{main[-4:]}"
    return _HIDDEN


def _plate(value: str) -> str:
    number = plate(value).normalised
    return f"{number[:2]}***{number[-2:]}" if len(number) > 6 else _HIDDEN


def _address(value: str) -> str:
    door = _DOOR.search(value)
    told = _STREET.match(value[: door.start()] if door else value)
    street = told.group() if told else ""
    return value if street == value else street + _HIDDEN


def _email(value: str) -> str:
    found = _EMAIL.fullmatch(value)
    return f"{found['first']}***@{found['domain']}" if found else _HIDDEN


_MASKS: dict[str, Callable[[str], str]] = {
    "name": _name,
    "resident_id": _resident_id,
    "phone": _phone,
    "plate": _plate,
    "address": _address,
    "email": _email,
    "credit_code": _show,
    "organisation": _show,
}
KINDS = frozenset(_MASKS)
"""Kinds of personal field that a profile may declare."""
