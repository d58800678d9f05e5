from typing import ClassVar, Self

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from city.selectors import name
from core.ids import uuid7


class Role(models.TextChoices):
    """What an officer does in an organisation."""

    OFFICER = "officer", _("Officer")  # handles the organisation's parts of tasks
    DISPATCHER = "dispatcher", _("Dispatcher")  # accepts, files and dispatches (指挥)
    VERIFIER = "verifier", _("Verifier")  # verifies, calls back, closes (监督)
    SUPERVISOR = "supervisor", _("Supervisor")  # reads everything in the district or city, urges
    SYSTEM_ADMIN = "system_admin", _("System Admin")  # configuration, no business data
    SECURITY_ADMIN = "security_admin", _("Security Admin")  # accounts and grants, no business data
    AUDIT_ADMIN = "audit_admin", _("Audit Admin")  # reads the audit log, changes nothing


class Officer(AbstractBaseUser):
    """A person who signs in."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    username = models.CharField(max_length=64, unique=True)
    name_zh = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60)
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="officers")
    language = models.CharField(max_length=10, default="zh-hans")
    is_active = models.BooleanField(default=True)
    demo = models.BooleanField(default=False)  # refused unless EGRET_DEMO is set
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BaseUserManager[Self]] = BaseUserManager()
    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name_zh", "name_en"]

    def __str__(self) -> str:
        return self.username

    def get_full_name(self) -> str:
        """The name in the active language, where Django's own pages name the officer."""
        return name(self)


class Membership(models.Model):
    """An officer has a role in an organisation for a time."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="members")
    role = models.CharField(max_length=16, choices=Role.choices)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "organisation", "role"],
                condition=models.Q(until=None),
                name="one_open_membership_per_role",
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.role} {self.organisation_id}"


class PostHolding(models.Model):
    """Who held which post of an organisation, from when to when."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    officer = models.ForeignKey(Officer, models.CASCADE, related_name="posts")
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="posts")
    post_zh = models.CharField(max_length=60)
    post_en = models.CharField(max_length=60)
    since = models.DateTimeField()
    until = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["officer", "organisation", "post_zh"],
                condition=models.Q(until=None),
                name="one_open_holding_per_post",
            )
        ]

    def __str__(self) -> str:
        return f"{self.officer_id} {self.post_zh}"
