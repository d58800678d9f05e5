"""What a draft would do: its faults, proposals, try-outs, the comparison and the gate."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import transaction

from accounts.domain import Viewer
from audit import services as audit
from city.selectors import (
    area_names,
    categories,
    current_city,
    districts,
    locator,
    organisations,
    zone,
)
from core.clock import now
from core.errors import RuleBroken
from core.words import N_
from integration.domain import comparing, proposing
from integration.domain.gate import Gate, Tried, gate
from integration.domain.profile_document import Fault, check
from integration.domain.proposing import City, Proposal
from integration.domain.rows import Surroundings
from integration.domain.silhouettes import of_comparison, of_proposal, of_trial
from integration.domain.trying import Trial, try_profile
from integration.models import Feed, ProfileDraft
from integration.selectors.workshop import draft_by_id, may_draft_for, may_switch, sees_samples
from integration.services.digesting import content_secret
from integration.services.workshop.drafts import opened, put
from integration.services.workshop.samples import sample_of

__all__ = [
    "compare_draft",
    "faults_of",
    "gate_for",
    "gate_of",
    "propose",
    "take_proposal",
    "try_draft",
]

_COUNTS = ("received", "accepted", "quarantined", "flagged", "repeated")


def faults_of(*, viewer: Viewer, draft_id: UUID) -> list[Fault]:
    """Everything wrong with the draft's document; NotFound ``not_found``."""
    return _checked(draft_by_id(viewer, draft_id).document)


def propose(*, viewer: Viewer, draft_id: UUID) -> Proposal:
    """A document proposed from the sample; the draft stays as it is.

    Raises NotFound ``not_found``, RuleBroken ``no_sample``, BadInput with a file code for a
    sample that nothing here can read.
    """
    found = _proposed(draft_by_id(viewer, draft_id))
    return found if sees_samples(viewer) else of_proposal(found)


@transaction.atomic
def take_proposal(
    *,
    viewer: Viewer,
    draft_id: UUID,
    revision: int,
    sections: Collection[str] | None = None,
    choices: Mapping[str, int] | None = None,
) -> ProfileDraft:
    """Put proposed sections into the draft, all of them or those named.

    ``choices``: of a section another option than the best, by its place. A section for which
    nothing is proposed stays as it is. Raises as ``propose`` and ``change_draft``, RuleBroken
    ``no_such_section``, ``no_such_option``.
    """
    draft = opened(viewer, draft_id, revision)
    found = _proposed(draft)
    wanted = {one.section for one in found.parts} if sections is None else set(sections)
    wanted |= set(choices or {})
    document = dict(draft.document)
    for section in sorted(wanted):
        part = found.part(section)
        if part is None:
            message = N_("Nothing is proposed for %(section)s.")
            raise RuleBroken("no_such_section", message, section=section)
        place = (choices or {}).get(section, 0)
        if part.options:
            if not 0 <= place < len(part.options):
                message = N_("There is no such proposal for %(section)s.")
                raise RuleBroken("no_such_option", message, section=section)
            document[section] = part.options[place].value
    return put(viewer, draft, document)


@transaction.atomic
def try_draft(*, viewer: Viewer, draft_id: UUID) -> Trial:
    """Try the draft on its sample, and note for the gate what came of it.

    Raises NotFound ``not_found``, Refused ``draft_settled``, RuleBroken ``no_sample``.
    """
    draft = opened(viewer, draft_id, None)
    trial = _tried(draft.document, sample_of(draft))
    # A document that cannot be tried was not tried.
    draft.tried_digest = draft.digest if trial.sound else ""
    draft.tried = {name: getattr(trial, name) for name in _COUNTS} | {"codes": dict(trial.codes)}
    draft.tried_at, draft.tried_by = now(), viewer.label
    draft.save(update_fields=["tried_digest", "tried", "tried_at", "tried_by"])
    audit.record(
        actor=viewer.actor,
        act="workshop.try",
        object_kind="profile_draft",
        object_id=draft.id,
        detail={"feed": draft.key, "digest": draft.digest} | draft.tried,
    )
    return trial if sees_samples(viewer) else of_trial(trial)


def compare_draft(*, viewer: Viewer, draft_id: UUID) -> comparing.Comparison:
    """The draft beside what reads the feed now, with the sample's rows where there is one.

    A feed that has become that of another organisation is not told. Raises NotFound ``not_found``.
    """
    draft = draft_by_id(viewer, draft_id)
    feed = Feed.objects.select_related("profile").filter(key=draft.key).first()
    if feed is not None and not may_draft_for(viewer, feed.organisation_id):
        feed = None
    present = feed.profile if feed else None
    before = present.document if present else None
    old = new = None
    if draft.has_sample:
        sample = sample_of(draft)
        new = _tried(draft.document, sample)
        old = _tried(before, sample) if before is not None and new.sound else None
    found = comparing.compare(
        version=present.version if present else None,
        before=before,
        after=draft.document,
        old=old,
        new=new,
    )
    return found if sees_samples(viewer) else of_comparison(found)


def gate_of(*, viewer: Viewer, draft_id: UUID) -> Gate:
    """What switching the draft on still asks for, of this viewer; NotFound ``not_found``."""
    return gate_for(viewer, draft_by_id(viewer, draft_id))


def gate_for(viewer: Viewer, draft: ProfileDraft) -> Gate:
    """The gate of a draft that is at hand."""
    document = draft.document
    profile, faults = check(document, categories=categories(), organisations=_codes())
    return gate(
        document,
        None if faults else profile,
        tried=Tried(draft.tried_is_current, int(draft.tried.get("accepted", 0))),
        drafted_by=draft.drafted_by,
        who=viewer.label,
        may_switch=may_switch(viewer),
        organisation_known=document.get("organisation") in _codes(),
        differs=draft.based_on is None or draft.based_on.digest != draft.digest,
        today=now().astimezone(zone()).date(),
    )


def _checked(document: object) -> list[Fault]:
    return check(document, categories=categories(), organisations=_codes())[1]


def _codes() -> set[str]:
    return set(organisations().values_list("code", flat=True))


# Rows are looked at long before anybody writes down the grounds; the gate asks for them.
_GROUNDS: Mapping[str, object] = {
    **dict.fromkeys(("legal_basis", "purpose", "impact_assessment"), "-"),
    "data_class": "general",
    "retention_days": 1,
}


def _tried(document: object, sample: bytes) -> Trial:
    return try_profile(
        {**document, "header": _GROUNDS} if isinstance(document, dict) else document,
        sample,
        around=_around(),
        organisations=_codes(),
        secret=content_secret(),
        zone=str(zone()),
    )


def _around() -> Surroundings:
    return Surroundings(now=now().timestamp(), place=locator(), categories=categories())


def _proposed(draft: ProfileDraft) -> Proposal:
    return proposing.propose(sample_of(draft), base=draft.document, city=_city())


def _city() -> City:
    """What a proposal must know of the city."""
    city = current_city()
    names = area_names()
    return City(
        around=_around(),
        zone=city.timezone,
        categories={key: (one.name_zh, one.name_en) for key, one in categories().items()},
        districts={one.code: (one.name_zh, one.name_en) for one in districts()},
        grids=frozenset(names) - {one.code for one in districts()},
    )
