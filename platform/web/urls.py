"""Addresses of the shell."""

from django.urls import path

from web import views

urlpatterns = [
    path("favicon.ico", views.favicon, name="favicon"),
    path("map/areas.json", views.areas, name="map_areas"),
]
