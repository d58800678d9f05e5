"""The Chinese catalogue: gathering the English texts of the product, merging, checking, compiling.

English is the source language, so there is no English catalogue. Babel does the work of the
gettext programs, which a bare machine does not have.
"""

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

__all__ = ["LOCALE", "Text", "compile_catalogue", "faults", "gather", "merge", "read", "write"]

LOCALE = "zh_Hans"
_KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "N_": None,
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
_TEMPLATES = (".html", ".txt", ".xml")
_PLACE = re.compile(r"%\(\w+\)[sdif]|%[sd]|\{\w*\}")
# No dates: the file changes when its texts do, and only then.
_HEADER = """msgid ""
msgstr ""
"Language: zh_Hans\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=1; plural=0;\\n"

"""

Text = tuple[str | None, tuple[str, ...]]
"""A context, and the English text or its singular and plural."""


def gather(roots: Sequence[Path]) -> dict[Text, str]:
    """Every text that the code and the templates under ``roots`` show, and one file that does."""
    found: dict[Text, str] = {}
    for root in roots:
        for path in sorted(root.rglob("*")):
            for text in _texts(path):
                found.setdefault(text, str(path))
    return found


def _texts(path: Path) -> Iterator[Text]:
    if path.suffix == ".py" and "migrations" not in path.parts:
        source = path.read_text("utf-8")
    elif path.suffix in _TEMPLATES and "templates" in path.parts:
        source = templatize(path.read_text("utf-8"), origin=str(path))
        # What was a page's indentation is none of Python's.
        source = "\n".join(line.lstrip() for line in source.splitlines())
    else:
        return
    for _, message, _, context in extract(
        "python", io.BytesIO(source.encode()), keywords=_KEYWORDS
    ):
        ids = message if isinstance(message, tuple) else (message,)
        if ids[0]:
            yield context, tuple(ids)


def read(path: Path) -> Catalog:
    """The catalogue of a file; an empty one where there is no file."""
    if not path.exists():
        return Catalog(locale=LOCALE)
    with path.open("rb") as file:
        return read_po(file, locale=LOCALE, abort_invalid=True)


def merge(old: Catalog, texts: Mapping[Text, str]) -> Catalog:
    """A catalogue of exactly these texts with what was translated already."""
    new = Catalog(locale=LOCALE)
    for context, ids in texts:
        held = old.get(ids[0], context)
        known = held is not None and _ids(held) == ids and not held.fuzzy
        new.add(
            ids if len(ids) > 1 else ids[0],
            held.string if held is not None and known else None,
            context=context,
        )
    return new


def write(path: Path, catalogue: Catalog) -> None:
    """Write the catalogue sorted, without dates and places."""
    body = io.BytesIO()
    write_po(body, catalogue, width=100, no_location=True, omit_header=True, sort_output=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_HEADER.encode() + body.getvalue().lstrip())


def compile_catalogue(source: Path, target: Path) -> bool:
    """Write what runs from what is edited, if that is newer; whether it was."""
    if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
        return False
    draft = target.with_suffix(".new")
    with draft.open("wb") as file:
        write_mo(file, read(source))
    draft.replace(target)
    return True


@dataclass(frozen=True, slots=True)
class CatalogueFault:
    """One thing wrong with one text."""

    text: str
    what: str

    def __str__(self) -> str:
        return f"{self.what}: {self.text!r}"


def faults(catalogue: Catalog, texts: Mapping[Text, str]) -> list[CatalogueFault]:
    """Texts without a translation, doubtful or unused ones, and places that do not match."""
    held = {(one.context, _ids(one)): one for one in catalogue if one.id}
    found = [
        CatalogueFault(ids[0], f"not in the catalogue ({place})")
        for (context, ids), place in texts.items()
        if (context, ids) not in held
    ]
    for key, message in held.items():
        what = "used nowhere" if key not in texts else _message_fault(message)
        if what:
            found.append(CatalogueFault(key[1][0], what))
    return found


def _message_fault(message: Message) -> str:
    ids, strings = _ids(message), _strings(message)
    if not strings or not all(strings):
        return "not translated"
    if message.fuzzy:
        return "marked as doubtful"
    wanted = _places(ids[-1])
    if any(_places(one) != wanted for one in strings):
        return "other places than the English text"
    if any(one.startswith("\n") != ids[0].startswith("\n") for one in strings):
        return "begins on another line than the English text"
    return ""


def _places(text: str) -> set[str]:
    return {found.group() for found in _PLACE.finditer(text.replace("%%", ""))}


def _ids(message: Message) -> tuple[str, ...]:
    return tuple(message.id) if isinstance(message.id, tuple | list) else (message.id,)


def _strings(message: Message) -> tuple[str, ...]:
    if isinstance(message.string, tuple | list):
        return tuple(message.string)
    return (message.string,) if message.string else ()
