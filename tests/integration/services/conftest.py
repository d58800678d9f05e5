import json
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from audit.domain import SYSTEM
from integration.services import Answer, load_profile, receive
from tests.conftest import BINHAI
from tests.integration.domain.samples import lines

DOCUMENT = json.loads((BINHAI / "feeds" / "police110.json").read_text("utf-8"))


def call(source_id: str = "J1", **changes: object) -> dict[str, object]:
    """A sound row of the police feed."""
    return {
        "JJDBH": source_id,
        "BJSJ": "20261101120000",
        "BJLBDM": "020100",
        "JQDJ": "2",
        "XZB": "120.304700",
        "YZB": "30.297500",
        "SFDZ": "滨海市青山区中山大道1号",
        "BJNR": "居民楼冒烟",
        "BJRXM": "赵某某",
        "BJRDH": "13912345678",
        "GXDWDM": "9901030000",
        "CJZT": "01",
        "RS": 1,
        "SJLY": "110",
    } | changes


def push(*rows: dict[str, object], **options: Any) -> Answer:
    """Receive rows of the police feed as the system."""
    return receive(
        feed_key=options.pop("feed_key", "police110"),
        body=options.pop("body", lines(rows)),
        sender=SYSTEM,
        **options,
    )


@pytest.fixture
def feed(db: None) -> Callable[..., str]:
    """Makes a feed like the police's with changed members of its profile; gives its key."""

    def make(key: str, **changes: object) -> str:
        load_profile(document={**deepcopy(DOCUMENT), "key": key, **changes}, actor=SYSTEM)
        return key

    return make
