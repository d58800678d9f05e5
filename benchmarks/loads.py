"""Loads of the generator beside this file, cut into bodies."""

import json
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

__all__ = ["Load", "made"]

_GENERATOR = Path(__file__).with_name("make_records.py")
_DAYS = 29


@dataclass(frozen=True)
class Load:
    """Bodies in order of arrival, and the folder of the generator's files."""

    bodies: list[bytes]
    folder: Path

    @property
    def truth(self) -> list[dict[str, Any]]:
        """What is true of every row, in order of arrival."""
        with (self.folder / "truth.ndjson").open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines]


def made(folder: Path, *, rows: int, seed: int, batch: int = 1000, options: list[str]) -> Load:
    """A load of the last thirty days; the same arguments on the same day give the same bytes.

    ``options`` as ``make_records.py`` takes them. One format: the bodies are of one kind.
    """
    start = (datetime.now(UTC) - timedelta(days=_DAYS + 1)).date().isoformat()
    fixed = [f"--n={rows}", f"--seed={seed}", f"--batch={batch}", f"--start={start}"]
    words = [*fixed, f"--days={_DAYS}", *options]
    place = folder / "-".join(word.strip("-").replace("=", "_") for word in words)
    if not (place / "manifest.json").exists():
        subprocess.run(
            [sys.executable, str(_GENERATOR), f"--out={place}", *words],
            check=True,
            stdout=subprocess.DEVNULL,
        )
    files = sorted(path for path in place.glob("*/*") if path.is_file())
    return Load([path.read_bytes() for path in files], place)
