import json
from dataclasses import replace
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from accounts.domain import SYSTEM
from integration.models import Record
from integration.selectors import FeedCounts, feed_counts, records_visible_to, rows_of_delivery
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call, push

pytestmark = pytest.mark.django_db


@pytest.fixture
def story() -> None:
    """A fire in one district and noise in another, one of them updated, and an exercise."""
    push(
        call("F1", BJSJ="20261101100000"),
        call("F2", BJSJ="20261102100000", BJNR="商场起火"),
        call("N1", BJSJ="20261103100000", BJLBDM="050900", XZB="120.104700", YZB="30.250000"),
    )
    push(call("F1", BJSJ="20261101100000", JQDJ="1"))
    push(call("X1"), exercise=True)


def _ids(client, query: str = "") -> list[str]:
    answer = client.get(f"/api/v1/records{query}")
    assert answer.status_code == 200, answer.content
    return [one["source_id"] for one in answer.json()["results"]]


def test_records_are_listed_newest_first_without_exercises(story, cast):
    client = cast.client("feed_officer")
    assert _ids(client) == ["N1", "F2", "F1"]
    assert _ids(client, "?exercise=1") == ["X1"]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?feed=police110", ["N1", "F2", "F1"]),
        ("?feed=other", []),
        ("?source_id=F1", ["F1"]),
        ("?category=fire", ["F2", "F1"]),
        ("?kind=event", ["N1", "F2", "F1"]),
        ("?kind=alarm", []),
        ("?since=2026-11-02T02:00:00Z", ["N1", "F2"]),
        ("?until=2026-11-02T10:00:00%2B08:00", ["F1"]),
        ("?since=2026-11-02&until=2026-11-03", ["F2"]),
        ("?bbox=120.2,30.2,120.4,30.4", ["F2", "F1"]),
        ("?q=商场", ["F2"]),
        ("?q=中山大道&category=noise", ["N1"]),
    ],
)
def test_each_filter_of_the_contract_narrows_the_list(story, cast, query, found):
    assert _ids(cast.client("feed_officer"), query) == found


def test_the_district_filter_takes_its_codes(story, cast):
    client = cast.client("feed_officer")
    district = Record.objects.get(source_id="N1").district
    assert district != Record.objects.get(source_id="F1", exercise=False).district
    assert _ids(client, f"?district={district}") == ["N1"]


@pytest.mark.parametrize(
    "query",
    [
        "?colour=red",
        "?bbox=1,2,3",
        "?bbox=a,b,c,d",
        "?since=soon",
        "?since=2026-11-02T02:00:00",
        "?limit=0",
        "?limit=x",
        "?cursor=nonsense",
        "?q=%E7%81%AB",
        "?feed=a%00b",
        "?feed__key=police110",
    ],
)
def test_other_filters_and_values_are_refused(story, cast, query):
    answer = cast.client("feed_officer").get(f"/api/v1/records{query}")
    assert answer.status_code in (400, 422)
    assert answer.json()["error"]["code"]


def test_pages_follow_each_other_without_gap_or_repeat(cast):
    push(*(call(f"P{n}", BJSJ=f"2026110{n % 3 + 1}120000") for n in range(11)))
    client, url, seen = cast.client("feed_officer"), "/api/v1/records?limit=4&category=fire", []
    while url:
        page = client.get(url).json()
        seen += [one["source_id"] for one in page["results"]]
        url = page["next"]
    assert sorted(seen) == sorted(f"P{n}" for n in range(11))


def test_one_record_and_its_versions(story, cast):
    client = cast.client("feed_officer")
    record = Record.objects.get(source_id="F1", exercise=False)
    shown = client.get(f"/api/v1/records/{record.key_id}").json()
    assert (shown["severity"], shown["version"], shown["occurred_at"]) == (
        1,
        2,
        "2026-11-01T02:00:00Z",
    )
    assert len(shown["h3"]) == 15
    assert "赵某某" not in json.dumps(shown, ensure_ascii=False)
    versions = client.get(f"/api/v1/records/{record.key_id}/versions").json()["results"]
    assert [(one["version"], one["severity"], one["current"]) for one in versions] == [
        (2, 1, True),
        (1, 2, False),
    ]


def test_who_sees_which_records_is_in_the_query(story, cast):
    own = cast.client("feed_officer")
    assert _ids(cast.client("city_supervisor")) == _ids(own)
    assert _ids(cast.client("other_officer")) == []
    for who in ("system_admin", "security_admin", "audit_admin"):
        assert _ids(cast.client(who)) == []
    assert cast.client("stranger").get("/api/v1/records").status_code == 401


