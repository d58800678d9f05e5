"""Receive files as deliveries of a feed, through the same service as the REST door."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import CommandError, CommandParser

from audit.domain import SYSTEM
from core.errors import DomainError
from integration.services import Answer, receive
from restapi.commands import AnsweringCommand

_COUNTS = ("received", "accepted", "updated", "duplicates", "quarantined", "flagged")


class Command(AnsweringCommand):
    help = "Receive files as deliveries of a feed, one delivery per file."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="key of the feed")
        parser.add_argument("files", nargs="+", type=Path, help="files in the feed's own format")
        parser.add_argument("--problems", type=Path, help="write every problem here, as NDJSON")
        parser.add_argument("--exercise", action="store_true", help="mark everything as exercise")
        parser.add_argument("--dry-run", action="store_true", help="answer and store nothing")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        answers = []
        if options["problems"]:
            _written(options["problems"], "wb", ())
        for file in options["files"]:
            answer = _received(file, options)
            answers.append(answer.body)
            if options["problems"]:
                problems = ({"file": str(file), **one} for one in answer.problems())
                _written(options["problems"], "ab", problems)
            if not options["json"]:
                counts = ", ".join(f"{name} {answer.body[name]}" for name in _COUNTS)
                self.stdout.write(f"{file}: {counts}{' (received before)' * answer.replay}")
        return {"deliveries": answers}

    def tell(self, answer: Mapping[str, Any]) -> None:
        """Each file was told when it was received."""


def _received(file: Path, options: Mapping[str, Any]) -> Answer:
    try:
        return receive(
            feed_key=options["feed"],
            body=file.read_bytes(),
            sender=SYSTEM,
            content_encoding="gzip" if file.suffix == ".gz" else "",
            exercise=options["exercise"],
            dry_run=options["dry_run"],
        )
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    except DomainError as error:
        raise CommandError(f"{file}: {error.text} ({error.code})") from error


def _written(out: Path, mode: str, rows: Any) -> None:
    try:
        with out.open(mode) as lines:
            lines.writelines(msgspec.json.encode(row) + b"\n" for row in rows)
    except OSError as error:
        raise CommandError(f"{out}: {error.strerror}") from error
