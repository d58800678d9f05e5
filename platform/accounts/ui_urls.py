"""Addresses of signing in and out, and of the choice of language."""

from django.urls import path

from accounts import ui

urlpatterns = [
    path("sign-in/", ui.SignIn.as_view(), name="sign_in"),
    path("sign-out/", ui.SignOut.as_view(), name="sign_out"),
    path("language/", ui.set_language, name="set_language"),
]
