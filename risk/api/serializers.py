"""Input of the REST door, checked for its form; rules of the field are the services'."""

from typing import Any

from rest_framework import serializers

from risk.services import Report


class IncidentReport(serializers.Serializer[Any]):
    """An incident reported by hand: a point in WGS-84 degrees, or at least a district."""

    category = serializers.CharField(max_length=64)
    occurred_at = serializers.DateTimeField()
    summary = serializers.CharField(max_length=2000)
    severity = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=4, default=None
    )
    lon = serializers.FloatField(
        required=False, allow_null=True, min_value=-180, max_value=180, default=None
    )
    lat = serializers.FloatField(
        required=False, allow_null=True, min_value=-90, max_value=90, default=None
    )
    district = serializers.CharField(required=False, allow_blank=True, max_length=20, default="")
    address = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")
    exercise = serializers.BooleanField(required=False, default=False)

    def report(self) -> Report:
        """The checked input as the service takes it."""
        return Report(**self.validated_data)
