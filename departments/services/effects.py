"""What each step does besides changing the state: clocks, counters, parts and outcomes."""

from collections.abc import Callable, Iterable
from datetime import datetime

from core.errors import RuleBroken
from core.words import N_
from departments.domain.clocks import stamp
from departments.domain.facts import OWING
from departments.domain.states import PartState, Role
from departments.models import TaskPart
from departments.selectors.officers import officer_of
from departments.services.codes import code_of, organisation_of
from departments.services.deed import Deed
from departments.services.giving import give_parts

__all__ = ["PART_EFFECTS", "TASK_EFFECTS"]

Detail = dict[str, object]


def _merge_feedback(deed: Deed) -> Detail:
    deed.task.merged_at = deed.at
    for part in deed.live:
        if part.role == Role.LEAD and part.state == PartState.IN_HAND:
            detail = feed_back(deed, part)
            deed.share(part, "merge_feedback", detail=detail)
    return {}


def feed_back(deed: Deed, part: TaskPart) -> Detail:
    """The note becomes the part's feedback; the entry freezes whether it came in time."""
    part.fed_back_at, part.feedback = deed.at, deed.note
    since = datetime.fromisoformat(str(part.limit["since"]))
    return {
        "due": stamp(part.due),
        "in_time": deed.at <= part.due,
        "hours": round((deed.at - since).total_seconds() / 3600, 4),
    }


def _verify_pass(deed: Deed) -> Detail:
    for part in deed.live:
        deed.share(part, "verify_pass")
    return {}


def _send_back(deed: Deed, name: str) -> Detail:
    deed.task.merged_at = deed.task.closed_at = None
    deed.task.outcome = ""
    deed.task.rework_count += 1
    for part in deed.live:
        deed.share(part, name, note=deed.note)
        part.rework_count += 1
        part.started_at = part.fed_back_at = None
        deed.wind_handle_clock(part)
    return {}


def _reopen(deed: Deed) -> Detail:
    deed.owe("feed_back")
    return _send_back(deed, "reopen")


def _close(deed: Deed) -> Detail:
    deed.task.outcome = deed.text("outcome") or "real"
    deed.task.closed_at = deed.at
    deed.owe("feed_back")
    return {"outcome": deed.task.outcome}


def _call_back(deed: Deed) -> Detail:
    return {"satisfied": deed.text("satisfied")} if deed.text("satisfied") else {}


def _urge(deed: Deed) -> Detail:
    owing = [part for part in deed.live if part.state in OWING]
    # All fed back: what is still owed is the merging, by the lead.
    owing = owing or [part for part in deed.live if part.role == Role.LEAD]
    if deed.text("part"):
        owing = [_named(deed, owing, "part")]
    for part in owing:
        # A counter, not a change of the part: what its officer is about to send stays good.
        part.urge_count += 1
        state = PartState(part.state)
        deed.enter("urge", state, part=part, came_from=state.value)
    TaskPart.objects.bulk_update(owing, ["urge_count"])
    return {"parts": [code_of(part.organisation_id) for part in owing]}


def _rule(deed: Deed) -> Detail:
    returned = [part for part in deed.live if part.state == PartState.RETURNED]
    part = _named(deed, returned, "part")
    detail: Detail = {"part": code_of(part.organisation_id), "decision": deed.text("decision")}
    if deed.text("decision") == "confirm":
        deed.share(part, "confirm", note=deed.note)
        part.signed_at = None
        deed.wind_sign_clock(part)
        return detail
    code = deed.text("organisation")
    new = organisation_of(code, "organisation")
    if any(one.organisation_id == new for one in deed.live):
        message = N_("%(code)s already takes part in this task.")
        raise RuleBroken("already_takes_part", message, code=code)
    deed.share(part, "reassign", note=deed.note)
    deed.give(new, Role(part.role))
    return {**detail, "organisation": code}


def _sign_for(deed: Deed, part: TaskPart) -> Detail:
    part.signed_at = deed.at
    return {"due": stamp(part.sign_due), "in_time": deed.at <= part.sign_due}


def _return(deed: Deed, part: TaskPart) -> Detail:
    part.return_count += 1
    code = deed.text("proposed")
    return {"proposed": code_of(organisation_of(code, "proposed"))} if code else {}


def _start(deed: Deed, part: TaskPart) -> Detail:
    part.started_at = deed.at
    return {}


def _assign(deed: Deed, part: TaskPart) -> Detail:
    officer = officer_of(part.organisation_id, deed.text("officer"), deed.at)
    part.officer_id = officer.id
    return {"officer": officer.username}


def _named(deed: Deed, parts: Iterable[TaskPart], name: str) -> TaskPart:
    """The part of the organisation whose code the field holds."""
    organisation = organisation_of(deed.text(name), name)
    part = next((one for one in parts if one.organisation_id == organisation), None)
    if part is None:
        message = N_("%(code)s has no part that this concerns.")
        raise RuleBroken("no_such_part", message, code=deed.text(name))
    return part


TASK_EFFECTS: dict[str, Callable[[Deed], Detail]] = {
    "dispatch": give_parts,
    "rule": _rule,
    "merge_feedback": _merge_feedback,
    "verify_pass": _verify_pass,
    "verify_fail": lambda deed: _send_back(deed, "verify_fail"),
    "reopen": _reopen,
    "call_back": _call_back,
    "close": _close,
    "urge": _urge,
}

PART_EFFECTS: dict[str, Callable[[Deed, TaskPart], Detail]] = {
    "sign_for": _sign_for,
    "return": _return,
    "start": _start,
    "assign": _assign,
    "submit_feedback": feed_back,
}
