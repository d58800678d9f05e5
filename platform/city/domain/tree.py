"""Reading ``organisations.json``: bodies with a place in the line tree and the territory tree."""

from collections.abc import Callable, Mapping, Sequence, Set

from city.domain.facts import OrganisationFacts
from city.domain.faults import Node
from city.domain.taxonomy import expand
from core.words import N_

__all__ = ["FUNCTIONS", "KINDS", "read_organisations"]

KINDS = ("government", "bureau", "branch", "street", "enterprise", "team", "centre")
FUNCTIONS = ("command", "supervision")
_KEYS = (
    "code",
    "name_zh",
    "name_en",
    "kind",
    "line_parent",
    "territory_parent",
    "area",
    "may_see",
    "functions",
)


def read_organisations(
    root: Node, areas: Set[str], by_family: Mapping[str, frozenset[str]]
) -> tuple[OrganisationFacts, ...]:
    """The organisations of the city, both trees checked.

    ``areas`` holds the codes of city, districts and grids, ``by_family`` each family's categories.
    """
    rows = root.rows()
    read = [_organisation(row, areas, by_family) for row in rows]
    nodes = dict(zip((one.code for one in read), rows, strict=True))
    if len(nodes) < len(read):
        _note_twice(rows, read)
    if not read:
        root.fault("missing", N_("a city has at least one organisation"))
    _check_tree(read, nodes, "line_parent", lambda one: one.line_parent)
    _check_tree(read, nodes, "territory_parent", lambda one: one.territory_parent)
    for function in FUNCTIONS:
        if read and not any(function in one.functions for one in read):
            root.fault(
                "no_function",
                N_("no organisation has the function %(function)s"),
                function=function,
                warning=True,
            )
    return tuple(read)


def _organisation(
    row: Node, areas: Set[str], by_family: Mapping[str, frozenset[str]]
) -> OrganisationFacts:
    row.known(*_KEYS)
    area = row.child("area").text(longest=20)
    if area and area not in areas:
        row.child("area").fault("unknown_area", N_("there is no area %(code)s"), code=area)
    return OrganisationFacts(
        code=row.child("code").key(longest=40),
        name_zh=row.child("name_zh").text(),
        name_en=row.child("name_en").text(),
        kind=row.child("kind").choice(KINDS),
        line_parent=row.child("line_parent").text(default="") or None,
        territory_parent=row.child("territory_parent").text(default="") or None,
        area=area,
        may_see=expand(row.child("may_see").texts(), by_family),
        functions=tuple(node.choice(FUNCTIONS) for node in row.child("functions").texts()),
    )


def _note_twice(rows: Sequence[Node], read: Sequence[OrganisationFacts]) -> None:
    seen: set[str] = set()
    for row, one in zip(rows, read, strict=True):
        if one.code in seen:
            row.child("code").fault("duplicate", N_("%(code)s is used twice"), code=one.code)
        seen.add(one.code)


def _check_tree(
    read: Sequence[OrganisationFacts],
    nodes: Mapping[str, Node],
    key: str,
    parent_of: Callable[[OrganisationFacts], str | None],
) -> None:
    parents = {one.code: parent_of(one) for one in read}
    for code, parent in parents.items():
        place = nodes[code].child(key)
        if parent is not None and parent not in parents:
            place.fault(
                "unknown_organisation", N_("there is no organisation %(code)s"), code=parent
            )
        elif _comes_back(code, parents):
            place.fault("cycle", N_("%(code)s stands above itself"), code=code)


def _comes_back(code: str, parents: Mapping[str, str | None]) -> bool:
    seen: set[str] = set()
    above = parents.get(code)
    while above is not None and above not in seen:
        if above == code:
            return True
        seen.add(above)
        above = parents.get(above)
    return False
