"""A zipped ESRI shapefile (.shp, .shx, .dbf; .prj and .cpg where they are there).

GDAL reads it, from three files that are written for it into a private directory under names of
our own, after their first bytes proved them to be what they are called: no other of its drivers,
and none that reaches into a network, ever has a say. Texts come in the encoding of the profile, or
for ``auto`` in the one that .cpg or the table names, if they read so, else UTF-8 or GB 18030.
"""

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any
from zipfile import ZipFile

import numpy as np
import pyogrio
import pyogrio.errors
from numpy.typing import NDArray

from core.errors import BadInput
from core.words import N_
from integration.domain import formats
from integration.domain.formats import layers, zips
from integration.domain.formats.dbase import encoding_of, text_of
from integration.domain.formats.encoding import AUTO
from integration.domain.formats.layers import SHAPE, Row, System, alone, row_of
from integration.domain.formats.shapes import blanked, check_shapes, check_table, sizes_of
from integration.domain.profile import Format, Profile
from integration.domain.rows import Chunk

__all__ = ["NAME", "RANK", "TABULAR", "alone", "read", "recognise", "row_of", "sample"]

NAME = "shapefile"
RANK = 10
TABULAR = True

_MOST_MEMBERS = 200
_MOST_BYTES = 128 << 20  # unpacked
_MOST_NOTE = 1 << 16  # bytes of .prj and .cpg
_BATCH_BYTES = 2 << 20  # of shapes at a time
_SHAPES, _INDEX, _TABLE = ".shp", ".shx", ".dbf"
_LATIN = "ISO-8859-1"  # as GDAL calls it: every byte a character
_MARK = 29  # where a table names its code page
_GDAL = (
    pyogrio.errors.DataSourceError,
    pyogrio.errors.DataLayerError,
    pyogrio.errors.FeatureError,
    pyogrio.errors.FieldError,
    pyogrio.errors.GeometryError,
    pyogrio.errors.CRSError,
    OverflowError,
    ValueError,
)


@dataclass(frozen=True)
class _Layer:
    """A shapefile in its directory.

    ``sizes``: bytes of each shape. ``large``: those that were left out, and their points.
    """

    path: Path
    sizes: NDArray[np.int64]
    large: Mapping[int, int]
    system: System
    cpg: str
    mark: int


@dataclass(frozen=True)
class _Batch:
    """Rows whose first has the ordinal ``first``, in an ``encoding``."""

    first: int
    header: Sequence[str]
    rows: Sequence[Row]
    encoding: str


def read(body: bytes, profile: Profile) -> Iterator[Chunk]:
    """Chunks of at most ``CHUNK_ROWS`` rows; see ``formats.read`` for what it raises.

    Also BadInput ``malformed_file`` and ``bomb_suspected`` (413).
    """
    if layers.is_released(body):
        yield from layers.read_released(body, profile)
        return
    with _unpacked(body, profile.format.layer) as layer:
        system = layer.system.agreed(profile)
        for one in _batches(layer, system, profile.format.encoding):
            reading = dict(system.reading)
            if profile.format.encoding == AUTO:
                reading["encoding"] = one.encoding
            yield layers.chunk_of(one.header, one.rows, one.first, profile, reading)


def recognise(body: bytes) -> Format | None:
    """An archive with shapefiles inside: the first of them."""
    try:
        stem = sorted(_parts(_opened(body)))[0]
        with _unpacked(body, stem) as layer:
            batch = next(_batches(layer, layer.system, AUTO, 100), None)
    except (BadInput, IndexError):
        return None
    return Format(name=NAME, encoding=batch.encoding if batch else "utf-8", layer=stem)


def sample(body: bytes, layout: Format, most: int) -> list[dict[str, object]]:
    """The first rows."""
    with _unpacked(body, layout.layer) as layer:
        batch = next(_batches(layer, layer.system, layout.encoding, most), None)
    return layers.first_rows(batch.header, batch.rows, most) if batch else []


def _opened(body: bytes) -> ZipFile:
    return zips.opened(body, most_parts=_MOST_MEMBERS, most_bytes=_MOST_BYTES)


def _parts(archive: ZipFile) -> dict[str, dict[str, str]]:
    """The shapefiles of an archive: name of the layer → suffix → member."""
    found: dict[str, dict[str, str]] = {}
    for name in archive.namelist():
        place = PurePosixPath(name.replace("\\", "/"))
        if not name.startswith("__MACOSX/") and not place.name.startswith("."):
            found.setdefault(place.stem, {})[place.suffix.lower()] = name
    return {stem: parts for stem, parts in found.items() if _SHAPES in parts}


def _chosen(layers_of: Mapping[str, dict[str, str]], layer: str | None) -> dict[str, str]:
    """The files of one shapefile; BadInput ``malformed_file``."""
    chosen = {layer} & layers_of.keys() if layer else layers_of.keys()
    if len(chosen) != 1:
        message = N_("The archive must hold the one shapefile agreed. It holds: %(layers)s.")
        raise BadInput("malformed_file", message, layers=", ".join(sorted(layers_of)[:20]))
    parts = layers_of[next(iter(chosen))]
    for suffix in (_INDEX, _TABLE):
        if suffix not in parts:
            message = N_("The shapefile is not whole: its %(suffix)s file is missing.")
            raise BadInput("malformed_file", message, suffix=suffix)
    return parts


