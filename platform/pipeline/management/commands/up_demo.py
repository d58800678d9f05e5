import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from pipeline.demo import STAGES, Account, DemoRun, accounts, stand_up
from restapi.commands import AnsweringCommand

FOLDER = Path(settings.BASE_DIR) / "fixtures" / "binhai"


class Command(AnsweringCommand):
    help = "Load the demo city, deliver its recorded day and run the flow until idle."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("folder", nargs="?", type=Path, default=FOLDER)

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        began = time.monotonic()

        def say(text: str) -> None:
            sys.stderr.write(f"==> [{time.monotonic() - began:5.1f} s] {text}\n")
            sys.stderr.flush()

        run = stand_up(folder=options["folder"], say=say)
        self._table(run, accounts(options["folder"]))
        if not run.complete:
            empty = ", ".join(name for name in STAGES if not run.totals[name])
            raise CommandError(f"these stages hold nothing: {empty}")
        return run.report()

    def tell(self, answer: Mapping[str, Any]) -> None:
        """The table was written already."""

    def _table(self, run: DemoRun, shown: Sequence[Account]) -> None:
        write = self.stdout.write
        write(f"\n{'stage':<14}{'total':>10}{'new':>10}")
        for name, total in run.totals.items():
            write(f"{name:<14}{total:>10}{run.new[name]:>10}")
        write("cases by risk level: " + ", ".join(f"{k} {n}" for k, n in run.levels.items()))
        write(f"\n{'account':<16}{'role':<16}{'password':<20}organisation")
        for one in shown:
            write(f"{one.username:<16}{one.role:<16}{one.password:<20}{one.organisation}")
        bind, port = os.environ.get("EGRET_BIND", "127.0.0.1"), os.environ.get("EGRET_PORT", "8000")
        write(f"\nhttp://{bind}:{port}/")
