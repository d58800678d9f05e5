"""Standard rows as a partner with a Chinese map would send them."""

import json

import numpy as np

from benchmarks.make_records import wgs84_to_gcj02

__all__ = ["shifted"]


def shifted(bodies: list[bytes]) -> list[bytes]:
    """Bodies of standard rows with their WGS-84 positions in GCJ-02."""
    return [_body(body) for body in bodies]


def _body(body: bytes) -> bytes:
    rows = [json.loads(line) for line in body.splitlines()]
    places = np.array([(row["lon"], row["lat"]) for row in rows])
    lon, lat = wgs84_to_gcj02(places[:, 0], places[:, 1])
    for row, x, y in zip(rows, lon.tolist(), lat.tolist(), strict=True):
        row["lon"], row["lat"] = round(x, 7), round(y, 7)
    lines = (json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows)
    return "".join(lines).encode()
