from django.db import models
from django.utils.translation import gettext_lazy as _

from core.ids import uuid7


class OrganisationKind(models.TextChoices):
    GOVERNMENT = "government", _("Government")
    BUREAU = "bureau", _("Bureau")
    BRANCH = "branch", _("Branch")
    STREET = "street", _("Street")
    ENTERPRISE = "enterprise", _("Enterprise")
    TEAM = "team", _("Team")
    CENTRE = "centre", _("Centre")


class Organisation(models.Model):
    """A body of the city with a parent in its line (条) and one in its territory (块)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    code = models.CharField(max_length=40, unique=True)
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=OrganisationKind.choices)
    line_parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="line_children")
    territory_parent = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="territory_children"
    )
    area = models.ForeignKey("city.Area", models.PROTECT, related_name="organisations")
    # "command" dispatches tasks, "supervision" verifies and closes them.
    functions = models.JSONField(default=list)
    since = models.DateField(null=True)
    until = models.DateField(null=True)

    def __str__(self) -> str:
        return self.code
