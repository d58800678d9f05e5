"""A watched folder: complete files are delivered and moved, everything else is left alone."""

import gzip
import json
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytest_django import Settings

from core.errors import RuleBroken
from integration.models import Delivery, Feed, PullSource
from integration.services.pulling import folder as folder_module
from tests.integration.services.pulling.conftest import pulled, rows

pytestmark = pytest.mark.django_db
SetUp = Callable[..., PullSource]
HERE = {"kind": "folder", "directory": "police/in", "settle_seconds": 0}


@pytest.fixture
def inbox(tmp_path: Path, settings: Settings) -> Path:
    """The folder of the police feed below the configured root."""
    settings.PULL_ROOT = str(tmp_path)
    made = tmp_path / "police" / "in"
    made.mkdir(parents=True)
    return made


def _names(folder: Path) -> list[str]:
    return sorted(one.name.partition("-")[2] or one.name for one in folder.iterdir())


def test_files_are_delivered_and_moved_with_their_answer(inbox: Path, set_up: SetUp) -> None:
    (inbox / "b.ndjson").write_bytes(rows("J2"))
    (inbox / "a.ndjson.gz").write_bytes(gzip.compress(rows("J1")))
    (inbox / "c.ndjson.part").write_bytes(rows("J3"))
    (inbox / ".hidden").write_bytes(rows("J4"))
    set_up(HERE)
    attempt = pulled()
    assert (attempt.outcome, attempt.requests, attempt.rows) == ("received", 2, 2)
    assert _names(inbox) == [".hidden", "c.ndjson.part", "done"]
    done = inbox / "done"
    assert _names(done) == ["a.ndjson.gz", "a.ndjson.gz.json", "b.ndjson", "b.ndjson.json"]
    answers = [json.loads(one.read_bytes()) for one in done.glob("*.json")]
    assert [one["received"] for one in answers] == [1, 1]
    assert Feed.objects.get(key="police110").last_contact_at is not None


def test_an_empty_folder_is_no_sign_of_its_sender(inbox: Path, set_up: SetUp) -> None:
    set_up(HERE)
    assert pulled().outcome == "nothing_new"
    assert Feed.objects.get(key="police110").last_contact_at is None


def test_a_file_that_cannot_be_used_is_put_aside_with_the_reason(
    inbox: Path, set_up: SetUp
) -> None:
    (inbox / "bad.ndjson").write_bytes(b"\x00\xff\xfe")
    (inbox / "good.ndjson").write_bytes(rows("J1"))
    set_up(HERE)
    attempt = pulled()
    assert attempt.outcome == "received"
    assert attempt.code
    (answer,) = (inbox / "refused").glob("*.json")
    assert json.loads(answer.read_bytes())["error"]["code"] == attempt.code
    assert PullSource.objects.get().failures == 0
    (inbox / "worse.ndjson").write_bytes(b"\x00\xff\xff")
    assert pulled().outcome == "refused"


def test_a_crash_before_the_move_repeats_nothing(
    inbox: Path, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    (inbox / "a.ndjson").write_bytes(rows("J1"))
    set_up(HERE)

    class Killed(BaseException):
        pass

    def killed(*args: object) -> None:
        raise Killed

    monkeypatch.setattr(folder_module, "_put_away", killed)
    with pytest.raises(Killed):
        pulled()
    assert Delivery.objects.count() == 1
    monkeypatch.undo()
    PullSource.objects.update(leased_until=None)
    attempt = pulled()
    assert (attempt.outcome, attempt.deliveries) == ("nothing_new", 0)
    assert Delivery.objects.count() == 1
    assert _names(inbox / "done") == ["a.ndjson", "a.ndjson.json"]


def test_the_same_name_with_other_content_is_another_file(inbox: Path, set_up: SetUp) -> None:
    set_up(HERE)
    for one in ("J1", "J2"):
        (inbox / "day.ndjson").write_bytes(rows(one))
        assert pulled().deliveries == 1
    assert _names(inbox / "done") == ["day.ndjson", "day.ndjson", *["day.ndjson.json"] * 2]


def test_a_growing_file_is_left_alone(inbox: Path, set_up: SetUp) -> None:
    set_up({**HERE, "settle_seconds": 1})
    grown = inbox / "big.ndjson"
    grown.write_bytes(rows("J1"))
    over = threading.Event()

    def grow() -> None:
        with grown.open("ab") as file:
            while not over.wait(0.05):
                file.write(rows("J2"))
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    attempt = pulled()
    over.set()
    writer.join()
    assert attempt.requests == 0
    assert grown.exists()
    assert pulled().requests == 1


def test_links_and_other_things_are_not_followed(
    inbox: Path, set_up: SetUp, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.write_bytes(rows("J1"))
    (inbox / "link.ndjson").symlink_to(outside)
    os.mkfifo(inbox / "pipe.ndjson")
    (inbox / "hard.ndjson").hardlink_to(outside)
    (inbox / "directory.ndjson").mkdir()
    set_up(HERE)
    began = time.monotonic()
    assert pulled().requests == 0
    assert time.monotonic() - began < 2
    assert not Delivery.objects.exists()
    assert outside.exists()


def test_a_linked_directory_is_refused(inbox: Path, set_up: SetUp, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.ndjson").write_bytes(rows("J1"))
    (tmp_path / "linked").symlink_to(elsewhere)
    set_up({**HERE, "directory": "linked"})
    assert pulled().code == "folder_unusable"
    (inbox / "done").symlink_to(elsewhere)
    (inbox / "b.ndjson").write_bytes(rows("J2"))
    set_up(HERE)
    assert pulled().code == "folder_unusable"
    assert sorted(one.name for one in elsewhere.iterdir()) == ["a.ndjson"]


def test_long_names_are_shortened_and_large_files_refused_unread(
    inbox: Path, set_up: SetUp, feed: Callable[..., str]
) -> None:
    feed("small", limits={"text": 2000, "rows": 100, "bytes": 1000})
    (inbox / f"{'x' * 240}.ndjson").write_bytes(rows("J1"))
    with (inbox / "big.ndjson").open("wb") as file:
        file.truncate(5_000_000_000)
    set_up(HERE, feed_key="small")
    attempt = pulled(feed_key="small")
    assert (attempt.requests, attempt.deliveries, attempt.code) == (1, 1, "too_large")
    assert _names(inbox) == ["done", "refused"]


def test_names_are_as_long_as_the_file_system_allows(inbox: Path, set_up: SetUp) -> None:
    name = f"{'案' * 80}.ndjson"
    (inbox / name).write_bytes(rows("J1"))
    set_up(HERE)
    assert (pulled().code, _names(inbox)) == ("", ["done"])
    assert [one.name[-9:] for one in sorted((inbox / "done").iterdir())] == [
        "案案.ndjson",
        "json.json",
    ]


def test_without_a_root_there_are_no_folders(set_up: SetUp, settings: Settings) -> None:
    settings.PULL_ROOT = ""
    with pytest.raises(RuleBroken, match="no directory apart"):
        set_up(HERE)
