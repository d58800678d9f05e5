"""What the OpenAPI document needs to be told about our addresses."""

from typing import Any

__all__ = ["keys_in_parentheses"]

Endpoint = tuple[str, str, str, Any]
"""Path, its regular expression, method and view."""


def keys_in_parentheses(endpoints: list[Endpoint], **kwargs: object) -> list[Endpoint]:
    """Addresses as OData writes them, ``Datastreams({key})``: the generator loses them."""
    return [
        (path.replace("{var}", "({key})"), regex, method, view)
        for path, regex, method, view in endpoints
    ]
