"""Copies what the pages use from node_modules to build/vendor, the only files that are served."""

import re
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "build" / "vendor"
ICONS = ROOT / "platform" / "web" / "icons.txt"

# Where a file or folder stands in node_modules → its name in build/vendor.
FILES = {
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/icons/LICENSE": "licenses/tabler-icons.txt",
    "leaflet/dist/leaflet.js": "leaflet.js",
    "leaflet/dist/leaflet.css": "leaflet.css",
    "leaflet/dist/images": "images",
    "leaflet/LICENSE": "licenses/leaflet.txt",
}
SOURCE_MAP = re.compile(r"^\s*(?://|/\*)# sourceMappingURL=\S+(?:\s*\*/)?\s*$", re.MULTILINE)


def icon_names() -> list[str]:
    """One Tabler outline icon per line of icons.txt; `#` starts a comment."""
    if not ICONS.exists():
        return []
    lines = (line.partition("#")[0].strip() for line in ICONS.read_text("utf-8").splitlines())
    return [line for line in lines if line]


def copy(source: Path, target: Path) -> None:
    """Copy a file or a folder; references to source maps go, because the maps are not served."""
    if not source.exists():
        raise SystemExit(f"dev: {source.relative_to(ROOT)} is missing")
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target)
    elif source.suffix in {".css", ".js"}:
        target.write_text(SOURCE_MAP.sub("", source.read_text("utf-8")), "utf-8")
    else:
        shutil.copyfile(source, target)


def main() -> None:
    """Make the folder anew, complete or not at all."""
    fresh = VENDOR.with_name("vendor.new")
    shutil.rmtree(fresh, ignore_errors=True)
    for source, name in FILES.items():
        copy(MODULES / source, fresh / name)
    for icon in icon_names():
        copy(
            MODULES / "@tabler/icons/icons/outline" / f"{icon}.svg", fresh / "icons" / f"{icon}.svg"
        )
    shutil.rmtree(VENDOR, ignore_errors=True)
    fresh.rename(VENDOR)


if __name__ == "__main__":
    main()
