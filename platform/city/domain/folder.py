"""Reading the city's own part of a city folder: all that is wrong with it at once."""

from collections.abc import Iterable, Mapping

from city.domain.boundaries import read_districts, read_grids
from city.domain.calendar import read_calendar
from city.domain.city_document import read_city
from city.domain.facts import CategoryFacts, CityFolder, FamilyFacts
from city.domain.faults import Faults, Node, parse_json
from city.domain.taxonomy import read_categories, read_families
from city.domain.tree import read_organisations

__all__ = ["FILES", "read_folder"]

CITY = "city.json"
DISTRICTS = "districts.geojson"
GRIDS = "grids.geojson"
ORGANISATIONS = "organisations.json"
CATEGORIES = "categories.json"
CALENDAR = "calendar.json"
FILES = (CITY, DISTRICTS, GRIDS, ORGANISATIONS, CATEGORIES, CALENDAR)
_NO_GRIDS = b'{"type": "FeatureCollection", "features": []}'


def read_folder(files: Mapping[str, bytes], faults: Faults) -> CityFolder:
    """The city that ``files`` (name to content) describe; what is wrong is added to ``faults``.

    A part that cannot be read is empty, so that the others are still checked. The answer is of
    use only when no error was found. ``grids.geojson`` may be absent.
    """

    def document(name: str) -> Node:
        body = files.get(name, _NO_GRIDS if name == GRIDS else None)
        return parse_json(name, body, faults) or Node(name, "", None, Faults())

    city = read_city(document(CITY))
    districts = read_districts(document(DISTRICTS), city)
    grids = read_grids(document(GRIDS), city, districts)
    taxonomy = document(CATEGORIES)
    families = read_families(taxonomy)
    categories = read_categories(taxonomy, families)
    areas = {city.code} | {area.code for area in (*districts, *grids)}
    organisations = read_organisations(
        document(ORGANISATIONS), areas, _by_family(families, categories)
    )
    calendar = read_calendar(document(CALENDAR))
    return CityFolder(city, districts, grids, organisations, families, categories, calendar)


def _by_family(
    families: Iterable[FamilyFacts], categories: Iterable[CategoryFacts]
) -> dict[str, frozenset[str]]:
    keys: dict[str, set[str]] = {family.key: set() for family in families}
    for category in categories:
        keys.setdefault(category.family, set()).add(category.key)
    return {family: frozenset(members) for family, members in keys.items()}
