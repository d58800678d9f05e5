"""The demo city as proposals see it, without a database, and samples of the load generator."""

import importlib.util
import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import shapely

from city.domain.locating import Locator
from integration.domain.proposing import City
from integration.domain.rows import Surroundings
from tests.conftest import BINHAI
from tests.integration.domain.samples import NOW
from tests.shared import shared_path

ROWS = 300


def _features(name: str) -> list[dict[str, Any]]:
    return json.loads((BINHAI / name).read_text("utf-8"))["features"]


@cache
def city() -> City:
    """Binhai, now."""
    districts = _features("districts.geojson")
    grids = _features("grids.geojson")
    bbox = json.loads((BINHAI / "city.json").read_text("utf-8"))["bbox"]
    named = json.loads((BINHAI / "categories.json").read_text("utf-8"))["categories"]
    categories = {one["key"]: (one["name_zh"], one["name_en"]) for one in named}
    place = Locator(
        tuple(bbox),
        [(one["properties"]["code"], shapely.geometry.shape(one["geometry"])) for one in districts],
        [
            (
                one["properties"]["code"],
                one["properties"]["district"],
                shapely.geometry.shape(one["geometry"]),
            )
            for one in grids
        ],
    )
    return City(
        around=Surroundings(now=NOW.timestamp(), place=place, categories=categories),
        zone="Asia/Shanghai",
        categories=categories,
        districts={
            one["properties"]["code"]: (
                one["properties"]["name_zh"],
                one["properties"]["name_en"],
            )
            for one in districts
        },
        grids=frozenset(one["properties"]["code"] for one in grids),
    )


@cache
def generator() -> Any:
    path = shared_path("bench", "make_records.py")
    spec = importlib.util.spec_from_file_location("make_records", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


class _Samples(dict[str, bytes]):
    """The first rows of each department, made when they are asked for."""

    def __init__(self, seed: int, rows: int) -> None:
        super().__init__()
        self.seed, self.rows = seed, rows

    def __missing__(self, dept: str) -> bytes:
        made = generator()
        stream = made.Stream(
            seed=self.seed, start="2026-10-25", days=20.0, n=self.rows, depts=[dept], linked=0.0
        )
        rows = [(record, raw) for _, _, record, raw, _ in stream][: self.rows]
        self[dept] = body = made.encode_batch(dept, rows)
        return body


@cache
def samples(seed: int = 7, rows: int = ROWS) -> Mapping[str, bytes]:
    """Rows of the departments, defects, resends and updates included, as bytes."""
    return _Samples(seed, rows)


def base(dept: str) -> dict[str, Any]:
    """What is said of a department before its sample is looked at."""
    document = json.loads((BINHAI / "feeds" / f"{dept}.json").read_text("utf-8"))
    names = ("key", "name_zh", "name_en", "organisation", "kind", "origin", "header")
    return {name: document[name] for name in names}


def agreed(dept: str) -> dict[str, Any]:
    """The profile that people wrote for the department."""
    return json.loads((BINHAI / "feeds" / f"{dept}.json").read_text("utf-8"))
