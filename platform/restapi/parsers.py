"""The JSON that callers send, read strictly: what no table can hold goes no further."""

import json
from collections.abc import Mapping
from math import isfinite
from typing import IO, Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

from core.errors import BadInput
from core.words import N_

__all__ = ["StrictJSONParser"]

_MOST_BYTES = 1 << 20  # deliveries do not come this way
_DEEPEST = 32
_LONGEST_NUMBER = 19  # digits of a whole number of 64 bits


class StrictJSONParser(BaseParser):
    """RFC 8259 in UTF-8, whatever charset the header names, and small.

    Refused besides: NaN and infinities, whole numbers beyond 64 bits, lone surrogates in texts,
    nesting deeper than 32. U+0000 is left to the fields, which say where it stands. Raises
    ParseError or BadInput ``too_large`` (413).
    """

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        """The document in ``stream``."""
        body = stream.read(_MOST_BYTES + 1)
        if len(body) > _MOST_BYTES:
            message = N_("The body may have %(most)s bytes at most.")
            raise BadInput("too_large", message, status=413, most=_MOST_BYTES)
        try:
            document = json.loads(
                body.decode(), parse_int=_whole, parse_float=_finite, parse_constant=_finite
            )
            _check(document, _DEEPEST)
        except (ValueError, RecursionError) as error:
            raise ParseError from error
        return document


def _whole(text: str) -> int:
    if len(text.lstrip("-")) > _LONGEST_NUMBER:
        raise ValueError("a number beyond 64 bits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise ValueError("not a finite number")
    return number


def _check(value: object, room: int) -> None:
    """ValueError for a text that cannot be stored, or for nesting deeper than ``room``."""
    if isinstance(value, str):
        value.encode()  # a lone surrogate has no UTF-8
    elif isinstance(value, dict | list):
        if not room:
            raise ValueError("nested too deep")
        inside = [*value, *value.values()] if isinstance(value, dict) else value
        for one in inside:
            _check(one, room - 1)
