"""Reading the boundaries of districts and unit grids (GeoJSON, RFC 7946: WGS-84 degrees)."""

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

import geopandas
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from city.domain.facts import AreaFacts, CityFacts
from city.domain.faults import Node
from core.words import N_

__all__ = ["read_districts", "read_grids"]

# Neighbours traced from different maps cross by slivers; more of the smaller one is a mistake.
_OVERLAP = 0.01
_POLYGONS = ("Polygon", "MultiPolygon")


def read_districts(root: Node, city: CityFacts) -> tuple[AreaFacts, ...]:
    """The districts; at least one."""
    areas = _areas(root, city, "city", [city.code])
    if not areas:
        root.child("features").fault("missing", N_("a city has at least one district"))
    return areas


def read_grids(
    root: Node, city: CityFacts, districts: Sequence[AreaFacts]
) -> tuple[AreaFacts, ...]:
    """The unit grids, each inside one district; a city may have none."""
    shapes = {area.code: area.geometry for area in districts}
    grids = _areas(root, city, "district", shapes)
    _note_strays(root, grids, shapes)
    return grids


def _areas(
    root: Node, city: CityFacts, parent_key: str, parents: Collection[str]
) -> tuple[AreaFacts, ...]:
    crs = root.child("crs")
    if crs.value is not None and "CRS84" not in json.dumps(crs.value):
        crs.fault("crs_not_wgs84", N_("boundaries must be in WGS-84 longitude and latitude"))
    areas: list[AreaFacts] = []
    seen = {city.code, *parents}
    for feature in root.child("features").rows():
        area = _area(feature, city, parent_key, parents)
        if area.code in seen:
            feature.child("properties").child("code").fault(
                "duplicate", N_("%(code)s is used twice"), code=area.code
            )
        seen.add(area.code)
        areas.append(area)
    _note_overlaps(root, areas)
    return tuple(areas)


def _area(feature: Node, city: CityFacts, parent_key: str, parents: Collection[str]) -> AreaFacts:
    properties = feature.child("properties")
    code = properties.child("code").key(longest=20)
    parent = city.code
    default = code
    if parent_key == "district":
        parent = properties.child("district").text(longest=20)
        if parent and parent not in parents:
            properties.child("district").fault(
                "unknown_district", N_("there is no district %(code)s"), code=parent
            )
    return AreaFacts(
        code=code,
        name_zh=properties.child("name_zh").text(default=default),
        name_en=properties.child("name_en").text(default=default),
        parent=parent,
        geometry=_geometry(feature.child("geometry"), city),
    )


def _geometry(node: Node, city: CityFacts) -> BaseGeometry:
    empty = shapely.Polygon()
    kind = node.child("type").value
    if kind not in _POLYGONS:
        node.fault("bad_geometry", N_("must be a Polygon or a MultiPolygon"))
        return empty
    try:
        shape = shapely.geometry.shape(cast(dict[str, Any], node.value))
    except (ValueError, TypeError, IndexError, AttributeError, shapely.GEOSException):
        node.fault("bad_geometry", N_("its coordinates cannot be read"))
        return empty
    if shape.is_empty or not np.isfinite(shapely.get_coordinates(shape)).all():
        node.fault("bad_geometry", N_("its coordinates cannot be read"))
        return empty
    if not shape.is_valid:
        why = shapely.is_valid_reason(shape)
        node.fault("invalid_polygon", N_("is no valid polygon: %(why)s"), why=why)
        return empty
    if not shapely.box(*city.bbox).covers(shape):
        node.fault("outside_city", N_("reaches beyond the bbox of city.json"))
    return shape


def _note_overlaps(root: Node, areas: Sequence[AreaFacts]) -> None:
    shapes = geopandas.GeoSeries([area.geometry for area in areas])
    left, right = shapes.sindex.query(shapes, predicate="intersects")
    for one, other in zip(left.tolist(), right.tolist(), strict=True):
        if one >= other:
            continue
        common = shapes[one].intersection(shapes[other]).area
        if common > _OVERLAP * min(shapes[one].area, shapes[other].area):
            root.child("features").fault(
                "overlap",
                N_("%(one)s and %(other)s overlap"),
                one=areas[one].code,
                other=areas[other].code,
                warning=True,
            )


def _note_strays(
    root: Node, grids: Sequence[AreaFacts], districts: Mapping[str, BaseGeometry]
) -> None:
    for grid in grids:
        district = districts.get(grid.parent)
        if district is None or district.is_empty or grid.geometry.is_empty:
            continue
        if grid.geometry.intersection(district).area < 0.5 * grid.geometry.area:
            root.child("features").fault(
                "grid_outside_district",
                N_("grid %(grid)s lies mostly outside its district %(district)s"),
                grid=grid.code,
                district=grid.parent,
                warning=True,
            )
