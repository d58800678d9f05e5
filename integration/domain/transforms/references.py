"""Warnings that change or cancel others: whether those others have come."""

from collections.abc import Iterable

from integration.domain.profile import Profile
from integration.domain.rows import Sheet, Surroundings
from integration.domain.values import texts

__all__ = ["ORDER", "apply"]

ORDER = 65

_CHANGING = ("Update", "Cancel")


def apply(profile: Profile, sheet: Sheet, around: Surroundings) -> None:
    """Flag ``unknown_reference`` where a warning changes one that is not stored.

    It is kept all the same: what it names may still come, and then it counts at once. Looks at
    profiles of warnings whose attributes name ``message_type`` and ``references``.
    """
    paths = {part.name: part.path for part in profile.attributes}
    path = paths.get("references")
    if profile.kind != "warning" or path is None or "message_type" not in paths:
        return
    kinds = texts(sheet.values(paths["message_type"]))
    named = {
        position: _listed(value)
        for position, value in enumerate(sheet.values(path))
        if kinds[position] in _CHANGING and sheet.alive[position]
    }
    known = around.known({one for listed in named.values() for one in listed}) if named else ()
    for position, listed in named.items():
        if any(one not in known for one in listed):
            sheet.flag(position, "unknown_reference", path)


def _listed(value: object) -> Iterable[str]:
    return texts(value) if isinstance(value, list) else texts([value] if value else [])
