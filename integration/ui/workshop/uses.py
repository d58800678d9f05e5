"""What each field of a sample becomes: read from a profile document, and changed in it.

A *use* is one word for what a field becomes: ``id``, ``occurred_at``, ``lon``, ``attribute``,
``personal.phone``, ``ignored`` …; the empty word is a field of which nothing has been said. A
document is changed by making a new one; the given one stays as it is.
"""

from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from typing import Any

__all__ = ["PERSONAL", "SINGLE", "Document", "Guesses", "readable", "uses_of", "with_uses"]

Document = dict[str, Any]
Guesses = Mapping[str, Sequence[Any]]
"""Section → the values that were proposed for it, best first."""

PERSONAL = "personal."
SINGLE: Mapping[str, tuple[str, str]] = {
    "id": ("identity", "path"),
    "version": ("version", "path"),
    "occurred_at": ("occurred_at", "path"),
    "reported_at": ("reported_at", "path"),
    "position": ("position", "path"),
    "lon": ("position", "lon"),
    "lat": ("position", "lat"),
    "system": ("position", "crs_path"),
    "category": ("category", "path"),
    "severity": ("severity", "path"),
    "measured": ("severity", "value"),
    "unit": ("severity", "unit"),
    "address": ("address", "path"),
    "summary": ("summary", "path"),
    "upstream_state": ("upstream_state", "path"),
    "operational": ("operational", "path"),
}
"""Uses that one field has at most, and where the profile names that field."""
_BARE = {"identity": {"rule": "content"}, "version": {"rule": "arrival"}}
_HELD_BY = {"position": ("lon", "lat"), "severity": ("path", "value", "fixed")}
"""What keeps a section that lost one of its fields."""
_SHAPES: Mapping[str, type] = {
    **{section: dict for section, _ in SINGLE.values()},
    "header": dict,
    "format": dict,
    "attributes": list,
    "personal": list,
    "ignored": list,
}
_TEXTS = ("path", "lon", "lat", "crs_path", "crs", "value", "unit", "form", "zone", "rule")
_LATER = ("system", "measured", "unit")
"""Uses that add to a section which another field begins."""
_TYPES = {"number": "number", "boolean": "boolean", "list": "json", "object": "json"}


def readable(document: Mapping[str, Any]) -> Document:
    """The document without what has not even the shape of a profile; that is told as its fault."""
    found = {key: value for key, value in document.items() if key not in _SHAPES}
    for section, shape in _SHAPES.items():
        value = document.get(section)
        if isinstance(value, shape):
            found[section] = _sound(value)
    return found


def _sound(value: Any) -> Any:
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str) or _names_a_field(one)]
    kept = {key: one for key, one in value.items() if key not in _TEXTS or isinstance(one, str)}
    if not isinstance(kept.get("codes", {}), dict):
        kept.pop("codes")
    if not isinstance(kept.get("values", []), list):
        kept.pop("values")
    return kept


def _names_a_field(one: Any) -> bool:
    return isinstance(one, dict) and isinstance(one.get("path"), str)


