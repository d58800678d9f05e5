"""Write the stored records of a feed, current versions, one a line, places exact."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import CommandError, CommandParser

from accounts.domain import SYSTEM
from integration.api.shapes import exact_record
from integration.selectors import current_records, feed_by_key
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Write the stored records of a feed, current versions, one JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="key of the feed")
        parser.add_argument("--out", type=Path, required=True, help="file to write")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        feed, count = feed_by_key(SYSTEM, options["feed"]), 0
        try:
            with options["out"].open("wb") as lines:
                for record in current_records(feed.key):
                    lines.write(msgspec.json.encode(exact_record(record)) + b"\n")
                    count += 1
        except OSError as error:
            raise CommandError(f"{options['out']}: {error.strerror}") from error
        return {"feed": feed.key, "records": count}