@contextmanager
def _unpacked(body: bytes, layer: str | None) -> Iterator[_Layer]:
    """A shapefile of the archive, in a directory that is gone afterwards."""
    with _opened(body) as archive, tempfile.TemporaryDirectory(prefix="egret-") as place:
        yield _laid_out(archive, _chosen(_parts(archive), layer), Path(place))


def _laid_out(archive: ZipFile, parts: Mapping[str, str], place: Path) -> _Layer:
    """The files of a shapefile, checked and written into a directory."""
    shapes, index, table = (
        b"".join(zips.pieces(archive, parts[one], most=_MOST_BYTES))
        for one in (_SHAPES, _INDEX, _TABLE)
    )
    check_shapes(shapes)
    check_shapes(index)
    check_table(table, index)
    kept, large = blanked(shapes, index)
    for suffix, data in ((_SHAPES, kept), (_INDEX, index), (_TABLE, table)):
        (place / f"layer{suffix}").write_bytes(data)
    return _Layer(
        path=place / f"layer{_SHAPES}",
        sizes=sizes_of(index),
        large=large,
        system=_system(_note(archive, parts.get(".prj"))),
        cpg=_note(archive, parts.get(".cpg")),
        mark=table[_MARK],
    )


def _note(archive: ZipFile, name: str | None) -> str:
    if name is None:
        return ""
    return b"".join(zips.pieces(archive, name, most=_MOST_NOTE)).decode("utf-8", "replace")


def _system(text: str) -> System:
    return System.of_wkt(text) if text.strip() else System()


def _batches(
    layer: _Layer, system: System, encoding: str, most: int | None = None
) -> Iterator[_Batch]:
    """The rows in batches; ``most``: at most so many in each."""
    first, start, found = 0, 0, encoding
    while start < len(layer.sizes):
        count = _count(layer.sizes[start:], most or formats.CHUNK_ROWS)
        header, columns, shapes, places = _read(layer.path, start, count)
        start += count
        if start == count or encoding == AUTO:
            found = encoding_of(found, layer.cpg, layer.mark, _texts([header, *columns]))
            encoding = found
        names = [told[0] if (told := text_of(one, found)) else one for one in header]
        values = [_shape(layer, system, *one) for one in zip(places, shapes, strict=True)]
        rows = [_row(names, one, found) for one in zip(*columns, values, strict=True)]
        yield _Batch(first, [*names, SHAPE], rows, found)
        first += len(rows)


def _count(sizes: NDArray[np.int64], most: int) -> int:
    """How many shapes are read at a time: as many as fit, one at least."""
    together = np.cumsum(sizes[:most])
    return max(1, int(np.searchsorted(together, _BATCH_BYTES, side="right")))


def _read(path: Path, start: int, count: int) -> tuple[list[str], list[list[Any]], Any, Any]:
    """Names and columns of the table, shapes (WKB), and their places in the file."""
    try:
        about, places, shapes, columns = pyogrio.raw.read(
            path,
            encoding=_LATIN,
            skip_features=start,
            max_features=count,
            return_fids=True,
            datetime_as_string=True,
        )
    except _GDAL:
        raise zips.damaged() from None
    kinds = about["ogr_types"]
    listed = [_plain(one, kind) for one, kind in zip(columns, kinds, strict=True)]
    return list(about["fields"]), listed, shapes, places


def _plain(column: NDArray[Any], kind: str) -> list[Any]:
    """The values of a column as JSON has them; whole numbers stay so beside empty ones."""
    if column.dtype.kind == "M":
        return [None if one == "NaT" else one for one in column.astype(str).tolist()]
    whole = kind.startswith("OFTInteger")
    return [
        None if one != one else int(one) if whole and isinstance(one, float) else one
        for one in column.tolist()
    ]


def _texts(columns: Sequence[Sequence[Any]]) -> Iterator[str]:
    return (one for column in columns for one in column if isinstance(one, str))


def _shape(layer: _Layer, system: System, place: int, data: bytes | None) -> object:
    if place in layer.large:
        return {"type": "Polygon", "coordinates": None, "points": layer.large[place]}
    return layers.shape_of_wkb(data, system)


def _row(names: Sequence[str], values: Sequence[Any], encoding: str) -> Row:
    """The values with their texts as they were meant."""
    found: list[object] = []
    code, cut = "", []
    for name, value in zip([*names, SHAPE], values, strict=True):
        if not isinstance(value, str) or value.isascii():
            found.append(value)
            continue
        told = text_of(value, encoding)
        if told is None:
            code = "malformed_row"
        elif told[1]:
            cut.append(name)
        found.append(told[0] if told else value)
    return Row(found, code, cut)
