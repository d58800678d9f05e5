"""What the REST door of tasks takes and gives."""

from typing import Any

from rest_framework import serializers

from departments.domain.origins import HAND_MADE
from departments.domain.part_table import CLIENT_NAMES as PART_NAMES
from departments.domain.task_table import CLIENT_NAMES as TASK_NAMES

__all__ = ["ReportInput", "TaskListOutput", "TaskOutput", "TransitionInput"]

NAMES = sorted(TASK_NAMES | PART_NAMES)


class ReportInput(serializers.Serializer[Any]):
    """A task reported by hand."""

    origin_kind = serializers.ChoiceField(choices=HAND_MADE, default="hand")
    title = serializers.CharField(max_length=200)
    description = serializers.CharField(max_length=4000, required=False, allow_blank=True)
    family = serializers.CharField(max_length=40, required=False, allow_blank=True)
    category = serializers.CharField(max_length=64, required=False, allow_blank=True)
    district = serializers.CharField(max_length=20, required=False, allow_blank=True)
    lon = serializers.FloatField(required=False, allow_null=True, min_value=-180, max_value=180)
    lat = serializers.FloatField(required=False, allow_null=True, min_value=-90, max_value=90)
    address = serializers.CharField(max_length=500, required=False, allow_blank=True)
    case = serializers.UUIDField(required=False, allow_null=True, source="case_id")
    incident = serializers.UUIDField(required=False, allow_null=True, source="incident_id")
    exercise = serializers.BooleanField(required=False)


class TransitionInput(serializers.Serializer[Any]):
    """A step of a task or of the caller's own part; what else is sent are the step's fields."""

    name = serializers.CharField(max_length=40, help_text=", ".join(NAMES))
    note = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=2**31 - 1, default=None
    )
    organisation = serializers.CharField(max_length=40, required=False)
    part = serializers.CharField(max_length=40, required=False)
    decision = serializers.ChoiceField(choices=["confirm", "reassign"], required=False)
    lead = serializers.CharField(max_length=40, required=False)
    supporting = serializers.ListField(
        child=serializers.CharField(max_length=40), required=False, max_length=50
    )
    proposed = serializers.CharField(max_length=40, required=False)
    officer = serializers.CharField(max_length=64, required=False)
    satisfied = serializers.ChoiceField(choices=["yes", "no"], required=False)
    outcome = serializers.ChoiceField(choices=["real", "false_alarm"], required=False)


class LimitOutput(serializers.Serializer[Any]):
    amount = serializers.FloatField()
    unit = serializers.CharField()


class PartOutput(serializers.Serializer[Any]):
    organisation = serializers.CharField()
    organisation_name = serializers.CharField()
    role = serializers.CharField()
    state = serializers.CharField()
    limit = LimitOutput()
    dispatched_at = serializers.DateTimeField()
    sign_due = serializers.DateTimeField()
    due = serializers.DateTimeField()
    signed_at = serializers.DateTimeField(allow_null=True)
    started_at = serializers.DateTimeField(allow_null=True)
    fed_back_at = serializers.DateTimeField(allow_null=True)
    feedback = serializers.CharField()
    overdue = serializers.BooleanField()
    officer = serializers.CharField(allow_null=True)
    return_count = serializers.IntegerField()
    rework_count = serializers.IntegerField()
    urge_count = serializers.IntegerField()
    version = serializers.IntegerField()


class EntryOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    at = serializers.DateTimeField()
    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment] # DRF keeps fields apart
    actor = serializers.CharField()
    organisation = serializers.CharField(allow_blank=True)
    part = serializers.CharField(allow_blank=True)
    from_state = serializers.CharField(allow_blank=True)
    to_state = serializers.CharField()
    note = serializers.CharField(allow_blank=True)
    version = serializers.IntegerField()


class RefusedOutput(serializers.Serializer[Any]):
    name = serializers.CharField()
    reason = serializers.CharField()


class OriginOutput(serializers.Serializer[Any]):
    kind = serializers.CharField(source="origin_kind")
    id = serializers.CharField(source="origin_id")
    round = serializers.IntegerField()


class TaskRowOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    origin = serializers.CharField(source="origin_kind")
    state = serializers.CharField()
    family = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    risk_level = serializers.CharField(allow_blank=True)
    district = serializers.CharField(allow_blank=True)
    lead = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    due = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    closed_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    exercise = serializers.BooleanField()
    version = serializers.IntegerField()


class TaskListOutput(serializers.Serializer[Any]):
    results = TaskRowOutput(many=True)
    next = serializers.CharField(allow_null=True)


class TaskOutput(serializers.Serializer[Any]):
    id = serializers.CharField()
    number = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField(allow_blank=True)
    origin = OriginOutput(source="*")
    state = serializers.CharField()
    family = serializers.CharField()
    category = serializers.CharField(allow_blank=True)
    risk_level = serializers.CharField(allow_blank=True)
    district = serializers.CharField(allow_blank=True)
    grid = serializers.CharField(allow_blank=True)
    lon = serializers.FloatField(allow_null=True)
    lat = serializers.FloatField(allow_null=True)
    address = serializers.CharField(allow_blank=True)
    case = serializers.CharField(source="case_id", allow_null=True)
    incident = serializers.CharField(source="incident_id", allow_null=True)
    organisation = serializers.CharField(allow_blank=True)
    duty = serializers.CharField(allow_blank=True)
    exercise = serializers.BooleanField()
    created_at = serializers.DateTimeField()
    dispatched_at = serializers.DateTimeField(allow_null=True)
    due = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    merged_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    outcome = serializers.CharField(allow_blank=True)
    rework_count = serializers.IntegerField()
    parts = PartOutput(many=True)
    allowed = serializers.ListField(child=serializers.CharField())
    not_yet = RefusedOutput(many=True, source="refused")
    timeline = EntryOutput(many=True)
    version = serializers.IntegerField()
