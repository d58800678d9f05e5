"""Changing what the city is made of."""

from city.services.editing import (
    change_category,
    change_organisation,
    remove_calendar_day,
    set_calendar_day,
)
from city.services.loading import Loaded, load_city, store_city
from city.services.reading import FolderBroken, read_city_folder, read_files

__all__ = [
    "FolderBroken",
    "Loaded",
    "change_category",
    "change_organisation",
    "load_city",
    "read_city_folder",
    "read_files",
    "remove_calendar_day",
    "set_calendar_day",
    "store_city",
]
