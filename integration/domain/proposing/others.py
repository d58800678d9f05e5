"""What is left: further fields worth keeping, and fields that are better not read."""

import re
from collections.abc import Collection, Sequence

from core.identifiers import find_personal
from core.words import N_
from integration.domain import timeforms
from integration.domain.proposing.clocks import TimeColumn
from integration.domain.proposing.columns import Column, hints, words_of
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["attributes_and_ignored"]

_MOST = 12  # attributes; a record is no copy of its source
_LONGEST = 60  # mean length of a field that is no prose
_SPELT = dict(
    pair.split("=")
    for pair in hints(
        "单位名称=enterprise 企业名称=enterprise entname=enterprise 隐患数=hazards",
        "建筑面积=floor_area_m2 受伤人数=injured ssrs=injured 死亡人数=dead swrs=dead",
        "人数=people rs=people 设备=device 设备编号=device dev=device 型号=model",
        "渠道=channel 来源=channel 网格=grid_code gridcode=grid_code 电量=battery_percent",
        "bat=battery_percent 楼层=floor 机构=clinic 经营范围=business",
    )
)
_NOISE = hints(
    "rssi fw firmware seq batch photo photos image images file files url hash checksum",
    "signature token attachment 照片 附件 图片 序号 批次",
)


def attributes_and_ignored(
    columns: Sequence[Column],
    times: Sequence[TimeColumn],
    *,
    used: Collection[str],
    personal: Collection[str],
    left_out: Sequence[str],
) -> tuple[Part, Part]:
    """Further fields of the record, and paths not read.

    ``used``: paths of other sections. ``personal``: every path about persons. ``left_out``: those
    of them that are not sealed.
    """
    forms = {one.path: one for one in times}
    chosen: list[dict[str, object]] = []
    ignored = [_root(path) for path in left_out]
    names: set[str] = set()
    for column in columns:
        if column.path in used or column.path in personal or _root(column.path) in ignored:
            continue
        if _worth(column) and len(chosen) < _MOST:
            chosen.append(_attribute(column, forms.get(column.path), names))
        else:
            ignored.append(_root(column.path) if column.inner else column.path)
    kept = set(used) | {str(one["path"]) for one in chosen} | set(personal) - set(left_out)
    ignored = [path for path in dict.fromkeys(ignored) if not _reads(path, kept)]
    return (
        Part("attributes", _options(chosen, _FURTHER, 0.6), ask=Note(_ASK) if chosen else None),
        Part("ignored", _options(ignored, _LEFT, 0.85)),
    )


def _options(value: list[object] | list[dict[str, object]] | list[str], message: str,
             certainty: float) -> tuple[Option, ...]:  # fmt: skip
    return (Option(list(value), certainty, Note(message, {"count": len(value)})),) if value else ()


def _root(path: str) -> str:
    """A path inside a list of objects is left out with the whole list."""
    return path.partition("[]")[0]


def _reads(path: str, kept: Collection[str]) -> bool:
    """Whether a path that is read is this one or lies inside it."""
    return any(one == path or one.startswith((f"{path}.", f"{path}[")) for one in kept)


def _worth(column: Column) -> bool:
    """Whether a field may be worth keeping: filled, no noise, no prose, nothing personal in it."""
    if column.inner or column.share < 0.02 or column.kind in ("object", "empty"):
        return False
    if set(column.words) & set(_NOISE) or any(
        word in column.path for word in _NOISE if not word.isascii()
    ):
        return False
    if column.length > _LONGEST or any(find_personal(text) for text in column.counts):
        return False
    return len(column.counts) > 1 or len(column.values) < 20


def _attribute(column: Column, time: TimeColumn | None, names: set[str]) -> dict[str, object]:
    kind = _type(column, time)
    found: dict[str, object] = {"path": column.path, "name": _name(column, names), "type": kind}
    if kind == "date" and time is not None:
        found["form"] = time.form
    return found


def _type(column: Column, time: TimeColumn | None) -> str:
    if time is not None and timeforms.usable(time.form):
        return "date"
    if column.kind == "list":
        plain = not any(isinstance(one, list) and any(isinstance(x, list | dict) for x in one)
                        for one in column.values)  # fmt: skip
        return "texts" if plain else "json"
    if column.kind == "boolean":
        return "boolean"
    if column.kind == "number" or (column.numeric == 1 and not _coded(column)):
        known = column.numbers[column.filled]
        whole = (known == known.astype("int64")).all() if (abs(known) < 2**53).all() else False
        return "integer" if whole else "number"
    return "text"


def _coded(column: Column) -> bool:
    """Whether digits are a code: a leading nought, or many of one length."""
    told = column.told
    return any(len(text) > 1 and text[0] == "0" and text.isdigit() for text in told) or (
        min(map(len, told)) >= 5 and len(set(map(len, told))) == 1 and all(map(str.isdigit, told))
    )


def _name(column: Column, names: set[str]) -> str:
    """A key of its own: a well-known word for a field, else the words of its path."""
    last = column.path.replace("[]", "").rsplit(".", 1)[-1]
    plain = re.sub(r"[\(（].*", "", last).strip().lower()
    known = _SPELT.get(plain)
    told = last if len(last) > 1 else column.path.replace("[]", "")
    latin = "_".join(word for word in words_of(told) if word.isascii())
    stem = known or re.sub(r"^[^a-z]+", "", latin)[:40] or "field"
    stem = stem if len(stem) > 1 else f"{stem}_value"
    name, number = stem, 2
    while name in names:
        name, number = f"{stem}_{number}", number + 1
    names.add(name)
    return name


_FURTHER = N_("%(count)s further fields may serve judgment.")
_ASK = N_("Take out every further field that the purpose does not need.")
_LEFT = N_("%(count)s paths are not read: empty, technical, long texts, or about persons.")
