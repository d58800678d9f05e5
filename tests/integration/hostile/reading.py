"""The manifest of the hostile corpus: its entries, and its words in those of the product."""

import gzip
import json
import re
from collections.abc import Collection, Mapping
from typing import Any

import pytest

from tests.shared import shared_path

Entry = dict[str, Any]

# Why a whole file is refused: the manifest's word → the product's file codes. Many to one.
FILE_CODES: Mapping[str, Collection[str]] = {
    "EMPTY_FILE": {"empty_file"},
    "NO_ROWS": {"empty_file"},
    "ENCODING_INVALID": {"bad_encoding"},
    "ENCODING_UNSUPPORTED": {"bad_encoding"},
    "CONTROL_CHAR": {"malformed_file"},
    "MALFORMED_FILE": {"malformed_file"},
    "HEADER_DUPLICATE": {"header_mismatch"},
    "HEADER_MISMATCH": {"header_mismatch"},
    "TOO_MANY_COLUMNS": {"header_mismatch"},
    "TOO_MANY_ROWS": {"too_many_rows"},
    "TOO_MANY_RECORDS": {"too_many_rows"},
    "FIELD_TOO_LONG": {"too_large"},
    "BODY_TOO_LARGE": {"too_large", "bomb_suspected"},
    "FILE_TYPE_MISMATCH": {"unsupported_type"},
    "FILE_TYPE_NOT_ALLOWED": {"unsupported_type"},
    "FORMULA_NOT_ALLOWED": {"unsupported_type"},
    "ARCHIVE_INVALID": {"malformed_file"},
    "ARCHIVE_TOO_LARGE": {"bomb_suspected"},
    "ARCHIVE_TOO_MANY_ENTRIES": {"bomb_suspected"},
    "XML_DTD_FORBIDDEN": {"forbidden_xml"},
    "JSON_INVALID": {"malformed_file"},
    "JSON_TOO_DEEP": {"malformed_file"},
    "JSON_DUPLICATE_KEY": {"malformed_file"},
    "SCHEMA_INVALID": {"malformed_file"},
    "UNKNOWN_FIELD": {"malformed_file"},
    "TYPE_MISMATCH": {"malformed_file"},
    "GEOMETRY_INVALID": {"malformed_file"},
    "GEOMETRY_TOO_LARGE": {"too_large"},
}

# Why a row is quarantined: the manifest's word → the product's reason code. Many to one.
ROW_CODES: Mapping[str, str] = {
    "ENCODING_INVALID": "malformed_row",
    "CONTROL_CHAR": "control_characters",
    "MALFORMED_ROW": "malformed_row",
    "FIELD_TOO_LONG": "too_long",
    "TYPE_MISMATCH": "bad_number",
    "NUMBER_NOT_FINITE": "not_finite",
    "MISSING_REQUIRED": "missing_field",
    "COORD_OUT_OF_RANGE": "coordinates_out_of_range",
    "COORD_OUT_OF_AREA": "coordinates_out_of_area",
    "COORD_NULL_ISLAND": "null_island",
    "COORD_SWAPPED": "coordinates_swapped",
    "COORD_LOW_PRECISION": "low_precision",
    "CRS_UNKNOWN": "crs_unknown",
    "DATE_INVALID": "bad_time",
    "DATE_AMBIGUOUS": "bad_time",
    "DATE_TOO_OLD": "too_old",
    "DATE_FUTURE": "future_time",
    "TIME_ORDER": "time_order",
    "BAD_CODE": "bad_code",
    "EXCEL_DAMAGED": "spreadsheet_damage",
    "GEOMETRY_MISSING": "no_coordinates",
    "GEOMETRY_INVALID": "bad_geometry",
    "GEOMETRY_TOO_LARGE": "geometry_too_large",
    **dict.fromkeys(
        (
            "BAD_CHECKSUM_ID",
            "BAD_ID_DATE",
            "BAD_ID_REGION",
            "ID_15_DIGIT",
            "BAD_CHECKSUM_USCC",
            "BAD_FORMAT_USCC",
            "BAD_PHONE",
            "BAD_PLATE",
        ),
        "bad_identifier",
    ),
}


def entries(media_types: Collection[str]) -> list[Entry]:
    """The entries of some media types; none where the corpus is missing (see ``shared_path``)."""
    try:
        folder = shared_path("hostile")
    except pytest.skip.Exception:
        return []
    found: list[Entry] = json.loads((folder / "manifest.json").read_text("utf-8"))["entries"]
    kept = [one for one in found if one["media_type"] in media_types]
    # Corpora of lists, such as of file names, are told by their class and are no deliveries.
    lists = {"path-traversal", "ssrf", "filter-injection/redos"}
    return [one for one in kept if not (one["attack_class"] in lists and "json" in one["file"])]


def body_of(entry: Entry) -> tuple[bytes, str]:
    """The bytes to be sent and their content encoding."""
    data = shared_path("hostile", entry["file"]).read_bytes()
    transfer = entry.get("transfer", "")
    if transfer.startswith("gunzip"):
        return gzip.decompress(data), ""
    return data, "gzip" if "gzip" in transfer else ""


def bounds_of(entry: Entry) -> tuple[float, float]:
    """The most seconds and megabytes that a file may cost: those of all, or the entry's own."""
    own = " ".join(entry.get("must_not", ()))
    seconds = re.search(r"over (\d+) s\b", own)
    megabytes = re.search(r"above (\d+) MB", own)
    return float(seconds[1] if seconds else 5), float(megabytes[1] if megabytes else 200)


def bare(name: str) -> Any:
    """A corpus that is a list, as it is."""
    return json.loads(shared_path("hostile", name).read_text("utf-8"))
