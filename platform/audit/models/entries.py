from django.db import models

from core.ids import uuid7


class AuditEntry(models.Model):
    """One act. Written in the act's own transaction with its HMAC; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    chain = models.CharField(max_length=20, default="main")
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)  # officer, partner, system
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    act = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=40)
    object_id = models.CharField(max_length=64)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)
    key_id = models.CharField(max_length=40)
    mac = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = [
            models.Index(fields=["object_kind", "object_id", "at"], name="audit_by_object"),
            models.Index(fields=["actor_id", "at"], name="audit_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.act} {self.object_kind} {self.object_id}"


class AuditSeal(models.Model):
    """An entry's place in its hash chain, in the order the sealer saw entries committed."""

    entry = models.OneToOneField(AuditEntry, models.PROTECT, primary_key=True, related_name="seal")
    chain = models.CharField(max_length=20)
    position = models.BigIntegerField()
    digest = models.BinaryField(max_length=32)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["chain", "position"], name="one_seal_per_position")
        ]

    def __str__(self) -> str:
        return f"{self.chain} {self.position}"
