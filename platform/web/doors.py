"""Which addresses are the machines': they answer with an envelope, never with a page."""

_MACHINE_DOORS = ("/api/", "/cap/", "/open311/", "/sta/", "/healthz", "/readyz", "/metrics")


def is_machine_door(path: str) -> bool:
    """Whether a program calls here, not an officer's browser."""
    return path.startswith(_MACHINE_DOORS)
