from django.db import models

from core.ids import uuid7
from risk.models.cases import RiskLevel


class AlertState(models.TextChoices):
    OPEN = "open"
    DISPATCHED = "dispatched"
    CLOSED = "closed"


class Alert(models.Model):
    """The machine's or an officer's risk prompt inside the platform (告警).

    Not a warning (预警), which is a legal act of an authority.
    """

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True)
    source_kind = models.CharField(max_length=12)  # case, feed
    source_id = models.UUIDField()
    rule = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=AlertState.choices, default=AlertState.OPEN)
    risk_level = models.CharField(max_length=8, choices=RiskLevel.choices)
    case = models.ForeignKey("risk.RiskCase", models.PROTECT, null=True, related_name="alerts")
    family = models.CharField(max_length=40)
    district = models.CharField(max_length=20, blank=True)
    score = models.FloatField(null=True)
    reason = models.JSONField(default=dict)  # {"message": msgid, "detail": {…}}
    outcome = models.CharField(max_length=12, blank=True)  # real, false_alarm: from the task
    exercise = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source_kind", "source_id", "rule"],
                condition=~models.Q(state="closed"),
                name="one_open_alert_per_source_and_rule",
            )
        ]
        indexes = [models.Index(fields=["-opened_at", "-id"], name="alert_newest")]

    def __str__(self) -> str:
        return self.number
