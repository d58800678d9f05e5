"""The OpenAPI document: made without a warning, valid, every operation named once."""

import io

from django.core.management import call_command


def test_the_document_is_valid_and_without_warnings() -> None:
    out = io.StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    assert "openapi: 3" in out.getvalue()
