"""Reading ``categories.json``, and expanding what an organisation may see."""

import re
from collections.abc import Iterable, Mapping

from city.domain.facts import CategoryFacts, FamilyFacts
from city.domain.faults import Node
from core.words import N_

__all__ = ["UNMAPPED", "expand", "read_categories", "read_families"]

UNMAPPED = "unmapped"
_GB35561 = re.compile(r"\d{5}|ext:[\w.-]+")


def read_families(root: Node) -> tuple[FamilyFacts, ...]:
    """The hazard families."""
    root.known("families", "categories")
    families: dict[str, FamilyFacts] = {}
    for row in root.child("families").rows():
        row.known("key", "name_zh", "name_en")
        key = row.child("key").key(longest=40)
        if key in families:
            row.child("key").fault("duplicate", N_("%(code)s is used twice"), code=key)
        families[key] = FamilyFacts(key, row.child("name_zh").text(), row.child("name_en").text())
    return tuple(families.values())


def read_categories(root: Node, families: Iterable[FamilyFacts]) -> tuple[CategoryFacts, ...]:
    """The categories; `unmapped`, where unknown codes go, must be among them."""
    known = {family.key for family in families}
    categories: dict[str, CategoryFacts] = {}
    for row in root.child("categories").rows():
        category = _category(row, known)
        if category.key in categories:
            row.child("key").fault("duplicate", N_("%(code)s is used twice"), code=category.key)
        categories[category.key] = category
    if UNMAPPED not in categories:
        root.child("categories").fault(
            "missing_unmapped", N_("the category 'unmapped', where unknown codes go, is missing")
        )
    return tuple(categories.values())


def _category(row: Node, families: set[str]) -> CategoryFacts:
    row.known("key", "family", "name_zh", "name_en", "gb35561", "weight")
    family = row.child("family").text(longest=40)
    if family and family not in families:
        row.child("family").fault("unknown_family", N_("there is no family %(key)s"), key=family)
    code = row.child("gb35561").text(longest=40, default="-")
    if code not in ("", "-") and not _GB35561.fullmatch(code):
        row.child("gb35561").fault(
            "bad_code", N_("must be five digits of GB/T 35561 or start with ext:")
        )
    return CategoryFacts(
        key=row.child("key").key(),
        family=family,
        name_zh=row.child("name_zh").text(),
        name_en=row.child("name_en").text(),
        gb35561="" if code == "-" else code,
        gravity=row.child("weight").number(0, 1),
    )


def expand(patterns: Iterable[Node], by_family: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Category keys meant by ``"*"``, ``"family.*"`` and plain keys.

    ``by_family`` gives each family's category keys. Unknown ones are noted as faults.
    """
    every = frozenset().union(*by_family.values())
    meant: set[str] = set()
    for node in patterns:
        pattern = node.text()
        if pattern == "*":
            meant |= every
        elif pattern.endswith(".*") and pattern[:-2] in by_family:
            meant |= by_family[pattern[:-2]]
        elif pattern in every:
            meant.add(pattern)
        else:
            node.fault(
                "unknown_category", N_("there is no category or family %(key)s"), key=pattern
            )
    return frozenset(meant)
