from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class City(models.Model):
    """The one city this installation serves."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    code = models.CharField(max_length=12)
    timezone = models.CharField(max_length=64)
    west = models.FloatField()
    south = models.FloatField()
    east = models.FloatField()
    north = models.FloatField()
    basemap = models.JSONField(default=dict)
    # Demo deliveries tell times relative to this instant; fixed once, when first loaded.
    anchor = models.DateTimeField()
    only = models.BooleanField(default=True, editable=False)

    class Meta:
        verbose_name_plural = "cities"
        constraints = [
            models.UniqueConstraint(fields=["only"], name="one_city_per_installation"),
            models.CheckConstraint(condition=models.Q(only=True), name="city_is_the_only_one"),
        ]

    def __str__(self) -> str:
        return self.key


class AreaLevel(models.TextChoices):
    CITY = "city", _("City")
    DISTRICT = "district", _("District")
    STREET = "street", _("Street")
    COMMUNITY = "community", _("Community")
    GRID = "grid", _("Grid")


class Area(models.Model):
    """A city, district, street, community or unit grid, with its boundary in WGS-84."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=10, choices=AreaLevel.choices)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    geometry = models.JSONField(null=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    area_m2 = models.FloatField(null=True)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["level", "code"], name="area_by_level")]

    def __str__(self) -> str:
        return self.code
