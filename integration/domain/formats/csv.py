"""Comma-separated values with a header line (RFC 4180), in any encoding and with any delimiter.

Header names match after NFKC, trimming and folding of case. Blank lines are not rows. A quote
that is never closed costs the row it stands in and no other.
"""

import csv
import io
import re
import unicodedata
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from core.errors import BadInput
from core.words import N_
from integration.domain import formats
from integration.domain.formats.encoding import check_text
from integration.domain.profile import Profile
from integration.domain.rows import Broken, Chunk

__all__ = ["NAME", "alone", "read", "row_of"]

NAME = "csv"

_MOST_COLUMNS = 1000
_LONGEST_ROW_LINES = 100  # a field with more line breaks is an open quote
_UNREADABLE = re.compile("[\udc80-\udcff]")
csv.field_size_limit(1 << 24)

Fields = list[str]


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """A header of the row's fields and the row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=profile.format.delimiter)
    writer.writerow(list(row))
    writer.writerow(["" if value is None else str(value) for value in row.values()])
    return text.getvalue().encode(profile.format.encoding, "replace")


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The fields of a kept row by the profile's paths, those it does not know by their header."""
    try:
        text = io.StringIO(raw.decode(), newline="")
        header, row = csv.reader(text, delimiter=profile.format.delimiter)
    except (csv.Error, ValueError):
        return None
    paths = {_name(path): path for path in (*profile.paths, *profile.ignored)}
    names = [paths.get(_name(one), one) for one in header]
    whole = len(names) == len(row) == len(set(names))
    return dict(zip(names, row, strict=True)) if whole else None


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` rows; see ``formats.read`` for what it raises."""
    encoding = "utf-8-sig" if profile.format.encoding.lower() in ("utf-8", "utf8") else None
    encoding = encoding or profile.format.encoding
    clean = check_text(body, encoding)
    text = io.TextIOWrapper(io.BytesIO(body), encoding, "surrogateescape", newline="")
    rows = _Rows(text, profile.format.delimiter)
    first = next(iter(rows), None)
    header = first if isinstance(first, list) else []
    places = _places(header, profile)
    strict = profile.strict and len(header) > len(set(places.values()))
    suspicious = not clean or b"\x00" in body
    check = _Check(header, suspicious, strict, profile)
    line = 0
    while batch := rows.take(formats.CHUNK_ROWS):
        yield _chunk(batch, line, places, check)
        line += len(batch)


def _places(header: Fields, profile: Profile) -> dict[str, int]:
    """The column of each declared path; BadInput ``header_mismatch``."""
    names = [_name(one) for one in header]
    wrong = [path for path in profile.paths if names.count(_name(path)) != 1]
    if wrong or len(header) > _MOST_COLUMNS or len(set(names)) < len(names):
        raise BadInput(
            "header_mismatch",
            N_("The header must name each agreed column once. Missing or doubled: %(columns)s."),
            columns=", ".join(wrong) or ", ".join({one for one in names if names.count(one) > 1}),
        )
    return {path: names.index(_name(path)) for path in profile.paths}


def _name(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip("\ufeff \t\r\n").casefold()


class _Rows:
    """Rows of a text one by one: a list of fields, or the bare text of a line that is none."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._again: deque[str] = deque()  # lines to be read once more
        self._pulled: list[str] = []  # lines of the present row
        self._reader = self._renewed()

    def take(self, most: int) -> list[Fields | str]:
        """The next rows, at most ``most``."""
        return [row for _, row in zip(range(most), self, strict=False)]

    def __iter__(self) -> Iterator[Fields | str]:
        while True:
            self._pulled.clear()
            try:
                row = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                yield self._given_up()
            else:
                if row:
                    yield row

    def _renewed(self) -> "Iterator[Fields]":
        # Strict: an open quote at the end and text behind a closing one are errors.
        return csv.reader(self._lines(), delimiter=self._delimiter, strict=True)

    def _lines(self) -> Iterator[str]:
        while len(self._pulled) <= _LONGEST_ROW_LINES:
            line = self._again.popleft() if self._again else self._text.readline()
            if not line:
                return
            self._pulled.append(line)
            yield line

    def _given_up(self) -> str:
        """The first line of the present row; the lines behind it are read anew."""
        first, *rest = self._pulled
        self._again.extendleft(reversed(rest))
        self._reader = self._renewed()
        return first


class _Check:
    """What makes a row of fields a readable one."""

    def __init__(self, header: Fields, suspicious: bool, strict: bool, profile: Profile) -> None:
        self.header = header
        self.suspicious = suspicious
        self.strict = strict
        self.delimiter = profile.format.delimiter

    def code(self, row: Fields | str) -> str:
        """Why the row cannot be read, empty if it can."""
        if self.suspicious:
            whole = row if isinstance(row, str) else "".join(row)
            if "\x00" in whole:
                return "control_characters"
            if _UNREADABLE.search(whole):
                return "malformed_row"
        return "malformed_row" if isinstance(row, str) or len(row) != len(self.header) else ""

    def raw(self, row: Fields | str) -> bytes:
        """The header and the row as text again, in UTF-8; what was no text comes as it was.

        With its header the row says what its fields are, even when the file is gone.
        """
        text = io.StringIO()
        writer = csv.writer(text, delimiter=self.delimiter)
        writer.writerow(self.header)
        if isinstance(row, str):
            text.write(row)
        else:
            writer.writerow(row)
        return text.getvalue().encode("utf-8", "surrogateescape")


def _chunk(
    batch: Sequence[Fields | str], first: int, places: Mapping[str, int], check: _Check
) -> Chunk:
    codes = [check.code(row) for row in batch]
    kept = [at for at, code in enumerate(codes) if not code]
    rows = [row for row, code in zip(batch, codes, strict=True) if not code]
    return Chunk(
        lines=[first + at for at in kept],
        columns={path: [row[place] for row in rows] for path, place in places.items()},
        raw=lambda position: check.raw(rows[position]),
        broken=[
            Broken(first + at, code, check.raw(batch[at])) for at, code in enumerate(codes) if code
        ],
        unknown=range(len(rows)) if check.strict else (),
    )
