"""Keeps the site, the pipeline's worker and the schedules running until told to stop.

A part that ends is started again, at once the first time and with growing pauses when it keeps
ending. Parts that outlive a killed parent are ended before they are started anew.
"""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
PARTS = {
    "site": [str(BIN / "gunicorn"), "-c", "gunicorn.conf.py"],
    "pipeline": [PYTHON, "manage.py", "pipeline", "--listen"],
    "schedules": [PYTHON, "manage.py", "qcluster"],
}
# A part dies with its supervisor, whatever kills that.
DIE_WITH_PARENT = ["setpriv", "--pdeathsig", "TERM", "--"]

LONGEST_PAUSE = 30.0  # seconds between two starts
STEADY = 60.0  # seconds after which a part counts as healthy again
GRACE = 25.0  # seconds a part has to end by itself; the site finishes its requests within 20
TICK = 0.2


def say(text: str) -> None:
    """One line for the person at the terminal."""
    print(f"==> {text}", file=sys.stderr, flush=True)


@dataclass
class Part:
    """One kept process and its record of failures."""

    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    due: float = 0.0

    def start(self, now: float) -> None:
        """Start in a process group of its own, which a terminal's Ctrl-C does not reach."""
        self.process = subprocess.Popen(
            DIE_WITH_PARENT + self.command, cwd=ROOT, start_new_session=True
        )
        self.started = now

    def tend(self, now: float) -> None:
        """Start when due; notice an end and plan the next start."""
        if self.process is None:
            if now >= self.due:
                self.start(now)
            return
        code = self.process.poll()
        if code is None:
            return
        self.kill()
        if now - self.started > STEADY:
            self.failures = 0
        pause = 0.0 if self.failures == 0 else min(LONGEST_PAUSE, 2.0 ** (self.failures - 1))
        self.failures += 1
        self.due = now + pause
        self.process = None
        how = f"signal {-code}" if code < 0 else f"code {code}"
        say(f"{self.name} ended ({how}); starting it again in {pause:.0f} s")

    def ask(self) -> None:
        """Ask its first process, which ends its own children in order."""
        if self.process is not None:
            self.process.terminate()

    def kill(self) -> None:
        """End the whole group, so that children of a dead part are reached too."""
        if self.process is not None:
            try:
                os.killpg(self.process.pid, signal.SIGKILL)
            except ProcessLookupError:
                return

    def ended(self) -> bool:
        """Whether nothing of it runs."""
        return self.process is None or self.process.poll() is not None


def stop(parts: list[Part]) -> None:
    """Ask all to end, then insist."""
    for part in parts:
        part.ask()
    limit = time.monotonic() + GRACE
    while time.monotonic() < limit and not all(part.ended() for part in parts):
        time.sleep(TICK)
    for part in parts:
        part.kill()


def answers(host: str, port: int) -> bool:
    """Whether the site accepts connections."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError:
        return False
    return True


def main() -> None:
    """Run until INT or TERM."""
    asked: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _frame: asked.append(received))
    bind, port = os.environ["EGRET_BIND"], int(os.environ["EGRET_PORT"])
    host = "127.0.0.1" if bind in {"0.0.0.0", "::"} else bind  # noqa: S104 - compared, not bound
    parts = [Part(name, command) for name, command in PARTS.items()]
    announced = False
    while not asked:
        now = time.monotonic()
        for part in parts:
            part.tend(now)
        if not announced and answers(host, port):
            say(f"Egret is at http://{host}:{port}/  (Ctrl-C stops it)")
            announced = True
        time.sleep(TICK)
    say("Stopping")
    stop(parts)


if __name__ == "__main__":
    main()
