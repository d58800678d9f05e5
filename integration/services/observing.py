"""Observations into their table: COPY to a staging table, then statements over sets.

The caller holds the feed's lock, so no other delivery of the feed moves between the statements.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import compress
from typing import Any, Final, Literal, cast
from uuid import UUID

import msgspec
from django.db import connection

from integration.domain.observations import Known, Result, decide
from integration.domain.rows import Sheet
from integration.models import Datastream
from integration.services import copying
from integration.services.observation_statements import (
    ADD,
    FACTS,
    HELD,
    PREPARE,
    REMEMBER,
    REPLACE,
    REREAD,
    STAGED,
)
from integration.services.rewriting import Rewritten
from integration.services.storing import Context, Outcome, Staging

__all__ = ["ready", "rewrite", "store"]


def ready(sheet: Sheet, context: Context) -> Sheet:
    """What ``store`` takes; its staged rows depend on datastreams that it has to make."""
    return sheet


def store(sheet: Sheet, context: Context, staging: Staging) -> Outcome:
    """Store the sheet's living rows; datastreams that the feed may have are made."""
    lines = _stage(sheet, context, make=True)
    if not lines:
        return Outcome((), (), (), {})
    parameters = _parameters(context)
    with connection.cursor() as cursor:
        cursor.execute(ADD, parameters)
        fresh = [row[0] for row in cursor.fetchall()]
        if len(fresh) == len(lines):
            return Outcome(fresh, (), (), {})
        rest = sorted(set(lines).difference(fresh))
        cursor.execute(FACTS, {**parameters, "lines": rest})
        facts = {row[0]: _fact(row) for row in cursor.fetchall()}
    return _settled(fresh, facts, _results_of(sheet), context)


class _Fact(msgspec.Struct):
    """What is stored of the instant of a line."""

    line: int
    datastream: str
    at: int
    number: float | None
    text: str | None
    delivery: UUID
    stored_line: int
    received_at: Any
    replaced: list[dict[str, Any]]
    phenomenon_time: Any
    ahead: bool

    @property
    def key(self) -> tuple[str, int]:
        return self.datastream, self.at

    @property
    def provenance(self) -> dict[str, object]:
        """Where the stored result came from."""
        return {
            "delivery": str(self.delivery),
            "line": self.stored_line,
            "received_at": _iso(self.received_at),
            "phenomenon_time": _iso(self.phenomenon_time),
        }


def _fact(row: Sequence[Any]) -> _Fact:
    """A row of FACTS; the driver leaves JSON as it is."""
    told = dict(zip(_Fact.__struct_fields__, row, strict=True))
    return _Fact(**told | {"replaced": msgspec.json.decode(told["replaced"])})


def _settled(
    fresh: Sequence[int],
    facts: Mapping[int, _Fact],
    results: Mapping[int, Result],
    context: Context,
) -> Outcome:
    """What becomes of the rows whose instant was known before them."""
    rule = cast("Literal['immutable', 'arrival']", context.profile.version.rule)
    stored = {
        one.key: Known(
            (one.number, one.text),
            frozenset((before["number"], before["text"]) for before in one.replaced),
            one.ahead,
        )
        for one in facts.values()
    }
    arrivals = [(line, facts[line].key, results[line]) for line in sorted(facts)]
    decision = decide(rule, arrivals, stored)
    _replace([(one.line, one.current) for one in decision.replacements], facts, results, context)
    conflicts = {line: facts[line].provenance for line in decision.conflicts}
    updated = [one.line for one in decision.replacements]
    return Outcome(fresh, updated, decision.duplicates, conflicts)


def _replace(
    further: Iterable[tuple[int, bool]],
    facts: Mapping[int, _Fact],
    results: Mapping[int, Result],
    context: Context,
) -> None:
    """Put further results in place, or among the earlier ones where they do not count."""
    earlier: dict[tuple[str, int], list[dict[str, Any]]] = {}
    shown: dict[tuple[str, int], int] = {}
    anchors: dict[tuple[str, int], int] = {}
    for line, current in further:
        fact = facts[line]
        held = earlier.setdefault(fact.key, list(fact.replaced))
        anchors[fact.key] = line
        if current:
            held.append(_entry((fact.number, fact.text), fact.provenance))
            shown[fact.key] = line
        else:
            own = {"delivery": str(context.delivery_id), "line": line}
            held.append(_entry(results[line], {**own, "received_at": _iso(context.received_at)}))
    for statement, lines in (
        (REPLACE, shown),
        (REMEMBER, {key: line for key, line in anchors.items() if key not in shown}),
    ):
        if lines:
            documents = [msgspec.json.encode(earlier[key]).decode() for key in lines]
            parameters = _parameters(context)
            parameters |= {"lines": list(lines.values()), "replaced": documents}
            with connection.cursor() as cursor:
                cursor.execute(statement, parameters)


