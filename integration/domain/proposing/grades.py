"""How grave a row is, and how far its matter is at the source: few-valued paths by their words."""

import unicodedata
from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise

from core.words import N_
from integration.domain.proposing.codes import few_valued
from integration.domain.proposing.columns import Column, hinted, hints
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["severity_of", "upstream_of"]

_HINTS = hints(
    "等级 级别 严重 紧急 程度 危险 风险 level grade severity urgency priority risk dj jb",
    "jqdj caselevel triage",
)
# Scales in words: the place in a row is the class, 1 the gravest.
_SCALES: Sequence[Sequence[tuple[str, ...]]] = tuple(
    tuple(tuple(words.split()) for words in scale.split("|"))
    for scale in (
        "特别重大 特大|重大|较大|一般",
        "特急 特别紧急|加急 紧急 急|较急|一般 普通 平",
        "红 红色 red|橙 橙色 orange|黄 黄色 yellow|蓝 蓝色 blue",
        "危急 危重 濒危|重 重症 重伤|中 中症|轻 轻症 轻伤 轻微",
        "极高 critical extreme|高 high severe|中 medium moderate|低 low minor",
        "i 一级 1级 i级|ii 二级 2级 ii级|iii 三级 3级 iii级|iv 四级 4级 iv级",
    )
)
_BARE = ("1234", "ABCD")
_UNITS = frozenset(hints("ppm %lel %vol mg/m3 mg/m³ μg/m3 mm mm/h cm m/s ℃ °c db kpa mpa"))
_STATE_HINTS = hints(
    "状态 办理 进度 state status zt cjzt stage",
)
_STATES: Mapping[str, tuple[str, ...]] = {
    "received": hints(
        "立案 受理 登记 接收 待办 新建 已接单 open new received reported accepted",
    ),
    "dispatched": hints("派遣 派发 转办 交办 已派 分派 dispatched assigned forwarded"),
    "in_hand": hints(
        "处置 办理中 处理中 在办 整改中 in_progress processing working pending",
    ),
    "closed": hints(
        "结案 办结 已办 完成 关闭 归档 已处置 已处理 closed done resolved finished completed",
    ),
}


def severity_of(
    columns: Sequence[Column], key: str, *, taken: Collection[str]
) -> tuple[Part, frozenset[str]]:
    """How grave a row is, and every path that looks like a grade.

    A scale in words tells its direction; of bare digits and letters the rarest is held to be the
    gravest, and a person confirms it.
    """
    options = []
    for column in few_valued(columns, taken=taken):
        found = _worded(column) or _bare(column)
        if found is not None:
            codes, certain, message = found
            scale = f"{key}.{_plain(column.path)}"[:64]
            value = {"path": column.path, "scale": scale, "codes": codes}
            certain = min(0.95, certain + 0.1 * hinted(column, _HINTS))
            options.append(Option(value, round(certain, 2), Note(message, {"path": column.path})))
    options.sort(key=lambda one: -one.certainty)
    paths = frozenset(str(one.value["path"]) for one in options if isinstance(one.value, dict))
    if options:
        ask = None if options[0].certainty >= 0.8 else options[0].note
        return Part("severity", tuple(options[:3]), ask=ask), paths
    return Part("severity", ask=_measured(columns)), paths


def _plain(path: str) -> str:
    return path.replace("[]", "").replace(".", "_")


def _worded(column: Column) -> tuple[dict[str, int], float, str] | None:
    """The classes of a scale in words; every value must stand on it."""
    best: dict[str, int] = {}
    for scale in _SCALES:
        classes = {word: place for place, words in enumerate(scale, 1) for word in words}
        found = {text: classes[_fold(text)] for text in column.counts if _fold(text) in classes}
        if len(found) > len(best):
            best = found
    known = sum(column.counts[text] for text in best)
    enough = len(best) > 1 or (len(best) == 1 and hinted(column, _HINTS) == 1)
    if not enough or known < 0.9 * len(column.told):
        return None
    best = dict(sorted(best.items(), key=lambda one: one[1]))
    reached = set(best.values())
    if max(reached) > len(reached):
        return best, 0.65, _GAPS
    return best, 0.85, _WORDS


def _fold(text: str) -> str:
    """A value for comparing: Ⅰ is I, full-width forms are plain ones."""
    return unicodedata.normalize("NFKC", text).strip().lower()


def _bare(column: Column) -> tuple[dict[str, int], float, str] | None:
    """The classes of bare digits or letters, by how often they come."""
    hint = hinted(column, _HINTS)
    told = set(column.counts)
    for signs in _BARE:
        if not hint or not told <= set(signs) or len(told) < 2:
            continue
        counts = [column.counts.get(sign, 0) for sign in signs]
        rises = sum(a <= b for a, b in pairwise(counts))
        falls = sum(a >= b for a, b in pairwise(counts))
        forward = rises >= falls
        order = signs if forward else signs[::-1]
        clear = max(rises, falls) == len(signs) - 1 and len(column.told) >= 50
        codes = {sign: order.index(sign) + 1 for sign in signs}
        return codes, 0.6 if clear else 0.4, _DIRECTION
    return None


def _measured(columns: Sequence[Column]) -> Note | None:
    """What to say where a value is measured in a unit: its bands are nobody's guess."""
    units = [
        one for one in columns if one.counts and {text.lower() for text in one.counts} <= _UNITS
    ]
    if not units:
        return None
    parent = units[0].path.rpartition(".")[0]
    values = [
        one.path for one in columns if one.numeric > 0.9 and one.path.rpartition(".")[0] == parent
    ]
    if not values:
        return None
    return Note(_MEASURED, {"value": values[0], "unit": units[0].path})


def upstream_of(columns: Sequence[Column], *, taken: Collection[str]) -> Part:
    """How far the matter is at the source: a path whose values are words of handling."""
    words = {word: state for state, names in _STATES.items() for word in names}
    options = []
    for column in few_valued(columns, taken=taken):
        codes = {text: words[text.lower()] for text in column.counts if text.lower() in words}
        known = sum(column.counts[text] for text in codes)
        if len(codes) < 2 or known < 0.6 * len(column.told):
            continue
        certain = 0.7 + 0.15 * (known == len(column.told)) + 0.1 * hinted(column, _STATE_HINTS)
        value = {"path": column.path, "codes": codes}
        options.append(Option(value, round(certain, 2), Note(_STATE, {"path": column.path})))
    options.sort(key=lambda one: -one.certainty)
    if options:
        return Part("upstream_state", tuple(options[:2]))
    named = [one for one in few_valued(columns, taken=taken) if hinted(one, _STATE_HINTS) == 1]
    ask = Note(_ASK_STATE, {"path": named[0].path}) if named else None
    return Part("upstream_state", ask=ask)


_WORDS = N_("The values of %(path)s are a known scale, the gravest first.")
_GAPS = N_(
    "The values of %(path)s are a known scale with classes left out. Check which class each is."
)
_DIRECTION = N_(
    "%(path)s looks like a grade; the rarest value is taken for the gravest. Ask which end is."
)
_MEASURED = N_(
    "%(value)s is measured in the unit of %(unit)s: set from which value on it is how grave."
)
_STATE = N_("The values of %(path)s are words of handling.")
_ASK_STATE = N_("%(path)s may tell how far the matter is at the source. Say what its codes mean.")
