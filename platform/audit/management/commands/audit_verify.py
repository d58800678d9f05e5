"""Prove that nobody touched the audit log."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from audit.services import seal, verify
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Check every audit entry and the chain that seals them; fails if anything was changed."
    sound = True

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        seal()
        verdict = verify()
        self.sound = verdict.ok
        return asdict(verdict)

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        if not self.sound:
            raise SystemExit(1)
