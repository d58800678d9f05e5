"""What steps 6 and 7 ask of cases and alerts, read for all of them at once."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from city import selectors as city
from risk.domain.alerting import CASE_RULE, CASE_SOURCE, SILENCED, AlertFacts
from risk.models import Alert, AlertState, CaseIncident, Incident, RiskCase

_MILDEST = 5  # beyond class 4: nothing was reported


def alert_facts(cases: Sequence[RiskCase]) -> dict[UUID, AlertFacts]:
    """What step 6 asks of cases, by case id."""
    ids = [case.id for case in cases]
    links = CaseIncident.objects.filter(case_id__in=ids)
    upstream: dict[UUID, set[str]] = defaultdict(set)
    states = links.filter(incident__links__isnull=False).values_list(
        "case_id", "incident__links__record__record__upstream_state"
    )
    for case, state in states.distinct():
        upstream[case].add(state or "")
    by_hand = set(links.filter(incident__origin="hand").values_list("case_id", flat=True))
    alerts = Alert.objects.filter(source_kind=CASE_SOURCE, source_id__in=ids, rule=CASE_RULE)
    opened = dict(alerts.exclude(state=AlertState.CLOSED).values_list("source_id", "risk_level"))
    silenced = set(alerts.filter(outcome=SILENCED).values_list("source_id", "risk_level"))
    return {
        case.id: AlertFacts(
            state=case.state,
            level=case.risk_level or "low",
            open_level=opened.get(case.id, ""),
            upstream=frozenset(upstream[case.id]),
            by_hand=case.id in by_hand,
            silenced=(case.id, case.risk_level) in silenced,
        )
        for case in cases
    }


@dataclass(frozen=True)
class AlertMatter:
    """What an open alert is about: its case's gravest incident stands for it."""

    alert_id: UUID
    case_id: UUID
    incident_id: UUID
    family: str
    category: str
    risk_level: str
    district: str
    grid: str
    lon: float | None
    lat: float | None
    address: str
    exercise: bool


def alert_matters(alert_ids: Sequence[UUID]) -> list[AlertMatter]:
    """The matters of those of the alerts that are open, in the order of their ids."""
    alerts = Alert.objects.filter(id__in=list(alert_ids), state=AlertState.OPEN)
    found = list(alerts.exclude(case=None).order_by("id"))
    gravity = {key: one.gravity for key, one in city.categories().items()}
    gravest: dict[UUID, Incident] = {}
    links = CaseIncident.objects.filter(case_id__in=[one.case_id for one in found])
    for link in links.select_related("incident").order_by("case_id", "incident_id"):
        held = gravest.get(link.case_id)
        if held is None or _rank(link.incident, gravity) > _rank(held, gravity):
            gravest[link.case_id] = link.incident
    return [
        _matter(alert, gravest[alert.case_id])
        for alert in found
        if alert.case_id is not None and alert.case_id in gravest
    ]


def _rank(incident: Incident, gravity: Mapping[str, float]) -> tuple[float, int, datetime]:
    severity = incident.severity or _MILDEST
    return gravity.get(incident.category, 0.0), -severity, incident.last_at


def _matter(alert: Alert, incident: Incident) -> AlertMatter:
    return AlertMatter(
        alert_id=alert.id,
        case_id=alert.source_id,
        incident_id=incident.id,
        family=alert.family,
        category=incident.category,
        risk_level=alert.risk_level,
        district=alert.district,
        grid=incident.grid,
        lon=incident.lon,
        lat=incident.lat,
        address=incident.address,
        exercise=alert.exercise,
    )
