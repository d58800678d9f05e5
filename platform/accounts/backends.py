"""Sign-in by user name and password."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from accounts.models import Officer
from accounts.selectors import may_sign_in


class OfficerBackend(BaseBackend):
    """Checks a password; demo accounts are refused where no demo runs."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **kwargs: Any,
    ) -> Officer | None:
        if username is None or password is None:
            return None
        officer = Officer.objects.filter(username=username).first()
        if officer is None:
            # The same work for unknown names: the answer's time tells nothing.
            Officer().set_password(password)
            return None
        return officer if officer.check_password(password) and may_sign_in(officer) else None

    def get_user(self, user_id: Any) -> Officer | None:
        officer = Officer.objects.select_related("organisation").filter(pk=user_id).first()
        return officer if officer and may_sign_in(officer) else None
