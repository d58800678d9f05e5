"""Sealed personal fields: masked by default, shown in clear on terms, always on record."""

from datetime import timedelta

import pytest

from audit.domain import Actor
from audit.models import AuditEntry
from core.clock import fixed, now
from core.crypto import SealError
from core.errors import Overloaded, RuleBroken
from privacy.domain.bundle import PersonalField
from privacy.domain.terms import MOST_PER_SPAN, SPAN
from privacy.services import PersonalSeals, reveal

FIELDS = [PersonalField("BJRXM", "name", "张三丰"), PersonalField("BJRDH", "phone", "13800138000")]
OFFICER = Actor("officer", "17", "hanjiangtao")


def test_what_is_sealed_opens_at_its_own_place_only() -> None:
    seals = PersonalSeals()
    sealed = seals.seal(FIELDS, "record:1")

    assert sealed is not None
    assert "张".encode() not in sealed
    assert seals.open(sealed, "record:1") == FIELDS
    with pytest.raises(SealError, match="seal_broken"):
        seals.open(sealed, "record:2")


def test_nothing_to_seal_is_nothing() -> None:
    seals = PersonalSeals()
    assert seals.seal([], "record:1") is None
    assert seals.open(None, "record:1") == []


def test_people_see_masks() -> None:
    seals = PersonalSeals()
    masked = seals.masked(seals.seal(FIELDS, "record:1"), "record:1")
    assert [one.value for one in masked] == ["张**", "138****8000"]


def _reveal(**changes: object) -> list[PersonalField]:
    asked: dict[str, object] = {
        "actor": OFFICER,
        "object_kind": "record",
        "object_id": "1",
        "purpose": "contact",
        "reason": "回访核实情况",
        "sealed": PersonalSeals().seal(FIELDS, "record:1"),
        "place": "record:1",
    }
    return reveal(**(asked | changes))  # type: ignore[arg-type]


@pytest.mark.django_db
def test_a_reveal_is_on_record_with_purpose_and_reason_and_without_the_data() -> None:
    assert _reveal() == FIELDS

    entry = AuditEntry.objects.get(act="personal.reveal")
    assert (entry.actor_label, entry.object_id, entry.reason) == (
        "hanjiangtao",
        "1",
        "回访核实情况",
    )
    assert entry.detail == {"purpose": "contact", "fields": ["BJRXM", "BJRDH"]}


@pytest.mark.django_db
def test_without_a_reason_nothing_is_shown_and_nothing_recorded() -> None:
    with pytest.raises(RuleBroken, match="reason_too_short"):
        _reveal(reason="看")
    assert not AuditEntry.objects.filter(act="personal.reveal").exists()


@pytest.mark.django_db
def test_who_looks_too_often_has_to_wait_and_others_do_not() -> None:
    with fixed(now()) as clock:
        for _ in range(MOST_PER_SPAN):
            _reveal()
        with pytest.raises(Overloaded, match="too_many_reveals"):
            _reveal()
        assert _reveal(actor=Actor("officer", "18", "other"))
        clock.advance(SPAN + timedelta(seconds=1))
        assert _reveal()
