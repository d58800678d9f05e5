"""The door of the idiomatic application."""

import hashlib
import json
from typing import Any

import h3  # type: ignore[import-untyped]  # it carries no types
from django.db import transaction
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from benchmarks.idiomatic.geo import area_of, to_wgs84
from benchmarks.idiomatic.models import Record

__all__ = ["RecordsView"]


class RecordSerializer(serializers.ModelSerializer[Record]):
    """A row as it comes; the constraint of the model becomes a query for each one."""

    level = serializers.IntegerField(source="severity", min_value=1, max_value=4)
    text = serializers.CharField(source="narrative", allow_blank=True, max_length=2000)
    lon = serializers.FloatField(min_value=-180, max_value=180)
    lat = serializers.FloatField(min_value=-90, max_value=90)

    class Meta:
        model = Record
        fields = [
            "id", "source", "source_id", "category", "level", "occurred_at",
            "lon", "lat", "text", "attrs",
        ]  # fmt: skip

    def create(self, validated_data: dict[str, Any]) -> Record:
        """One record with its place and cell, one INSERT."""
        raw = json.dumps(validated_data, default=str, sort_keys=True).encode()
        lon, lat = to_wgs84(validated_data.pop("lon"), validated_data.pop("lat"))
        district, grid = area_of(lon, lat)
        return Record.objects.create(
            **validated_data,
            lon=lon,
            lat=lat,
            h3_9=h3.str_to_int(h3.latlng_to_cell(lat, lon, 9)),
            district=district,
            grid=grid,
            jurisdiction=district,
            coord_sys="GCJ-02",
            raw_hash=hashlib.sha256(raw).digest(),
        )


class RecordsView(generics.CreateAPIView[Record]):
    """One record, or a list of them in one transaction."""

    queryset = Record.objects.all()
    serializer_class = RecordSerializer

    @transaction.atomic
    def create(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Check, store and give back what came."""
        serializer = self.get_serializer(data=request.data, many=isinstance(request.data, list))
        serializer.is_valid(raise_exception=True)
        self.perform_create(serializer)
        return Response(serializer.data, status=201)
