"""The register of datastreams from a file."""

import json

import pytest
from django.core.management import CommandError, call_command

from audit.models import AuditEntry
from core.errors import RuleBroken
from integration.models import Datastream
from integration.services.datastreams import load_datastreams
from tests.integration.observations.stations import STATIONS, codes, feed, push, seen

pytestmark = pytest.mark.django_db
_CSV = "key,name,unit,lon,lat,thing,model\ns1,甲烷浓度,%LEL,120.3,30.2,一号井,X1\ns2,液位,m,,,,\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_table_registers_datastreams_and_again_changes_nothing(tmp_path, capsys, encoding):
    feed(observed={**STATIONS["observed"], "unknown": "quarantine"})
    file = tmp_path / "register.csv"
    file.write_text(_CSV, encoding=encoding)
    for told in ({"added": 2, "changed": 0, "same": 0}, {"added": 0, "changed": 0, "same": 2}):
        call_command("load_datastreams", "stations", str(file), "--json")
        assert json.loads(capsys.readouterr().out) == {"feed": "stations", **told}
    one = Datastream.objects.get(key="s1")
    assert (one.name, one.unit, one.lon, one.lat, one.thing) == (
        "甲烷浓度",
        "%LEL",
        120.3,
        30.2,
        "一号井",
    )
    assert (one.properties, one.registered) == ({"model": "X1"}, True)
    assert AuditEntry.objects.filter(act="load_datastreams").count() == 1
    assert codes(push(seen(stream="s2"), seen(stream="s3"))) == [
        (1, "unknown_datastream", "datastream")
    ]


def test_what_came_unregistered_is_registered_by_its_key(tmp_path, capsys):
    feed()
    push(seen())
    file = tmp_path / "register.json"
    file.write_text(json.dumps([{"key": "s1", "unit": "ppm", "depth": {"m": 2}}]))
    call_command("load_datastreams", "stations", str(file), "--json")
    one = Datastream.objects.get()
    assert (one.unit, one.registered, one.properties) == ("ppm", True, {"depth": {"m": 2}})
    assert one.observations.count() == 1


@pytest.mark.parametrize("text", ["key,name\ns1\n", "key\ns1,more\n", "[1]", "[{", "key\n\n,\n"])
def test_a_file_that_is_no_register_is_refused(tmp_path, text):
    feed()
    file = tmp_path / "register"
    file.write_text(text)
    with pytest.raises(CommandError):
        call_command("load_datastreams", "stations", str(file))
    assert Datastream.objects.count() == 0


def test_a_feed_of_records_has_no_datastreams():
    with pytest.raises(RuleBroken) as refused:
        load_datastreams(feed_key="police110", rows=[{"key": "a"}], actor=None)  # type: ignore[arg-type]
    assert refused.value.code == "not_observations"
