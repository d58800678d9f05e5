"""What every page about one draft shows: its name, its steps, whether it may still be changed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language, gettext

from accounts.domain import Viewer
from accounts.selectors import names_by_username
from city.selectors import name
from core.errors import DomainError
from integration.models import ProfileDraft
from integration.selectors.workshop import may_switch
from restapi.errors import translated

__all__ = ["DraftPage", "Step", "draft_name", "draft_page", "refused_softly"]

_STEPS = ("sample", "bench", "compare", "gate", "on")


@dataclass(frozen=True)
class Step:
    """One step of connecting a feed."""

    key: str
    label: str
    url: str
    current: bool


@dataclass(frozen=True)
class DraftPage:
    """The frame of a draft's pages."""

    draft: ProfileDraft
    name: str
    organisation: str
    changed_by: str
    steps: Sequence[Step]
    open: bool
    may_switch: bool

    @property
    def document(self) -> Mapping[str, Any]:
        """The profile document as it stands."""
        document: Mapping[str, Any] = self.draft.document
        return document

    @property
    def first(self) -> bool:
        """Whether no version of the feed exists yet."""
        return self.draft.based_on is None


def draft_page(viewer: Viewer, draft: ProfileDraft, here: str) -> DraftPage:
    """The frame for the step `here`."""
    labels = {
        "sample": gettext("Sample and names"),
        "bench": gettext("Fields"),
        "compare": gettext("Compare"),
        "gate": gettext("Grounds"),
        "on": gettext("Switch on"),
    }
    steps = [
        Step(key, labels[key], reverse(f"connect_{key}", args=[draft.pk]), key == here)
        for key in _STEPS
    ]
    people = names_by_username([draft.changed_by])
    return DraftPage(
        draft=draft,
        name=draft_name(draft),
        organisation=name(draft.organisation),
        changed_by=people.get(draft.changed_by, draft.changed_by),
        steps=steps,
        open=draft.state == "open",
        may_switch=may_switch(viewer),
    )


def draft_name(draft: ProfileDraft) -> str:
    """What the feed will be called, in the active language."""
    own = "name_zh" if (get_language() or "zh").startswith("zh") else "name_en"
    return str(draft.document.get(own) or draft.key)


def refused_softly(error: DomainError) -> str:
    """What is told on the page itself of a refusal; those of access are pages of their own."""
    if error.status in (403, 404):
        raise error
    return translated(error)
