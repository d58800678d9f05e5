"""The SQL of storing: one row of the staging table becomes one version of one record.

Column names are this file's own; everything that came from outside is a parameter.
"""

from typing import Final

__all__ = [
    "ADD_FRESH",
    "ADD_LATE",
    "ARCHIVE",
    "EMPTY",
    "FACTS",
    "MOVE_KEY",
    "PREPARE",
    "REPLACE",
    "STAGED",
]

STAGED: Final = {
    "line": "integer",
    "id": "uuid",
    "source_id": "text",
    "version_mark": "text",
    "digest": "bytea",
    "category": "text",
    "category_original": "text",
    "severity": "smallint",
    "severity_original": "text",
    "occurred_at": "double precision",
    "occurred_original": "text",
    "reported_at": "double precision",
    "lon": "double precision",
    "lat": "double precision",
    "x_original": "text",
    "y_original": "text",
    "district": "text",
    "grid": "text",
    "h3": "bigint",
    "address": "text",
    "summary": "text",
    "quality": "text[]",
    "upstream_state": "text",
    "attributes": "jsonb",
    "personal": "bytea",
}
"""Columns of the staging table; times are seconds since 1970 UTC."""

_INSTANTS = ("occurred_at", "reported_at")
# Content columns of a record in terms of a staged row ``i`` and the delivery's parameters.
_CONTENT = {
    **{name: f"i.{name}" for name in STAGED if name not in ("id", *_INSTANTS)},
    **{name: f"to_timestamp(i.{name})" for name in _INSTANTS},
    "h3": "nullif(i.h3, 0)",
    "listed_at": "coalesce(to_timestamp(coalesce(i.occurred_at, i.reported_at)), %(received)s)",
    "received_at": "%(received)s",
    "feed_id": "%(feed)s::uuid",
    "delivery_id": "%(delivery)s::uuid",
    "kind": "%(kind)s",
    "origin": "%(origin)s",
    "severity_scale": "%(scale)s",
    "crs_original": "%(crs)s",
    "exercise": "%(exercise)s",
    "operational": "true",
    "geometry": "NULL::jsonb",
}
_NAMES = ", ".join(_CONTENT)
_VALUES = ", ".join(_CONTENT.values())
_PLAN = "unnest(%(ids)s::uuid[], %(keys)s::uuid[], %(lines)s::int[], %(versions)s::int[])"
_PLANNED = f"{_PLAN} AS p(id, key, line, version)"

PREPARE: Final = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS incoming ("
    + ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
    + ") ON COMMIT DELETE ROWS"
)
# Deleting nothing is cheaper than truncating; truncating leaves no dead rows to walk over.
EMPTY: Final = {True: "DELETE FROM incoming", False: "TRUNCATE incoming"}

# A row without id is a further one of its source id in the chunk.
ADD_FRESH: Final = f"""
WITH fresh AS (
    INSERT INTO integration_recordkey (id, feed_id, source_id, exercise, current_version, digest)
    SELECT id, %(feed)s::uuid, source_id, %(exercise)s, 1, digest
    FROM incoming WHERE id IS NOT NULL
    ON CONFLICT (feed_id, source_id, exercise) DO NOTHING
    RETURNING id
)
INSERT INTO integration_record (id, version, {_NAMES})
SELECT i.id, 1, {_VALUES} FROM incoming AS i JOIN fresh ON fresh.id = i.id
RETURNING line
"""  # noqa: S608

FACTS: Final = """
SELECT i.line, k.id::text,
       greatest(k.current_version,
                (SELECT max(v.version) FROM integration_recordversion v WHERE v.key_id = k.id)),
       r.version_mark,
       k.digest = i.digest OR EXISTS (
           SELECT FROM integration_recordversion v WHERE v.key_id = k.id AND v.digest = i.digest),
       r.version_mark = i.version_mark OR EXISTS (
           SELECT FROM integration_recordversion v
           WHERE v.key_id = k.id AND v.version_mark = i.version_mark)
FROM incoming AS i
JOIN integration_recordkey AS k
  ON k.feed_id = %(feed)s::uuid AND k.source_id = i.source_id AND k.exercise = %(exercise)s
JOIN integration_record AS r ON r.id = k.id
WHERE i.line = ANY(%(lines)s)
"""

ARCHIVE: Final = f"""
INSERT INTO integration_recordversion (id, key_id, version, {_NAMES})
SELECT p.id, r.id, r.version, {", ".join(f"r.{name}" for name in _CONTENT)}
FROM {_PLANNED} JOIN integration_record AS r ON r.id = p.key
"""  # noqa: S608

ADD_LATE: Final = f"""
INSERT INTO integration_recordversion (id, key_id, version, {_NAMES})
SELECT p.id, p.key, p.version, {_VALUES}
FROM {_PLANNED} JOIN incoming AS i ON i.line = p.line
"""  # noqa: S608

REPLACE: Final = f"""
UPDATE integration_record AS r
SET version = p.version, {", ".join(f"{name} = {value}" for name, value in _CONTENT.items())}
FROM {_PLANNED} JOIN incoming AS i ON i.line = p.line
WHERE r.id = p.key
"""  # noqa: S608

MOVE_KEY: Final = f"""
UPDATE integration_recordkey AS k SET current_version = p.version, digest = i.digest
FROM {_PLANNED} JOIN incoming AS i ON i.line = p.line
WHERE k.id = p.key
"""  # noqa: S608
