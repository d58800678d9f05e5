"""Reading the ``officers.json`` of a demo city."""

import re
from collections.abc import Collection
from dataclasses import dataclass, field

from accounts.domain.grants import ROLES
from city.domain.faults import Node
from core.errors import RuleBroken
from core.words import N_

__all__ = ["OFFICERS", "OfficerFacts", "check_username", "read_officers"]

OFFICERS = "officers.json"
_LANGUAGES = ("zh-hans", "en")
_USERNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SHORTEST_PASSWORD = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficerFacts:
    """One checked row; ``organisation`` is a code. Without a password nobody can sign in."""

    username: str
    name_zh: str
    name_en: str
    organisation: str
    role: str
    post_zh: str = ""
    post_en: str = ""
    language: str = "zh-hans"
    password: str | None = field(default=None, repr=False)


def check_username(username: str) -> None:
    """RuleBroken ``username_malformed`` for a user name that does not fit into addresses."""
    if not _USERNAME.fullmatch(username):
        raise RuleBroken(
            "username_malformed",
            N_("A user name has letters, digits, dots, hyphens and underscores, at most 64."),
        )


def read_officers(root: Node, organisations: Collection[str]) -> tuple[OfficerFacts, ...]:
    """The officers; ``organisations`` holds the codes they may belong to."""
    officers: dict[str, OfficerFacts] = {}
    for row in root.rows():
        officer = _officer(row, organisations)
        if officer.username in officers:
            row.child("username").fault(
                "duplicate", N_("%(code)s is used twice"), code=officer.username
            )
        officers[officer.username] = officer
    return tuple(officers.values())


def _officer(row: Node, organisations: Collection[str]) -> OfficerFacts:
    row.known(*OfficerFacts.__dataclass_fields__)
    organisation = row.child("organisation").text(longest=40)
    if organisation and organisation not in organisations:
        row.child("organisation").fault(
            "unknown_organisation", N_("there is no organisation %(code)s"), code=organisation
        )
    password = row.child("password").text(longest=200)
    if 0 < len(password) < _SHORTEST_PASSWORD:
        row.child("password").fault(
            "too_short",
            N_("is shorter than %(shortest)s characters"),
            shortest=_SHORTEST_PASSWORD,
        )
    return OfficerFacts(
        username=row.child("username").key(),
        name_zh=row.child("name_zh").text(longest=60),
        name_en=row.child("name_en").text(longest=60),
        organisation=organisation,
        role=row.child("role").choice(ROLES),
        post_zh=row.child("post_zh").text(longest=60, default=""),
        post_en=row.child("post_en").text(longest=60, default=""),
        language=row.child("language").choice(_LANGUAGES),
        password=password,
    )
