"""A whole city folder: every part checked before any part is loaded, all in one transaction."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from accounts.domain.roster import OFFICERS, OfficerFacts, read_officers
from accounts.services import load_officers
from audit.domain import Actor
from city.domain.facts import CityFolder
from city.domain.faults import Fault, Faults, Node, parse_json
from city.services import FolderBroken, read_city_folder, read_files, store_city
from core.errors import RuleBroken
from core.words import N_
from departments.domain.duty_rows import DUTIES, Known
from departments.services.duties import check_duties, load_duties
from integration.domain.profile_document import check as check_profile
from integration.services import in_use, load_profile
from pipeline.recording import MANIFEST, read_recording
from risk.domain.ruleset_check import read as read_ruleset
from risk.services import load_ruleset

__all__ = ["CheckedFolder", "LoadedFolder", "check_folder", "load_folder"]

Document = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedFolder:
    """Everything a folder says; of use only without errors."""

    city: CityFolder
    officers: tuple[OfficerFacts, ...]
    duties: list[Document]
    feeds: list[Document] = field(default_factory=list)
    rulesets: list[Document] = field(default_factory=list)
    recorded_hours: int = 24


@dataclass(frozen=True, slots=True)
class LoadedFolder:
    """How much of each kind the city now has from its folder."""

    city: str
    organisations: int
    areas: int
    duties: int
    feeds: int
    rulesets: int
    warnings: tuple[Fault, ...]


def load_folder(*, folder: Path, actor: Actor) -> LoadedFolder:
    """Check all of a city folder, then load all of it or nothing.

    Raises FolderBroken with every error of every part, BadInput ``no_folder``, Refused
    ``other_city``, RuleBroken where a frozen version would change.
    """
    checked, faults = check_folder(folder)
    if faults.errors:
        raise FolderBroken(faults)
    with transaction.atomic():
        loaded = store_city(city=checked.city, actor=actor, recorded_hours=checked.recorded_hours)
        load_officers(officers=checked.officers, actor=actor)
        for document in checked.feeds:
            feed = load_profile(document=document, actor=actor)
            if not in_use(feed, document):
                faults.append(_decided_elsewhere(feed.key))
        for document in checked.rulesets:
            load_ruleset(document=document, actor=actor)
        duties = load_duties(rows=checked.duties, actor=actor)
    return LoadedFolder(
        city=loaded.city,
        organisations=loaded.organisations,
        areas=loaded.areas,
        duties=duties,
        feeds=len(checked.feeds),
        rulesets=len(checked.rulesets),
        warnings=tuple(faults.warnings),
    )


def _decided_elsewhere(key: str) -> Fault:
    message = N_("is kept as a version; the one that was switched on in the workshop stays in use")
    return Fault(f"feeds/{key}.json", "", "workshop_decides", message, warning=True)


def check_folder(folder: Path) -> tuple[CheckedFolder, Faults]:
    """Everything the folder says, and everything wrong with it; BadInput ``no_folder``."""
    faults = Faults()
    city = read_city_folder(folder, faults)
    feeds = _documents(folder, "feeds", faults, _profile_check(city))
    checked = CheckedFolder(
        city=city,
        officers=_officers(folder, city, faults),
        duties=_duties(folder, city, faults),
        feeds=feeds,
        rulesets=_documents(folder, "rulesets", faults, _check_ruleset),
        recorded_hours=_recorded_hours(folder, {one.get("key") for one in feeds}, faults),
    )
    return checked, faults


def _officers(folder: Path, city: CityFolder, faults: Faults) -> tuple[OfficerFacts, ...]:
    root = _optional(folder, OFFICERS, faults)
    return read_officers(root, _organisation_codes(city)) if root else ()


def _duties(folder: Path, city: CityFolder, faults: Faults) -> list[Document]:
    body = read_files(folder, (DUTIES,)).get(DUTIES)
    root = parse_json(DUTIES, body, faults)
    if root is None:
        return []
    rows = [row.value for row in root.items()]
    known = Known(
        families={one.key for one in city.families},
        categories={one.key for one in city.categories},
        areas=city.area_codes,
        organisations=_organisation_codes(city),
    )
    faults.extend(check_duties(rows, known)[1])
    return [row for row in rows if isinstance(row, dict)]


def _documents(
    folder: Path, part: str, faults: Faults, check: Callable[[Node], None]
) -> list[Document]:
    """The JSON objects of a part's directory, in the order of their names."""
    documents: list[Document] = []
    for path in sorted((folder / part).glob("*.json")):
        root = parse_json(f"{part}/{path.name}", path.read_bytes(), faults)
        if root is None:
            continue
        if not isinstance(root.value, dict):
            root.fault("wrong_type", N_("must be an object"))
            continue
        key = root.child("key")
        if isinstance(key.value, str) and key.value != path.stem:
            key.fault("name_differs", N_("must be the name of its file, %(name)s"), name=path.stem)
        check(root)
        documents.append(root.value)
    return documents


def _profile_check(city: CityFolder) -> Callable[[Node], None]:
    categories = {one.key for one in city.categories}
    organisations = _organisation_codes(city)

    def check(root: Node) -> None:
        found = check_profile(root.value, categories=categories, organisations=organisations)[1]
        for one in found:
            root.faults.append(Fault(root.file, one.path, one.code, one.message, one.detail))

    return check


def _check_ruleset(root: Node) -> None:
    try:
        read_ruleset(root.value)
    except RuleBroken as error:
        for text in _listed(error.detail):
            root.fault("invalid_ruleset", "%(error)s", error=text)


def _listed(detail: Mapping[str, object]) -> Collection[object]:
    errors = detail.get("errors")
    return errors if isinstance(errors, list) else [str(errors)]


def _recorded_hours(folder: Path, feeds: Collection[object], faults: Faults) -> int:
    root = _optional(folder, MANIFEST, faults)
    return read_recording(root, folder, feeds).hours if root else 24


def _optional(folder: Path, name: str, faults: Faults) -> Node | None:
    body = read_files(folder, (name,)).get(name)
    return parse_json(name, body, faults) if body is not None else None


def _organisation_codes(city: CityFolder) -> frozenset[str]:
    return frozenset(one.code for one in city.organisations)
