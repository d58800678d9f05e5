"""A crash while deliveries are read again: every one is done wholly or not at all."""

import os
import signal
import subprocess
import sys

from audit.domain import SYSTEM
from integration.models import Record, Restandardisation
from integration.services import load_profile
from tests.conftest import ROOT
from tests.integration.services.conftest import DOCUMENT, call, push

_KILLED = """
import sys
sys.path[:0] = [{root!r}, {platform!r}]
import django
django.setup()
import os, signal
from audit.domain import SYSTEM
from integration.services import restandardise, restandardising
done, note = [], restandardising._note
def noted(*given):
    note(*given)
    done.append(1)
    if len(done) == 2:
        # Everything of the second delivery is written, and nothing of it is committed.
        os.kill(os.getpid(), signal.SIGKILL)
if {crash}:
    restandardising._note = noted
list(restandardise(feed_key="police110", actor=SYSTEM))
"""


def _elsewhere(url: str, *, crash: bool) -> int:
    code = _KILLED.format(root=str(ROOT), platform=str(ROOT / "platform"), crash=crash)
    env = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "config.settings"}
    return subprocess.run([sys.executable, "-c", code], env=env, check=False).returncode


def test_a_crash_in_the_middle_loses_nothing(committed_db: str, database_url: str):
    load_profile(
        document={**DOCUMENT, "category": {"path": "BJLBDM", "codes": {"020100": "noise"}}},
        actor=SYSTEM,
    )
    for name in "ABC":
        push(call(name))
    load_profile(document=DOCUMENT, actor=SYSTEM)
    assert _elsewhere(database_url, crash=True) == -signal.SIGKILL
    categories = dict(Record.objects.values_list("source_id", "category"))
    assert categories == {"A": "fire", "B": "noise", "C": "noise"}
    assert Restandardisation.objects.count() == 1
    assert _elsewhere(database_url, crash=False) == 0
    assert set(Record.objects.values_list("category", flat=True)) == {"fire"}
    assert Restandardisation.objects.count() == 3
