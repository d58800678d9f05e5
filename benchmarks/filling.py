"""A site that holds many records: pushed through the same door, kept for the next run."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from benchmarks import database
from benchmarks.bench import Bench
from benchmarks.site import DATABASE, Site

__all__ = ["filled"]

_STREAM = "standard"
_OPTIONS = ("--format=standard", "--clean")
_PART = 500_000  # records whose bodies are in memory at a time
_SEED = 1000  # of the first part; other loads have small seeds
_BATCH = 10_000


@contextmanager
def filled(bench: Bench, rows: int) -> Iterator[Bench]:
    """The same run on a site that has so many records; the usual site stands still meanwhile.

    The database stays: with ``--keep`` the next run finds its records and pushes what is missing.
    """
    name = f"rows_{rows}"
    usual = bench.site
    usual.served.stop()
    if not database.exists(name):
        database.copied_from(name, DATABASE)
    with database.pointed(name):
        site = Site(usual.folder, fresh=database.counts())
        site.served.start()
        try:
            _fill(replace(bench, site=site), rows)
            site.fresh = database.counts()
            yield replace(bench, site=site)
        finally:
            site.served.stop()
    usual.served.start()


def _fill(bench: Bench, rows: int) -> None:
    """Push what is missing, part by part, and renew the statistics as vacuum would."""
    there = database.counts()["integration_record"]
    for part in range(there // _PART, -(-rows // _PART)):
        wanted = min(_PART, rows - part * _PART)
        load = bench.load(*_OPTIONS, rows=wanted, seed=_SEED + part, batch=_BATCH)
        bench.pushed(_STREAM, load.bodies, whole=False)
        bench.say(f"{part * _PART + wanted:,} of {rows:,} records")
        shutil.rmtree(load.folder)
    with database.owner() as cursor:
        cursor.execute("VACUUM ANALYZE")
