import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from restapi.commands import AnsweringCommand
from risk.selectors import clusters


class Command(AnsweringCommand):
    help = "Write which records belong together: incidents_clusters.csv, subjects_clusters.csv."

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--out", type=Path, required=True, help="folder to write to")

    def answer(self, options: Mapping[str, Any]) -> dict[str, Any]:
        folder: Path = options["out"]
        folder.mkdir(parents=True, exist_ok=True)
        return {"out": str(folder)} | {
            kind: _write(folder, kind) for kind in ("incidents", "subjects")
        }


def _write(folder: Path, kind: str) -> int:
    """One cluster file; answers its number of rows."""
    count = 0
    path = folder / f"{kind}_clusters.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("feed", "source_id", "cluster_id"))
        for row in clusters(kind):
            writer.writerow(row)
            count += 1
    return count
