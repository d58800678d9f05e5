"""Whether what became of a file is one of the alternatives that the manifest allows."""

from collections.abc import Mapping
from typing import Any

from tests.integration.hostile.reading import FILE_CODES, ROW_CODES, Entry
from tests.integration.hostile.sending import Row, Sent

__all__ = ["verdicts"]


def verdicts(entry: Entry, sent: Sent) -> list[str]:
    """Why each alternative does not hold; empty as soon as one does."""
    found = []
    for alternative in entry["allowed"]:
        why = _why_not(alternative, sent)
        if not why:
            return []
        found.append(why)
    return found


def _why_not(alternative: Mapping[str, Any], sent: Sent) -> str:
    outcome = alternative["file"]
    if outcome == "reject":
        fits = sent.status in alternative["http"] and sent.code in FILE_CODES[alternative["reason"]]
        return "" if fits else f"not refused as {alternative['reason']}: {sent.status} {sent.code}"
    if sent.status >= 400:
        return f"refused: {sent.status} {sent.code}"
    if outcome == "quarantine":
        codes = {row.code for row in sent.rows.values()}
        return "" if codes == {ROW_CODES[alternative["reason"]]} else f"rows: {sent.rows}"
    expected = alternative.get("records_count", sent.body["received"])
    if sent.body["received"] != expected:
        return f"received {sent.body['received']}"
    for source_id, wish in alternative.get("records", {}).items():
        row = _row(sent, source_id)
        if not any(_fits(one, row) for one in _alternatives(wish)):
            return f"{source_id} should be {wish}, is {row}"
    return ""


def _row(sent: Sent, source_id: str) -> Row | None:
    """The row of an id; of rows that cannot be read the one whose bytes hold it."""
    if source_id in sent.rows:
        return sent.rows[source_id]
    return next((row for name, row in sent.rows.items() if source_id in name), None)


def _alternatives(wish: str) -> list[str]:
    outcomes, _, code = wish.partition(":")
    return [f"{one}:{code}" if one == "quarantine" else one for one in outcomes.split("_or_")]


def _fits(wish: str, row: Row | None) -> bool:
    if row is None:
        return False
    if wish.startswith("quarantine:"):
        code = ROW_CODES[wish.removeprefix("quarantine:")]
        return row.outcome == "quarantined" and row.code == code
    if wish == "conflict":
        return row.outcome == "conflict"
    if wish in ("accept_flagged", "flagged"):
        return row.outcome == "stored" and bool(row.flags)
    return row.outcome == "stored"  # accept, accept_normalised
