"""Which rows become which version of which record: the version rules of a feed.

Receiving asks here only about rows whose id is already known, or stands more than once in the
chunk. All decisions are about one feed and in the order of arrival.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

__all__ = ["Arrival", "Decision", "NewVersion", "Stored", "decide"]

Rule = Literal["path", "arrival", "immutable"]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row that arrived: its ordinal, its id, the digest of its content, its version mark."""

    line: int
    source_id: str
    digest: bytes
    mark: str


@dataclass(frozen=True, slots=True)
class Stored:
    """What is stored under an id.

    ``key``: the record. ``top``: its highest version number. ``mark``: of the current version.
    ``digests`` and ``marks``: of all versions, as far as they can equal those that arrived.
    ``ahead``: the current version came after what arrives now, which was held up in quarantine.
    """

    key: str
    top: int
    mark: str
    digests: frozenset[bytes]
    marks: frozenset[str]
    ahead: bool = False


@dataclass(frozen=True, slots=True)
class NewVersion:
    """The row of ``line`` is stored as ``version`` of the record ``key``."""

    line: int
    key: str
    version: int
    current: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """New versions, and the lines that bring nothing new or may not change what is stored."""

    versions: Sequence[NewVersion]
    duplicates: Sequence[int]
    conflicts: Sequence[int]


@dataclass(slots=True)
class _State:
    """A record while the rows of one chunk pass."""

    key: str
    top: int
    mark: str
    digests: set[bytes]
    marks: set[str]
    ahead: bool
    last: int | None = None  # the line that is current, if one of this chunk

    @classmethod
    def of(cls, stored: Stored) -> "_State":
        digests, marks = set(stored.digests), set(stored.marks)
        return cls(stored.key, stored.top, stored.mark, digests, marks, stored.ahead)


def decide(rule: Rule, arrivals: Iterable[Arrival], stored: Mapping[str, Stored]) -> Decision:
    """What becomes of ``arrivals``, in order; ``stored`` by source id must know all of them.

    Content equal to any stored version is a duplicate, so that a resend never reverts. Under
    ``immutable`` other content is a conflict. Under ``path`` a newer mark becomes current, an
    older one is kept as a late version, and the mark of another content is a conflict. Under
    ``arrival`` the later content becomes current, unless the stored one is ``ahead``.
    """
    states: dict[str, _State] = {}
    taken: list[tuple[Arrival, _State, int]] = []
    duplicates: list[int] = []
    conflicts: list[int] = []
    for row in arrivals:
        state = states.get(row.source_id)
        if state is None:
            state = states[row.source_id] = _State.of(stored[row.source_id])
        if row.digest in state.digests:
            duplicates.append(row.line)
        elif rule == "immutable" or (rule == "path" and row.mark in state.marks):
            conflicts.append(row.line)
        else:
            taken.append((row, state, _store(rule, row, state)))
    versions = [
        NewVersion(row.line, state.key, version, state.last == row.line)
        for row, state, version in taken
    ]
    return Decision(versions, duplicates, conflicts)


def _store(rule: Rule, row: Arrival, state: _State) -> int:
    """Note the row as a new version and give its number."""
    state.top += 1
    state.digests.add(row.digest)
    state.marks.add(row.mark)
    newer = not state.ahead if rule == "arrival" else row.mark > state.mark
    if newer:
        state.mark, state.last = row.mark, row.line
    return state.top
