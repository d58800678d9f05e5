from django.db import models

from core.ids import uuid7


class OfficerToken(models.Model):
    """An officer's token for REST calls; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    officer = models.ForeignKey("accounts.Officer", models.CASCADE, related_name="tokens")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"token of {self.officer_id}"


class PartnerKey(models.Model):
    """A partner agency's key for one feed; only its digest is kept."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    feed_key = models.CharField(max_length=64, db_index=True)
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    digest = models.BinaryField(max_length=32, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"key for {self.feed_key}"
