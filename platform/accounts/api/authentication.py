"""How officers and partners prove who they are at the REST door."""

from dataclasses import dataclass
from typing import cast

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import (
    BaseAuthentication,
    SessionAuthentication,
    get_authorization_header,
)
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.domain import Viewer
from accounts.models import Officer, PartnerKey
from accounts.selectors import officer_by_token, partner_by_key, viewer_of


@dataclass(frozen=True)
class Partner:
    """A partner's machine, in the place of a user."""

    key: PartnerKey
    is_authenticated: bool = True

    @property
    def viewer(self) -> Viewer:
        """What the key may do: push to its own feed."""
        return Viewer(
            kind="partner",
            id=str(self.key.id),
            label=self.key.feed_key,
            acting=frozenset({self.key.organisation_id}),
            feed_key=self.key.feed_key,
        )


def viewer_of_request(request: Request) -> Viewer:
    """Who is asking, made once per request; call it only behind a permission class."""
    known: Viewer | None = getattr(request, "known_viewer", None)
    if known is None:
        user = cast("Officer | Partner", request.user)  # as our authenticators gave it
        known = user.viewer if isinstance(user, Partner) else viewer_of(user)
        request.known_viewer = known  # type: ignore[attr-defined]
    return known


def _secret(request: Request, keyword: bytes) -> str | None:
    """The secret behind `keyword` in the Authorization header, or None for another keyword."""
    words = get_authorization_header(request).split()
    if not words or words[0].lower() != keyword:
        return None
    if len(words) != 2:
        raise AuthenticationFailed(_("The Authorization header must be a keyword and a secret."))
    return words[1].decode("ascii", "replace")


class OfficerTokenAuthentication(BaseAuthentication):
    """`Authorization: Token …`"""

    def authenticate(self, request: Request) -> tuple[Officer, None] | None:
        secret = _secret(request, b"token")
        if secret is None:
            return None
        officer = officer_by_token(secret)
        if officer is None:
            raise AuthenticationFailed(_("This token opens nothing."))
        return officer, None

    def authenticate_header(self, request: Request) -> str:
        return "Token"


class PartnerKeyAuthentication(BaseAuthentication):
    """`Authorization: Api-Key …`"""

    def authenticate(self, request: Request) -> tuple[Partner, None] | None:
        secret = _secret(request, b"api-key")
        if secret is None:
            return None
        key = partner_by_key(secret)
        if key is None:
            raise AuthenticationFailed(_("This key opens nothing."))
        return Partner(key), None

    def authenticate_header(self, request: Request) -> str:
        return "Api-Key"


class OfficerSessionAuthentication(SessionAuthentication):
    """The session of the pages, with their CSRF check."""

    def authenticate(self, request: Request) -> tuple[Officer, None] | None:
        http: HttpRequest = request._request
        if not isinstance(http.user, Officer):
            return None
        self.enforce_csrf(request)
        return http.user, None


def _header(keyword: str) -> dict[str, str]:
    return {"type": "apiKey", "in": "header", "name": "Authorization", "description": keyword}


class _TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = OfficerTokenAuthentication
    name = "officerToken"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return _header("Token …")


class _KeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = PartnerKeyAuthentication
    name = "partnerKey"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return _header("Api-Key …")


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = OfficerSessionAuthentication
    name = "officerSession"

    def get_security_definition(self, auto_schema: object) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
