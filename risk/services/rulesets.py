"""Rulesets: read, checked, frozen, one of them active."""

from django.db import transaction

from audit.domain import Actor
from audit.services import record
from core.clock import now
from core.errors import RuleBroken
from core.words import N_
from risk.domain.ruleset_check import read
from risk.models import Ruleset


def load_ruleset(*, document: dict[str, object], actor: Actor) -> Ruleset:
    """Store a ruleset and make it the active one; the same document again changes nothing.

    RuleBroken `invalid_ruleset` with every error, or `ruleset_frozen` when the version is stored
    with another content: a version never changes, a change is a new version.
    """
    rules = read(document)
    with transaction.atomic():
        # The active one is locked, so that two loaders take turns.
        active = Ruleset.objects.select_for_update().filter(active=True).first()
        held = Ruleset.objects.filter(key=rules.key, version=rules.version).first()
        if held and held.document != document:
            raise RuleBroken(
                "ruleset_frozen",
                N_("Version %(version)s of ruleset %(key)s is stored with another content."),
                key=rules.key,
                version=rules.version,
            )
        if held and held.active:
            return held
        if active:
            Ruleset.objects.filter(id=active.id).update(active=False)
        found = held or Ruleset(
            key=rules.key,
            version=rules.version,
            name_zh=str(document["name_zh"]),
            name_en=str(document["name_en"]),
            document=document,
            created_at=now(),
        )
        found.active = True
        found.save()
        record(
            actor=actor,
            act="ruleset.activate",
            object_kind="ruleset",
            object_id=found.id,
            detail={"key": rules.key, "version": rules.version},
        )
        return found
