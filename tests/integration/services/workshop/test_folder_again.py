"""Loading the city folder again tells of feeds that the workshop decides, and leaves them so."""

import pytest

from audit.domain import SYSTEM
from integration.models import Feed
from integration.services import workshop
from pipeline.city_folder import load_folder
from tests.cast import Cast
from tests.conftest import BINHAI
from tests.integration.services.workshop.bench import tried

pytestmark = pytest.mark.django_db


def test_the_folder_is_loaded_with_a_warning_for_each_feed_decided_elsewhere(cast: Cast) -> None:
    before = load_folder(folder=BINHAI, actor=SYSTEM).warnings
    draft = tried(cast)
    admin = cast.viewer("system_admin")
    workshop.switch_on(viewer=admin, draft_id=draft.id, revision=draft.revision, reason="联调通过")
    after = load_folder(folder=BINHAI, actor=SYSTEM).warnings
    told = [one for one in after if one not in before]
    assert [(one.file, one.code) for one in told] == [("feeds/police110.json", "workshop_decides")]
    assert "stays in use" in str(told[0])
    feed = Feed.objects.get(key="police110")
    assert feed.profile is not None
    assert feed.profile.version == 2
    workshop.roll_back(viewer=admin, feed_key="police110", version=1, reason="以文件夹为准")
    assert load_folder(folder=BINHAI, actor=SYSTEM).warnings == before
