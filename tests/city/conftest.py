import os
from urllib.parse import urlsplit

import psycopg2
import pytest

from city.selectors import forget


@pytest.fixture
def no_city(committed_db: str) -> None:
    """A database without a city; only the owner may empty it."""
    address = urlsplit(os.environ["DATABASE_OWNER_URL"])._replace(path=f"/{committed_db}")
    owner = psycopg2.connect(address.geturl())
    with owner, owner.cursor() as cursor:
        cursor.execute(
            "TRUNCATE city_city, city_area, city_family, city_calendarday, city_workingspan, "
            "risk_ruleset CASCADE"
        )
    owner.close()
    forget()
