"""The list of warnings and the page of one, gathered from the message and what it replaces."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.domain.viewer import Viewer
from city.selectors import name
from core.clock import now
from desk import labels
from desk.case_page import title_of
from desk.warning_lines import (
    MOST_IN_FORCE,
    PHASES,
    WarningLine,
    gravest_first,
    line_of,
    own_text,
)
from integration.selectors import records_visible_to
from restapi.pages import LIMIT, newest_first
from risk.selectors import cases_listed_to, in_force, warning_detail, warnings_visible_to
from web.levels import warning_mark
from web.maps import Map, Zone
from web.tables import Column, Table
from web.times import full

CASES_SHOWN = 10
COLUMNS = (
    Column(_("Warning")),
    Column(_("Level")),
    Column(_("Where")),
    Column(_("Valid")),
    Column(_("Issued by")),
    Column(_("State")),
)
# As the Common Alerting Protocol words them (CAP 1.2, 3.2.2).
_MEANINGS = {
    "Extreme": pgettext_lazy("of a warning", "Extreme"),
    "Severe": pgettext_lazy("of a warning", "Severe"),
    "Moderate": pgettext_lazy("of a warning", "Moderate"),
    "Minor": pgettext_lazy("of a warning", "Minor"),
    "Unknown": pgettext_lazy("of a warning", "Unknown"),
    "Immediate": pgettext_lazy("of a warning", "Immediate"),
    "Expected": pgettext_lazy("of a warning", "Expected"),
    "Future": pgettext_lazy("of a warning", "Later on"),
    "Past": pgettext_lazy("of a warning", "Over"),
    "Observed": pgettext_lazy("of a warning", "Observed"),
    "Likely": pgettext_lazy("of a warning", "Likely"),
    "Possible": pgettext_lazy("of a warning", "Possible"),
    "Unlikely": pgettext_lazy("of a warning", "Unlikely"),
    "Alert": pgettext_lazy("of a warning", "First message"),
    "Update": pgettext_lazy("of a warning", "Update"),
    "Cancel": pgettext_lazy("of a warning", "Cancellation"),
    "Public": pgettext_lazy("of a warning", "For the public"),
    "Restricted": pgettext_lazy("of a warning", "For certain bodies"),
    "Private": pgettext_lazy("of a warning", "For those addressed"),
}
_LANGUAGES = {"zh": "中文", "en": "English"}


@dataclass(frozen=True)
class Text:
    """What the message says in one language; `lang` is its BCP 47 tag."""

    lang: str
    language: str
    event: str
    headline: str
    description: str
    instruction: str
    area: str


@dataclass(frozen=True)
class WarningPage:
    """The page of a warning; `passed` is the share of its validity that is over, 0 to 1."""

    line: WarningLine
    sent_at: datetime
    passed: float
    texts: Sequence[Text]
    facts: Sequence[tuple[str, object]]
    map: Map | None
    replaces: Sequence[WarningLine]
    replaced_by: WarningLine | None
    cases: Sequence[tuple[Any, str]]
    record_id: UUID | None


def phases() -> dict[str, str]:
    """The phases that the list can be narrowed to, in the active language."""
    return {key: str(words) for key, words in PHASES.items()}


def standing(viewer: Viewer, query: Mapping[str, str]) -> list[WarningLine]:
    """The warnings in force that fit the filters, the gravest first."""
    at = now()
    rows = in_force(_chosen(viewer, query), at).order_by("-sent_at", "-id")
    return [line_of(one, at) for one in gravest_first(rows[:MOST_IN_FORCE])]


def table_of_standing(lines: Sequence[WarningLine]) -> Table:
    """The warnings in force as a table."""
    return _table(_("Warnings in force"), lines, None, {}, empty=_("No warning is in force."))


def table_of_others(viewer: Viewer, query: Mapping[str, str], cursor: str | None) -> Table:
    """A page of the warnings that are not in force, the newest message first."""
    at = now()
    rows = _chosen(viewer, query)
    others = rows.exclude(pk__in=in_force(rows, at).order_by().values("pk"))
    found = newest_first(_in_phase(others, query.get("state", ""), at), **_page(cursor))
    lines = [line_of(one, at) for one in found.rows]
    empty = _("No warning fits.")
    return _table(_("Warnings not in force"), lines, found.cursor, query, empty=empty, paged=cursor)


def warning_page(viewer: Viewer, warning_id: UUID) -> WarningPage:
    """The page of a warning the viewer may see, else NotFound."""
    at = now()
    found = warning_detail(viewer, warning_id)
    warning = found.warning
    line = line_of(warning, at)
    return WarningPage(
        line=line,
        sent_at=warning.sent_at,
        passed=_passed(warning, at),
        texts=_texts(warning.texts),
        facts=_facts(warning),
        map=_map(warning, line),
        replaces=[line_of(one, at) for one in found.replaces],
        replaced_by=_replacing(viewer, warning, at),
        cases=_cases(viewer, warning),
        record_id=_record(viewer, warning),
    )


def _page(cursor: str | None) -> dict[str, Any]:
    return {"column": "sent_at", "cursor": cursor, "limit": LIMIT}


def _chosen(viewer: Viewer, query: Mapping[str, str]) -> QuerySet[Any]:
    rows = warnings_visible_to(viewer)
    if "level" in query:
        rows = rows.filter(level=query["level"])
    return rows.filter(districts__district=query["district"]) if "district" in query else rows


def _in_phase(rows: QuerySet[Any], phase: str, at: datetime) -> QuerySet[Any]:
    """Of warnings not in force those of a phase; see `warning_lines.phase_of`."""
    conditions = {
        "upcoming": Q(state="issued", starts_at__gt=at),
        "ended": Q(state="issued", starts_at__lte=at),
        "updated": Q(state="updated"),
        "cancelled": Q(state="cancelled") & ~Q(message_type="Cancel"),
        "cancel": Q(message_type="Cancel"),
    }
    return rows.filter(conditions[phase]) if phase in conditions else rows


def _table(
    caption: Any,
    lines: Sequence[WarningLine],
    cursor: str | None,
    query: Mapping[str, str],
    *,
    empty: Any,
    paged: str | None = None,
) -> Table:
    return Table(
        caption=caption,
        columns=COLUMNS,
        rows=lines,
        row_template="desk/warning_row.html",
        cursor=cursor,
        query=query,
        empty=empty,
        paged=bool(paged),
    )


def _passed(warning: Any, at: datetime) -> float:
    whole = (warning.ends_at - warning.starts_at).total_seconds()
    gone = (at - warning.starts_at).total_seconds()
    return min(1.0, max(0.0, gone / whole)) if whole > 0 else 1.0


def _texts(texts: Sequence[Mapping[str, str]]) -> list[Text]:
    """What was issued, the active language first."""
    own = own_text(texts)
    ordered = [own, *(one for one in texts if one is not own)] if texts else []
    return [_text(one) for one in ordered]


def _text(one: Mapping[str, str]) -> Text:
    tag = one.get("language", "")
    words = {key: one.get(key, "") for key in ("event", "headline", "description", "instruction")}
    named = _LANGUAGES.get(tag[:2].lower(), tag)
    return Text(lang=tag, language=named, area=one.get("area", ""), **words)


def _facts(warning: Any) -> list[tuple[str, object]]:
    rows: list[tuple[str, object]] = [
        (gettext("Issued by"), warning.issuer or name(warning.organisation)),
        (gettext("Sent at"), full(warning.sent_at)),
        (gettext("Category"), labels.category(warning.category)),
        (gettext("Severity"), _meaning(warning.severity)),
        (gettext("Urgency"), _meaning(warning.urgency)),
        (gettext("Certainty"), _meaning(warning.certainty)),
        (gettext("Kind of message"), _meaning(warning.message_type)),
        (gettext("Audience"), _meaning(warning.scope)),
        (gettext("Received from"), name(warning.organisation)),
        (gettext("Sender's address"), warning.sender),
        (gettext("Identifier"), warning.identifier),
    ]
    return [(term, value) for term, value in rows if value]


def _meaning(word: str) -> str:
    return str(_MEANINGS.get(word, word))


def _map(warning: Any, line: WarningLine) -> Map | None:
    codes = sorted(one.district for one in warning.districts.all())
    if not warning.geometry and not codes:
        return None
    mark = warning_mark(line.level)
    zone = Zone(mark.tone, f"{line.kind} · {gettext(mark.label)}", warning.geometry, codes)
    return Map((), label=gettext("Map of the warning's area"), quiet=True, zones=[zone])


def _replacing(viewer: Viewer, warning: Any, at: datetime) -> WarningLine | None:
    """The message that took its place, if the viewer may see that one too."""
    if warning.replaced_by_id is None:
        return None
    found = warnings_visible_to(viewer, exercise=None).filter(pk=warning.replaced_by_id).first()
    return line_of(found, at) if found else None


def _cases(viewer: Viewer, warning: Any) -> list[tuple[Any, str]]:
    """The gravest cases of its districts in the time it is valid, with their titles."""
    codes = [one.district for one in warning.districts.all()]
    rows = (
        cases_listed_to(viewer)
        .select_related("subject")
        .filter(district__in=codes, last_at__gte=warning.starts_at, last_at__lt=warning.ends_at)
    )
    gravest = rows.order_by(F("score").desc(nulls_last=True), "-last_at", "-id")
    return [(one, title_of(one)) for one in gravest[:CASES_SHOWN]]


def _record(viewer: Viewer, warning: Any) -> UUID | None:
    """The record it came as, if the viewer may see that."""
    seen = records_visible_to(viewer, exercise=None).filter(pk=warning.record_id)
    return warning.record_id if seen.exists() else None
