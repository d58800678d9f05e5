"""What the REST door says of incidents, subjects, cases and alerts."""

from collections.abc import Mapping
from datetime import datetime
from types import SimpleNamespace
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from city import selectors as city
from core.cells import cell, to_hex
from core.coordinates import shown
from core.errors import fill
from risk.models import Alert, Assessment, Incident, RiskCase, Subject
from risk.selectors.details import CaseDetail, IncidentDetail, RecordLink, SubjectDetail
from web.levels import level_name

Shape = dict[str, Any]


def text_of(at: datetime | None) -> str | None:
    """ISO 8601 in UTC."""
    return at.isoformat().replace("+00:00", "Z") if at else None


def _id(key: UUID | None) -> str | None:
    return str(key) if key else None


def _place(one: Incident) -> Shape:
    """Where an incident was, no finer than it may be shown."""
    decimals = one.shown_decimals
    lon, lat = shown(one.lon, one.lat, decimals)
    spot = one.h3
    if decimals is not None and lon is not None and lat is not None:
        spot = cell(lon, lat)  # the true one beside the shown place would narrow it down
    return {
        "lon": lon,
        "lat": lat,
        "place_decimals": decimals,
        "h3": None if spot is None else to_hex(spot),
    }


def incident_shape(one: Incident) -> Shape:
    """An incident as a list shows it."""
    return {
        "id": str(one.id),
        "number": one.number,
        "origin": one.origin,
        "family": one.family,
        "category": one.category,
        "severity": one.severity,
        "first_at": text_of(one.first_at),
        "last_at": text_of(one.last_at),
        "until_at": text_of(one.until_at),
        **_place(one),
        "district": one.district,
        "grid": one.grid,
        "address": one.address,
        "summary": one.summary,
        "record_count": one.record_count,
        "feed_count": one.feed_count,
        "exercise": one.exercise,
    }


def _record(link: RecordLink) -> Shape:
    return {
        "id": str(link.id),
        "feed": link.feed,
        "source_id": link.source_id,
        "grounds": link.grounds,
        "weight": link.weight,
    }


def incident_detail_shape(one: IncidentDetail) -> Shape:
    """An incident with its records and its case."""
    records = [_record(link) for link in one.records]
    return incident_shape(one.incident) | {"records": records, "case": _id(one.case_id)}


def subject_shape(one: Subject) -> Shape:
    """A subject as a list shows it."""
    return {
        "id": str(one.id),
        "kind": one.kind,
        "key": one.key,
        "name": city.name(one),
        "name_zh": one.name_zh,
        "name_en": one.name_en,
        "geometry": one.geometry,
        "lon": one.lon,
        "lat": one.lat,
        "district": one.district,
        "grid": one.grid,
        "address": one.address,
        "attributes": one.attributes,
        "parent": _id(one.parent_id),
    }


def subject_detail_shape(one: SubjectDetail) -> Shape:
    """A subject with the records about it and its cases."""
    return subject_shape(one.subject) | {
        "records": [_record(link) for link in one.records],
        "cases": [case_shape(case) for case in one.cases],
    }


def case_shape(one: RiskCase) -> Shape:
    """A case as a list shows it."""
    return {
        "id": str(one.id),
        "number": one.number,
        "rule": one.rule,
        "subject": str(one.subject_id),
        "family": one.family,
        "state": one.state,
        "window_start": text_of(one.window_start),
        "last_at": text_of(one.last_at),
        "district": one.district,
        "grid": one.grid,
        "incident_count": one.incident_count,
        "record_count": one.record_count,
        "score": one.score,
        "risk_level": one.risk_level or None,
        "exercise": one.exercise,
    }


def assessment_shape(one: Assessment) -> Shape:
    """A score with its terms, reasons in the caller's language; the terms sum to the score."""
    return {
        "score": one.score,
        "risk_level": one.risk_level,
        "ruleset": str(one.ruleset),
        "assessed_at": text_of(one.assessed_at),
        "terms": [_term(term) for term in one.terms],
    }


def _term(term: Mapping[str, Any]) -> Shape:
    told = {name: term[name] for name in ("factor", "value", "weight", "contribution")}
    return told | {"reason": reason_text(term["reason"], term["params"])}


def reason_text(message: str, params: Mapping[str, Any]) -> str:
    """A stored reason in the active language; keys of categories become their names, and things
    that have one in both languages get the right one.
    """
    named = dict(params)
    category = city.categories().get(str(params.get("category", "")))
    if category:
        named["category"] = city.name(category)
    if "level" in params:
        named["level"] = level_name(str(params["level"]))
    if "name_zh" in params:
        named["name"] = city.name(SimpleNamespace(**params))
    return fill(gettext(message), named)


def case_detail_shape(one: CaseDetail) -> Shape:
    """A case with its assessment, incidents, parties and alerts."""
    case = one.case
    return case_shape(case) | {
        "subject": subject_shape(case.subject),
        "assessment": assessment_shape(case.assessment) if case.assessment else None,
        "incidents": [incident_detail_shape(row) for row in one.incidents],
        "parties": [
            {
                "organisation": party.organisation.code,
                "name": city.name(party.organisation),
                "role": party.role,
                "since": text_of(party.since),
            }
            for party in one.parties
        ],
        "alerts": [alert_shape(alert) for alert in one.alerts],
    }


def alert_shape(one: Alert) -> Shape:
    """An alert with its reason in the caller's language."""
    reason = one.reason or {}
    return {
        "id": str(one.id),
        "number": one.number,
        "source_kind": one.source_kind,
        "source": str(one.source_id),
        "rule": one.rule,
        "state": one.state,
        "risk_level": one.risk_level,
        "score": one.score,
        "case": _id(one.case_id),
        "family": one.family,
        "district": one.district,
        "reason": reason_text(reason.get("message", ""), reason.get("detail", {})),
        "outcome": one.outcome or None,
        "exercise": one.exercise,
        "opened_at": text_of(one.opened_at),
        "updated_at": text_of(one.updated_at),
        "closed_at": text_of(one.closed_at),
    }
