from django.db import models

from core.ids import uuid7
from departments.domain.states import PartState, Role, TaskState


class OriginKind(models.TextChoices):
    ALERT = "alert"
    HAND = "hand"
    INSTRUCTION = "instruction"
    MEETING = "meeting"
    PLAN = "plan"
    HOTSPOT = "hotspot"
    PUBLIC = "public"
    DRILL = "drill"
    PARENT = "parent"


class Task(models.Model):
    """One task (任务单) with a lead and supporting departments."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    number = models.CharField(max_length=24, unique=True)
    origin_kind = models.CharField(max_length=12, choices=OriginKind.choices)
    origin_id = models.CharField(max_length=64)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=12, choices=[(s.value, s.value) for s in TaskState])
    # Grows with every change of the task or of any of its parts.
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=200)
    description = models.TextField(blank=True)
    family = models.CharField(max_length=40)
    category = models.CharField(max_length=64, blank=True)
    risk_level = models.CharField(max_length=8, blank=True)
    district = models.CharField(max_length=20, blank=True)
    grid = models.CharField(max_length=20, blank=True)
    lon = models.FloatField(null=True)
    lat = models.FloatField(null=True)
    address = models.CharField(max_length=500, blank=True)
    case = models.ForeignKey("risk.RiskCase", models.PROTECT, null=True, related_name="tasks")
    incident = models.ForeignKey("risk.Incident", models.PROTECT, null=True, related_name="tasks")
    organisation = models.ForeignKey(  # who reported it by hand
        "city.Organisation", models.PROTECT, null=True, related_name="+"
    )
    duty = models.ForeignKey("departments.Duty", models.PROTECT, null=True, related_name="+")
    # The duty's limits and escalation as they stood at dispatch: later edits do not reach it.
    plan = models.JSONField(default=dict)
    exercise = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    dispatched_at = models.DateTimeField(null=True)
    due = models.DateTimeField(null=True)
    merged_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=12, blank=True)  # real, false_alarm
    rework_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["origin_kind", "origin_id", "round"], name="task_once_per_origin_round"
            )
        ]
        indexes = [
            models.Index(fields=["-created_at", "-id"], name="task_newest"),
            models.Index(fields=["state", "due"], name="task_by_state_and_due"),
            models.Index(fields=["district", "-created_at", "-id"], name="task_newest_district"),
        ]

    def __str__(self) -> str:
        return self.number


class TaskPart(models.Model):
    """One organisation's part (分办单) of a task, with a state and a clock of its own."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    task = models.ForeignKey(Task, models.CASCADE, related_name="parts")
    organisation = models.ForeignKey("city.Organisation", models.PROTECT, related_name="+")
    role = models.CharField(max_length=10, choices=[(r.value, r.value) for r in Role])
    state = models.CharField(max_length=10, choices=[(s.value, s.value) for s in PartState])
    officer = models.ForeignKey("accounts.Officer", models.PROTECT, null=True, related_name="+")
    version = models.PositiveIntegerField(default=1)  # the task's version at its last change
    dispatched_at = models.DateTimeField()
    sign_due = models.DateTimeField()
    due = models.DateTimeField()
    limit = models.JSONField(default=dict)  # {"amount", "unit"} of handling
    signed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    fed_back_at = models.DateTimeField(null=True)
    feedback = models.TextField(blank=True)
    return_count = models.PositiveSmallIntegerField(default=0)
    rework_count = models.PositiveSmallIntegerField(default=0)
    urge_count = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["task", "organisation"], name="part_once_per_task"),
            models.UniqueConstraint(
                fields=["task"],
                condition=models.Q(role="lead") & ~models.Q(state="released"),
                name="one_lead_per_task",
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "due"], name="part_inbox")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.organisation_id}"


class TaskEntry(models.Model):
    """One history entry (流转记录) of a task or of a part; never changed."""

    id = models.UUIDField(primary_key=True, default=uuid7)
    task = models.ForeignKey(Task, models.PROTECT, related_name="entries")
    part = models.ForeignKey(TaskPart, models.PROTECT, null=True, related_name="entries")
    name = models.CharField(max_length=40)
    from_state = models.CharField(max_length=12, blank=True)
    to_state = models.CharField(max_length=12)
    version = models.PositiveIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=12)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=120)
    organisation = models.ForeignKey(
        "city.Organisation", models.PROTECT, null=True, related_name="+"
    )
    note = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        verbose_name_plural = "task entries"
        indexes = [models.Index(fields=["task", "id"], name="entry_by_task")]

    def __str__(self) -> str:
        return f"{self.task_id} {self.name}"
