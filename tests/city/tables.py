"""What the city's tables hold, for comparing."""

from django.db import connection

TABLES = (
    "accounts_postholding",
    "accounts_membership",
    "accounts_officer",
    "departments_duty_supporting",
    "departments_duty",
    "risk_ruleset",
    "integration_feed",
    "integration_feedprofile",
    "city_maysee",
    "city_organisation",
    "city_area",
    "city_category",
    "city_family",
    "city_calendarday",
    "city_workingspan",
    "city_city",
)


def dump() -> dict[str, list[tuple[object, ...]]]:
    """Every row of the tables that a city folder fills."""
    held = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT t::text FROM {table} t ORDER BY 1")
            held[table] = cursor.fetchall()
    return held
