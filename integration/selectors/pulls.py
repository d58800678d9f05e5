"""Sources that feeds are pulled from, their attempts, and who may ask for a pull."""

from accounts.domain import Viewer
from integration.models import Feed, PullAttempt, PullSource, PullTarget
from integration.selectors.feeds import may_send

__all__ = ["attempts_of", "may_pull", "pull_targets", "source_of"]


def may_pull(viewer: Viewer, feed: Feed) -> bool:
    """Whether the viewer may have a feed pulled: who sends it, and who sets it up."""
    return viewer.has_role("system_admin") or may_send(viewer, feed)


def source_of(feed: Feed) -> PullSource | None:
    """Where a visible feed is pulled from, if it is."""
    return PullSource.objects.filter(feed=feed).first()


def attempts_of(source: PullSource, *, most: int) -> list[PullAttempt]:
    """The newest pulls of a visible feed's source."""
    return list(source.attempts.order_by("-at", "-id")[:most])


def pull_targets() -> list[PullTarget]:
    """The places that may be pulled from."""
    return list(PullTarget.objects.filter(revoked_at=None).order_by("scheme", "host", "port"))
