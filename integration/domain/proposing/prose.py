"""Which path is the address, and which one what people read."""

import re
from collections.abc import Collection, Sequence

from core.words import N_
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["address_of", "readable", "summary_of"]

_ADDRESS = hints(
    "地址 位置 地点 住所 路名 addr address location dz sfdz dlmc dom place where",
)
_SUMMARY = hints(
    "内容 描述 情况 说明 简述 概述 备注 详情 摘要 正文 content desc description summary",
    "note remark text detail message bjnr sgms opscope narrative comment",
)
_PLACE_WORDS = re.compile(r"\b(?:st|rd|ave|road|street|lane|blvd)\b", re.IGNORECASE)
_DOOR = re.compile(r"[0-9０-９]+\s*[号幢栋弄]|[路街巷道]")
_LEAST_PROSE = 6  # mean characters


def readable(columns: Sequence[Column], *, taken: Collection[str]) -> list[Column]:
    """The columns of texts that people read."""
    return [
        one
        for one in columns
        if one.path not in taken
        and not one.inner
        and one.kind in ("text", "mixed")
        and one.numeric < 0.5
        and one.length >= _LEAST_PROSE
        and not _is_code(one)
    ]


def _is_code(column: Column) -> bool:
    """Whether most values are one word of Latin letters and digits: an id, a code, a file."""
    told = column.told[:200]
    return sum(text.isascii() and " " not in text for text in told) > 0.8 * len(told)


def address_of(columns: Sequence[Column], *, taken: Collection[str]) -> Part:
    """The path of the address: texts of place names, most of them with a road or a number."""
    scored = []
    for column in readable(columns, taken=taken):
        told = column.told[:300]
        like = sum(bool(_DOOR.search(text)) for text in told) / len(told)
        if not like and not all(map(str.isascii, told)):
            continue
        if all(map(str.isascii, told)):
            like = sum(bool(_PLACE_WORDS.search(text)) for text in told) / len(told)
        hint = hinted(column, _ADDRESS)
        # Prose speaks of places, too, but in sentences.
        prose = sum(any(sign in text for sign in "，。；,;") for text in told) / len(told)
        certain = 0.3 + 0.4 * like * (1 - prose) + 0.3 * hint
        if like * (1 - prose) > 0.5 or (hint == 1 and like > 0.2):
            scored.append((certain, column.path))
    return _part("address", scored, _IS_ADDRESS)


def summary_of(columns: Sequence[Column], *, taken: Collection[str]) -> Part:
    """The path of the text that says what it is about: the longest prose."""
    able = readable(columns, taken=taken)
    longest = max((one.length for one in able), default=0.0)
    scored = []
    for column in able:
        hint = hinted(column, _SUMMARY)
        varied = min(1.0, len(column.counts) / max(1, min(len(column.told), 30)))
        # A single odd value of thousands of letters says nothing: what is usual counts.
        typical = sorted(map(len, column.told))[len(column.told) // 2]
        certain = 0.25 + 0.3 * column.length / longest + 0.1 * varied + 0.3 * hint
        if hint or typical >= 10:
            scored.append((certain, column.path))
    return _part("summary", scored, _IS_SUMMARY)


def _part(section: str, scored: list[tuple[float, str]], message: str) -> Part:
    scored.sort(key=lambda one: -one[0])
    options = [
        Option(
            {"path": path},
            round(min(0.95, certain * (0.5 if place else 1)), 2),
            Note(message, {"path": path}),
        )
        for place, (certain, path) in enumerate(scored[:3])
    ]
    return Part(section, tuple(options))


_IS_ADDRESS = N_("%(path)s reads like addresses.")
_IS_SUMMARY = N_("%(path)s is what people read.")
