from django.db import models

from core.ids import uuid7


class RiskLevel(models.TextChoices):
    """Computed; never an event grade, a warning level or a response level."""

    MAJOR = "major"  # 重大
    LARGER = "larger"  # 较大
    GENERAL = "general"  # 一般
    LOW = "low"  # 低


class Ruleset(models.Model):
    """How cases are gathered, scored and levelled: a frozen, versioned document."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    key = models.CharField(max_length=64)
    version = models.PositiveIntegerField()
    name_zh = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    document = models.JSONField()
    active = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="ruleset_once_per_version"),
            models.UniqueConstraint(
                fields=["active"], condition=models.Q(active=True), name="one_active_ruleset"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.key} v{self.version}"


class CaseState(models.TextChoices):
    OPEN = "open"
    IN_HAND = "in_hand"  # a task is out
    SETTLED = "settled"  # its task closed: risk removed
    FALSE_ALARM = "false_alarm"
    RECURRED = "recurred"  # new incidents after it was settled


class RiskCase(models.Model):
    """What happened at one spot or subject, of one family, in one window (风险事项)."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True)
    rule = models.CharField(max_length=64)
    subject = models.ForeignKey("risk.Subject", models.PROTECT, related_name="cases")
    family = models.CharField(max_length=40)
    window_start = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(max_length=12, choices=CaseState.choices, default=CaseState.OPEN)
    district = models.CharField(max_length=20, blank=True)
    grid = models.CharField(max_length=20, blank=True)
    incident_count = models.PositiveIntegerField(default=0)
    record_count = models.PositiveIntegerField(default=0)
    # Copies of the newest assessment, so that lists sort and filter on one table.
    score = models.FloatField(null=True)
    risk_level = models.CharField(max_length=8, choices=RiskLevel.choices, blank=True)
    assessment = models.ForeignKey("risk.Assessment", models.PROTECT, null=True, related_name="+")
    exercise = models.BooleanField(default=False)
    opened_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "subject", "family", "window_start", "exercise"],
                name="case_once_per_window",
            )
        ]
        indexes = [
            models.Index(fields=["-last_at", "-id"], name="case_newest"),
            models.Index(fields=["risk_level", "-last_at", "-id"], name="case_newest_level"),
        ]

    def __str__(self) -> str:
        return self.number


class CaseIncident(models.Model):
    """An incident is part of a case."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(RiskCase, models.CASCADE, related_name="links")
    incident = models.ForeignKey("risk.Incident", models.PROTECT, related_name="case_links")
    rule = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["incident", "rule"], name="incident_in_one_case")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.incident_id}"


class CaseParty(models.Model):
    """An organisation that may see a case because it takes part in handling it."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(RiskCase, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(max_length=12)  # lead, supporting
    since = models.DateTimeField()

    class Meta:
        verbose_name_plural = "case parties"
        constraints = [
            models.UniqueConstraint(fields=["case", "organisation"], name="case_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.organisation_id}"


class Assessment(models.Model):
    """One scoring of a case: its terms add up to its score."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    case = models.ForeignKey(RiskCase, models.CASCADE, related_name="assessments")
    ruleset = models.ForeignKey(Ruleset, models.PROTECT, related_name="+")
    evidence_digest = models.CharField(max_length=64)
    score = models.FloatField()
    risk_level = models.CharField(max_length=8, choices=RiskLevel.choices)
    terms = models.JSONField()  # [{"factor","value","weight","contribution","reason","params"}]
    assessed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case", "ruleset", "evidence_digest"], name="assessment_once_per_evidence"
            )
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.score}"
