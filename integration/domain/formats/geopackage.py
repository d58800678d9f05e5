"""GeoPackage (OGC 12-128r18): one vector layer of a SQLite file that came from outside.

The file is opened in memory, from a copy that nothing writes back. A query may read the columns of
its tables and nothing else: no views, functions, virtual tables, extensions or triggers have a
part in it, and it is stopped when it takes too long.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from core.errors import BadInput
from core.words import N_
from integration.domain import formats
from integration.domain.formats import layers
from integration.domain.formats.layers import NO_SHAPE, SHAPE, Row, System, alone, row_of
from integration.domain.formats.sqlite_file import Base, opened, quoted
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "RANK", "TABULAR", "alone", "read", "recognise", "row_of", "sample"]

NAME = "geopackage"
RANK = 10
TABULAR = True

_BATCH_BYTES = 2 << 20
_MOST_LAYERS = 100
_UNTOLD = (-1, 0)  # systems that say nothing
_MAGIC = b"GP"
_HEAD = 8  # bytes before the envelope of a geometry
_FLAGS = 3
_ENVELOPES = (0, 32, 48, 48, 64)  # bytes of its kinds
_EXTENDED, _EMPTY = 0b0010_0000, 0b0001_0000


@dataclass(frozen=True)
class _Layer:
    """A table of features: its columns of plain values, that of the geometry, its system."""

    name: str
    columns: Sequence[str]
    shape: str
    system: System


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` rows; see ``formats.read`` for what it raises.

    Also BadInput ``malformed_file``.
    """
    if layers.is_released(body):
        yield from layers.read_released(body, profile)
        return
    with opened(body) as base:
        layer = _chosen(base, profile.format.layer)
        system = layer.system.agreed(profile)
        reading = {**system.reading, "layer": layer.name}
        first = 0
        for rows in _batches(base, layer, system, formats.CHUNK_ROWS):
            yield layers.chunk_of([*layer.columns, SHAPE], rows, first, profile, reading)
            first += len(rows)


def recognise(body: bytes) -> Format | None:
    """A SQLite file with a layer of features: the first of them."""
    try:
        with opened(body) as base:
            return Format(name=NAME, layer=_chosen(base, next(iter(_layers(base)), "")).name)
    except BadInput:
        return None


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first rows."""
    with opened(body) as base:
        layer = _chosen(base, layout.layer)
        rows = next(_batches(base, layer, layer.system, most), [])
    return layers.first_rows([*layer.columns, SHAPE], rows, most)


def _layers(base: Base) -> dict[str, tuple[str, int]]:
    """The layers of features: name → column of the geometry, number of the system."""
    found = base.rows(
        "SELECT c.table_name, g.column_name, g.srs_id FROM gpkg_contents c"
        " JOIN gpkg_geometry_columns g ON g.table_name = c.table_name"
        " WHERE c.data_type = 'features' ORDER BY 1 LIMIT ?",
        _MOST_LAYERS,
        of=("gpkg_contents", "gpkg_geometry_columns"),
    )
    return {str(name): (str(column), _number(srs)) for name, column, srs in found}


def _chosen(base: Base, name: str | None) -> _Layer:
    """The layer that was agreed, or the only one; BadInput ``malformed_file``."""
    found = _layers(base)
    chosen = {name} & found.keys() if name else found.keys()
    if len(chosen) != 1:
        message = N_("The GeoPackage must hold the one layer agreed. It holds: %(layers)s.")
        raise BadInput("malformed_file", message, layers=", ".join([*found][:20]))
    (table,) = chosen
    shape, srs = found[table]
    about = base.rows(f"SELECT * FROM {quoted(table)} LIMIT 0", of=(table,))  # noqa: S608 - quoted
    columns = [str(one[0]) for one in about.description]
    if shape not in columns:
        message = N_("The layer %(layer)s has no geometry.")
        raise BadInput("malformed_file", message, layer=table)
    plain = [one for one in columns if one != shape]
    return _Layer(table, plain, shape, _system(base, srs))


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _system(base: Base, srs: int) -> System:
    found = base.rows(
        "SELECT organization, organization_coordsys_id, definition FROM gpkg_spatial_ref_sys"
        " WHERE srs_id = ? LIMIT 1",
        srs,
        of=("gpkg_spatial_ref_sys",),
    ).fetchone()
    if srs in _UNTOLD or found is None:
        return System()
    organisation, code, definition = found
    if str(organisation).upper() == "EPSG":
        return System.of_label(f"EPSG:{_number(code)}")
    return System.of_wkt(str(definition))


def _batches(base: Base, layer: _Layer, system: System, most: int) -> Iterator[list[Row]]:
    """The rows, at most so many at a time, and fewer of large shapes."""
    names = ", ".join(quoted(one) for one in (*layer.columns, layer.shape))
    sql = f"SELECT {names} FROM {quoted(layer.name)}"  # noqa: S608 - quoted
    found = base.rows(sql, of=(layer.name,))
    rows: list[Row] = []
    size = total = 0
    for values in found:
        rows.append(_row(values, system))
        told = sum(len(one) for one in values if isinstance(one, str | bytes))
        size, total = size + told, total + told
        base.check_read(total)
        if len(rows) == most or size > _BATCH_BYTES:
            yield rows
            rows, size = [], 0
    if rows:
        yield rows


def _row(values: Sequence[Any], system: System) -> Row:
    """The values as JSON has them; bytes beside the geometry are left out."""
    found: list[object] = []
    code = ""
    for value in values[:-1]:
        if isinstance(value, str) and not value.isascii():
            data = value.encode("utf-8", "surrogateescape")
            told = data.decode("utf-8", "replace")
            code = code if told == value else "malformed_row"
            found.append(told)
        else:
            found.append(None if isinstance(value, bytes) else value)
    return Row([*found, _shape(values[-1], system)], code)


def _shape(value: object, system: System) -> object:
    """The geometry of a GeoPackage's binary form; a text where it is none."""
    if value is None:
        return None
    if not isinstance(value, bytes) or len(value) < _HEAD or value[:2] != _MAGIC:
        return NO_SHAPE
    flags = value[_FLAGS]
    envelope = (flags >> 1) & 0b111
    if flags & _EMPTY or flags & _EXTENDED or envelope >= len(_ENVELOPES):
        return NO_SHAPE
    return layers.shape_of_wkb(value[_HEAD + _ENVELOPES[envelope] :], system)
