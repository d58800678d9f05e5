"""The life of one organisation's part of a task.

Steps of the hat ``whole`` are the share that a part has in a step of its task: they carry the
task step's name, and nobody can ask for them on the part alone.
"""

from core.words import N_
from core.workflow import Table, Transition
from departments.domain.facts import Hat, PartFacts
from departments.domain.states import PartState

__all__ = ["CLIENT_NAMES", "TABLE"]

_P = PartState


def _own(
    name: str,
    label: str,
    sources: set[PartState],
    target: PartState,
    *,
    needs_note: bool = False,
    fields: tuple[str, ...] = (),
) -> Transition[PartState, PartFacts]:
    """A step of an officer of the part's own organisation."""
    return Transition(
        name=name,
        label=label,
        sources=frozenset(sources),
        target=target,
        roles=frozenset({Hat.OFFICER.value}),
        needs_note=needs_note,
        fields=fields,
    )


def _share(
    name: str, label: str, source: PartState, target: PartState
) -> Transition[PartState, PartFacts]:
    """The share of a part in a step of the whole task."""
    return Transition(
        name=name,
        label=label,
        sources=frozenset({source}),
        target=target,
        roles=frozenset({Hat.WHOLE.value}),
    )


TABLE: Table[PartState, PartFacts] = Table(
    [
        _own("sign_for", N_("Sign for"), {_P.TO_SIGN}, _P.SIGNED),
        _own("start", N_("Start work"), {_P.SIGNED, _P.REWORK}, _P.IN_HAND),
        _own(
            "submit_feedback",
            N_("Submit feedback"),
            {_P.IN_HAND},
            _P.FED_BACK,
            needs_note=True,
        ),
        *(
            _own("assign", N_("Assign to an officer"), {state}, state, fields=("officer",))
            for state in (_P.TO_SIGN, _P.SIGNED, _P.IN_HAND, _P.REWORK)
        ),
        _own(
            "return",
            N_("Return"),
            {_P.TO_SIGN, _P.SIGNED},
            _P.RETURNED,
            needs_note=True,
            fields=("proposed",),
        ),
        _share("confirm", N_("Return refused"), _P.RETURNED, _P.TO_SIGN),
        _share("reassign", N_("Reassigned"), _P.RETURNED, _P.RELEASED),
        _share("dispatch", N_("Dispatch"), _P.RELEASED, _P.TO_SIGN),
        _share("merge_feedback", N_("Merge feedback"), _P.IN_HAND, _P.FED_BACK),
        _share("verify_pass", N_("Verification passed"), _P.FED_BACK, _P.DONE),
        _share("verify_fail", N_("Verification failed"), _P.FED_BACK, _P.REWORK),
        _share("reopen", N_("Reopen"), _P.DONE, _P.REWORK),
    ],
    initial=[PartState.TO_SIGN],
)

# What an officer may ask for.
CLIENT_NAMES = frozenset(row.name for row in TABLE.transitions if Hat.WHOLE not in row.roles)