def test_may_see_and_districts_widen_the_view_and_roles_without_business_close_it(story, cast):
    other = cast.viewer("other_officer")
    district = Record.objects.get(source_id="N1").district

    def seen(**facts: object) -> set[str]:
        records = records_visible_to(replace(other, **facts))
        return set(records.values_list("source_id", flat=True))

    assert seen() == set()
    assert seen(categories=frozenset({"fire"})) == {"F1", "F2"}
    assert seen(districts=frozenset({district})) == {"N1"}
    assert seen(everything=True) == {"F1", "F2", "N1"}
    assert seen(everything=True, roles=frozenset({"system_admin"})) == set()


def test_anothers_record_is_the_same_404_as_a_missing_one(story, cast):
    record = Record.objects.get(source_id="N1")
    client = cast.client("other_officer")
    missing = client.get("/api/v1/records/00000000-0000-7000-8000-000000000000")
    for url in (
        f"/api/v1/records/{record.key_id}",
        f"/api/v1/records/{record.key_id}/versions",
        "/api/v1/records/nonsense",
    ):
        hidden = client.get(url)
        assert (hidden.status_code, hidden.json()) == (404, missing.json())


def test_personal_fields_are_revealed_on_terms_over_rest(story, cast):
    record = Record.objects.get(source_id="N1")
    url, client = f"/api/v1/records/{record.key_id}/reveal", cast.client("feed_officer")
    terms = {"purpose": "contact", "reason": "ask for the floor"}
    shown = client.post(url, terms, format="json").json()["personal"]
    assert {one["name"]: one["value"] for one in shown}["BJRXM"] == "赵某某"
    assert client.post(url, {"purpose": "contact"}, format="json").status_code == 422
    assert cast.client("city_supervisor").post(url, terms, format="json").status_code == 403
    assert cast.client("other_officer").post(url, terms, format="json").status_code == 404


def test_the_rows_for_association_are_those_the_delivery_made_current(story):
    first, second = (push(call("R1")), push(call("R1", JQDJ="1"), call("R2")))
    assert rows_of_delivery(first.body["id"]).empty
    rows = rows_of_delivery(second.body["id"])
    assert sorted(rows["source_id"]) == ["R1", "R2"]
    assert set(rows["feed"]) == {"police110"}


def _counts(since: datetime) -> FeedCounts:
    return next(one for one in feed_counts(SYSTEM, since=since) if one.feed.key == "police110")


def test_the_counts_of_a_feed_are_of_the_given_time_without_exercises(story):
    push(call("Q", XZB="N/A"))
    counts = _counts(datetime(2020, 1, 1, tzinfo=UTC))
    assert (counts.rows["accepted"], counts.rows["updated"], counts.deliveries) == (3, 1, 3)
    assert (counts.rows["quarantined"], counts.open_quarantine) == (1, 1)
    none = _counts(datetime(2100, 1, 1, tzinfo=UTC))
    assert (none.deliveries, none.rows["received"], none.open_quarantine) == (0, 0, 1)


def _manage(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


def test_files_are_delivered_and_records_written_by_command(tmp_path):
    first, second = tmp_path / "a.ndjson", tmp_path / "b.ndjson"
    first.write_bytes(lines([call("A"), call("B", XZB="N/A")]))
    second.write_bytes(lines([call("C"), call("A")]))
    problems, out = tmp_path / "problems.ndjson", tmp_path / "records.ndjson"
    files = (str(first), str(second))
    answer = json.loads(
        _manage("deliver", "police110", *files, "--problems", str(problems), "--json")
    )
    assert [one["accepted"] for one in answer["deliveries"]] == [1, 1]
    told = [json.loads(line) for line in problems.read_text("utf-8").splitlines()]
    assert [(one["file"], one["line"], one["code"], one["outcome"]) for one in told] == [
        (str(first), 1, "bad_number", "quarantined"),
        (str(second), 1, "duplicate", "duplicate"),
    ]
    assert set(told[0]) == {"file", "line", "source_id", "code", "field", "outcome", "message"}
    count = json.loads(_manage("records", "police110", "--out", str(out), "--json"))["records"]
    written = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [one["source_id"] for one in written] == ["A", "C"]
    assert count == 2


@pytest.mark.parametrize(
    "arguments",
    [
        ("deliver", "nobody", "{file}"),
        ("deliver", "police110", "{file}.missing"),
        ("deliver", "police110", "{empty}"),
        ("records", "nobody", "--out", "{file}.out"),
        ("records", "police110", "--out", "{file}/x/y"),
    ],
)
def test_a_refused_command_ends_with_one_clear_line(tmp_path, arguments):
    file, empty = tmp_path / "a.ndjson", tmp_path / "e.ndjson"
    file.write_bytes(lines([call("A")]))
    empty.write_bytes(b"")
    filled = [one.format(file=file, empty=empty) for one in arguments]
    with pytest.raises(CommandError) as caught:
        _manage(*filled)
    assert "\n" not in str(caught.value)
