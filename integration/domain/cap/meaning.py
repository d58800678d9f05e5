"""What the structure cannot say: what belongs together in a message."""

from collections.abc import Callable, Iterator

from integration.domain.cap import times
from integration.domain.cap.message import Info, Message
from integration.domain.rows import Reason

__all__ = ["MOST_REFERENCES", "faults", "referable"]

MOST_REFERENCES = 1000

_NEEDS_REFERENCES = ("Update", "Cancel", "Ack", "Error")
_NEEDS_INFO = ("Alert", "Update")
_TIMES = ("effective", "onset", "expires")


def referable(reference: str, message: Message) -> bool:
    """Whether it is "sender,identifier,sent" of another message."""
    sender, *rest = reference.split(",")
    if not sender or len(rest) != 2 or not rest[0]:
        return False
    sent = times.instant(rest[1])
    itself = (sender, rest[0], sent) == (
        message.sender,
        message.identifier,
        times.instant(message.sent),
    )
    return sent is not None and not itself


def faults(message: Message, good: Callable[[str, Message], bool] = referable) -> Iterator[Reason]:
    """Reasons about a message at position 0; fields are named as CAP names the elements.

    ``good``: whether a reference of the message can name another one.
    """
    yield from _missing(message)
    if len(message.references) > MOST_REFERENCES:
        yield Reason(0, "too_long", "references", True)
    elif not all(good(one, message) for one in message.references):
        yield Reason(0, "bad_reference", "references", True)
    written = {"sent": [message.sent]} | {
        name: [getattr(info, name) for info in message.infos] for name in _TIMES
    }
    for name, texts in written.items():
        if any(map(times.nonstandard, texts)):
            yield Reason(0, "nonstandard_time", name, False)
    if any(_ends_early(info, message) for info in message.infos):
        yield Reason(0, "time_order", "expires", False)


def _missing(message: Message) -> Iterator[Reason]:
    absent = {
        "references": message.message_type in _NEEDS_REFERENCES and not message.references,
        "restriction": message.scope == "Restricted" and not message.restriction,
        "addresses": message.scope == "Private" and not message.addresses,
        "info": message.message_type in _NEEDS_INFO and not message.infos,
    }
    for name, missing in absent.items():
        if missing:
            yield Reason(0, "missing_field", name, True)


def _ends_early(info: Info, message: Message) -> bool:
    """Whether it expires before it was sent, takes effect or begins."""
    end = times.instant(info.expires)
    begins = [times.instant(text) for text in (message.sent, info.effective, info.onset)]
    return end is not None and any(begin is not None and end < begin for begin in begins)
