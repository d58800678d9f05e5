"""Step 7: open alerts become tasks. Here, because risk never knows departments."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction

from departments.domain.origins import AlertFacts
from departments.services import dispatch_alerts
from risk.selectors import AlertMatter, alert_matters
from risk.services import mark_dispatched


def dispatch(alert_ids: Sequence[UUID]) -> None:
    """Give each open alert its task; an alert that no duty fits stays open for the dispatcher."""
    with transaction.atomic():
        matters = alert_matters(alert_ids)
        tasks = dispatch_alerts(alerts=[_facts(one) for one in matters])
        for one in matters:
            if tasks[one.alert_id] is not None:
                mark_dispatched(alert_id=one.alert_id)


def _facts(one: AlertMatter) -> AlertFacts:
    return AlertFacts(
        alert_id=one.alert_id,
        case_id=one.case_id,
        incident_id=one.incident_id,
        family=one.family,
        category=one.category,
        risk_level=one.risk_level,
        district=one.district,
        grid=one.grid,
        lon=one.lon,
        lat=one.lat,
        address=one.address,
        exercise=one.exercise,
    )
