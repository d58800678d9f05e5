"""The idiomatic application, served as the product is: same server, same gunicorn settings."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from benchmarks import database
from benchmarks.clients import Door
from benchmarks.site import HOST, ROOT, Served

__all__ = ["Peer"]

_DATABASE = "idiomatic"
_USER = "partner"


def _address() -> str:
    with database.pointed(_DATABASE):
        return os.environ["DATABASE_OWNER_URL"]


@dataclass
class Peer:
    """The running application and its client's token."""

    served: Served
    token: str

    @classmethod
    def started(cls, folder: Path) -> "Peer":
        """Its own empty database, one user with a token, and gunicorn."""
        database.drop_and_make(_DATABASE)
        environment = {
            "IDIOMATIC_DATABASE_URL": _address(),
            "DJANGO_SETTINGS_MODULE": "benchmarks.idiomatic.settings",
        }
        _django(environment, "migrate", "--run-syncdb", "-v", "0")
        _django(
            environment,
            "createsuperuser",
            "--noinput",
            f"--username={_USER}",
            "--email=partner@example.com",
        )
        told = _django(environment, "drf_create_token", _USER)
        command = [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py"]
        application = "benchmarks.idiomatic.wsgi:application"
        log = folder / "idiomatic.log"
        served = Served([*command, application], environment, "/records/", log)
        peer = cls(served, told.split()[2])
        peer.served.start()
        with psycopg2.connect(_address()) as connection, connection.cursor() as cursor:
            cursor.execute("ALTER TABLE idiomatic_record SET (autovacuum_enabled = false)")
        return peer

    def door(self) -> Door:
        """Where records are posted."""
        headers = {"Authorization": f"Token {self.token}", "Content-Type": "application/json"}
        return Door(HOST, self.served.port, "/records/", headers)

    def roots(self) -> dict[str, int]:
        """First processes of what answers."""
        return {"web": self.served.pid, "database": database.postmaster()}

    def reset(self) -> None:
        """Empty its table."""
        with psycopg2.connect(_address()) as connection, connection.cursor() as cursor:
            cursor.execute("TRUNCATE idiomatic_record")

    def rows(self) -> int:
        """Records stored."""
        with psycopg2.connect(_address()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM idiomatic_record")
            row = cursor.fetchone()
            return row[0] if row else 0


def _django(environment: dict[str, str], *words: str) -> str:
    ran = subprocess.run(
        [sys.executable, "-m", "django", *words],
        cwd=ROOT,
        env={**os.environ, **environment},
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return ran.stdout
