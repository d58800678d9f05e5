"""The problems of a delivery as a table that its sender can work through."""

from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Final, cast

from django.utils.translation import gettext

from core.errors import BadInput
from core.spreadsheets import Cell, write_csv, write_xlsx
from core.words import N_
from integration import labels
from integration.models import Delivery
from integration.selectors import problems_of
from integration.services import EXPORT_FORMS
from integration.wording import in_language

__all__ = ["PROBLEM_FILES", "problems_file"]

PROBLEM_FILES: Final = {form: EXPORT_FORMS[form] for form in ("csv", "xlsx")}
"""Form of the file → its media type."""

_IN_MEMORY = 1 << 20


def problems_file(delivery: Delivery, form: str) -> IO[bytes]:
    """Every problem by line in the active language; BadInput ``unsupported_format``."""
    if form not in PROBLEM_FILES:
        message = N_("Problems are given as json, csv or xlsx.")
        raise BadInput("unsupported_format", message, status=422)
    file = cast("IO[bytes]", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller's
    header = [
        gettext(one)
        for one in (
            N_("Row (from 0)"),
            N_("Source id"),
            N_("Code"),
            N_("Reason"),
            N_("Field"),
            N_("Outcome"),
            N_("How to mend it"),
        )
    ]
    if form == "csv":
        write_csv(file, header, _rows(delivery))
    else:
        write_xlsx(file, gettext("Problems"), header, _rows(delivery))
    file.seek(0)
    return file


def _rows(delivery: Delivery) -> Iterator[list[Cell]]:
    for one in problems_of(delivery.id):
        line, code, field = one["line"], str(one["code"]), str(one["field"])
        yield [
            cast("int", line),
            str(one["source_id"]),
            code,
            str(labels.title(code)),
            field,
            str(labels.word(labels.OUTCOMES, str(one["outcome"]))),
            in_language(code, field),
        ]
