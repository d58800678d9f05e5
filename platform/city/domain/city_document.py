"""Reading ``city.json``."""

from functools import cache
from zoneinfo import available_timezones

from city.domain.facts import CityFacts
from city.domain.faults import Node
from core.words import N_

__all__ = ["LANGUAGES", "read_city"]

LANGUAGES = ("zh-hans", "en")
_KEYS = ("key", "name_zh", "name_en", "code", "timezone", "bbox", "languages", "basemap")


def read_city(root: Node) -> CityFacts:
    """The city itself; what is wrong is noted on the way."""
    if not isinstance(root.value, dict):
        root.fault("wrong_type", N_("must be an object"))
    root.known(*_KEYS)
    for language in root.child("languages").texts():
        language.choice(LANGUAGES)
    return CityFacts(
        key=root.child("key").key(),
        name_zh=root.child("name_zh").text(),
        name_en=root.child("name_en").text(),
        code=root.child("code").key(longest=12),
        timezone=_timezone(root.child("timezone")),
        bbox=_bbox(root.child("bbox")),
        basemap=_basemap(root.child("basemap")),
    )


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _timezone(node: Node) -> str:
    name = node.text(longest=64)
    if name and name not in _zones():
        node.fault("unknown_timezone", N_("is no time zone of the IANA database"))
    return name


def _bbox(node: Node) -> tuple[float, float, float, float]:
    if not isinstance(node.value, list) or len(node.value) != 4:
        node.fault("bad_bbox", N_("must be [west, south, east, north] in degrees"))
        return (-180.0, -90.0, 180.0, 90.0)
    west, south, east, north = (
        item.number(-limit, limit)
        for item, limit in zip(node.items(), (180, 90, 180, 90), strict=True)
    )
    if west >= east or south >= north:
        node.fault("bad_bbox", N_("must be [west, south, east, north] in degrees"))
    return (west, south, east, north)


def _basemap(node: Node) -> dict[str, object]:
    if node.value is None:
        return {"url": None, "attribution": "", "approval": ""}
    node.known("url", "attribution", "approval")
    url = node.child("url")
    if url.value is None:
        return {"url": None, "attribution": "", "approval": ""}
    address = url.text(longest=500)
    if not all(place in address for place in ("{z}", "{x}", "{y}")):
        url.fault("bad_basemap", N_("a tile address needs {z}, {x} and {y}"))
    if not address.startswith(("/", "http://", "https://")):
        url.fault("bad_basemap", N_("must be an address of http, https or of this site"))
    approval = node.child("approval")
    if not approval.value:
        approval.fault(
            "no_approval", N_("a map shown to the public needs its approval number"), warning=True
        )
    attribution = node.child("attribution").value
    return {
        "url": address,
        "attribution": str(attribution or ""),
        "approval": str(approval.value or ""),
    }
