"""Whether an act rests on what the actor could have seen.

A task's version grows by one with every change of it or of a part; a changed part carries the
version of its change. An act on the whole must rest on the newest version. An act on a part only
has to be newer than the part's own last change, so that departments do not disturb each other.
"""

from core.errors import Stale
from core.words import N_

__all__ = ["check_part", "check_task"]

_MESSAGE = N_("This has changed in the meantime; look again before you act.")


def check_task(given: int | None, version: int) -> None:
    """Raises Stale ``stale_version`` unless ``given`` is missing or the task's version."""
    if given is not None and given != version:
        raise Stale("stale_version", _MESSAGE, given=given, version=version)


def check_part(given: int | None, part_version: int, task_version: int) -> None:
    """Raises Stale ``stale_version`` when ``given`` lies before the part's last change or ahead."""
    if given is not None and not part_version <= given <= task_version:
        raise Stale("stale_version", _MESSAGE, given=given, version=task_version)
