#!/usr/bin/env python
"""Run Egret's management commands."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent


def main() -> None:
    # Both source roots first: `platform/` is a folder of packages, not a package itself.
    sys.path[:0] = [str(ROOT), str(ROOT / "platform")]
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.management import execute_from_command_line  # noqa: PLC0415 - needs the path

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
