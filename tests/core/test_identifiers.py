import csv
import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from core.identifiers import (
    KINDS,
    PersonalSpan,
    check,
    credit_code,
    find_personal,
    organisation_code,
    phone,
    plate,
    resident_id,
)
from tests.shared import shared_path

TODAY = date(2026, 11, 20)
CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
# Birth dates of 1900-1907: numbers of no living person.
RESIDENTS = [
    "350203190001010017",
    "350205190402290120",
    "350206190512319007",
    "350211190306151056",
    "350212190707083337",
    "350213190109102469",
    "35020319020202102X",
]
CREDIT_CODES = [
    "91350200MA0000015A",
    "91350200MA00000235",
    "12350203MB0000078C",
    "11350203MB0000078F",
    "52350203MB00000788",
    "93350203MB00000781",
    # the sum of these is divisible by 31
    "91350200MA00000310",
    "91350200MA00005760",
]


@pytest.mark.parametrize("number", RESIDENTS)
def test_right_resident_ids_pass(number: str) -> None:
    verdict = resident_id(number, today=TODAY)

    assert (verdict.kind, verdict.normalised) == ("resident_id", number)
    assert (verdict.valid, verdict.problem) == (True, "")


@pytest.mark.parametrize("spelling", ["35020319020202102x", " 350203 19020202 102X\u200b"])
def test_a_resident_id_is_normalised_before_it_is_checked(spelling: str) -> None:
    assert resident_id(spelling, today=TODAY).normalised == "35020319020202102X"
    wide = resident_id("３５０２０３１９０００１０１００１７", today=TODAY)
    assert (wide.normalised, wide.valid) == ("350203190001010017", True)


@pytest.mark.parametrize(
    ("number", "problem"),
    [
        ("350203190001010018", "bad_check_digit"),
        ("350203190002290006", "bad_date"),  # the check digit is right, 29 February 1900 never was
        ("350203209912310050", "future_date"),
        ("350203000101001", "old_15_digits"),
        ("3.50203E+17", "spreadsheet_damage"),
        ("35020319000101001", "bad_format"),
        ("3502031900010100XX", "bad_format"),
        ("٣٥٠٢٠٣١٩٠٠٠١٠١٠٠١٧", "bad_format"),
        ("", "bad_format"),
    ],
)
def test_wrong_resident_ids_say_what_is_wrong(number: str, problem: str) -> None:
    verdict = resident_id(number, today=TODAY)

    assert (verdict.valid, verdict.problem) == (False, problem)


def test_an_unknown_area_is_a_doubt_and_not_a_fault() -> None:
    verdict = resident_id("999999190001010015", today=TODAY)

    assert (verdict.valid, verdict.problem) == (True, "area_unknown")


def test_born_today_is_possible() -> None:
    assert resident_id("350203190001010017", today=date(1900, 1, 1)).valid
    assert not resident_id("350203190001010017", today=date(1899, 12, 31)).valid


@pytest.mark.parametrize("number", RESIDENTS)
@pytest.mark.parametrize("place", range(18))
def test_one_wrong_character_of_a_resident_id_is_always_noticed(number: str, place: int) -> None:
    for other in "0123456789":
        changed = number[:place] + other + number[place + 1 :]
        assert changed == number or not resident_id(changed, today=TODAY).valid


@pytest.mark.parametrize("code", CREDIT_CODES)
def test_right_credit_codes_pass(code: str) -> None:
    assert credit_code(code.lower()) == credit_code(f" {code} ")
    assert (credit_code(code).valid, credit_code(code).normalised) == (True, code)
    assert organisation_code(code[8:17]).valid


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("91350200MA00000150", "bad_check_digit"),
        ("9135O200MA0000015A", "bad_format"),
        ("91350200MA0000015", "bad_format"),
        ("91350200MA0000015I", "bad_format"),
        ("9.1350200E+17", "spreadsheet_damage"),
    ],
)
def test_wrong_credit_codes_say_what_is_wrong(code: str, problem: str) -> None:
    assert (credit_code(code).valid, credit_code(code).problem) == (False, problem)


@given(
    st.text("0123456789", min_size=8, max_size=8),
    st.text(CREDIT_ALPHABET, min_size=10, max_size=10),
)
def test_our_verdict_on_credit_codes_is_that_of_an_independent_library(
    front: str, back: str
) -> None:
    for last in CREDIT_ALPHABET:
        code = front + back[:9] + last
        assert credit_code(code).valid == uscc.is_valid(code)


