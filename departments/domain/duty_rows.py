"""Reading a city's `duties.json`: everything wrong with it at once."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from city.domain.faults import Faults, Node
from core.errors import RuleBroken
from core.words import N_
from core.workingtime import Limit, Unit
from departments.domain.plans import Breach, EscalationAct, EscalationStep
from departments.domain.routing import ANYWHERE, Hours

__all__ = ["DUTIES", "LEVELS", "DutyFacts", "Known", "read_duties"]

DUTIES = "duties.json"
LEVELS = ("major", "larger", "general", "low")
_KEYS = (
    "key",
    "name_zh",
    "name_en",
    "families",
    "categories",
    "levels",
    "areas",
    "hours",
    "lead",
    "supporting",
    "by_district",
    "limits",
    "escalation",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """The codes that a duty row may name."""

    families: Collection[str]
    categories: Collection[str]
    areas: Collection[str]
    organisations: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFacts:
    """One checked row; organisations are codes."""

    key: str
    name_zh: str
    name_en: str
    families: tuple[str, ...]
    categories: tuple[str, ...]
    levels: tuple[str, ...]
    areas: tuple[str, ...]
    hours: Hours
    lead: str
    supporting: tuple[str, ...]
    by_district: bool
    sign_for: Limit
    handle: Limit
    escalation: tuple[EscalationStep, ...]


def read_duties(rows: Sequence[object], known: Known, faults: Faults) -> tuple[DutyFacts, ...]:
    """The rows in their order; what is wrong is added to `faults`.

    The answer is of use only when no error was found.
    """
    seen: set[str] = set()
    found = []
    for node in Node(DUTIES, "", list(rows), faults).rows():
        duty = _read_row(node, known)
        if duty.key in seen:
            node.child("key").fault("duplicate_key", N_("stands here twice: %(key)s"), key=duty.key)
        seen.add(duty.key)
        found.append(duty)
    return tuple(found)


def _read_row(row: Node, known: Known) -> DutyFacts:
    row.known(*_KEYS)
    limits = row.child("limits")
    lead = _one_of(row.child("lead"), known.organisations)
    supporting = _several(row.child("supporting"), known.organisations)
    if lead in supporting:
        row.child("supporting").fault(
            "lead_supports", N_("%(code)s cannot both lead and support"), code=lead
        )
    return DutyFacts(
        key=row.child("key").key(),
        name_zh=row.child("name_zh").text(),
        name_en=row.child("name_en").text(),
        families=_several(row.child("families"), known.families),
        categories=_several(row.child("categories"), known.categories),
        levels=_several(row.child("levels"), LEVELS),
        areas=_several(row.child("areas"), {*known.areas, ANYWHERE}),
        hours=_hours(row.child("hours")),
        lead=lead,
        supporting=supporting,
        by_district=_flag(row.child("by_district")),
        sign_for=_limit(limits.child("sign_for")),
        handle=_limit(limits.child("handle")),
        escalation=_escalation(row.child("escalation")),
    )


def _one_of(node: Node, codes: Collection[str]) -> str:
    text = node.text()
    if text and text not in codes:
        node.fault("unknown_code", N_("names something unknown: %(code)s"), code=text)
    return text


def _several(node: Node, codes: Collection[str]) -> tuple[str, ...]:
    """The texts of a list, each known; a missing list is empty."""
    found = [_one_of(item, codes) for item in node.texts()]
    if len(set(found)) < len(found):
        node.fault("duplicate_key", N_("names the same thing twice"))
    return tuple(found)


def _hours(node: Node) -> Hours:
    text = "always" if node.value is None else node.choice([one.value for one in Hours])
    return Hours(text) if text in set(Hours) else Hours.ALWAYS


def _flag(node: Node) -> bool:
    if node.value not in (None, True, False):
        node.fault("wrong_type", N_("must be true or false"))
    return node.value is True


_SOME = Limit(1, Unit.MINUTE)


def _limit(node: Node) -> Limit:
    """A whole number of units; a minute after a fault, so that the reading goes on."""
    if not isinstance(node.value, Mapping):
        node.fault("missing", N_("is missing"))
        return _SOME
    try:
        limit = Limit.from_data(node.value)
    except RuleBroken as error:
        node.fault(error.code, error.message, warning=False, **error.detail)
        return _SOME
    if limit.amount != int(limit.amount):
        node.fault("wrong_type", N_("must be a whole number"))
    return limit


def _escalation(node: Node) -> tuple[EscalationStep, ...]:
    if node.value is None:
        return ()
    return tuple(
        EscalationStep(
            Breach(_choice(step.child("when"), Breach)),
            _limit(step.child("after")),
            EscalationAct(_choice(step.child("act"), EscalationAct)),
        )
        for step in node.rows()
    )


def _choice(node: Node, words: type[Breach] | type[EscalationAct]) -> str:
    allowed = [word.value for word in words]
    text = node.choice(allowed)
    return text if text in allowed else allowed[0]
