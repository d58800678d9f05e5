"""Why a feed may be received: told in whatever form its profile has it."""

import pytest
from django.utils.translation import override

from integration.models import Feed, FeedProfile
from integration.ui.feed_page import grounds


@pytest.mark.parametrize(
    ("header", "english", "chinese"),
    [
        ({"purpose_zh": "安全", "purpose_en": "safety"}, "safety", "安全"),
        ({"purpose": "safety"}, "safety", "safety"),
        ({"purpose_zh": "安全"}, "安全", "安全"),
    ],
)
def test_the_grounds_are_told_in_the_language_or_else_as_they_are(header, english, chinese):
    feed = Feed(profile=FeedProfile(document={"header": {**header, "retention_days": 30}}))
    for language, purpose in (("en", english), ("zh-hans", chinese)):
        with override(language):
            assert grounds(feed)[0][1] == purpose
