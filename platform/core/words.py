"""Marking of user-visible English texts in pure code."""

__all__ = ["N_"]


def N_(text: str) -> str:
    """Mark ``text`` for the message catalogues and return it unchanged; the edge translates it."""
    return text
