"""In step 3: records of warnings → issued warnings, their districts, and which of them stand.

Only what has operational effect becomes a warning: a test, an exercise of its sender or a draft
does not, and a warning whose record turns out to be one is withdrawn. What replaces what is decided
from all messages together (`risk.domain.warnings`), so the order of arrival changes nothing.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
import pandas as pd
import shapely
from django.db.models import Q

from accounts.domain.viewer import SYSTEM
from city import selectors as city
from core.clock import now
from integration.selectors import records_visible_to
from risk.domain.rules import Rules
from risk.domain.warnings import Message, Reference, Told, named_districts, read, standings
from risk.models import IssuedWarning, WarningDistrict, WarningReference, WarningState
from risk.selectors.effects import Effect, effects
from risk.services.reassessing import owe_cases_under

KIND = "warning"
_AT_ONCE = 500
_WORDS = (
    "sender", "identifier", "message_type", "scope", "level", "severity", "urgency", "certainty",
    "issuer", "texts",
)  # fmt: skip
_COLUMNS = (
    *_WORDS, "organisation", "feed", "sent_at", "category", "starts_at", "ends_at", "end_assumed",
    "geometry", "lon", "lat", "exercise", "state", "replaced_by", "updated_at",
)  # fmt: skip


def issue_warnings(rows: pd.DataFrame, rules: Rules) -> None:
    """Issue, follow or withdraw the warnings of records; doing it again changes nothing.

    `rows`: columns id (str), kind. Under the lock of ASSOCIATE. Open cases on which it bears
    otherwise than before are owed step 5.
    """
    ids = rows.loc[rows["kind"] == KIND, "id"].tolist()
    if not ids:
        return
    records = list(records_visible_to(SYSTEM, exercise=None).filter(pk__in=ids).order_by("pk"))
    told = {one.pk: _told(one, rules) for one in records}
    held = {one.record_id: one for one in _held(Q(record_id__in=list(told)))}
    names = _names(held.values(), told.values())
    touched = Q(identifier__in=names) | Q(record_id__in=list(told))
    before = _effects(touched)
    writes = _Writes()
    for record in records:
        found = told[record.pk]
        if found is not None:
            writes.issue(record, found, held.get(record.pk))
        elif record.pk in held:
            writes.withdraw(held[record.pk])
    writes.store()
    _settle(names)
    owe_cases_under(before ^ _effects(touched), rules)


def _told(record: Any, rules: Rules) -> Told | None:
    """What a record's warning says; None where it has no operational effect."""
    if not record.operational:
        return None
    return read(
        record.attributes,
        source_id=record.source_id,
        sent_at=record.listed_at,
        summary=record.summary,
        default=timedelta(hours=rules.warning_hours),
    )


def _held(which: Q) -> Sequence[IssuedWarning]:
    rows = IssuedWarning.objects.filter(which).distinct().order_by("id")
    return list(rows.prefetch_related("districts", "references"))


def _names(held: Iterable[IssuedWarning], told: Iterable[Told | None]) -> set[str]:
    """The identifiers of messages whose standing may change: these, and those that they name."""
    names = {one.identifier for one in told if one}
    names |= {name.identifier for one in told if one for name in one.references}
    for warning in held:
        names.add(warning.identifier)
        names |= {one.identifier for one in warning.references.all()}
    return names


def _effects(which: Q) -> set[Effect]:
    return set(effects(IssuedWarning.objects.filter(which)))


