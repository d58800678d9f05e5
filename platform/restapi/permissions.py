"""Who may call an endpoint at all; what they then see is the selectors' question."""

from typing import TYPE_CHECKING

from rest_framework.permissions import BasePermission

if TYPE_CHECKING:
    # rest_framework.views loads this module for its settings.
    from rest_framework.request import Request
    from rest_framework.views import APIView


def _kind(request: "Request") -> str:
    user = request.user
    if user is None:
        return ""
    return "partner" if hasattr(user, "viewer") else "officer"


class Anyone(BasePermission):
    """No sign-in asked."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return True


class IsOfficer(BasePermission):
    """A signed-in officer."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return _kind(request) == "officer"


class IsPartner(BasePermission):
    """A partner's machine."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return _kind(request) == "partner"


class IsOfficerOrPartner(BasePermission):
    """Either."""

    def has_permission(self, request: "Request", view: "APIView") -> bool:
        return _kind(request) != ""
