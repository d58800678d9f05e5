"""The SQL of storing observations: one row of the staging table becomes one observation.

Column names are this file's own; everything that came from outside is a parameter.
"""

from typing import Final

__all__ = ["ADD", "FACTS", "HELD", "PREPARE", "REMEMBER", "REPLACE", "REREAD", "STAGED"]

STAGED: Final = {
    "line": "integer",
    "datastream": "uuid",
    "at": "bigint",  # microseconds since 1970 UTC
    "until": "bigint",
    "told_at": "bigint",
    "number": "double precision",
    "text": "text",
    "quality": "text",
    "parameters": "jsonb",
}
_COLUMNS = ", ".join(f"{name} {kind}" for name, kind in STAGED.items())
PREPARE: Final = f"""
CREATE TEMPORARY TABLE IF NOT EXISTS incoming_observation ({_COLUMNS}) ON COMMIT DELETE ROWS;
DELETE FROM incoming_observation
"""  # noqa: S608 - names of this file


def _instant(name: str) -> str:
    return f"to_timestamp(0) + i.{name} * interval '1 microsecond'"


_CONTENT: Final = {
    "phenomenon_end": _instant("until"),
    "result_time": _instant("told_at"),
    "number": "i.number",
    "text": "i.text",
    "quality": "i.quality",
    "parameters": "i.parameters",
}
_ORIGIN: Final = {
    "received_at": "%(received)s",
    "delivery_id": "%(delivery)s::uuid",
    "line": "i.line",
}
_ALL: Final = _CONTENT | _ORIGIN
_SAME = f"o.datastream_id = i.datastream AND o.phenomenon_time = {_instant('at')}"

# Of several rows of one instant the first is stored, the others are judged against it.
ADD: Final = f"""
INSERT INTO integration_observation (datastream_id, phenomenon_time, {", ".join(_ALL)})
SELECT i.datastream, {_instant("at")}, {", ".join(_ALL.values())}
FROM incoming_observation AS i ORDER BY i.line
ON CONFLICT (datastream_id, phenomenon_time) DO NOTHING
RETURNING line
"""  # noqa: S608
FACTS: Final = f"""
SELECT i.line, i.datastream::text, i.at, o.number, o.text, o.delivery_id, o.line, o.received_at,
       coalesce(o.replaced, '[]'), o.phenomenon_time,
       coalesce(o.received_at > %(came)s::timestamptz, false)
FROM incoming_observation AS i JOIN integration_observation AS o ON {_SAME}
WHERE i.line = ANY(%(lines)s)
"""  # noqa: S608
REPLACE: Final = f"""
UPDATE integration_observation AS o
SET {", ".join(f"{name} = {value}" for name, value in _ALL.items())}, replaced = p.replaced
FROM unnest(%(lines)s::int[], %(replaced)s::jsonb[]) AS p(line, replaced)
JOIN incoming_observation AS i ON i.line = p.line
WHERE {_SAME}
"""  # noqa: S608
REMEMBER: Final = f"""
UPDATE integration_observation AS o SET replaced = p.replaced
FROM unnest(%(lines)s::int[], %(replaced)s::jsonb[]) AS p(line, replaced)
JOIN incoming_observation AS i ON i.line = p.line
WHERE {_SAME}
"""  # noqa: S608
_CHANGED = " OR ".join(f"o.{name} IS DISTINCT FROM {value}" for name, value in _CONTENT.items())
REREAD: Final = f"""
WITH same AS (
    SELECT i.line, {_CHANGED} AS changed
    FROM incoming_observation AS i JOIN integration_observation AS o
      ON {_SAME} AND o.delivery_id = %(delivery)s::uuid AND o.line = i.line
), done AS (
    UPDATE integration_observation AS o
    SET {", ".join(f"{name} = {value}" for name, value in _CONTENT.items())}
    FROM incoming_observation AS i JOIN same ON same.line = i.line AND same.changed WHERE {_SAME}
)
SELECT count(*) FILTER (WHERE NOT changed), count(*) FILTER (WHERE changed) FROM same
"""  # noqa: S608
HELD: Final = """
SELECT count(*) FROM integration_observation
WHERE received_at = %(received)s AND delivery_id = %(delivery)s::uuid
  AND line >= %(first)s AND line < %(end)s
"""
