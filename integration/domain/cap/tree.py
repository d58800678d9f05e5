"""The tree of a CAP message: what it may hold, and that it is one at all."""

from integration.domain.cap.kinds import check_root, check_xml
from integration.domain.xml.tree import Bounds, Node
from integration.domain.xml.tree import parsed as parsed_xml

__all__ = ["MOST_AREAS", "MOST_DEPTH", "MOST_ELEMENTS", "MOST_INFOS", "parsed"]

MOST_DEPTH = 32  # an alert has five levels, a signature in it some more
MOST_ELEMENTS = 50_000
MOST_INFOS = 100
MOST_AREAS = 1000

_BOUNDS = Bounds(
    elements=MOST_ELEMENTS,
    depth=MOST_DEPTH,
    counted={"info": MOST_INFOS, "area": MOST_AREAS},
)


def parsed(text: str) -> Node:
    """The root element of a CAP 1.2 document, structure unchecked.

    Raises BadInput ``unsupported_type``, ``forbidden_xml``, ``malformed_file``, ``too_many_rows``
    or ``too_large``.
    """
    check_xml(text)
    return parsed_xml(text, _BOUNDS, check_root)
