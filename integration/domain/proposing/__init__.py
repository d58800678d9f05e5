"""Proposing a profile from a sample: one file a question, put together here.

A proposal is deterministic, looks at the first 1,000 rows, and is never applied by itself. Every
part says how certain it is and why; what the sample cannot tell is said to be a person's to
decide.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.errors import BadInput
from core.identifiers import find_personal
from core.words import N_
from integration.domain.proposing.city import City
from integration.domain.proposing.clocks import TimeColumn, time_columns
from integration.domain.proposing.codes import category_of
from integration.domain.proposing.columns import Column, columns_of
from integration.domain.proposing.grades import severity_of, upstream_of
from integration.domain.proposing.identity import identity_of, version_of
from integration.domain.proposing.layout import layout_of
from integration.domain.proposing.others import attributes_and_ignored
from integration.domain.proposing.personal import Persons, persons_of
from integration.domain.proposing.positions import position_of
from integration.domain.proposing.prose import address_of, readable, summary_of
from integration.domain.proposing.times import occurred_and_reported
from integration.domain.proposing.told import (
    DECIDED,
    Note,
    Option,
    Part,
    Proposal,
    Seen,
    SystemShare,
)
from integration.domain.proposing.words import Meanings
from privacy.domain.masks import mask, mask_text

__all__ = [
    "DECIDED",
    "MOST_ROWS",
    "City",
    "Note",
    "Option",
    "Part",
    "Proposal",
    "Seen",
    "SystemShare",
    "propose",
]

MOST_ROWS = 1000

_EXAMPLES = 3
_FEW = 100  # values that can be a list of codes
_LONGEST_EXAMPLE = 60


def propose(sample: bytes, *, base: Mapping[str, object], city: City) -> Proposal:
    """The proposal for the bytes of a sample.

    ``base``: what is known of the feed (key, names, organisation, kind, origin, header); it stays,
    and so does whatever nothing is proposed for. Raises BadInput with a file code when no format
    reads the sample, ``header_mismatch`` when names of fields are telephone numbers or the like.
    """
    layout = layout_of(sample, MOST_ROWS)
    columns = columns_of(layout.rows, tabular=layout.tabular)
    if any(find_personal(one.path) for one in columns):
        # Names stand in profiles, which everybody who configures reads and which are kept for good.
        raise BadInput("header_mismatch", _NO_NAMES)
    persons = persons_of(columns)
    parts, systems = _parts(columns, persons, layout.part, base, city)
    document = dict(base)
    for one in parts:
        if one.options:
            document[one.section] = one.value
    paths = tuple(_seen(one, parts, persons) for one in columns)
    return Proposal(document, tuple(parts), paths, len(layout.rows), layout.reading, systems)


def _parts(
    columns: Sequence[Column],
    persons: Persons,
    layout: Part,
    base: Mapping[str, object],
    city: City,
) -> tuple[list[Part], tuple[SystemShare, ...]]:
    """Every part in the order of a document; what is found first is no candidate for the rest."""
    known = [one for one in columns if one.path not in persons.paths]
    times = time_columns(known, city)
    placed = position_of([one for one in known if one.path not in _of(times)], city)
    occurred, reported = occurred_and_reported(times, city, register=base.get("kind") == "register")
    taken = {*persons.paths, *_of(times), *placed.paths}
    identity = identity_of(columns, taken=taken)
    version = version_of(
        known, identity, times=_of([one for one in times if _chosen(one, occurred)])
    )
    taken |= _read((identity, version))
    address = address_of(known, taken=taken)
    summary = summary_of(known, taken=taken | _read((address,)))
    coded = _coded(known, city, str(base.get("key", "feed")), taken | _read((address, summary)))
    found = [layout, identity, version, *coded[:2], occurred, reported, placed.part,
             address, summary, coded[2]]  # fmt: skip
    attributes, ignored = attributes_and_ignored(
        columns,
        times,
        used=_read(found) | placed.paths,
        personal=persons.paths,
        left_out=persons.left_out,
    )
    return [*found, attributes, _unless_used(persons, found), ignored], placed.systems


def _of(times: Sequence[TimeColumn]) -> frozenset[str]:
    return frozenset(one.path for one in times)


def _chosen(one: TimeColumn, occurred: Part) -> bool:
    return isinstance(occurred.value, dict) and occurred.value.get("path") == one.path


def _coded(
    columns: Sequence[Column], city: City, key: str, taken: set[str]
) -> tuple[Part, Part, Part]:
    """Category, severity and state at the source, each from a path of its own."""
    severity, graded = severity_of(columns, key, taken=taken)
    upstream = upstream_of(columns, taken=taken | graded)
    texts = readable(columns, taken=set())
    category = category_of(
        columns,
        texts,
        Meanings(city.categories),
        taken=taken,
        passed_over=graded | _read((upstream,)),
    )
    if _read((severity,)) & _read((category,)):
        severity = Part("severity")
    return category, severity, upstream


def _read(parts: Sequence[Part]) -> set[str]:
    """The paths that the best options read."""
    found: set[str] = set()
    for one in parts:
        if isinstance(one.value, dict):
            names = ("path", "lon", "lat", "crs_path")
            found |= {str(one.value[name]) for name in names if one.value.get(name)}
    return found


def _unless_used(persons: Persons, found: Sequence[Part]) -> Part:
    """The personal part; what another section reads cannot be sealed as well."""
    part = persons.part()
    clash = persons.paths & _read(found)
    return replace(part, ask=Note(_CLASH, {"paths": ", ".join(sorted(clash))})) if clash else part


def _seen(column: Column, parts: Sequence[Part], persons: Persons) -> Seen:
    kind = persons.kinds.get(column.path, "text" if column.path in persons.about else "")
    return Seen(
        path=column.path,
        filled=round(column.share, 4),
        distinct=len(column.counts),
        examples=tuple(_example(text, kind) for text in list(column.counts)[:_EXAMPLES]),
        kind=column.kind,
        use=_use(column.path, parts),
        personal=kind,
        values=() if kind or len(column.counts) > _FEW else tuple(column.counts.most_common()),
    )


def _example(text: str, kind: str) -> str:
    """A value as everybody may see it."""
    shown = mask(kind, text) if kind else mask_text(text)[0]
    return shown if len(shown) <= _LONGEST_EXAMPLE else shown[: _LONGEST_EXAMPLE - 1] + "…"


def _use(path: str, parts: Sequence[Part]) -> str:
    """The section that reads a path in the proposal."""
    for one in parts:
        if path in _read((one,)):
            return one.section
        if isinstance(one.value, list) and one.section == "ignored":
            if any(path == left or path.startswith((f"{left}.", f"{left}[")) for left in one.value):
                return one.section
        elif isinstance(one.value, list) and any(
            isinstance(item, dict) and item.get("path") == path for item in one.value
        ):
            return one.section
    return ""


_NO_NAMES = N_(
    "Names of fields hold personal details. A table needs a first row that names its columns."
)
_CLASH = N_("%(paths)s tell of persons and are read elsewhere as well. Decide for one of the two.")
