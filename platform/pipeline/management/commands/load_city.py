"""Load a city from its folder."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.domain import SYSTEM
from city.services import FolderBroken
from pipeline.city_folder import load_folder
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Check a city folder and load it; every error is told and then nothing is loaded."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", type=Path, metavar="DIR")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        try:
            loaded = load_folder(folder=options["folder"], actor=SYSTEM)
        except FolderBroken as broken:
            lines = [str(fault) for fault in broken.faults]
            raise CommandError("\n".join([*lines, f"{broken.text} ({broken.code})"])) from broken
        for fault in loaded.warnings:
            self.stderr.write(f"warning: {fault}")
        answer = asdict(loaded)
        del answer["warnings"]
        return answer
