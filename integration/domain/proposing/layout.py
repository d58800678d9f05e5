"""Which format reads the bytes at all, and the rows that it finds."""

from collections.abc import Mapping

import msgspec

from core.errors import BadInput
from core.words import N_
from integration.domain import formats
from integration.domain.profile import Format
from integration.domain.proposing.told import Note, Option, Part

__all__ = ["Layout", "layout_of"]

Rows = list[dict[str, object]]
_DEFAULTS = msgspec.to_builtins(Format(name=""))


class Layout:
    """The rows of a sample, how they were read, and the part of the document that says so."""

    def __init__(self, rows: Rows, chosen: Format, part: Part) -> None:
        self.rows, self.part = rows, part
        self.tabular = formats.tabular(chosen.name)
        self.reading: Mapping[str, str] = {
            name: str(value)
            for name, value in msgspec.to_builtins(chosen).items()
            if value is not None
        }


def layout_of(body: bytes, most: int) -> Layout:
    """The likeliest layout under which at least one row is found, the first ``most`` rows.

    Raises BadInput with a file code: that of the likeliest format when none reads a row,
    ``unsupported_type`` when none recognises the bytes.
    """
    read: list[tuple[Format, Rows]] = []
    refusal: BadInput | None = None
    for one in formats.recognised(body):
        try:
            rows = formats.sample(body, one, most)
        except BadInput as error:
            refusal = refusal or error
            continue
        if rows:
            read.append((one, rows))
    if not read:
        message = N_("No format here reads the sample. Ask the sender in what form it is.")
        raise refusal or BadInput("unsupported_type", message, status=415)
    return Layout(read[0][1], read[0][0], _part([one for one, _ in read], len(read[0][1])))


def _part(found: list[Format], rows: int) -> Part:
    certain = 0.98 if rows > 1 else 0.7
    return Part(
        "format",
        tuple(
            Option(
                _value(one),
                round(certain / (place + 1) ** 2, 2),
                Note(_READ, {"format": one.name, "rows": rows}) if not place else Note(_ALSO),
            )
            for place, one in enumerate(found)
        ),
    )


def _value(one: Format) -> dict[str, object]:
    """What differs from the defaults."""
    plain: dict[str, object] = msgspec.to_builtins(one)
    return {
        name: value
        for name, value in plain.items()
        if name == "name" or (value != _DEFAULTS[name] and value is not None)
    }


_READ = N_("Read as %(format)s it gives %(rows)s rows.")
_ALSO = N_("It could be read this way as well, but less likely.")
