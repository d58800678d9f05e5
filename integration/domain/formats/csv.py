"""Comma-separated values with a header line (RFC 4180), in any encoding and with any delimiter.

Header names match after NFKC, trimming and folding of case. Blank lines are not rows. A quote
that is never closed costs the row it stands in and no other. A delimiter that is found out is the
one under which the header names the most of what was agreed.
"""

import csv
import io
import re
from collections import deque
from collections.abc import Collection, Iterator, Mapping, Sequence

from core.errors import BadInput
from integration.domain import formats
from integration.domain.formats.encoding import AUTO, canonical, reading_of
from integration.domain.formats.headers import check_header, name_of, places_of, shown_name
from integration.domain.profile import Format, Profile
from integration.domain.rows import Broken, Chunk

__all__ = [
    "NAME",
    "RANK",
    "TABULAR",
    "alone",
    "kept_row",
    "read",
    "recognise",
    "row_of",
    "sample",
    "written",
]

NAME = "csv"
TABULAR = True
RANK = 90  # nearly every text has commas

_LONGEST_ROW_LINES = 100  # a field with more line breaks is an open quote
_UNREADABLE = re.compile("[\udc80-\udcff]")
_DELIMITERS = ",;\t|"
_LOOKED_AT = 50  # rows that must agree on a delimiter
csv.field_size_limit(1 << 24)

Fields = list[str]


def alone(row: Mapping[str, object], profile: Profile) -> bytes:
    """A header of the row's fields and the row."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=written(profile.format))
    writer.writerow(list(row))
    writer.writerow(["" if value is None else str(value) for value in row.values()])
    return text.getvalue().encode(canonical(profile.format.encoding) or "utf-8", "replace")


def row_of(raw: bytes, profile: Profile) -> dict[str, object] | None:
    """The fields of a kept row by the profile's paths, those it does not know by their header."""
    try:
        text = io.StringIO(raw.decode(), newline="")
        header, row = csv.reader(text, delimiter=written(profile.format))
    except (csv.Error, ValueError):
        return None
    paths = {name_of(path): path for path in (*profile.paths, *profile.ignored)}
    names = [paths.get(name_of(one), one) for one in header]
    whole = len(names) == len(row) == len(set(names))
    return dict(zip(names, row, strict=True)) if whole else None


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` rows; see ``formats.read`` for what it raises."""
    source = reading_of(body, profile.format.encoding)
    text = io.TextIOWrapper(io.BytesIO(body), source.encoding, "surrogateescape", newline="")
    delimiter = profile.format.delimiter
    if delimiter == AUTO:
        delimiter = _by_header(text, profile.paths)
    stated = {"encoding": source.name, "delimiter": delimiter}
    reading = {name: value for name, value in stated.items() if _found_out(profile, name)}
    rows = _Rows(text, delimiter)
    header = rows.header()
    places = places_of(header, profile)
    strict = profile.strict and len(header) > len(set(places.values()))
    suspicious = not source.clean or b"\x00" in body
    check = _Check(header, suspicious, strict, profile)
    line = 0
    while batch := rows.take(formats.CHUNK_ROWS):
        yield _chunk(batch, line, places, check, reading)
        line += len(batch)


def recognise(body: bytes) -> Format | None:
    """The encoding and delimiter of a text whose rows have at least two columns."""
    if body[:64].lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[", b"<")):
        return None
    try:
        source = reading_of(body, AUTO)
    except BadInput:
        return None
    text = io.TextIOWrapper(io.BytesIO(body), source.encoding, "surrogateescape", newline="")
    delimiter = _by_rows(text)
    if delimiter is None:
        return None
    return Format(name=NAME, encoding=source.name, delimiter=delimiter)


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first whole rows by the names of the header."""
    source = reading_of(body, layout.encoding)
    text = io.TextIOWrapper(io.BytesIO(body), source.encoding, "surrogateescape", newline="")
    delimiter = layout.delimiter
    if delimiter == AUTO:
        delimiter = _by_rows(text) or ","
        text.seek(0)
    rows = _Rows(text, delimiter)
    header = rows.header()
    check_header(header)
    names = [shown_name(one) for one in header]
    found = (row for row in rows.take(most * 2) if _whole(row, header))
    return [dict(zip(names, row, strict=True)) for _, row in zip(range(most), found, strict=False)]


def _whole(row: "Fields | str", header: Fields) -> bool:
    whole = isinstance(row, list) and len(row) == len(header)
    return whole and not _UNREADABLE.search("".join(row))


def _found_out(profile: Profile, name: str) -> bool:
    return bool(getattr(profile.format, name) == AUTO)


def written(layout: Format) -> str:
    """The delimiter of what is written here."""
    return "," if layout.delimiter == AUTO else layout.delimiter


def _by_header(text: io.TextIOWrapper, paths: Collection[str]) -> str:
    """The delimiter under which the header names the most of the paths; the text is rewound."""
    wanted = {name_of(path) for path in paths}
    headers: dict[str, Fields] = {}
    for delimiter in _DELIMITERS:
        headers[delimiter] = _Rows(text, delimiter).header()
        text.seek(0)
    names = {delimiter: set(map(name_of, header)) for delimiter, header in headers.items()}
    return max(_DELIMITERS, key=lambda one: (len(names[one] & wanted), len(headers[one])))


def _by_rows(text: io.TextIOWrapper) -> str | None:
    """The delimiter under which most of the first rows have as many columns as the header."""
    scores: dict[tuple[float, int], str] = {}
    for delimiter in _DELIMITERS:
        rows = _Rows(text, delimiter).take(_LOOKED_AT)
        text.seek(0)
        width = len(rows[0]) if rows and isinstance(rows[0], list) else 0
        if width > 1:
            share = sum(isinstance(row, list) and len(row) == width for row in rows) / len(rows)
            scores.setdefault((share, width), delimiter)
    return scores[max(scores)] if scores and max(scores)[0] >= 0.5 else None


class _Rows:
    """Rows of a text one by one: a list of fields, or the bare text of a line that is none."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._text = text
        self._delimiter = delimiter
        self._again: deque[str] = deque()  # lines to be read once more
        self._pulled: list[str] = []  # lines of the present row
        self._reader = self._renewed()
        self._width = 0  # columns that a row must have; 0 before the header is known

    def header(self) -> Fields:
        """The first row; empty where there is none that can be read."""
        first = next(iter(self), None)
        header = first if isinstance(first, list) else []
        self._width = len(header)
        return header

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
                if self._swallowed(row):
                    yield self._given_up()
                elif row:
                    yield row

    def _swallowed(self, row: Fields) -> bool:
        """Whether a quote that should not stand there took in rows behind it."""
        if len(self._pulled) == 1 or len(row) == self._width or not self._width:
            return False
        return any(
            len(fields) == self._width
            for fields in csv.reader(self._pulled[1:], delimiter=self._delimiter)
        )

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
        self.delimiter = written(profile.format)

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
        """``kept_row`` of a row."""
        return kept_row(self.header, row, self.delimiter)


def kept_row(header: Sequence[str], row: Sequence[str] | str, delimiter: str) -> bytes:
    """The header and the row as text again, in UTF-8; what was no text comes as it was.

    With its header the row says what its fields are, even when the file is gone.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerow(header)
    if isinstance(row, str):
        text.write(row)
    else:
        writer.writerow(row)
    return text.getvalue().encode("utf-8", "surrogateescape")


def _chunk(
    batch: Sequence[Fields | str],
    first: int,
    places: Mapping[str, int],
    check: _Check,
    reading: Mapping[str, str],
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
        reading=reading,
    )
