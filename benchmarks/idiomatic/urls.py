from django.urls import path

from benchmarks.idiomatic.api import RecordsView

urlpatterns = [path("records/", RecordsView.as_view())]
