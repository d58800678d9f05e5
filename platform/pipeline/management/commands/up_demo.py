import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from pipeline.demo import Account, DemoRun, accounts, stand_up
from pipeline.totals import BY_FEED
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
        lacking = {
            "these stages hold nothing": run.empty_stages,
            "no row arrived from": run.missing_feeds,
        }
        if any(lacking.values()):
            told = (f"{what}: {', '.join(names)}" for what, names in lacking.items() if names)
            raise CommandError("; ".join(told))
        return run.report()

    def tell(self, answer: Mapping[str, Any]) -> None:
        """The table was written already."""

    def _table(self, run: DemoRun, shown: Sequence[Account]) -> None:
        write = self.stdout.write
        write(f"\n{'stage':<14}{'total':>10}{'new':>10}")
        for name, total in run.totals.items():
            write(f"{name:<14}{total:>10}{run.new[name]:>10}")
        _departments(write, run)
        write("cases by risk level: " + ", ".join(f"{k} {n}" for k, n in run.levels.items()))
        write(f"\n{'account':<16}{'role':<16}{'password':<20}organisation")
        for one in shown:
            write(f"{one.username:<16}{one.role:<16}{one.password:<20}{one.organisation}")
        bind, port = os.environ.get("EGRET_BIND", "127.0.0.1"), os.environ.get("EGRET_PORT", "8000")
        write(f"\nhttp://{bind}:{port}/")


def _departments(write: Callable[[str], object], run: DemoRun) -> None:
    """Every stage for every feed; a thing that two departments reported counts for both."""
    write("\n" + "department".ljust(14) + "".join(f"{name:>12}" for name in BY_FEED))
    for key, counts in run.departments.items():
        write(key.ljust(14) + "".join(f"{counts[name]:>12}" for name in BY_FEED))
