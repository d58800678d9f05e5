import pytest

from tests.cast import Cast
from tests.departments.office import Office


@pytest.fixture
def office(cast: Cast) -> Office:
    return Office(cast)
