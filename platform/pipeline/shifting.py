"""Moving a recorded delivery in time: the time field of each row, and nothing else."""

import csv
import io
import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

Document = Mapping[str, Any]
Shift = Callable[[Any], Any]


def shifted(body: bytes, profile: Document, by: timedelta) -> bytes:
    """The delivery with its occurrence times moved; a row whose time does not parse stays as it is.

    `profile`: a feed profile's document; its `occurred_at.form` is a pattern of strptime. Byte
    for byte the same for the same arguments, so that the same play is the same delivery.
    """
    times = profile.get("occurred_at") or {}
    if not times:
        return body
    shift = _mover(str(times.get("form", "")), by)
    if profile["format"]["name"] == "csv":
        return _csv(body, profile["format"], str(times["path"]), shift)
    lines = body.split(b"\n")
    return b"\n".join(_json(line, str(times["path"]).split("."), shift) for line in lines)


def _mover(form: str, by: timedelta) -> Shift:
    def shift(value: Any) -> Any:
        if not isinstance(value, str):
            return value
        try:
            # Local clock readings move by a whole number of days: no zone is needed.
            moved = datetime.strptime(value, form) + by  # noqa: DTZ007
        except (ValueError, OverflowError):
            return value
        return moved.strftime(form)

    return shift


def _json(line: bytes, path: list[str], shift: Shift) -> bytes:
    try:
        row = json.loads(line)
    except ValueError:
        return line
    at = row
    for name in path[:-1]:
        at = at.get(name) if isinstance(at, dict) else None
    if not isinstance(at, dict) or path[-1] not in at:
        return line
    before = at[path[-1]]
    at[path[-1]] = shift(before)
    if at[path[-1]] == before:
        return line
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _csv(body: bytes, form: Document, column: str, shift: Shift) -> bytes:
    encoding = str(form.get("encoding", "utf-8"))
    delimiter = str(form.get("delimiter", ","))
    text = io.StringIO(body.decode(encoding), newline="")
    rows = list(csv.reader(text, delimiter=delimiter))
    if not rows or column not in rows[0]:
        return body
    place = rows[0].index(column)
    for row in rows[1:]:
        if place < len(row):
            row[place] = shift(row[place])
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)
