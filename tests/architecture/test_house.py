"""The house stands as its plan says, and the guards of the plan can fail."""

import os
import platform
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_platform_is_a_source_root_and_hides_nothing() -> None:
    assert not (ROOT / "platform" / "__init__.py").exists()
    assert platform.python_version().startswith("3.")


def _lint(house: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": f"{house}:{house / 'platform'}"},
        capture_output=True,
        text=True,
        check=False,
    )


def _copy(house: Path) -> None:
    for name in ("platform", "integration", "risk", "departments"):
        skipped = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / name, house / name, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", house)


def test_an_upward_import_breaks_the_contracts(tmp_path: Path) -> None:
    _copy(tmp_path)
    before = _lint(tmp_path)
    assert before.returncode == 0, before.stdout
    with (tmp_path / "risk" / "domain" / "__init__.py").open("a") as file:
        file.write("\nimport departments.models\n")
    after = _lint(tmp_path)
    assert after.returncode != 0
    assert "BROKEN" in after.stdout


def test_pure_packages_cannot_import_django(tmp_path: Path) -> None:
    _copy(tmp_path)
    with (tmp_path / "departments" / "domain" / "states.py").open("a") as file:
        file.write("\nimport django.db\n")
    after = _lint(tmp_path)
    assert after.returncode != 0
    assert "BROKEN" in after.stdout
