"""Which of the times of a row tells when it happened, and which one when it was reported."""

from collections.abc import Collection, Sequence

import numpy as np

from core.words import N_
from integration.domain import timeforms
from integration.domain.proposing.city import City
from integration.domain.proposing.clocks import TimeColumn
from integration.domain.proposing.columns import hinted, hints
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["occurred_and_reported"]

_OCCURRED = hints(
    "发生 案发 事发 发现 报警时间 接警 检查时间 occurred occur event happened start begin",
    "call discover visit incident fs sgfssj bjsj fssj sent ts timestamp effective onset",
)
_REPORTED = hints(
    "上报 报告 登记 录入 受理 创建 填报 接收 report reported created create register",
    "registered received accepted upload sbsj djsj lrsj cjsj",
)
_OTHER = hints(
    "出生 成立 到期 截止 有效期 更新 修改 birth est founded expire expires valid due",
    "deadline end until updated modified estdate clrq",
)


def occurred_and_reported(
    found: Sequence[TimeColumn], city: City, *, register: bool
) -> tuple[Part, Part]:
    """Which time tells when it happened, and which one when it was reported.

    ``register``: registers have no occurrence; their times are further fields.
    """
    if register:
        return Part("occurred_at"), Part("reported_at")
    ranked = sorted(
        ((_meaning(one, found), -place, one) for place, one in enumerate(found)),
        key=lambda one: one[:2],
        reverse=True,
    )
    if not ranked:
        return Part("occurred_at", ask=Note(_NO_TIME)), Part("reported_at")
    clear = len(ranked) == 1 or ranked[0][0] - ranked[1][0] > 0.2
    options = []
    for place, (score, _, one) in enumerate(ranked[:4]):
        sure = one.certainty if clear and not place else one.certainty * (0.6 if not place else 0.4)
        options.append(_option(one, city, round(sure if score > 0 or not place else 0.1, 2)))
        options += [_rival(one, form, city) for form in one.rivals]
    occurred = Part("occurred_at", tuple(options), ask=_ambiguous(ranked[0][2]))
    rest = [one for _, _, one in ranked[1:] if hinted(one.column, _REPORTED)]
    reported = max(rest, key=lambda one: hinted(one.column, _REPORTED), default=None)
    return occurred, _reported(reported, city)


def _meaning(one: TimeColumn, found: Collection[TimeColumn]) -> float:
    """How much speaks for its being when it happened."""
    score = 0.3 + hinted(one.column, _OCCURRED) - 0.5 * hinted(one.column, _REPORTED)
    score -= 1.0 * (hinted(one.column, _OTHER) == 1)
    score += 0.3 * (one.column.share - 1) + 0.3 * (one.sound - 1)
    earlier = [
        float(np.nanmean(one.seconds <= other.seconds))
        for other in found
        if other is not one and _both(one, other)
    ]
    # What happened comes before what was written of it.
    return score + (0.2 * min(earlier) if earlier else 0.0)


def _both(one: TimeColumn, other: TimeColumn) -> bool:
    return bool((np.isfinite(one.seconds) & np.isfinite(other.seconds)).any())


def _option(one: TimeColumn, city: City, certainty: float) -> Option:
    detail = {
        "path": one.path,
        "form": ", ".join((one.form, *one.also)),
        "read": f"{100 * one.read:.1f}",
        "sound": f"{100 * one.sound:.0f}",
    }
    note = _READ_DAY if timeforms.usable(one.form) and _is_day(one) else _READ
    return Option(one.section(city.zone), certainty, Note(note, detail))


def _is_day(one: TimeColumn) -> bool:
    found = timeforms.instants(one.column.told[:50], one.form, "UTC", now=4e9)
    return all(span == timeforms.DAY for span in found.spans)


def _rival(one: TimeColumn, form: str, city: City) -> Option:
    section = one.section(city.zone) | {"form": form}
    return Option(section, 0.45, Note(_RIVAL, {"path": one.path, "form": form}))


def _ambiguous(one: TimeColumn) -> Note | None:
    if not one.rivals:
        return None
    return Note(_ASK_FORM, {"path": one.path, "forms": ", ".join((one.form, *one.rivals))})


def _reported(one: TimeColumn | None, city: City) -> Part:
    if one is None:
        return Part("reported_at")
    return Part("reported_at", (_option(one, city, one.certainty),))


_READ = N_(
    "%(read)s %% of %(path)s read as %(form)s; %(sound)s %% lie near each other and not ahead."
)
_READ_DAY = N_("%(read)s %% of %(path)s read as %(form)s; they name the day only.")
_RIVAL = N_("%(path)s can as well be read as %(form)s.")
_ASK_FORM = N_("Day and month cannot be told apart in %(path)s: ask which of %(forms)s is meant.")
_NO_TIME = N_("No path is a time. Ask the sender when it happened; only registers do without.")
