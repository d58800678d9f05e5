"""Which path is the id of a row, and which one tells that it is a newer version."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from itertools import pairwise

import numpy as np

from core.identifiers import credit_code
from core.words import N_
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["identity_of", "version_of"]

_ID = hints(
    "编号 单号 流水号 序号 标识 代码 信用代码 主键 bh dh id no num number identifier key",
    "uuid guid code mid sn uniscid",
)
_NOT_ID = hints(
    "电话 手机 经度 纬度 时间 日期 phone tel lng lon lat time date x y seq grid dept unit",
    "type class",
)
_VERSION = hints(
    "版本 更新时间 修改时间 最后更新 gxsj xgsj version ver rev revision updated modified",
    "changed update lastmodified",
)
_LONGEST_ID = 64


def identity_of(columns: Sequence[Column], *, taken: Collection[str]) -> Part:
    """The path of the id: filled, unique but for rows sent again, and looking like one.

    ``taken``: paths that are times, positions or personal, which are no ids.
    """
    scored = []
    for place, column in enumerate(columns):
        if column.path in taken or column.inner:
            continue
        score = _score(column, place)
        if score > 0:
            scored.append((score, -place, column))
    scored.sort(key=lambda one: one[:2], reverse=True)
    options = [_by_path(column, score) for score, _, column in scored[:4]]
    rest = 0.75 if not options else 0.1
    options.append(Option({"rule": "content"}, rest, Note(_CONTENT)))
    options.sort(key=lambda one: -one.certainty)
    lead = scored[0][0] - (scored[1][0] if len(scored) > 1 else 0.0) if scored else 0.0
    return Part("identity", (_by_lead(options[0], lead), *options[1:]))


def _by_lead(best: Option, lead: float) -> Option:
    """The best option, surer where no other comes near, a person's to decide where one does."""
    if lead > 0.2:
        return Option(best.value, round(min(0.98, best.certainty + 0.1), 2), best.note)
    if 0 < lead < 0.05:
        return Option(best.value, min(0.75, best.certainty), best.note)
    return best


def _by_path(column: Column, score: float) -> Option:
    value: dict[str, object] = {"rule": "path", "path": column.path}
    told = list(column.counts)
    if told and sum(credit_code(text).valid for text in told) > 0.9 * len(told):
        value["check"] = "uscc"
        score += 0.1
    unique = len(column.counts) / max(1, len(column.told))
    detail = {"path": column.path, "filled": _percent(column.share), "unique": _percent(unique)}
    return Option(value, round(min(0.98, score), 2), Note(_PATH, detail))


def _score(column: Column, place: int) -> float:
    if column.kind not in ("text", "number", "mixed") or column.share < 0.9:
        return 0.0
    unique = len(column.counts) / len(column.told)
    longest = max(map(len, column.counts))
    if unique < 0.8 or (longest > _LONGEST_ID and column.length > _LONGEST_ID):
        return 0.0
    score = 0.35 * unique + 0.15 * column.share
    score += 0.3 * hinted(column, _ID) - 0.5 * (hinted(column, _NOT_ID) == 1)
    score += 0.2 * _formed(column) + (0.1 if place == 0 else 0.05 if place < 3 else 0.0)
    return score if len(column.told) > 1 else 0.6 * score


def _formed(column: Column) -> float:
    """How much values look like ids: one length, letters and digits, no sentence, no decimals."""
    told = column.told
    lengths = sorted(map(len, told))
    typical = lengths[len(lengths) // 2]
    same = sum(abs(one - typical) <= 1 for one in lengths) / len(lengths)
    plain = sum(
        text.isascii() and not any(sign in text for sign in " .,;") and any(map(str.isdigit, text))
        for text in told
    ) / len(told)
    return same * plain if typical >= 2 else 0.0


def version_of(columns: Sequence[Column], identity: Part, *, times: Collection[str]) -> Part:
    """What makes a newer version: a path that rises where the id repeats, else what comes later.

    ``times``: paths that tell when it happened or was reported, which change with no version.
    """
    arrival = Option({"rule": "arrival"}, 0.85, Note(_ARRIVAL))
    chosen = identity.value if isinstance(identity.value, dict) else {}
    ids = next((one for one in columns if one.path == chosen.get("path")), None)
    if ids is None:
        fixed = Option({"rule": "immutable"}, 0.85, Note(_IMMUTABLE))
        return Part("version", (fixed, Option(arrival.value, 0.15, arrival.note)))
    options = []
    for column in columns:
        if column.path == ids.path or column.path in times or column.inner:
            continue
        found = _rising(column, ids)
        if found is not None:
            options.append(found)
    options.sort(key=lambda one: -one.certainty)
    if options and options[0].certainty > 0.5:
        rest = Option(arrival.value, round(1 - options[0].certainty, 2), arrival.note)
        return Part("version", (options[0], rest))
    return Part("version", (arrival, *options[:1]))


def _rising(column: Column, ids: Column) -> Option | None:
    """A column that rises from each content of an id to the next one."""
    hint = hinted(column, _VERSION)
    if column.share < 0.9 or column.kind not in ("number", "text") or column.length > 32:
        return None
    if column.kind == "text" and not all(any(map(str.isdigit, text)) for text in column.told):
        return None  # what sorts as a version has a number in it
    rises, falls = _steps(column, ids)
    if falls or not (rises or hint == 1):
        return None
    certain = 0.9 if hint and rises else 0.6 if hint else 0.45 if rises > 2 else 0.0
    if not certain:
        return None
    detail = {"path": column.path, "rises": rises}
    value = {"rule": "path", "path": column.path}
    return Option(value, certain, Note(_RISES if rises else _NAMED, detail))


def _steps(column: Column, ids: Column) -> tuple[int, int]:
    """How often the value rose, and how often it fell, where an id came again."""
    rows: dict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(ids.texts):
        if text:
            rows[text].append(place)
    rises = falls = 0
    number = column.numeric > 0.9
    for places in rows.values():
        for before, after in pairwise(places):
            if number:
                step = np.sign(column.numbers[after] - column.numbers[before])
            else:
                old, new = column.texts[before], column.texts[after]
                step = (new > old) - (new < old)
            rises, falls = rises + bool(step > 0), falls + bool(step < 0)
    return rises, falls


def _percent(share: float) -> str:
    return f"{100 * share:.0f}"


_PATH = N_(
    "%(path)s is filled in %(filled)s %% of the rows and %(unique)s %% of its values differ."
)
_CONTENT = N_("No path is an id; rows are told apart by their content.")
_ARRIVAL = N_("No path tells of versions: what comes later is newer.")
_IMMUTABLE = N_("Rows without ids have no later version.")
_RISES = N_("%(path)s rose %(rises)s times where an id came again, and never fell.")
_NAMED = N_("The name of %(path)s speaks of versions; no id came again in the sample.")
