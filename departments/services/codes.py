"""Organisations named by code in what people send."""

from uuid import UUID

from city.selectors import organisations_by_id
from core.errors import RuleBroken
from core.words import N_

__all__ = ["code_of", "organisation_of"]


def organisation_of(code: str, field: str) -> UUID:
    """The open organisation with this code; RuleBroken `unknown_organisation`."""
    for one in organisations_by_id().values():
        if one.code == code and not one.until:
            return one.id
    message = N_("There is no organisation %(code)s.")
    raise RuleBroken("unknown_organisation", message, code=code, field=field)


def code_of(organisation_id: UUID) -> str:
    """The code of an organisation."""
    return organisations_by_id()[organisation_id].code