def _entry(result: Result, provenance: Mapping[str, object]) -> dict[str, Any]:
    return {"number": result[0], "text": result[1], **provenance}


def rewrite(sheet: Sheet, context: Context, staging: Staging, *, first: int) -> Rewritten:
    """Rewrite what the delivery stored of a chunk, in place; the staging table is empty.

    An observation whose datastream or time would be another one now stays as it is, and counts as
    refused.
    """
    _stage(sheet, context, make=False)
    span = {"first": first, "end": first + sheet.chunk.size}
    with connection.cursor() as cursor:
        cursor.execute(HELD, {**_parameters(context), **span})
        (held,) = cursor.fetchone()
        cursor.execute(REREAD, _parameters(context))
        same, changed = cursor.fetchone()
    return Rewritten(same, changed, held - same - changed)


def _parameters(context: Context) -> dict[str, Any]:
    return {
        "delivery": str(context.delivery_id),
        "received": context.received_at,
        "came": context.came and context.came.at,
    }


def _stage(sheet: Sheet, context: Context, *, make: bool) -> list[int]:
    """Copy the living rows to the empty staging table; their lines."""
    alive = sheet.alive.tolist()
    keys = [str(key) for key in sheet.record["source_id"]]
    ids = dict(zip(keys, cast("list[str | None]", sheet.record["datastream"]), strict=True))
    missing = {key for key, good in zip(keys, alive, strict=True) if good and ids[key] is None}
    if missing:
        ids |= _datastreams(missing, context, make)
    chosen = [good and ids[key] is not None for key, good in zip(keys, alive, strict=True)]
    lines = list(compress(sheet.chunk.lines, chosen))
    if not lines:
        return []
    column = {name: list(compress(values, chosen)) for name, values in sheet.record.items()}
    texts: dict[str, Sequence[str]] = {
        "line": list(map(str, lines)),
        "datastream": [str(ids[str(key)]) for key in column["source_id"]],
        "at": _micros(column["occurred_at"]),
        "until": _micros(column["occurred_until"]),
        "told_at": _micros(column["reported_at"]),
        "number": copying.numbers(column["number"]),
        "text": copying.documents(cast("list[str | None]", column["text"])),
        "quality": copying.texts(cast("list[str]", column["result_quality"])),
        "parameters": copying.documents(
            [None if one == "{}" else str(one) for one in column["attributes"]]
        ),
    }
    with connection.cursor() as cursor:
        cursor.execute(PREPARE)
    rows = list(map("\t".join, zip(*(texts[name] for name in STAGED), strict=True)))
    copying.copy_in("incoming_observation", STAGED, rows)
    return lines


def _results_of(sheet: Sheet) -> dict[int, Result]:
    columns = (sheet.chunk.lines, sheet.record["number"], sheet.record["text"])
    return {
        line: (cast("float | None", number), cast("str | None", text))
        for line, number, text in zip(*columns, strict=True)
    }


def _micros(seconds: Sequence[Any]) -> list[str]:
    return [copying.NULL if math.isnan(one) else str(round(one * 1_000_000)) for one in seconds]


def _datastreams(keys: set[str], context: Context, make: bool) -> dict[str, str]:
    """The ids of the feed's datastreams by key; missing ones are made where that is wanted.

    An exercise has its own, which know of the registered ones what is known of them.
    """
    rows = Datastream.objects.filter(feed_id=context.feed_id, key__in=keys)
    own = rows.filter(exercise=context.exercise).values_list("key", "id")
    known = {key: found.hex for key, found in own}
    missing = keys - known.keys()
    if not missing or not make:
        return known
    models = {one.key: one for one in rows.filter(exercise=False, key__in=missing)}
    made = [_new(key, models.get(key), context) for key in sorted(missing)]
    Datastream.objects.bulk_create(made)
    return known | {one.key: one.id.hex for one in made}


_TOLD: Final = (
    "name", "description", "unit", "unit_name", "observed_property", "observation_type", "thing",
    "sensor", "lon", "lat", "properties",
)  # fmt: skip


def _new(key: str, like: Datastream | None, context: Context) -> Datastream:
    told = {name: getattr(like, name) for name in _TOLD} if like else {}
    return Datastream(
        feed_id=context.feed_id,
        key=key,
        exercise=context.exercise,
        registered=False,
        **told,
    )


def _iso(at: Any) -> str:
    return str(at.isoformat().replace("+00:00", "Z"))
