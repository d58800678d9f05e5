"""The SQL of storing: one row of the staging table becomes one version of one record.

Column names are this file's own; everything that came from outside is a parameter.
"""

from typing import Final

__all__ = [
    "ADD_LATE",
    "ARCHIVE",
    "CONFLICTS",
    "DIFFERING",
    "EMPTY",
    "FACTS",
    "HELD",
    "KEEP_DIGESTS",
    "KEY",
    "KNOWN",
    "MOVE_KEY",
    "PREPARE",
    "REPLACE",
    "REREAD",
    "SAME",
    "STAGED",
]

STAGED: Final = {
    "id": "uuid",
    "line": "integer",
    "source_id": "text",
    "version_mark": "text",
    "digest": "bytea",
    "category": "text",
    "category_original": "text",
    "severity": "smallint",
    "severity_original": "text",
    "occurred_at": "timestamptz",
    "occurred_original": "text",
    "occurred_span": "integer",
    "reported_at": "timestamptz",
    "listed_at": "timestamptz",
    "lon": "double precision",
    "lat": "double precision",
    "x_original": "text",
    "y_original": "text",
    "crs_original": "text",
    "geometry": "jsonb",
    "district": "text",
    "grid": "text",
    "h3": "bigint",
    "address": "text",
    "summary": "text",
    "quality": "text[]",
    "upstream_state": "text",
    "attributes": "jsonb",
    "personal": "bytea",
    "operational": "boolean",
}
"""What differs from row to row: columns of the staging table, and of a record to be copied."""

SAME: Final = {
    "received_at": "%(received)s",
    "feed_id": "%(feed)s::uuid",
    "delivery_id": "%(delivery)s::uuid",
    "kind": "%(kind)s",
    "origin": "%(origin)s",
    "severity_scale": "%(scale)s",
    "shown_decimals": "%(shown_decimals)s",
    "exercise": "%(exercise)s",
    "profile_version": "%(profile_version)s",
}
"""What all rows of a delivery share: columns of a record, and the delivery's parameters."""

# Content columns of a record in terms of a staged row ``i`` and the delivery's parameters.
_CONTENT = {**{name: f"i.{name}" for name in STAGED if name != "id"}, **SAME}
_NAMES = ", ".join(_CONTENT)
_VALUES = ", ".join(_CONTENT.values())
_PLAN = "unnest(%(ids)s::uuid[], %(keys)s::uuid[], %(lines)s::int[], %(versions)s::int[])"
_PLANNED = f"{_PLAN} AS p(id, key, line, version)"

# For the first chunk of a delivery: deleting nothing is cheaper than truncating.
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
PREPARE: Final = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS incoming ({_COLUMNS}) ON COMMIT DELETE ROWS;
DELETE FROM incoming
"""  # noqa: S608
# For every further one: truncating leaves no dead rows to walk over.
EMPTY: Final = "TRUNCATE incoming"

# Which of some ids the feed has records of, and what those say.
KNOWN: Final = """
SELECT source_id, digest FROM integration_recordkey
WHERE feed_id = %(feed)s::uuid AND exercise = %(exercise)s AND source_id = ANY(%(ids)s::text[])
"""
KEY: Final = ("id", "source_id", "digest", "feed_id", "exercise", "current_version")
"""The columns of a key that is copied; the last three are the same for all rows of a delivery."""

# A released row came when the quarantined one did, and at its line.
FACTS: Final = """
SELECT i.line, k.id::text,
       greatest(k.current_version,
                (SELECT max(v.version) FROM integration_recordversion v WHERE v.key_id = k.id)),
       r.version_mark,
       k.digest = i.digest OR EXISTS (
           SELECT FROM integration_recordversion v WHERE v.key_id = k.id AND v.digest = i.digest),
       r.version_mark = i.version_mark OR EXISTS (
           SELECT FROM integration_recordversion v
           WHERE v.key_id = k.id AND v.version_mark = i.version_mark),
       coalesce(
           (coalesce(p.found_at, r.received_at), coalesce(p.delivery_id, r.delivery_id),
            coalesce(p.line, r.line))
           > (%(came)s::timestamptz, %(came_by)s::uuid, coalesce(%(came_line)s::int, i.line)),
           false)
