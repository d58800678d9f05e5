from django.db import models

from core.ids import uuid7


class Family(models.Model):
    """A hazard family: what is associated and dispatched together."""

    key = models.CharField(max_length=40, primary_key=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)

    class Meta:
        verbose_name_plural = "families"

    def __str__(self) -> str:
        return self.key


class Category(models.Model):
    """The city's own taxonomy of what happens, with its GB/T 35561 code where known."""

    key = models.CharField(max_length=64, primary_key=True)
    family = models.ForeignKey(Family, models.PROTECT, related_name="categories")
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    gb35561 = models.CharField(max_length=40, blank=True)
    gravity = models.FloatField(default=0.3)

    class Meta:
        verbose_name_plural = "categories"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gravity__gte=0) & models.Q(gravity__lte=1),
                name="category_gravity_in_unit_interval",
            )
        ]

    def __str__(self) -> str:
        return self.key


class MaySee(models.Model):
    """An organisation may see records of a category, whichever feed brought them."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    organisation = models.ForeignKey("city.Organisation", models.CASCADE, related_name="may_see")
    category = models.ForeignKey(Category, models.CASCADE, related_name="+")

    class Meta:
        verbose_name_plural = "may see"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "category"], name="may_see_once_per_category"
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.category_id}"
