"""Pull a feed's source now, as the schedule does."""

from collections.abc import Mapping
from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.errors import fill
from integration.services.pulling import pull
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Pull the source of a feed now: one turn of it, as the schedule does."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="key of the feed")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        pulled = pull(feed_key=options["feed"], by="manage.py")
        attempt = pulled.attempt
        answer = {
            "feed": pulled.feed,
            "outcome": str(attempt.outcome),
            "status": attempt.status,
            "requests": attempt.requests,
            "bytes": attempt.bytes,
            "rows": attempt.rows,
            "deliveries": attempt.deliveries,
            "delivery": attempt.delivery_id and str(attempt.delivery_id),
            "code": attempt.code,
            "message": fill(attempt.message, attempt.detail),
            "more": pulled.more,
            "seconds": round(attempt.seconds, 3),
        }
        if attempt.outcome in ("failed", "refused"):
            raise CommandError(f"{pulled.feed}: {answer['message']} ({attempt.code})")
        return answer
