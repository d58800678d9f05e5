from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from pipeline.listening import Listener
from pipeline.schedules import ensure
from pipeline.waiting import drain_until_idle
from pipeline.worker import LEASE_SECONDS, Tally, drain
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Run the steps that are owed: what is ready, until idle, or for ever."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        how = parser.add_mutually_exclusive_group()
        how.add_argument("--until-idle", action="store_true", help="wait for retries as well")
        how.add_argument("--listen", action="store_true", help="serve until stopped")
        parser.add_argument("--lease", type=int, default=LEASE_SECONDS, help="seconds of a lease")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {"steps": _run(options).report()}

    def tell(self, answer: Mapping[str, Any]) -> None:
        for name, row in answer["steps"].items():
            self.stdout.write(f"{name:<10} {row['done']:>8} {row['seconds']:>9.2f} s")


def _run(options: Mapping[str, Any]) -> Tally:
    if options["listen"]:
        ensure()
        listener = Listener(lease_seconds=options["lease"])
        listener.run()
        return listener.tally
    if options["until_idle"]:
        return drain_until_idle(lease_seconds=options["lease"])
    tally = Tally()
    drain(tally, lease_seconds=options["lease"])
    return tally
