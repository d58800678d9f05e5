"""How often what happens at a place was settled before and came again."""

from collections import Counter
from collections.abc import Collection
from datetime import timedelta

from django.db.models import Count, Exists, F, OuterRef, Q

from risk.models import Alert, AlertState, CaseState, RiskCase
from risk.selectors.places import among, as_text

_LOOKED_BACK = timedelta(days=180)


def settled_before(case_ids: Collection[str]) -> dict[str, int]:
    """How often cases, and earlier ones of their place and kind, were settled and came again.

    A case has come again when it recurred or has an alert once more; one whose task was merely
    reopened has not. Two queries.
    """
    again = Alert.objects.filter(case_id=OuterRef("pk")).exclude(state=AlertState.CLOSED)
    closed = Count("alerts", filter=Q(alerts__state=AlertState.CLOSED, alerts__outcome="real"))
    rows = (
        RiskCase.objects.filter(id__in=among(case_ids))
        .annotate(closed=closed, again=Exists(again) | Q(state=CaseState.RECURRED))
        .filter(Q(closed__gt=0) | Q(state=CaseState.RECURRED))
    )
    found: Counter[str] = Counter()
    for case, times, returned in rows.values_list(as_text("id"), "closed", "again"):
        found[case] = max(times, 1) if returned else times - 1
    found.update(_earlier(case_ids))
    return dict(found)


def _earlier(case_ids: Collection[str]) -> dict[str, int]:
    """How many earlier cases of the same place and kind ended settled, by the later case."""
    earlier = F("subject__cases__window_start")
    rows = (
        RiskCase.objects.filter(id__in=among(case_ids))
        .filter(
            subject__cases__state=CaseState.SETTLED,
            subject__cases__rule=F("rule"),
            subject__cases__family=F("family"),
            subject__cases__exercise=F("exercise"),
            subject__cases__last_at__lt=F("window_start"),
            subject__cases__last_at__gte=F("window_start") - _LOOKED_BACK,
        )
        .annotate(earlier=Count(earlier))
    )
    return dict(rows.values_list(as_text("id"), "earlier"))
