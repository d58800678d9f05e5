"""Addresses of this city: who reads them, and the keys of the places that they name."""

from dataclasses import dataclass
from functools import lru_cache

from city import selectors as city
from risk.domain.addresses import Address, AddressReader
from risk.domain.rules import Rules


@dataclass(frozen=True)
class Places:
    """Keys of what an address names within a district, "" where it names none."""

    district: str
    house: str
    place: str

    @property
    def keys(self) -> tuple[str, ...]:
        """Both, as far as they are named."""
        return tuple(one for one in (self.house, self.place) if one)


class AddressBook:
    """Reads addresses in the city's own terms."""

    def __init__(self, reader: AddressReader) -> None:
        self._reader = reader

    def read(self, text: str) -> Address:
        """The parts of an address."""
        return self._reader.read(text)

    def places(self, text: str, district: str = "") -> Places:
        """The keys of an address; `district` counts where the text names none."""
        parts = self._reader.read(text)
        code = parts.district or district
        if not code:
            return Places("", "", "")  # a road of the same name is in every district
        house, place = (f"{code}:{one}" if one else "" for one in (parts.house, parts.place))
        return Places(code, house, place)


@lru_cache(maxsize=4)
def _reader(
    districts: tuple[tuple[str, str], ...], roads: tuple[str, ...], places: tuple[str, ...]
) -> AddressReader:
    return AddressReader(dict(districts), roads=roads, places=places)


def address_book(rules: Rules) -> AddressBook:
    """The book of this city under a ruleset, which may add words for roads and places."""
    names = tuple((one.name_zh, one.code) for one in city.districts())
    return AddressBook(_reader(names, rules.roads, rules.places))
