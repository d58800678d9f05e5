"""The folder of reference data, load generator and hostile files that some tests measure against.

It is no part of the product: where a checkout has none, those tests skip and say so; on the
integration machine (``CI`` set) a missing folder is a failure. ``EGRET_SHARED`` names it; without
that it is looked for beside the checkout.
"""

import os
from pathlib import Path

import pytest

_BESIDE = Path(__file__).resolve().parents[2] / "shared"


def shared_path(*parts: str) -> Path:
    """The path of a shared file or folder; skips the test, or fails it under CI, if missing."""
    root = Path(os.environ.get("EGRET_SHARED") or _BESIDE)
    path = root.joinpath(*parts)
    if not path.exists():
        reason = f"{'/'.join(parts) or 'the shared folder'} is not in {root}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return path
