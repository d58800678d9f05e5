"""Make a key for a partner agency's feed."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandParser

from accounts.services import issue_partner_key
from audit.domain import SYSTEM
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Make a key with which a partner agency delivers to one feed; it is shown once."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="the key of the feed")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        return {"key": issue_partner_key(feed_key=options["feed"], actor=SYSTEM)}

    def tell(self, answer: Mapping[str, Any]) -> None:
        self.stdout.write(f"Authorization: Api-Key {answer['key']}")
        self.stdout.write("Hand it over safely: it is not shown again.")
