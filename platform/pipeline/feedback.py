"""Step 8: what a closed (or reopened) task teaches flows back to its case and alert."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from accounts.domain.viewer import SYSTEM
from departments.selectors import tasks_visible_to
from risk.services import close_alert, settle_case, take_up_case


def feed_back(task_ids: Sequence[UUID]) -> None:
    """Settle the cases and close the alerts of closed tasks; take up those of reopened ones.

    What counts is how the tasks stand now, so doing it again changes nothing. A case with another
    task still out is not settled: the last task to close says how it ended.
    """
    everything = tasks_visible_to(SYSTEM)
    tasks = everything.filter(id__in=list(task_ids)).order_by("id")
    open_again = tasks.filter(closed_at=None).exclude(case=None).values_list("case_id", flat=True)
    closed = tasks.exclude(closed_at=None)
    rows = closed.values_list("id", "case_id", "origin_kind", "origin_id", "outcome")
    out = everything.filter(closed_at=None, case__in=closed.values("case")).exclude(
        dispatched_at=None
    )
    with transaction.atomic():
        # No case at all, or one that another task is still out for.
        left_alone = {None, *out.values_list("case_id", flat=True)}
        for case_id in open_again:
            take_up_case(case_id=case_id)
        for task_id, case_id, origin_kind, origin_id, outcome in rows:
            learnt = outcome or "real"
            if origin_kind == "alert":
                close_alert(alert_id=UUID(origin_id), outcome=learnt, actor=SYSTEM.actor)
            if case_id not in left_alone:
                settle_case(case_id=case_id, outcome=learnt, task_id=task_id, actor=SYSTEM.actor)
