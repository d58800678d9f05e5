"""Addresses of SensorThings, below /sta/v1.1/."""

from django.urls import path

from integration.api.sensorthings import (
    CreateObservationsView,
    DatastreamsView,
    DatastreamView,
    ObservationsOfView,
    ObservationsView,
    ObservationView,
)

urlpatterns = [
    path("Observations", ObservationsView.as_view(), name="sta_observations"),
    path("Observations(<path:key>)", ObservationView.as_view(), name="sta_observation"),
    path("CreateObservations", CreateObservationsView.as_view(), name="sta_create_observations"),
    path("Datastreams", DatastreamsView.as_view(), name="sta_datastreams"),
    path(
        "Datastreams(<path:key>)/Observations",
        ObservationsOfView.as_view(),
        name="sta_observations_of",
    ),
    path("Datastreams(<path:key>)", DatastreamView.as_view(), name="sta_datastream"),
]
