"""The rows that wait in a test, and the pages of the desk."""

from django.test import Client
from django.urls import reverse

from integration.models import Problem

DESK = "/feeds/quarantine/"
MANY = "/feeds/quarantine/many/"
SETTLED = "/feeds/quarantine/settled/"


def open_row(source_id: str = "") -> Problem:
    """The one row that waits, or the one with a source id."""
    rows = Problem.objects.filter(settlement="open")
    return rows.get(source_id=source_id) if source_id else rows.get()


def row_url(source_id: str = "") -> str:
    """The address of its page."""
    return reverse("quarantined_row", args=[open_row(source_id).pk])


def page_of(client: Client, url: str = DESK) -> str:
    """A page that must be there."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()
