"""The settings beside the uses of fields, as forms send them: how times and places are written,
what codes mean, what further fields are called.

Each group of inputs names the field it is about (``category.of``). When that field has just become
something else, what was sent about it no longer counts.
"""

from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from typing import Any, Protocol

from integration.ui.workshop.uses import Document

__all__ = ["NONE", "OWN", "Sent", "with_settings"]

OWN = "own"
"""The choice of a form of time that the officer writes out."""
NONE = "none"
"""The choice of a code that tells no severity."""
_EPOCHS = ("epoch_s", "epoch_ms")


class Sent(Protocol):
    """What a form sent, as Django's QueryDict has it."""

    def get(self, key: str, default: str, /) -> str:
        """The last value of an input."""

    def getlist(self, key: str, /) -> list[Any]:
        """All values of inputs of one name."""

    def __contains__(self, key: object) -> bool: ...


def with_settings(document: Mapping[str, Any], sent: Sent, *, zone: str) -> Document:
    """The document with every group of settings that was sent and still belongs to its field.

    ``zone``: of times whose form needs one, where none was written.
    """
    found = deepcopy(dict(document))
    for section, change in _GROUPS.items():
        part = found.get(section)
        if isinstance(part, dict) and sent.get(f"{section}.of", "") == _field_of(part):
            found[section] = change(part, section, sent)
            if change is _time and "zone" not in found[section] and _needs_zone(found[section]):
                found[section]["zone"] = zone
    if "attribute.of" in sent:
        found["attributes"] = _attributes(found.get("attributes") or (), sent)
    if sent.get("version.rule", "") in ("arrival", "immutable"):
        found["version"] = {"rule": sent.get("version.rule", "")}
    return found


def _field_of(part: Mapping[str, Any]) -> object:
    return next((part[key] for key in ("path", "lon", "lat", "value") if part.get(key)), "")


def _time(part: Document, section: str, sent: Sent) -> Document:
    form = sent.get(f"{section}.form", "") or part.get("form", "")
    if form == OWN:
        form = sent.get(f"{section}.own", "").strip()
    zone = sent.get(f"{section}.zone", "").strip()
    found = {**part, "form": form, "zone": zone}
    if form in _EPOCHS or not zone:
        found.pop("zone")
    return found


def _needs_zone(part: Document) -> bool:
    return part.get("form") not in (*_EPOCHS, "iso8601")


def _place(part: Document, section: str, sent: Sent) -> Document:
    found = dict(part)
    if part.get("crs_path") and not sent.get("position.crs", ""):
        found.pop("crs", None)  # every row tells its own
    for key in ("order", "separator", "crs", "notation", "area"):
        value = sent.get(f"{section}.{key}", "")
        if value:
            found[key] = value
    _number(found, "scale", sent.get(f"{section}.scale", ""), float)
    if f"{section}.shown_decimals" in sent:
        found.pop("shown_decimals", None)
        _number(found, "shown_decimals", sent.get(f"{section}.shown_decimals", ""), int)
    # What goes without saying is not said.
    plain = {"notation": "degrees", "area": "city", "scale": 1}
    return {key: value for key, value in found.items() if plain.get(key) != value}


def _number(part: Document, key: str, text: str, kind: Callable[[str], float]) -> None:
    """The number that was written; a text that is none stays, and its fault is told."""
    if not text.strip():
        return
    try:
        part[key] = kind(text)
    except ValueError:
        part[key] = text


def _table(section: str, sent: Sent) -> dict[str, str]:
    """Code → what was chosen for it, in the order of the form."""
    return dict(zip(sent.getlist(f"{section}.code"), sent.getlist(f"{section}.to"), strict=False))


def _unseen(part: Document, sent: Mapping[str, str]) -> Document:
    """The codes of the document that the form did not show."""
    return {code: to for code, to in (part.get("codes") or {}).items() if code not in sent}


def _codes(part: Document, section: str, sent: Sent) -> Document:
    """A code that means nothing here is left out, and its rows are flagged."""
    table = _table(section, sent)
    codes = {code: to for code, to in table.items() if to}
    if not codes and part.get("codes") is None:
        return part  # the text itself is the meaning
    return {**part, "codes": {**_unseen(part, table), **codes}}


def _severity(part: Document, section: str, sent: Sent) -> Document:
    found = {**part, "scale": sent.get("severity.scale", "").strip() or part.get("scale", "")}
    if not part.get("path"):
        return found
    table = _table(section, sent)
    grades = {code: None if to == NONE else int(to) for code, to in table.items() if _known(to)}
    return {**found, "codes": {**_unseen(part, table), **grades}}


def _known(grade: str) -> bool:
    return grade == NONE or grade in ("1", "2", "3", "4")


def _earnest(part: Document, section: str, sent: Sent) -> Document:
    table = _table(section, sent)
    unseen = [one for one in part.get("values") or () if one not in table]
    return {**part, "values": [*unseen, *(code for code, to in table.items() if to)]}


def _attributes(present: Sequence[Any], sent: Sent) -> list[Any]:
    """The further fields under the names and as the types that were chosen.

    Of a field that is kept twice, the form shows the first.
    """
    told = {
        path: (name.strip(), kind)
        for path, name, kind in zip(
            sent.getlist("attribute.of"),
            sent.getlist("attribute.name"),
            sent.getlist("attribute.type"),
            strict=False,
        )
    }
    return [_attribute(one, told) if isinstance(one, dict) else one for one in present]


def _attribute(one: Document, told: dict[str, tuple[str, str]]) -> Document:
    if one.get("path") not in told:
        return one
    name, kind = told.pop(one["path"])
    kind = kind or one.get("type", "text")
    found = {**one, "name": name or one.get("name", "")}
    if kind != one.get("type", "text"):
        found["type"] = kind
    if kind not in ("text", "texts"):
        found.pop("codes", None)
    if kind != "text":
        found.pop("check", None)
    if kind != "date":
        found.pop("form", None)
    return found


_GROUPS: Mapping[str, Callable[[Document, str, Sent], Document]] = {
    "occurred_at": _time,
    "reported_at": _time,
    "position": _place,
    "category": _codes,
    "severity": _severity,
    "upstream_state": _codes,
    "operational": _earnest,
}