def uses_of(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Every path that the document names, with its uses; the first is the one that forms show."""
    found: dict[str, list[str]] = {}
    for use, (section, key) in SINGLE.items():
        part = document.get(section)
        path = part.get(key) if isinstance(part, dict) else None
        if isinstance(path, str) and path:
            found.setdefault(path, []).append(use)
    for one in _items(document, "attributes"):
        found.setdefault(one.get("path", ""), []).append("attribute")
    for one in _items(document, "personal"):
        found.setdefault(one.get("path", ""), []).append(f"{PERSONAL}{one.get('kind', '')}")
    for path in document.get("ignored") or ():
        found.setdefault(str(path), []).append("ignored")
    return found


def _items(document: Mapping[str, Any], section: str) -> list[dict[str, Any]]:
    return [one for one in document.get(section) or () if isinstance(one, dict)]


def with_uses(
    document: Mapping[str, Any],
    wanted: Mapping[str, str],
    *,
    guesses: Guesses,
    kinds: Mapping[str, str],
    zone: str,
) -> Document:
    """The document in which fields become what is wanted.

    ``wanted``: path → use; a field whose first use is the wanted one stays as it is. ``kinds``:
    path → kind of its values in the sample. ``zone``: of times that tell none. Settings of a new
    use come from the first guess about this very field.
    """
    found = deepcopy(dict(document))
    present = uses_of(found)
    changed = {path: use for path, use in wanted.items() if use != (present.get(path) or [""])[0]}
    for path in changed:
        if present.get(path):
            _take(found, path, present[path][0])
    for path, use in sorted(changed.items(), key=lambda one: one[1] in _LATER):
        if use:
            _give(found, path, use, _Hints(guesses, kinds.get(path, "text"), zone))
    return found


def _take(document: Document, path: str, use: str) -> None:
    """Undo a use; a section that says nothing any more goes."""
    if use in SINGLE:
        section, key = SINGLE[use]
        if section in _BARE:
            document[section] = dict(_BARE[section])
        else:
            _without(document, section, key)
    elif use == "ignored":
        document["ignored"] = [one for one in document["ignored"] if one != path]
    else:
        section = "attributes" if use == "attribute" else "personal"
        kept = [one for one in document[section] if one.get("path") != path]
        document[section] = kept


def _without(document: Document, section: str, key: str) -> None:
    part = document[section]
    part.pop(key, None)
    if key == "crs_path":
        part.pop("crs_codes", None)
    elif not any(part.get(one) for one in _HELD_BY.get(section, ())):
        document.pop(section)


class _Hints:
    """What is known of a field that gets a new use."""

    def __init__(self, guesses: Guesses, kind: str, zone: str) -> None:
        self.guesses, self.kind, self.zone = guesses, kind, zone

    def section(self, section: str, path: str, *keys: str) -> dict[str, Any] | None:
        """The first value proposed for the section that reads the field under one of the keys."""
        for value in self.guesses.get(section, ()):
            if isinstance(value, dict) and any(value.get(key) == path for key in keys or ("path",)):
                return deepcopy(value)
        return None

    def item(self, section: str, path: str) -> dict[str, Any] | None:
        """The entry about the field in a proposed list."""
        lists = (one for value in self.guesses.get(section, ()) for one in _listed(value))
        return next((deepcopy(one) for one in lists if one.get("path") == path), None)


def _listed(value: Any) -> Iterable[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _give(document: Document, path: str, use: str, hints: _Hints) -> None:
    if use == "ignored":
        document["ignored"] = [*(document.get("ignored") or ()), path]
    elif use == "attribute":
        one = _attribute(document, path, hints)
        document["attributes"] = [*_items(document, "attributes"), one]
    elif use.startswith(PERSONAL):
        personal = {"path": path, "kind": use.removeprefix(PERSONAL)}
        document["personal"] = [*_items(document, "personal"), personal]
    elif use in ("lon", "lat"):
        _give_axis(document, path, use, hints)
    elif use == "system":
        document["position"] = {**(document.get("position") or {"form": "pair"}), "crs_path": path}
    elif use in ("measured", "unit"):
        part = document.get("severity") or _severity(document, path)
        kept = {key: one for key, one in part.items() if key not in ("path", "codes", "fixed")}
        document["severity"] = {**kept, SINGLE[use][1]: path}
    elif use in SINGLE:
        section = SINGLE[use][0]
        document[section] = hints.section(section, path) or _plain(document, section, path, hints)


def _give_axis(document: Document, path: str, use: str, hints: _Hints) -> None:
    part = document.get("position") or {}
    if part.get("form") != "pair":
        kept = {key: part[key] for key in ("crs", "area", "shown_decimals") if key in part}
        part = hints.section("position", path, use) or {"crs": "WGS-84", **kept}
        part = {key: value for key, value in part.items() if key not in ("lon", "lat")}
    document["position"] = {**part, "form": "pair", use: path}


def _plain(document: Document, section: str, path: str, hints: _Hints) -> dict[str, Any]:
    """A section about a field of which nothing was proposed."""
    made: dict[str, dict[str, Any]] = {
        "identity": {"rule": "path", "path": path},
        "version": {"rule": "path", "path": path},
        "occurred_at": {"path": path, "form": "iso8601", "zone": hints.zone},
        "reported_at": {"path": path, "form": "iso8601", "zone": hints.zone},
        "position": _one_field(path, hints.kind),
        "category": {"path": path, "codes": {}},
        "severity": {**_severity(document, path), "path": path, "codes": {}},
        "upstream_state": {"path": path, "codes": {}},
        "operational": {"path": path, "values": []},
    }
    return made.get(section, {"path": path})


def _one_field(path: str, kind: str) -> dict[str, Any]:
    if kind == "object":
        return {"form": "geojson", "path": path}
    form = {"form": "array"} if kind == "list" else {"form": "text", "separator": ","}
    return {**form, "path": path, "order": "lon_lat", "crs": "WGS-84"}


def _severity(document: Document, path: str) -> dict[str, Any]:
    return {"scale": f"{document.get('key', '')}.{path}"[:64]}


def _attribute(document: Document, path: str, hints: _Hints) -> dict[str, Any]:
    proposed = hints.item("attributes", path)
    if proposed:
        return proposed
    taken = {one.get("name") for one in _items(document, "attributes")}
    name = next(one for one in _names(path) if one not in taken)
    return {"path": path, "name": name, "type": _TYPES.get(hints.kind, "text")}


def _names(path: str) -> Iterable[str]:
    """Keys for a field: from its own name where that is written in Latin letters."""
    plain = "".join(one if one.isascii() and one.isalnum() else "_" for one in path.lower())
    short = "_".join(filter(None, plain.split("_")))[:50]
    if short[:1].isalpha() and len(short) > 1:
        yield short
    number = 1
    while True:
        yield f"field_{number}"
        number += 1
