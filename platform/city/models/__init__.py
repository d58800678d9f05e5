"""What the city is made of."""

from city.models.areas import Area, City
from city.models.calendar import CalendarDay, WorkingSpan
from city.models.categories import Category, Family, MaySee
from city.models.organisations import Organisation

__all__ = [
    "Area",
    "CalendarDay",
    "Category",
    "City",
    "Family",
    "MaySee",
    "Organisation",
    "WorkingSpan",
]
