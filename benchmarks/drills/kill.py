"""Web workers are killed in the midst of pushes; senders retry the same bytes, a reader pages."""

import random
from collections import Counter

from benchmarks import database
from benchmarks.bench import Bench
from benchmarks.outcome import Outcome
from benchmarks.revised import Told, revised
from benchmarks.site import manage
from benchmarks.unrest import Unrest, walk

NAME = "kill"
TITLE = "kill -9 of web workers mid-push, senders retry, a reader pages: nothing lost or doubled"
ROWS = 200_000
CLIENTS = 4
_FEED = "standard_revised"
_ENOUGH = 5  # interrupted requests; with fewer nothing was tried
_TOTALS = """
SELECT (SELECT count(*) FROM integration_delivery),
       (SELECT count(*) FROM integration_deliverybody),
       (SELECT coalesce(sum(received), 0) FROM integration_delivery),
       (SELECT count(*) FROM integration_recordkey),
       (SELECT count(*) FROM integration_record),
       (SELECT count(*) FROM integration_recordversion),
       (SELECT count(*) FROM integration_problem),
       (SELECT count(*) FROM work_workitem WHERE step = 'associate')
"""
_NEWEST = "SELECT source_id, version_mark FROM integration_record"


def run(bench: Bench) -> Outcome:
    """Push everything under fire, then count and read all of it."""
    rows = bench.rows(ROWS)
    load = bench.load("--format=standard", "--clean", rows=rows, seed=11)
    told = revised(load, random.Random(11))  # noqa: S311 - no secret
    bench.site.reset()
    door = bench.site.door(_FEED)
    reader = manage(
        *("create_officer", "drill_reader", "--organisation", "BH-CMD", "--role", "officer")
    )
    listing = f"/api/v1/records?feed={_FEED}&limit=200"
    headers = {"Authorization": f"Token {reader['token']}"}
    unrest = Unrest(bench.site.served, door, listing, headers)
    log = unrest.push(told.bodies, clients=CLIENTS)
    for refusal, times in Counter(log.refusals).most_common(5):
        bench.say(f"{times} x {refusal}")
    seen = walk(bench.site.served, listing, headers)
    checks = {
        "acknowledged_is_stored_once": _stored(told, log.acknowledged),
        "answers_add_up": log.total("accepted") == told.records
        and log.total("updated") == told.revisions
        and log.total("received") == told.rows,
        "newest_revision_is_current": _newest() == told.newest,
        "list_is_complete_and_in_order": [one[0] for one in seen] == told.times
        and len({one[1] for one in seen}) == told.records,
        "reader_saw_no_fault": log.faults == 0 and log.pages > 0,
        "enough_was_interrupted": log.interrupted >= _ENOUGH,
    }
    return Outcome(
        NAME,
        TITLE,
        {
            "rows": told.rows,
            "records": told.records,
            "revisions": told.revisions,
            "deliveries": len(told.bodies),
            "killed": log.killed,
            "interrupted": log.interrupted,
            "refused": len(log.refusals),
            "answered_as_replay": log.replays,
            "pages_read": log.pages,
            "walks_finished": log.walks,
            "seconds": log.seconds,
        },
        bench.conditions(clients=CLIENTS, batch=1000, reader=1),
        checks=checks,
    )


def _stored(told: Told, acknowledged: set[str]) -> bool:
    """Whether the tables hold exactly what was acknowledged: no delivery or row more or fewer."""
    with database.owner() as cursor:
        cursor.execute("SELECT id::text FROM integration_delivery")
        ids = {row[0] for row in cursor.fetchall()}
        cursor.execute(_TOTALS)
        totals = cursor.fetchone()
    pushes = len(told.bodies)
    records, revisions = told.records, told.revisions
    wanted = (pushes, pushes, told.rows, records, records, revisions, 0, pushes)
    return ids == acknowledged and totals == wanted


def _newest() -> dict[str, int]:
    with database.owner() as cursor:
        cursor.execute(_NEWEST)
        return {source_id: int(mark) for source_id, mark in cursor.fetchall()}
