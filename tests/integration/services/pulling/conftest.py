from collections.abc import Callable, Iterator
from typing import Any

import pytest

from audit.domain import SYSTEM
from integration.models import PullAttempt, PullSource
from integration.services.pulling import Pulled, allow_target, pull, set_up_source
from tests.cast import Cast
from tests.integration.domain.samples import lines
from tests.integration.services.conftest import call
from tests.integration.services.pulling.server import Asked, Reply, Source, running


@pytest.fixture
def source() -> Iterator[Source]:
    """A server that answers with nothing until a test tells it what."""
    with running(lambda asked: Reply(status=404)) as one:
        yield one


@pytest.fixture
def allowed(db: None, source: Source) -> Source:
    """The server, its place on the list, private addresses meant."""
    allow(source)
    return source


def allow(source: Source, *, private: bool = True) -> None:
    allow_target(
        scheme=source.scheme,
        host=source.host,
        port=source.port,
        private=private,
        reason="a test",
        actor=SYSTEM,
    )


@pytest.fixture
def set_up(cast: Cast) -> Callable[..., PullSource]:
    """Sets the police feed's source up, as a system administrator."""

    def make(document: dict[str, Any], **options: Any) -> PullSource:
        return set_up_source(
            viewer=cast.viewer("system_admin"),
            feed_key=options.pop("feed_key", "police110"),
            document=document,
            every_seconds=options.pop("every_seconds", 60),
            secret=options.pop("secret", None),
            **options,
        )

    return make


def http(source: Source, path: str = "/rows", **more: Any) -> dict[str, Any]:
    """Settings of a source over HTTP."""
    return {"kind": "http", "url": source.url(path), **more}


def pulled(**options: Any) -> PullAttempt:
    """One pull of the police feed; what came of it."""
    return pulling(**options).attempt


def pulling(feed_key: str = "police110", **options: Any) -> Pulled:
    return pull(feed_key=feed_key, **options)


def rows(*ids: str) -> bytes:
    """Sound rows of the police feed."""
    return lines([call(one) for one in ids])


def always(*replies: Reply) -> Callable[[Asked], Reply]:
    """Answers one after the other, the last one for ever."""
    left = list(replies)
    return lambda asked: left.pop(0) if len(left) > 1 else left[0]
