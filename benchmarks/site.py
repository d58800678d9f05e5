"""The product, served as ``./dev serve`` does, without its pipeline worker and schedules."""

import http.client
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks import database
from benchmarks.clients import Door
from benchmarks.processes import DIE_WITH_PARENT, children

__all__ = ["ROOT", "Served", "Site"]

ROOT = Path(__file__).resolve().parents[1]
_CITY = ROOT / "fixtures" / "binhai"
_FEED = Path(__file__).with_name("standard.json")
# Feeds of the neutral rows: as they are, with positions on a Chinese map, with revisions.
_VARIANTS: dict[str, dict[str, object]] = {
    "standard": {},
    "standard_gcj": {"position": {"form": "pair", "lon": "lon", "lat": "lat", "crs": "GCJ-02"}},
    "standard_revised": {"version": {"rule": "path", "path": "revision"}},
}
_START = 60.0  # seconds until a site answers
HOST = "127.0.0.1"
DATABASE = "egret"  # as ./dev names it


def free_port() -> int:
    """A port that nobody uses now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Served:
    """A running gunicorn; ``alive`` is the address that says so, ``log`` what it complains of."""

    command: list[str]
    environment: dict[str, str]
    alive: str
    log: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Its first process."""
        if self.process is None:
            raise RuntimeError("the site does not run")
        return self.process.pid

    @property
    def workers(self) -> list[int]:
        """The processes that answer."""
        return children(self.pid)

    def start(self) -> None:
        """Start it and wait until it answers."""
        own = {"EGRET_BIND": HOST, "EGRET_PORT": str(self.port)}
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [*DIE_WITH_PARENT, *self.command],
                cwd=ROOT,
                env={**os.environ, **self.environment, **own},
                stderr=log,
            )
        until = time.monotonic() + _START
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > until:
                last = self.log.read_text("utf-8", "replace")[-2000:]
                raise RuntimeError(f"the site did not start:\n{last}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        if self.process is None:
            return
        self.process.terminate()
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def get(self, path: str, headers: dict[str, str] | None = None) -> Any:
        """The JSON answer to a GET, on a connection of its own."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers or {})
            response = connection.getresponse()
            body = response.read()
            if response.status != 200:
                raise RuntimeError(f"{path} answered {response.status}: {body[:300]!r}")
            return json.loads(body)
        finally:
            connection.close()

    def _answers(self) -> bool:
        try:
            connection = http.client.HTTPConnection(HOST, self.port, timeout=2)
            connection.request("GET", self.alive)
            return connection.getresponse().status < 500
        except OSError:
            return False


def manage(*words: str) -> dict[str, Any]:
    """What a command of manage.py answers."""
    ran = subprocess.run(
        [sys.executable, "manage.py", *words, "--json"],
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
    )
    answer: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return answer


@dataclass
class Site:
    """The demo city with further feeds in the private database, and partners' keys by feed."""

    folder: Path
    keys: dict[str, str] = field(default_factory=dict)
    fresh: database.Counts = field(default_factory=dict)
    served: Served = field(init=False)

    def __post_init__(self) -> None:
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
        self.served = Served(command, {}, "/healthz", self.folder / "site.log")

    def prepare(self) -> None:
        """Tables, key ring, city and feeds, all new but the ring; then the site starts."""
        database.drop_and_make(DATABASE)
        owner = {**os.environ, "DATABASE_URL": os.environ["DATABASE_OWNER_URL"]}
        migrate = [sys.executable, "manage.py", "migrate", "--noinput", "-v", "0"]
        subprocess.run(migrate, cwd=ROOT, env=owner, check=True)
        make_ring = [sys.executable, "manage.py", "create_keyring"]
        if not Path(os.environ["EGRET_KEYRING"]).exists():
            subprocess.run(make_ring, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
        (Path(os.environ["EGRET_STATE_DIR"]) / "static").mkdir(exist_ok=True)
        manage("load_city", str(self._city()))
        database.settled()
        self.fresh = database.counts()
        self.served.start()

    def _city(self) -> Path:
        """The demo city and the feeds of this file, as one folder."""
        city = self.folder / "city"
        shutil.rmtree(city, ignore_errors=True)
        shutil.copytree(_CITY, city)
        document = json.loads(_FEED.read_text("utf-8"))
        for key, changes in _VARIANTS.items():
            text = json.dumps({**document, "key": key, **changes}, ensure_ascii=False)
            (city / "feeds" / f"{key}.json").write_text(text, "utf-8")
        return city

    def door(self, feed: str) -> Door:
        """Where a feed's deliveries are pushed, with its partner's key."""
        if feed not in self.keys:
            before = database.counts()
            self.keys[feed] = manage("create_partner", feed)["key"]
            # What the command filled is not to be emptied either.
            self.fresh |= {
                name: rows for name, rows in database.counts().items() if rows > before[name]
            }
        headers = {"Authorization": f"Api-Key {self.keys[feed]}", "Accept-Language": "en"}
        return Door(HOST, self.served.port, f"/api/v1/feeds/{feed}/deliveries", headers)

    def reset(self) -> database.Counts:
        """Take away what pushes wrote; gives the rows that are there."""
        database.emptied(self.fresh)
        return database.counts()

    def roots(self) -> dict[str, int]:
        """First processes of what answers a push."""
        return {"web": self.served.pid, "database": database.postmaster()}
