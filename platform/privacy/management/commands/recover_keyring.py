"""Give an installation its key ring back from the escrow."""

import getpass
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from privacy.services import escrow_of, recover_keyring
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Recover the key ring from its escrow; reads the recovery phrase from standard input."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("escrow", nargs="?", type=Path, help="beside the key ring if not given")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        path = Path(settings.KEYRING)
        escrow = options["escrow"] or escrow_of(path)
        phrase = (
            getpass.getpass("Recovery phrase: ") if sys.stdin.isatty() else sys.stdin.readline()
        )
        ring = recover_keyring(path=path, escrow=escrow, phrase=phrase)
        return {"keyring": str(path), "keys": sorted(ring.keys)}
