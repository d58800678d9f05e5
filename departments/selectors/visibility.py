"""Who sees which task: organisations with a part, who reported it, and supervisors by scope."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.domain import Viewer
from core.errors import NotFound
from core.words import N_
from departments.models import Task, TaskPart

__all__ = ["in_scope", "missing", "tasks_visible_to"]


def tasks_visible_to(viewer: Viewer) -> QuerySet[Task]:
    """The tasks a viewer may see; none for administrators alone and for partners."""
    if not viewer.sees_business:
        return Task.objects.none()
    if viewer.everything:
        return Task.objects.all()
    parts = TaskPart.objects.filter(
        task=OuterRef("pk"), organisation__in=sorted(viewer.organisations)
    )
    seen = Q(Exists(parts)) | Q(organisation__in=sorted(viewer.organisations))
    if viewer.districts:
        seen |= Q(district__in=sorted(viewer.districts))
    return Task.objects.filter(seen)


def in_scope(viewer: Viewer, task: Task) -> bool:
    """Whether the task lies where the viewer supervises, commands or verifies."""
    return viewer.everything or task.district in viewer.districts


def missing() -> NotFound:
    """The one answer for a missing task and for one that the viewer may not see."""
    return NotFound("not_found", N_("There is no such object, or you may not see it."))
