"""What the states, roles, origins and history entries are called: English msgids."""

from core.words import N_
from departments.domain.part_table import TABLE as PARTS
from departments.domain.states import PartState, Role, TaskState
from departments.domain.task_table import TABLE as TASKS

__all__ = [
    "ENTRIES",
    "ORIGINS",
    "OUTCOMES",
    "PART_STATES",
    "ROLES",
    "TASK_STATES",
    "WAYS",
    "entry_label",
]

TASK_STATES = {
    TaskState.REPORTED: N_("Reported"),
    TaskState.ACCEPTED: N_("Accepted"),
    TaskState.FILED: N_("Filed"),
    TaskState.DISPATCHED: N_("Dispatched"),
    TaskState.IN_HAND: N_("In hand"),
    TaskState.FED_BACK: N_("Fed back"),
    TaskState.VERIFYING: N_("Being verified"),
    TaskState.TO_CALL_BACK: N_("To call back"),
    TaskState.CLOSED: N_("Closed"),
    TaskState.ARCHIVED: N_("Archived"),
    TaskState.REFUSED: N_("Not filed"),
    TaskState.VOID: N_("Voided"),
}

PART_STATES = {
    PartState.TO_SIGN: N_("To sign for"),
    PartState.SIGNED: N_("Signed for"),
    PartState.RETURNED: N_("Returned"),
    PartState.IN_HAND: N_("In hand"),
    PartState.PAUSED: N_("Paused"),
    PartState.DEFERRED: N_("Deferred"),
    PartState.FED_BACK: N_("Fed back"),
    PartState.REWORK: N_("To rework"),
    PartState.DONE: N_("Done"),
    PartState.RELEASED: N_("Released"),
}

ROLES = {Role.LEAD: N_("Lead"), Role.SUPPORTING: N_("Supporting")}

ORIGINS = {
    "alert": N_("Alert"),
    "hand": N_("Report by hand"),
    "instruction": N_("Instruction from above"),
    "meeting": N_("Meeting"),
    "plan": N_("Plan"),
    "hotspot": N_("High-incidence spot"),
    "public": N_("Report from the public"),
    "drill": N_("Drill"),
    "parent": N_("Higher task"),
}

OUTCOMES = {"real": N_("Real"), "false_alarm": N_("False alarm")}

# What can be chosen in a field, besides organisations and officers.
WAYS = {
    "confirm": N_("Return refused: the department stays responsible"),
    "reassign": N_("Return accepted: give the part to another department"),
    "yes": N_("Satisfied"),
    "no": N_("Not satisfied"),
    **OUTCOMES,
}

# Entries that no table has: what begins a task, and what its clocks set off.
_OTHER = {
    "report": N_("Report"),
    "sign_for_overdue": N_("Signing for is overdue"),
    "handle_overdue": N_("Handling is overdue"),
    "escalate": N_("Raised to the supervisors"),
    "take_up": N_("Part given"),
}

ENTRIES = {
    **{row.name: row.label for row in PARTS.transitions},
    **{row.name: row.label for row in TASKS.transitions},
    **_OTHER,
}


def entry_label(name: str) -> str:
    """The msgid of a history entry's name; the name itself for one that is not known."""
    return ENTRIES.get(name, name)
