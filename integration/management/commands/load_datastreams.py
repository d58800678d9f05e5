"""Register the datastreams of an observation feed from a table or a list."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from django.core.management.base import CommandError, CommandParser

from audit.domain import SYSTEM
from integration.services.datastreams import load_datastreams
from restapi.commands import AnsweringCommand


class Command(AnsweringCommand):
    help = "Register the datastreams of an observation feed: CSV with a header, or a JSON list."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("feed", help="key of the feed")
        parser.add_argument("file", type=Path, help="key, name, unit, observed_property, thing …")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        done = load_datastreams(feed_key=options["feed"], rows=_rows(options["file"]), actor=SYSTEM)
        return {
            "feed": options["feed"],
            "added": done.added,
            "changed": done.changed,
            "same": done.same,
        }


def _rows(file: Path) -> Sequence[Mapping[str, object]]:
    try:
        body = file.read_bytes()
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from error
    if body.lstrip().startswith(b"["):
        try:
            return msgspec.json.decode(body, type=list[dict[str, Any]])
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise CommandError(f"{file}: {error}") from error
    rows = list(csv.DictReader(io.StringIO(_text(file, body), newline="")))
    if any(None in row or None in row.values() for row in rows):
        raise CommandError(f"{file}: a row has more or fewer cells than the header")
    return rows


def _text(file: Path, body: bytes) -> str:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CommandError(f"{file}: write the file in UTF-8")
