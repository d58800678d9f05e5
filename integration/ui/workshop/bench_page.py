"""The bench: the sample's fields, the records they become, and their places on the map."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext

from accounts.domain import Viewer
from city.selectors import zone
from core.errors import DomainError
from integration.domain.profile_document import Fault
from integration.domain.proposing import Proposal
from integration.domain.trying import Trial
from integration.models import ProfileDraft
from integration.services import workshop
from integration.ui.workshop.bench_map import BenchMap, SystemLine, bench_map, system_lines
from integration.ui.workshop.fields import FieldLine, field_lines
from integration.ui.workshop.settings import Sent, with_settings
from integration.ui.workshop.suggestions import Suggestion, suggestions
from integration.ui.workshop.trial_lines import CodeCount, RowLine, code_counts, row_lines
from integration.ui.workshop.uses import Document, readable, with_uses
from integration.ui.workshop.words import in_words, section_of
from restapi.errors import translated

__all__ = ["BenchPage", "bench_page", "document_from", "fault_lines"]


@dataclass(frozen=True)
class FaultLine:
    """One fault of the document: where, and what."""

    where: str
    path: str
    text: str


@dataclass(frozen=True)
class BenchPage:
    """The bench of one draft; without a sample it has the document's own fields only."""

    fields: Sequence[FieldLine]
    suggestions: Sequence[Suggestion]
    faults: Sequence[FaultLine]
    refusal: str
    refusal_code: str
    trial: Trial | None
    rows: Sequence[RowLine]
    codes: Sequence[CodeCount]
    systems: Sequence[SystemLine]
    map: BenchMap
    reading: str
    problems_only: bool

    @property
    def to_decide(self) -> Sequence[Suggestion]:
        """What a person must look at: unsure parts, and what the sample cannot tell."""
        return [one for one in self.suggestions if one.open]

    @property
    def settled(self) -> Sequence[Suggestion]:
        """The other parts of which something was found."""
        return [one for one in self.suggestions if not one.open and one.offers]

    @property
    def open_fields(self) -> int:
        """How many fields of the sample nothing was said of."""
        return sum(1 for one in self.fields if one.open)


def bench_page(
    viewer: Viewer, draft: ProfileDraft, *, problems_only: bool, typed: Document | None = None
) -> BenchPage:
    """The bench as the draft stands now; a sample that cannot be read is told, not raised.

    ``typed``: the document of a form that was refused; its fields show what was chosen there.
    """
    document = readable(draft.document if typed is None else typed)
    proposal, trial, refusal = None, None, None
    if draft.has_sample:
        try:
            proposal = workshop.propose(viewer=viewer, draft_id=draft.pk)
        except DomainError as error:
            refusal = error
        trial = workshop.try_draft(viewer=viewer, draft_id=draft.pk)
    faults = trial.faults if trial else workshop.faults_of(viewer=viewer, draft_id=draft.pk)
    # What the law wants known is asked for at its own step.
    faults = [one for one in faults if not one.path.startswith("header")]
    systems = system_lines(document, proposal, trial)
    return BenchPage(
        fields=field_lines(document, proposal),
        suggestions=suggestions(document, proposal),
        faults=fault_lines(faults),
        refusal=translated(refusal) if refusal else in_words(trial.refusal if trial else None),
        refusal_code=_code(refusal, trial),
        trial=trial if trial and trial.sound else None,
        rows=row_lines(trial, problems_only=problems_only) if trial else (),
        codes=code_counts(trial) if trial else (),
        systems=systems,
        map=bench_map(trial, systems),
        reading=_reading(proposal, trial),
        problems_only=problems_only,
    )


def _code(refusal: DomainError | None, trial: Trial | None) -> str:
    if refusal is not None:
        return refusal.code
    return trial.refusal.code if trial and trial.refusal else ""


def _reading(proposal: Proposal | None, trial: Trial | None) -> str:
    """How the bytes were read: CSV · GB18030 · ;"""
    found = {**(proposal.reading if proposal else {}), **(trial.read_as if trial else {})}
    return " · ".join(text.upper() if text.isalnum() else text for text in found.values() if text)


def fault_lines(faults: Sequence[Fault]) -> list[FaultLine]:
    """The faults with the names of the parts in which they lie."""
    whole = gettext("The document")
    return [FaultLine(section_of(one.path) or whole, one.path, in_words(one)) for one in faults]


def document_from(draft: ProfileDraft, sent: Sent, proposal: Proposal | None) -> Document:
    """The document after the bench's form: what fields become, then the settings beside them."""
    paths: list[str] = sent.getlist("field")
    wanted = dict(zip(paths, sent.getlist("use"), strict=False))
    parts = proposal.parts if proposal else ()
    guesses = {part.section: [one.value for one in part.options] for part in parts}
    kinds: Mapping[str, str] = {one.path: one.kind for one in proposal.paths} if proposal else {}
    document: dict[str, Any] = readable(draft.document)
    changed = with_uses(document, wanted, guesses=guesses, kinds=kinds, zone=str(zone()))
    return with_settings(changed, sent, zone=str(zone()))
