"""Cleaning of the texts that feeds carry: what cannot be seen must not change what is read."""

import re
import unicodedata

__all__ = ["clean_text", "collapse", "fold", "has_nul", "truncate"]

_NEWLINES = re.compile("\r\n?|[\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_EMOJI = "\u2600-\u27bf\ufe0f\U0001f000-\U0001faff"
_INVISIBLE = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # control characters but tab and newline
    "\xad\u061c\u180e\u200b\u200c\u200e\u200f\u2060-\u206f\ufeff"  # zero width, marks of direction
    "\u202a-\u202e"  # embeddings and overrides of direction
    "\ufff9-\ufffb\ufffe\uffff"  # annotations, non-characters
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff"  # lone halves of a pair, which no encoding can carry
    "]"
)
# A joiner belongs between two emoji and nowhere else in our languages.
_JOINER = re.compile(f"(?<![{_EMOJI}])\u200d|\u200d(?![{_EMOJI}])")


def clean_text(text: str) -> tuple[str, bool]:
    """The text without characters that hide or reorder others, and whether any was removed.

    Removed: control characters but tab and newline, zero-width and bidirectional controls, tags,
    lone surrogates. Line ends become a newline and the rest is put into NFC, neither of which
    counts as a removal. Linear in the length of the text.
    """
    text = _NEWLINES.sub("\n", text)
    cleaned, removed = _INVISIBLE.subn("", text)
    if "\u200d" in cleaned:
        cleaned, joiners = _JOINER.subn("", cleaned)
        removed += joiners
    return unicodedata.normalize("NFC", cleaned), removed > 0


def has_nul(text: str) -> bool:
    """Whether U+0000 is in the text: such a row is damaged, and PostgreSQL cannot store it."""
    return "\x00" in text


def collapse(text: str) -> str:
    """The text on one line: every run of white space is one space, none at the ends."""
    return _SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """A form for comparing: cleaned, compatibility forms united (NFKC), case folded, collapsed."""
    return collapse(unicodedata.normalize("NFKC", clean_text(text)[0]).casefold())


def truncate(text: str, length: int) -> str:
    """At most ``length`` characters; a cut text ends in ``…`` and keeps marks with their letter.

    Raises ValueError if ``length`` < 1.
    """
    if length < 1:
        raise ValueError("length must be positive")
    if len(text) <= length:
        return text
    end = length - 1
    while end > 0 and (unicodedata.combining(text[end]) or text[end] in "\u200d\ufe0f"):
        end -= 1
    return text[:end] + "…"
