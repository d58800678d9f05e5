"""The one command and its locks: plain sh, everything pinned, no address of any registry."""

import json
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPTS = [ROOT / "dev", *sorted((ROOT / "tools" / "dev").glob("*.sh"))]
LOCKS = [*sorted(ROOT.glob("*.lock")), *sorted((ROOT / "tools" / "dev").glob("*.lock"))]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_it_is_plain_sh(script: Path) -> None:
    subprocess.run(["sh", "-n", str(script)], check=True)


def test_an_unknown_command_is_refused() -> None:
    answer = subprocess.run(
        [str(ROOT / "dev"), "nonsense"], capture_output=True, text=True, check=False
    )
    assert answer.returncode != 0
    assert "nonsense" in answer.stderr


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_package_is_pinned_and_hashed(lock: Path) -> None:
    text = lock.read_text("utf-8")
    packages = re.findall(r"^[A-Za-z0-9][^\n]*?(?=\s*\\?\n)", text, re.MULTILINE)
    assert packages
    for package in packages:
        assert "==" in package, package
    assert text.count("--hash=sha256:") >= len(packages)
    assert "://" not in text


def test_front_end_files_are_pinned_by_content_and_name_no_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    packages = {name: one for name, one in lock["packages"].items() if name}
    assert packages
    for name, one in packages.items():
        assert one["integrity"].startswith("sha512-"), name
        assert "resolved" not in one
