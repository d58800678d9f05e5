"""Read a feed's kept deliveries again, after its profile was corrected."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.core.management.base import CommandParser

from audit.domain import SYSTEM
from integration.services import Reread, restandardise
from restapi.commands import AnsweringCommand

_COUNTS = ("same", "changed", "released", "refused")


class Command(AnsweringCommand):
    help = "Read the kept deliveries of a feed again under its present profile."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="key of the feed")
        parser.add_argument(
            "--delivery", action="append", type=UUID, help="this delivery alone; may be repeated"
        )
        parser.add_argument("--dry-run", action="store_true", help="tell and change nothing")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        found: list[Reread] = []
        for one in restandardise(
            feed_key=options["feed"],
            actor=SYSTEM,
            delivery_ids=options["delivery"],
            dry_run=options["dry_run"],
        ):
            found.append(one)
            if not options["json"] and one.outcome != "current":
                self.stdout.write(_line(one))
        return {
            "feed": options["feed"],
            "profile_version": found[-1].profile_version if found else None,
            "dry_run": options["dry_run"],
            "deliveries": sum(one.outcome == "done" for one in found),
            **{name: sum(getattr(one, name) for one in found) for name in _COUNTS},
            "current": sum(one.outcome == "current" for one in found),
            "gone": [str(one.delivery_id) for one in found if one.outcome == "gone"],
            "unreadable": [
                {"delivery": str(one.delivery_id), "code": one.code}
                for one in found
                if one.outcome == "unreadable"
            ],
        }


def _line(one: Reread) -> str:
    if one.outcome != "done":
        return f"{one.delivery_id}: {one.outcome} {one.code}".rstrip()
    return f"{one.delivery_id}: " + ", ".join(f"{name} {getattr(one, name)}" for name in _COUNTS)
