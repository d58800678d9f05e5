"""Gathering texts, merging what is translated, and finding what is not."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from web.management.catalogue import (
    Text,
    compile_catalogue,
    faults,
    gather,
    merge,
    read,
    write,
)

CODE = """
from core.words import N_
from django.utils.translation import gettext as _, ngettext, pgettext

def show(count, name):
    raise Refused("taken", N_("The name %(name)s " "is taken"), name=name)
    _("Close")
    ngettext("%(count)s task", "%(count)s tasks", count)
    pgettext("verb", "Open")
    _(name)
"""
TEMPLATE = """{% load i18n %}<h1>{% translate "Inbox" %}</h1>
{% blocktranslate trimmed with one=who %}
  Hello {{ one }},
  how are you?
{% endblocktranslate %}"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A small product."""
    (tmp_path / "app" / "templates").mkdir(parents=True)
    (tmp_path / "app" / "migrations").mkdir()
    (tmp_path / "app" / "code.py").write_text(CODE, "utf-8")
    (tmp_path / "app" / "migrations" / "0001.py").write_text('_("Never shown")', "utf-8")
    (tmp_path / "app" / "templates" / "page.html").write_text(TEMPLATE, "utf-8")
    return tmp_path


def test_code_and_templates_are_gathered(root: Path) -> None:
    assert set(gather([root])) == {
        (None, ("The name %(name)s is taken",)),
        (None, ("Close",)),
        (None, ("%(count)s task", "%(count)s tasks")),
        ("verb", ("Open",)),
        (None, ("Inbox",)),
        (None, ("Hello %(one)s, how are you?",)),
    }


def _texts(*texts: str) -> dict[Text, str]:
    return {(None, (text,)): "code.py" for text in texts}


def _catalogue(path: Path, *pairs: tuple[str, str]) -> Path:
    body = "".join(f'msgid "{one}"\nmsgstr "{other}"\n\n' for one, other in pairs)
    path.write_text(f'msgid ""\nmsgstr "Language: zh_Hans\\n"\n\n{body}', "utf-8")
    return path


@pytest.mark.parametrize(
    ("translation", "what"),
    [
        ("关闭 %(name)s", ""),
        ("", "not translated"),
        ("关闭", "other places"),
        ("关闭 %(nmae)s", "other places"),
        ("关闭 %(name)s %(name)s", ""),
    ],
)
def test_a_translation_is_complete_with_its_places(
    tmp_path: Path, translation: str, what: str
) -> None:
    path = _catalogue(tmp_path / "django.po", ("Close %(name)s", translation))

    found = faults(read(path), _texts("Close %(name)s"))

    assert [what] == [one.what[: len(what)] for one in found] if what else not found


def test_a_text_outside_the_catalogue_and_one_that_nothing_shows(tmp_path: Path) -> None:
    path = _catalogue(tmp_path / "django.po", ("Close", "关闭"), ("Old", "旧"))

    found = {one.text: one.what for one in faults(read(path), _texts("Close", "Open"))}

    assert found["Open"].startswith("not in the catalogue")
    assert found["Old"] == "used nowhere"
    assert "Close" not in found


def test_a_doubtful_translation_is_none(tmp_path: Path) -> None:
    path = tmp_path / "django.po"
    path.write_text('#, fuzzy\nmsgid "Close"\nmsgstr "关"\n', "utf-8")
    assert [one.what for one in faults(read(path), _texts("Close"))] == ["marked as doubtful"]


def test_bringing_it_up_to_date_keeps_translations_and_drops_the_unused(tmp_path: Path) -> None:
    path = _catalogue(tmp_path / "django.po", ("Close", "关闭"), ("Old", "旧"))

    write(path, merge(read(path), _texts("Open", "Close")))
    first = path.read_bytes()
    write(path, merge(read(path), _texts("Close", "Open")))

    assert path.read_bytes() == first
    catalogue = read(path)
    assert catalogue.get("Close").string == "关闭"  # type: ignore[union-attr]
    assert not catalogue.get("Open").string  # type: ignore[union-attr]
    assert catalogue.get("Old") is None
    assert b"Date" not in first


def test_it_is_compiled_when_it_is_newer_and_only_then(tmp_path: Path) -> None:
    source = _catalogue(tmp_path / "django.po", ("Close", "关闭"))
    target = tmp_path / "django.mo"

    assert compile_catalogue(source, target)
    assert "关闭".encode() in target.read_bytes()
    assert not compile_catalogue(source, target)


def test_the_product_is_wholly_translated() -> None:
    call_command("messages", check=True, stdout=StringIO())
