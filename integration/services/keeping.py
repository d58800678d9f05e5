"""Where the rows of a feed are kept: as records, or as observations of its datastreams."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from integration.domain.profile import Profile
from integration.domain.rows import Sheet
from integration.services import observing, rewriting, storing
from integration.services.rewriting import Rewritten
from integration.services.storing import Context, Outcome, Staging

__all__ = ["Keeping", "keeping_of"]


@dataclass(frozen=True)
class Keeping:
    """How chunks are stored, and the step of the pipeline that is owed for what was, if any.

    ``ready`` does what can be done before the feed's lock is taken; ``store`` takes its answer.
    """

    ready: Callable[[Sheet, Context], Any]
    store: Callable[[Any, Context, Staging], Outcome]
    rewrite: Callable[..., Rewritten]
    step: str | None


_RECORDS = Keeping(storing.ready, storing.store, rewriting.rewrite, "associate")
_OBSERVATIONS = Keeping(observing.ready, observing.store, observing.rewrite, None)


def keeping_of(profile: Profile) -> Keeping:
    """What is done with the rows of a profile's feed."""
    return _OBSERVATIONS if profile.kind == "observation" else _RECORDS