@dataclass
class _Writes:
    """What is to be stored, gathered so that it takes a few statements for any number."""

    new: list[IssuedWarning] = field(default_factory=list)
    changed: list[IssuedWarning] = field(default_factory=list)
    districts: list[WarningDistrict] = field(default_factory=list)
    references: list[WarningReference] = field(default_factory=list)
    stale_districts: list[UUID] = field(default_factory=list)
    stale_references: list[UUID] = field(default_factory=list)

    def issue(self, record: Any, told: Told, held: IssuedWarning | None) -> None:
        """A warning as its record tells it, where that differs from what is stored."""
        values = _values(record, told)
        if held is not None and held.state == WarningState.WITHDRAWN:
            values["state"] = WarningState.ISSUED
        warning = held or IssuedWarning(record_id=record.pk, created_at=now())
        if held is None or any(getattr(held, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(warning, name, value)
            warning.updated_at = now()
            (self.changed if held else self.new).append(warning)
        self._area(warning, _districts(record, told), {} if held is None else _area_of(held))
        self._names(warning, told.references, {} if held is None else _references_of(held))

    def withdraw(self, warning: IssuedWarning) -> None:
        """A warning whose record has no operational effect, or no longer."""
        if warning.state != WarningState.WITHDRAWN:
            warning.state, warning.replaced_by_id = WarningState.WITHDRAWN, None
            warning.updated_at = now()
            self.changed.append(warning)

    def _area(self, warning: IssuedWarning, wanted: set[str], held: Mapping[str, UUID]) -> None:
        self.stale_districts += [key for code, key in held.items() if code not in wanted]
        self.districts += [
            WarningDistrict(warning=warning, district=code)
            for code in sorted(wanted.difference(held))
        ]

    def _names(
        self, warning: IssuedWarning, wanted: Sequence[Reference], held: Mapping[Reference, UUID]
    ) -> None:
        self.stale_references += [key for one, key in held.items() if one not in wanted]
        self.references += [
            WarningReference(warning=warning, **vars(one)) for one in wanted if one not in held
        ]

    def store(self) -> None:
        """Write it all."""
        IssuedWarning.objects.bulk_create(self.new, batch_size=_AT_ONCE)
        IssuedWarning.objects.bulk_update(self.changed, _COLUMNS, batch_size=_AT_ONCE)
        WarningDistrict.objects.filter(id__in=self.stale_districts).delete()
        WarningReference.objects.filter(id__in=self.stale_references).delete()
        WarningDistrict.objects.bulk_create(self.districts, batch_size=_AT_ONCE)
        WarningReference.objects.bulk_create(self.references, batch_size=_AT_ONCE)


def _values(record: Any, told: Told) -> dict[str, Any]:
    return {name: getattr(told, name) for name in _WORDS} | {
        "organisation_id": record.feed.organisation_id,
        "feed": record.feed.key,
        "sent_at": record.listed_at,
        "category": record.category,
        "starts_at": told.validity.starts_at,
        "ends_at": told.validity.ends_at,
        "end_assumed": told.validity.end_assumed,
        "geometry": record.geometry,
        "lon": record.lon,
        "lat": record.lat,
        "exercise": record.exercise,
    }


def _districts(record: Any, told: Told) -> set[str]:
    """The districts that a warning names, else those that its area reaches into."""
    if told.districts:
        codes = (one.code for one in city.districts())
        return named_districts(told.districts, codes, city.current_city().code)
    if record.geometry:
        return set(city.locator().districts_of(shapely.geometry.shape(record.geometry)))
    if record.lon is None or record.lat is None:
        return set()
    found, _ = city.locator().locate(np.array([record.lon]), np.array([record.lat]))
    return {str(found[0])} - {""}


def _area_of(warning: IssuedWarning) -> dict[str, UUID]:
    return {one.district: one.id for one in warning.districts.all()}


def _references_of(warning: IssuedWarning) -> dict[Reference, UUID]:
    return {_reference(one): one.id for one in warning.references.all()}


def _reference(row: WarningReference) -> Reference:
    return Reference(row.sender, row.identifier, row.sent_at)


def _settle(names: Collection[str]) -> None:
    """Store how the messages of some identifiers stand among all that name them."""
    rows = _held(Q(identifier__in=names) | Q(references__identifier__in=names))
    found = standings(_message(one) for one in rows)
    changed = []
    for row in rows:
        standing = found[row.id]
        if row.identifier in names and (row.state, row.replaced_by_id) != _pair(standing):
            row.state, row.replaced_by_id = _pair(standing)
            row.updated_at = now()
            changed.append(row)
    IssuedWarning.objects.bulk_update(
        changed, ["state", "replaced_by", "updated_at"], batch_size=_AT_ONCE
    )


def _pair(standing: Any) -> tuple[str, UUID | None]:
    return standing.state, standing.replaced_by


def _message(row: IssuedWarning) -> Message:
    return Message(
        id=row.id,
        issuer=row.organisation_id,
        exercise=row.exercise,
        sender=row.sender,
        identifier=row.identifier,
        sent_at=row.sent_at,
        message_type=row.message_type,
        references=tuple(_reference(one) for one in row.references.all()),
        withdrawn=row.state == WarningState.WITHDRAWN,
    )
