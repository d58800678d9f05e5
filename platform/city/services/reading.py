"""Reading a city folder from the disk."""

from pathlib import Path

from city.domain.facts import CityFolder
from city.domain.faults import Fault, Faults
from city.domain.folder import FILES, read_folder
from core.errors import BadInput, RuleBroken
from core.words import N_

__all__ = ["FolderBroken", "read_city_folder", "read_files"]


class FolderBroken(RuleBroken):
    """A city folder that cannot be loaded; ``faults`` holds everything wrong with it."""

    def __init__(self, faults: Faults) -> None:
        super().__init__(
            "folder_broken",
            N_("the city folder has %(count)s errors; nothing was loaded"),
            count=len(faults.errors),
        )
        self.faults: list[Fault] = faults.errors


def read_files(folder: Path, names: tuple[str, ...]) -> dict[str, bytes]:
    """The contents of those of the named files that exist.

    Raises BadInput ``no_folder`` where ``folder`` is no directory.
    """
    if not folder.is_dir():
        raise BadInput("no_folder", N_("%(folder)s is no directory"), folder=str(folder))
    return {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}


def read_city_folder(folder: Path, faults: Faults) -> CityFolder:
    """The city's own part of a folder; what is wrong with it is added to ``faults``."""
    return read_folder(read_files(folder, FILES), faults)
