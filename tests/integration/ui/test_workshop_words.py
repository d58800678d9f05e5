"""The workshop's pages speak the language of the reader, codes included."""

import pytest

from tests.cast import Cast
from tests.integration.services.workshop.bench import tried
from tests.web.pages import visitor

pytestmark = pytest.mark.django_db


def test_codes_are_told_in_the_words_of_the_reader(cast: Cast) -> None:
    client = visitor(cast, "feed_officer", "zh-hans")
    draft = tried(cast)
    html = client.get(f"/feeds/connect/{draft.pk}/").content.decode()
    assert "→ 火灾" in html
    assert "→ fire" not in html
    assert ">received<" not in html
