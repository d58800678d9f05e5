from django.db import models

from core.ids import uuid7


class SubjectKind(models.TextChoices):
    PLACE = "place"
    FACILITY = "facility"
    ENTERPRISE = "enterprise"


class Subject(models.Model):
    """A risk point (风险点): a place, facility or enterprise; never a person."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    kind = models.CharField(max_length=12, choices=SubjectKind.choices)
    key = models.CharField(max_length=120, unique=True)  # e.g. "spot:8931…": what makes it one
    name_zh = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    geometry = models.JSONField(null=True)
    lon = models.FloatField()
    lat = models.FloatField()
    district = models.CharField(max_length=20, blank=True)
    grid = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=500, blank=True)
    # What a register or an inspection tells of it: {"risk_class": 1..4, …}; nothing of persons.
    attributes = models.JSONField(default=dict)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    created_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="subject_newest"),
            models.Index(
                fields=["name_zh"],
                condition=models.Q(kind=SubjectKind.ENTERPRISE),
                name="subject_enterprise_by_name",
            ),
        ]

    def __str__(self) -> str:
        return self.key


class SubjectCell(models.Model):
    """An H3 cell (resolution 9) that a subject covers."""

    subject = models.ForeignKey(Subject, models.CASCADE, related_name="cells")
    cell = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "cell"], name="subject_cell_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.cell:x}"


class SubjectRecord(models.Model):
    """A record is about a subject, on these grounds."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    subject = models.ForeignKey(Subject, models.CASCADE, related_name="links")
    record = models.ForeignKey("integration.RecordKey", models.PROTECT, related_name="+")
    grounds = models.JSONField()  # [{"field", "level", "weight"}]
    weight = models.FloatField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["record", "subject"], name="subject_link_once")
        ]

    def __str__(self) -> str:
        return f"{self.subject_id} {self.record_id}"