def test_rural_collectives_are_organisations_too() -> None:
    # Their codes begin with a letter, which the library refuses.
    codes = [f"N2350203MF00000{n:02d}" for n in range(3)]
    good = [
        code + last for code in codes for last in CREDIT_ALPHABET if credit_code(code + last).valid
    ]

    assert len(good) == len(codes)


@pytest.mark.parametrize(
    ("code", "valid"),
    [("MA000001-5", True), ("MA0000015", True), ("MA0000016", False), ("X", False)],
)
def test_organisation_codes(code: str, valid: bool) -> None:
    assert organisation_code(code).valid is valid


@pytest.mark.parametrize(
    ("text", "kind", "normalised"),
    [
        ("13800138000", "mobile", "13800138000"),
        ("+86 13800138000", "mobile", "13800138000"),
        ("0086-138-0013-8000", "mobile", "13800138000"),
        ("8613800138000", "mobile", "13800138000"),
        ("１３８００１３８０００", "mobile", "13800138000"),
        ("05922112345", "landline", "05922112345"),
        ("0592-2112345", "landline", "05922112345"),
        ("(0592) 211-2345", "landline", "05922112345"),
        ("+86 592 2112345", "landline", "05922112345"),
        ("010-62345678", "landline", "01062345678"),
        ("0592-2112345转801", "landline", "05922112345-801"),
        ("0592-2112345-8", "landline", "05922112345-8"),
        ("110", "short", "110"),
        ("12345", "short", "12345"),
        ("12379", "short", "12379"),
        ("400-123-4567", "service", "4001234567"),
        ("8001234567", "service", "8001234567"),
    ],
)
def test_telephone_numbers_of_every_kind(text: str, kind: str, normalised: str) -> None:
    verdict = phone(text)

    assert (verdict.kind, verdict.normalised) == (kind, normalised)
    assert (verdict.valid, verdict.problem) == (True, "")


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("12345678901", "bad_format"),
        ("1380013800", "bad_format"),
        ("02112345678", "bad_format"),
        ("1.38001E+10", "spreadsheet_damage"),
        ("无", "bad_format"),
    ],
)
def test_what_is_no_telephone_number(text: str, problem: str) -> None:
    assert (phone(text).valid, phone(text).problem) == (False, problem)


def test_a_landline_without_its_area_is_doubtful() -> None:
    assert (phone("2112345").valid, phone("2112345").problem) == (True, "area_missing")


@pytest.mark.parametrize(
    ("text", "normalised"),
    [
        ("闽D·12345", "闽D12345"),
        ("闽d 1234a", "闽D1234A"),
        ("闽DF12345", "闽DF12345"),
        ("闽D12345F", "闽D12345F"),
        ("粤Z1234港", "粤Z1234港"),
        ("闽D1234学", "闽D1234学"),
    ],
)
def test_plates(text: str, normalised: str) -> None:
    assert (plate(text).valid, plate(text).normalised) == (True, normalised)


@pytest.mark.parametrize(
    "text", ["闽DI2345", "闽D1234", "D12345", "闽I12345", "闽D123456", "港D12345"]
)
def test_what_is_no_plate(text: str) -> None:
    assert (plate(text).valid, plate(text).problem) == (False, "bad_format")


def test_the_checks_are_found_by_kind() -> None:
    sample = {
        "resident_id": RESIDENTS[0],
        "credit_code": CREDIT_CODES[0],
        "organisation_code": "MA0000015",
        "phone": "13800138000",
        "plate": "闽D12345",
    }
    assert set(sample) == KINDS
    assert all(check(kind, text, today=TODAY).valid for kind, text in sample.items())
    with pytest.raises(KeyError):
        check("passport", "E12345678", today=TODAY)


