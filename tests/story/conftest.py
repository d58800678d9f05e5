"""The real site: gunicorn and the listening worker as processes of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass
class Site:
    """A running site; `url` is its address."""

    url: str
    environment: dict[str, str]

    def worker(self) -> "subprocess.Popen[bytes]":
        """A listening worker of this site, to be ended by whoever asked for it."""
        return subprocess.Popen(  # our own program
            [sys.executable, "manage.py", "pipeline", "--listen"],
            cwd=ROOT,
            env=self.environment,
        )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/healthz", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(5)


@pytest.fixture
def site(database_url: str) -> Iterator[Site]:
    """Gunicorn on `committed_db`, ready to answer."""
    port = _free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "EGRET_DEMO": "1",
        "EGRET_BIND": "127.0.0.1",
        "EGRET_PORT": str(port),
        "PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}",
    }
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(  # our own program
        [sys.executable, "-m", "gunicorn", "-c", "gunicorn.conf.py", "--workers", "1"],
        cwd=ROOT,
        env=environment,
    )
    until = time.monotonic() + 60
    while not _answers(url):
        if process.poll() is not None or time.monotonic() > until:
            _end(process)
            raise RuntimeError("the site did not start")
        time.sleep(0.2)
    yield Site(url, environment)
    _end(process)
