"""Keep the Chinese catalogue complete."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from restapi.commands import AnsweringCommand
from web.management.catalogue import (
    LOCALE,
    compile_catalogue,
    faults,
    gather,
    merge,
    read,
    write,
)

ROOTS = ("platform", "integration", "risk", "departments")


class Command(AnsweringCommand):
    help = "Gather the texts of the product and keep their Chinese translations. No database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        act = parser.add_mutually_exclusive_group(required=True)
        act.add_argument("--update", action="store_true", help="bring the catalogue up to date")
        act.add_argument("--compile", action="store_true", help="write the .mo file if it is older")
        act.add_argument("--check", action="store_true", help="fail unless all is translated")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        folder = Path(settings.LOCALE_PATHS[0]) / LOCALE / "LC_MESSAGES"
        source, target = folder / "django.po", folder / "django.mo"
        if options["compile"]:
            return {"compiled": compile_catalogue(source, target)}
        texts = gather([Path(settings.BASE_DIR) / root for root in ROOTS])
        if options["update"]:
            write(source, merge(read(source), texts))
        found = faults(read(source), texts)
        if options["check"] and found:
            lines = [str(one) for one in found]
            raise CommandError("\n".join([*lines, f"{len(found)} texts need attention"]))
        return {"texts": len(texts), "open": len(found)}
