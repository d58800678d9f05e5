"""What docs/how-to/connect-a-feed.md promises, played with its own sample and profile."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from accounts.models import Officer
from accounts.selectors import viewer_of
from audit import domain as audit
from integration.models import Problem, Record
from integration.services import load_profile, receive, release, restandardise

PAGE = Path(settings.BASE_DIR) / "docs" / "how-to" / "connect-a-feed.md"


def _block(begins: str) -> str:
    """The indented block of the page whose first line begins so."""
    lines = PAGE.read_text("utf-8").splitlines()
    start = next(place for place, line in enumerate(lines) if line.strip().startswith(begins))
    block = []
    for line in lines[start:]:
        if not line.startswith("    "):
            break
        block.append(line.strip())
    return "\n".join(block)


def _told(name: str) -> int:
    return int(re.findall(rf"(\d) {name}", PAGE.read_text("utf-8"))[0])


@pytest.mark.django_db
def test_the_page_keeps_its_word() -> None:
    sample = _block('{"no":"L-1"').encode()
    profile: dict[str, Any] = json.loads(_block('{"key": "lifts"'))
    load_profile(document=profile, actor=audit.SYSTEM)

    answer = receive(feed_key="lifts", body=sample, sender=audit.SYSTEM).body
    counted = ("received", "accepted", "quarantined", "flagged")
    assert {name: answer[name] for name in counted} == {name: _told(name) for name in counted}
    assert set(answer["codes"]) == {"bad_time", "bad_code"}

    profile["category"]["codes"]["DOOR"] = "device.fault"
    load_profile(document=profile, actor=audit.SYSTEM)
    (again,) = restandardise(feed_key="lifts", actor=audit.SYSTEM)
    assert (again.profile_version, again.changed, again.refused) == (2, 1, 0)
    lifts = Record.objects.filter(feed__key="lifts")
    assert lifts.get(source_id="L-2").category == "device.fault"

    waiting = Problem.objects.get(feed__key="lifts", settlement="open")
    changes = json.loads(_block('-d \'{"changes"').split("'")[1])["changes"]
    officer = viewer_of(Officer.objects.get(username="dingyuanhai"))  # of the feed's body
    assert release(viewer=officer, problem_id=waiting.id, changes=changes).body["accepted"] == 1
    assert set(lifts.values_list("source_id", flat=True)) == {"L-1", "L-2", "L-3"}
    assert not any("Li" in str(one.attributes) + one.summary for one in lifts)
