"""Make the key ring of an installation, with its escrow."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings

from privacy.services import create_keyring, escrow_of
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Make the key ring and its escrow; shows the recovery phrase once. Needs no database."
    requires_system_checks = []

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        path = Path(settings.KEYRING)
        phrase = create_keyring(path=path)
        return {"keyring": str(path), "escrow": str(escrow_of(path)), "phrase": phrase}

    def tell(self, answer: Mapping[str, Any]) -> None:
        self.stdout.write(f"Key ring         {answer['keyring']}")
        self.stdout.write(f"Escrow           {answer['escrow']}")
        self.stdout.write(f"Recovery phrase  {answer['phrase']}")
        self.stdout.write(
            "Write the phrase down now: it is not shown again. Keep it and a copy of the escrow "
            "away from this machine and from each other; together they give the keys back "
            "(manage.py recover_keyring)."
        )
