from tests.story.conftest import site

__all__ = ["site"]
