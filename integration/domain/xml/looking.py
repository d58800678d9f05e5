"""A look at what a body is, before it is read as a whole."""

from core.errors import BadInput
from core.words import N_
from integration.domain.xml.decoding import decoded
from integration.domain.xml.tree import WHITE, Bounds, parsed

__all__ = ["check_markup", "root_of"]

_HEAD = 4096  # characters looked at


def check_markup(text: str) -> None:
    """Raise BadInput ``unsupported_type`` (415) for a text that cannot be XML."""
    if not text[:_HEAD].lstrip(WHITE).startswith("<"):
        message = N_("The delivery is no XML document. Send it in the format agreed for the feed.")
        raise BadInput("unsupported_type", message, status=415)


class _Found(Exception):
    """The root element, as soon as the parser meets it."""

    def __init__(self, namespace: str, name: str) -> None:
        super().__init__(namespace, name)
        self.root = (namespace, name)


def root_of(body: bytes) -> tuple[str, str] | None:
    """Namespace and name of the root element; None for what is no XML, or has a DOCTYPE."""

    def stop(namespace: str, name: str) -> None:
        raise _Found(namespace, name)

    try:
        text = decoded(body)
        check_markup(text)
        parsed(text, Bounds(elements=1), stop)
    except _Found as found:
        return found.root
    except BadInput:
        return None
    return None
