"""What the manifest asks for beyond the outcome of each row."""

import csv
import json
from datetime import UTC, datetime

import pytest

from core.identifiers import find_personal
from integration.models import Problem, Record
from integration.services.storing import place_of
from privacy.services.personal import PersonalSeals
from tests.integration.hostile.reading import bare
from tests.shared import shared_path

pytestmark = [pytest.mark.django_db, pytest.mark.reference]


@pytest.fixture
def sent(source):
    """Sends a file of the corpus as CSV."""

    def send(name: str):
        return source("text/csv").send(shared_path("hostile", name).read_bytes())

    return send


def _record(source_id: str) -> Record:
    return Record.objects.get(source_id=source_id)


def _rows(name: str) -> dict[str, dict[str, str]]:
    with shared_path("hostile", name).open(encoding="utf-8", newline="") as lines:
        return {row["event_id"]: row for row in csv.DictReader(lines)}


def _personal(record: Record) -> dict[str, str]:
    place = place_of(record.feed.key, record.source_id, exercise=False)
    return {one.name: one.value for one in PersonalSeals().open(record.personal, place)}


@pytest.mark.parametrize(
    ("name", "source_id", "encoding"),
    [
        ("csv_utf8_bom.csv", "HA-0011", "utf-8"),
        ("csv_gbk.csv", "HA-0011", "gb18030"),
        ("csv_utf16le_bom.csv", "HA-0011", "utf-16-le"),
        ("csv_gb18030_4byte.csv", "HA-0013", "gb18030"),
    ],
)
def test_texts_arrive_whole_and_the_encoding_is_stated(sent, name, source_id, encoding):
    assert sent(name).body["read_as"] == {"encoding": encoding, "delimiter": ","}
    assert _record(source_id).address == "厦门市思明区测试路1号"
    if source_id == "HA-0013":
        assert _personal(_record(source_id))["reporter_name"].startswith("\U00020bb7")


def test_what_looks_like_a_formula_or_markup_is_stored_as_it_came(sent):
    for name in ("csv_formula_injection.csv", "csv_markup_and_injection_strings.csv"):
        sent(name)
        for source_id, row in _rows(name).items():
            stored = _record(source_id).summary
            assert stored == row["title"].replace("\r\n", "\n").strip()
            assert "49" not in stored


def test_an_open_quote_costs_one_row_and_the_answer_says_so(sent):
    body = sent("csv_unbalanced_quote.csv").body
    assert (body["received"], body["accepted"], body["quarantined"]) == (22, 21, 1)
    assert body["codes"]["malformed_row"] == 1
    assert max(len(one.attributes["description"]) for one in Record.objects.all()) < 100


def test_identifiers_are_judged_and_never_told(sent):
    answer = sent("csv_identifier_checks.csv")
    detail = {one["id"]: one for one in bare("manifest.json")["entries"]}["csv-ids"]["detail"]
    signs = {"bad_identifier", "bad_code", "spreadsheet_damage"}
    for source_id, wish in detail.items():
        flags = set(_record(source_id).quality) & signs
        assert bool(flags) is not wish.startswith("ok"), (source_id, wish, flags)
        if wish == "EXCEL_DAMAGED":
            assert "spreadsheet_damage" in flags
    told = json.dumps(answer.body["problems"], ensure_ascii=False)
    for row in _rows("csv_identifier_checks.csv").values():
        for field in ("reporter_id_no", "reporter_phone", "plate_no", "org_uscc"):
            assert not row[field] or row[field] not in told
    assert not find_personal(" ".join(one["message"] for one in answer.body["problems"]))


def test_duplicates_are_one_record_and_a_conflict_keeps_both(sent):
    body = sent("csv_duplicates_and_conflicts.csv").body
    # The copy with spaces around its id and the one in small letters are the same record.
    assert (body["accepted"], body["duplicates"], body["quarantined"]) == (2, 3, 1)
    assert _record("HA-0181").summary == "井盖缺失"
    conflict = Problem.objects.get(code="conflict")
    assert (conflict.source_id, conflict.detail["line"]) == ("HA-0181", 1)
    assert conflict.sealed_row is not None


def test_coordinates_keep_what_came_beside_what_was_made_of_it(sent):
    sent("csv_absurd_coordinates.csv")
    swapped = _record("HA-0106")
    assert (swapped.lon, swapped.lat) == (118.089425, 24.479834)
    assert (swapped.x_original, swapped.y_original) == ("24.479834", "118.089425")
    assert "coordinates_swapped" in swapped.quality
    assert _record("HA-0114").lon == pytest.approx(118.0894)  # full-width digits


def test_every_labelled_system_is_turned_and_kept(sent):
    sent("csv_crs_labels.csv")
    stored = {one.source_id: one for one in Record.objects.all()}
    assert {one: stored[f"HA-{one}"].crs_original for one in ("0120", "0121", "0122", "0124")} == {
        "0120": "GCJ-02",
        "0121": "GCJ-02",
        "0122": "BD-09",
        "0124": "CGCS2000",
    }
    assert len({(round(one.lon, 4), round(one.lat, 4)) for one in stored.values()}) == 3
    assert all(one.x_original == "118.089425" for one in stored.values())


def test_times_are_instants_with_their_text_and_an_assumed_zone_is_flagged(sent):
    sent("csv_impossible_dates.csv")
    moment = datetime(2025, 6, 1, 0, 5, tzinfo=UTC)
    for source_id in ("HA-0146", "HA-0147", "HA-0148", "HA-0157", "HA-0158", "HA-0159"):
        assert _record(source_id).occurred_at == moment, source_id
    assert _record("HA-0146").occurred_original == "2025/6/1 8:05"
    flagged = {one.source_id for one in Record.objects.all() if "zone_assumed" in one.quality}
    assert {"HA-0146", "HA-0159"} <= flagged
    assert not {"HA-0157", "HA-0158"} & flagged


def test_a_report_that_came_months_late_is_flagged(sent):
    sent("csv_time_order.csv")
    assert _record("HA-0171").quality == ["late_report"]
    assert "time_order" in _record("HA-0170").quality


def test_hidden_characters_are_removed_and_told(sent):
    sent("csv_zero_width_rtl_homoglyph.csv")
    assert _personal(_record("HA-0240"))["reporter_name"] == "张三"
    assert "cleaned_characters" in _record("HA-0241").quality
    emoji = _record("HA-0251")
    assert _personal(emoji)["reporter_name"] == "👨\u200d👩\u200d👧\u200d👦"
    assert "cleaned_characters" not in emoji.quality
