import pytest
from django.test import Client

from tests.cast import Cast
from tests.story.conftest import site
from tests.web.pages import visitor

__all__ = ["site"]


@pytest.fixture
def desk(committed_db: str, cast: Cast) -> Client:
    """The desk of an officer of the police; releasing needs real commits."""
    return visitor(cast, "feed_officer")