FROM incoming AS i
JOIN integration_recordkey AS k
  ON k.feed_id = %(feed)s::uuid AND k.source_id = i.source_id AND k.exercise = %(exercise)s
JOIN integration_record AS r ON r.id = k.id
LEFT JOIN integration_delivery AS d
  ON d.id = r.delivery_id AND %(came)s::timestamptz IS NOT NULL
LEFT JOIN integration_problem AS p ON p.id = (d.answer ->> 'released_from')::uuid
"""

# What a row is in conflict with: the version with its mark, else the current one.
CONFLICTS: Final = """
SELECT i.line, k.id, stored.version, stored.delivery_id, stored.line, stored.received_at
FROM incoming AS i
JOIN integration_recordkey AS k
  ON k.feed_id = %(feed)s::uuid AND k.source_id = i.source_id AND k.exercise = %(exercise)s
CROSS JOIN LATERAL (
    SELECT one.* FROM (
        SELECT r.version, r.delivery_id, r.line, r.received_at, r.version_mark, true AS current
        FROM integration_record AS r WHERE r.id = k.id
        UNION ALL
        SELECT v.version, v.delivery_id, v.line, v.received_at, v.version_mark, false
        FROM integration_recordversion AS v WHERE v.key_id = k.id
    ) AS one
    ORDER BY one.version_mark = i.version_mark DESC, one.current DESC
    LIMIT 1
) AS stored
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

# Reading a delivery again: a delivery and a line name one content, current or not, and the staged
# row holds the key of its record.
HELD: Final = """
SELECT line, id, source_id, personal FROM integration_record
WHERE delivery_id = %(delivery)s::uuid AND line >= %(first)s AND line < %(end)s
UNION ALL
SELECT line, key_id, source_id, personal FROM integration_recordversion
WHERE delivery_id = %(delivery)s::uuid AND line >= %(first)s AND line < %(end)s
"""

# A digest that another version of the record has already would stand twice; the old one stays.
KEEP_DIGESTS: Final = """
UPDATE incoming AS i SET digest = NULL
WHERE EXISTS (
    SELECT FROM integration_record AS r WHERE r.id = i.id AND r.digest = i.digest
      AND (r.delivery_id, r.line) <> (%(delivery)s::uuid, i.line)
) OR EXISTS (
    SELECT FROM integration_recordversion AS v WHERE v.key_id = i.id AND v.digest = i.digest
      AND (v.delivery_id, v.line) <> (%(delivery)s::uuid, i.line)
)
"""

_READ = {name: value for name, value in _CONTENT.items() if name != "digest"}
_OLD = {"quality": "r.quality::text[]"}
_CHANGES = " OR ".join(
    f"{_OLD.get(name, f'r.{name}')} IS DISTINCT FROM {value}"
    for name, value in _READ.items()
    if name != "profile_version"
)
_SAME_ROW = "r.delivery_id = %(delivery)s::uuid AND r.line = i.line"
DIFFERING: Final = f"""
SELECT i.line FROM incoming AS i
JOIN integration_record AS r ON r.id = i.id AND {_SAME_ROW} WHERE {_CHANGES}
UNION ALL
SELECT i.line FROM incoming AS i
JOIN integration_recordversion AS r ON r.key_id = i.id AND {_SAME_ROW} WHERE {_CHANGES}
"""  # noqa: S608

_SET = ", ".join(f"{name} = {value}" for name, value in _READ.items())
_REREAD_CURRENT = f"""
UPDATE integration_record AS r SET {_SET}, digest = coalesce(i.digest, r.digest)
FROM incoming AS i WHERE r.id = i.id AND {_SAME_ROW}
"""  # noqa: S608
_REREAD_OTHERS = f"""
UPDATE integration_recordversion AS r SET {_SET}, digest = coalesce(i.digest, r.digest)
FROM incoming AS i WHERE r.key_id = i.id AND {_SAME_ROW}
"""  # noqa: S608
_REREAD_KEYS = f"""
UPDATE integration_recordkey AS k SET source_id = r.source_id, digest = r.digest
FROM incoming AS i JOIN integration_record AS r ON r.id = i.id AND {_SAME_ROW}
WHERE k.id = i.id
"""  # noqa: S608
REREAD: Final = (_REREAD_CURRENT, _REREAD_OTHERS, _REREAD_KEYS)
"""One after the other: contents that are current, contents that are not, and their keys."""
