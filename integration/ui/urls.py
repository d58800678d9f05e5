"""Addresses of the feeds pages."""

from django.urls import path

from integration.ui import views

urlpatterns = [
    path("feeds/", views.feeds, name="feeds"),
    path("feeds/<str:key>/", views.feed, name="feed"),
    path(
        "feeds/<str:key>/quarantine/<uuid:problem_id>/discard/",
        views.discard_row,
        name="discard_row",
    ),
]
