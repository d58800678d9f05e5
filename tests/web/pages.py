"""Visiting pages as somebody of the cast."""

from django.test import Client

from tests.cast import Cast


def visitor(cast: Cast, who: str, language: str = "en") -> Client:
    """A browser without scripts, signed in as `who`; "stranger" is not signed in."""
    client = Client()
    client.cookies["egret_language"] = language
    if who != "stranger":
        client.force_login(cast.officer(who), backend="accounts.backends.OfficerBackend")
    return client
