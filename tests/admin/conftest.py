from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast

SignIn = Callable[[str], Client]


@pytest.fixture
def sign_in(cast: Cast) -> SignIn:
    """A browser in which somebody of the cast is signed in; "stranger" is nobody."""

    def signed_in(name: str) -> Client:
        client = Client(headers={"accept-language": "en"})
        if name != "stranger":
            client.force_login(cast.officer(name), backend="accounts.backends.OfficerBackend")
        return client

    return signed_in