@pytest.mark.reference
def test_the_hostile_identifiers_are_judged_as_labelled() -> None:
    columns = ("reporter_id_no", "resident_id"), ("org_uscc", "credit_code")
    columns += ("reporter_phone", "phone"), ("plate_no", "plate")
    with shared_path("hostile", "csv_identifier_checks.csv").open(encoding="utf-8") as file:
        verdicts = {
            row["event_id"]: check(kind, row[column], today=TODAY).problem
            for row in csv.DictReader(file)
            for column, kind in columns
            if row[column]
        }
    assert {event: problem for event, problem in verdicts.items() if problem} == {
        "HA-0200": "bad_check_digit",
        "HA-0202": "bad_date",
        "HA-0203": "future_date",
        "HA-0204": "old_15_digits",
        "HA-0207": "spreadsheet_damage",
        "HA-0208": "area_unknown",
        "HA-0209": "bad_check_digit",
        "HA-0211": "bad_format",
        "HA-0213": "bad_format",
        "HA-0215": "bad_format",
        "HA-0217": "spreadsheet_damage",
        "HA-0219": "bad_format",
    }
    assert len(verdicts) == 20


@pytest.mark.parametrize(
    ("text", "kind", "found"),
    [
        ("身份证350203190001010017，", "resident_id", "350203190001010017"),
        ("号码350203190001010018错", "resident_id", "350203190001010018"),  # wrong digit, same man
        ("ID:35020319020202102x.", "resident_id", "35020319020202102x"),
        ("350203 19000101 0017", "resident_id", "350203 19000101 0017"),
        (
            "证３５０２０３１９０００１０１００１７号",
            "resident_id",
            "３５０２０３１９０００１０１００１７",
        ),
        ("旧证350203600101001", "resident_id", "350203600101001"),
        ("电话13800138000联系", "phone", "13800138000"),
        ("T+8613800138000", "phone", "+8613800138000"),
        ("138-0013-8000", "phone", "138-0013-8000"),
        ("请拨0592-2112345转801。", "phone", "0592-2112345转801"),
        ("(0592)2112345", "phone", "(0592)2112345"),
        ("电话：2112345", "phone", "2112345"),
        ("电话2112345", "phone", "2112345"),
        ("小车闽D·12345追尾", "plate", "闽D·12345"),
        ("小车闽d12345追尾", "plate", "闽d12345"),
        ("新能源闽DF12345停", "plate", "闽DF12345"),
    ],
)
def test_personal_identifiers_are_found_in_free_text(text: str, kind: str, found: str) -> None:
    (span,) = find_personal(text)

    assert (span.kind, text[span.start : span.end]) == (kind, found)


@pytest.mark.parametrize(
    "text",
    [
        "单号2025061412345678901234",
        "坐标118.13800138000，24.479834",
        "订单913800138000123",
        "拨打110或12345，热线400-123-4567",
        "共有13人受伤，3800元",
        "鲁A级景区，新B栋",
        "网格350203",
        "统一代码91350200MA0000015A",
        "",
    ],
)
def test_other_numbers_are_left_alone(text: str) -> None:
    assert find_personal(text) == []


def test_several_identifiers_come_in_order_and_never_overlap() -> None:
    text = "闽D12345车主13800138000，证350203190001010017，座机0592-2112345"
    spans = find_personal(text)

    assert [span.kind for span in spans] == ["plate", "phone", "resident_id", "phone"]
    assert spans[1] == PersonalSpan("phone", 9, 20)


@given(st.text(alphabet="0123456789 -.xX闽D电话转()+", max_size=60))
def test_spans_are_always_in_order_and_inside_the_text(text: str) -> None:
    ends = [0]
    for span in find_personal(text):
        assert ends[-1] <= span.start < span.end <= len(text)
        ends.append(span.end)


@given(st.text(max_size=30), st.sampled_from(["13800138000", RESIDENTS[0], "闽D12345"]))
def test_an_identifier_between_chinese_words_is_never_missed(words: str, secret: str) -> None:
    text = f"{words}联系{secret}。{words}"
    hidden = text
    for span in reversed(find_personal(text)):
        hidden = hidden[: span.start] + "*" + hidden[span.end :]

    assert f"联系{secret}。" not in hidden


@pytest.mark.parametrize("piece", ["1", "138 ", "0592-", "闽D", "350203 1900", "86"])
def test_the_search_takes_time_in_proportion_to_the_text(piece: str) -> None:
    def seconds(length: int) -> float:
        text = piece * (length // len(piece))
        runs = []
        for _ in range(3):
            begun = time.process_time()
            find_personal(text)
            runs.append(time.process_time() - begun)
        return min(runs)

    # Ten times the text: about ten times the time; a quadratic search would take a hundred.
    assert seconds(200_000) < 40 * seconds(20_000)
