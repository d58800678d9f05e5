"""What is wrong with a city folder, and reading its JSON so that everything wrong is found."""

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from core.errors import fill
from core.words import N_

__all__ = ["Fault", "Faults", "Node", "parse_json"]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong in one file of a city folder.

    ``path`` is the place inside the document (``[3].line_parent``; empty: the whole file) and
    ``message`` an English msgid. A warning is told but does not keep the folder from loading.
    """

    file: str
    path: str
    code: str
    message: str
    detail: Mapping[str, object] = field(default_factory=dict)
    warning: bool = False

    @property
    def text(self) -> str:
        """The English message with its places filled."""
        return fill(self.message, self.detail)

    def __str__(self) -> str:
        place = f"{self.file}: {self.path}" if self.path else self.file
        return f"{place}: {self.text} ({self.code})"


class Faults(list[Fault]):
    """Everything found so far, in the order of finding."""

    @property
    def errors(self) -> list[Fault]:
        """What keeps the folder from loading."""
        return [fault for fault in self if not fault.warning]

    @property
    def warnings(self) -> list[Fault]:
        """What somebody should look at."""
        return [fault for fault in self if fault.warning]


@dataclass(frozen=True, slots=True)
class Node:
    """A value of a document with its place; reading it wrongly typed notes a fault.

    The readers give an empty value of the asked type after a fault, so that the reading goes on
    and finds the rest.
    """

    file: str
    path: str
    value: object
    faults: Faults

    def fault(self, code: str, message: str, /, *, warning: bool = False, **detail: object) -> None:
        """Note that something is wrong here."""
        self.faults.append(Fault(self.file, self.path, code, message, detail, warning))

    def child(self, key: str) -> "Node":
        """The member of this object, None where it is missing."""
        path = f"{self.path}.{key}" if self.path else key
        value = self.value.get(key) if isinstance(self.value, dict) else None
        return Node(self.file, path, value, self.faults)

    def known(self, *keys: str) -> None:
        """Warn of members with other names: most are slips of the pen."""
        if isinstance(self.value, dict):
            for key in self.value.keys() - set(keys):
                self.child(key).fault(
                    "unknown_key", N_("%(key)s is not read by Egret"), key=key, warning=True
                )

    def items(self) -> list["Node"]:
        """The elements of a list; none after a fault."""
        if not isinstance(self.value, list):
            self.fault("wrong_type", N_("must be a list"))
            return []
        return [
            Node(self.file, f"{self.path}[{place}]", item, self.faults)
            for place, item in enumerate(self.value)
        ]

    def rows(self) -> list["Node"]:
        """The elements of a list that are objects; the others are faults."""
        rows = self.items()
        for row in rows:
            if not isinstance(row.value, dict):
                row.fault("wrong_type", N_("must be an object"))
        return [row for row in rows if isinstance(row.value, dict)]

    def text(self, *, longest: int = 100, default: str | None = None) -> str:
        """A text that is not empty; ``default`` (if any) where there is none."""
        if self.value is None and default is not None:
            return default
        if self.value is None:
            self.fault("missing", N_("is missing"))
            return ""
        if not isinstance(self.value, str):
            self.fault("wrong_type", N_("must be a text"))
            return ""
        if not self.value.strip():
            self.fault("missing", N_("is empty"))
        elif len(self.value) > longest:
            self.fault("too_long", N_("is longer than %(longest)s characters"), longest=longest)
        return self.value

    def key(self, *, longest: int = 64) -> str:
        """A text fit for codes and addresses: letters, digits, dot, hyphen, underscore."""
        text = self.text(longest=longest)
        if text.strip() and not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", text):
            self.fault(
                "bad_key", N_("may hold letters, digits, dots, hyphens and underscores only")
            )
        return text

    def choice(self, allowed: Collection[str]) -> str:
        """One of a few words."""
        text = self.text()
        if text and text not in allowed:
            self.fault("not_allowed", N_("must be one of: %(allowed)s"), allowed=", ".join(allowed))
        return text

    def number(self, low: float, high: float, *, default: float | None = None) -> float:
        """A finite number from ``low`` to ``high``."""
        if self.value is None and default is not None:
            return default
        if isinstance(self.value, bool) or not isinstance(self.value, int | float):
            self.fault("wrong_type", N_("must be a number"))
            return low
        if not low <= self.value <= high:
            self.fault(
                "out_of_range", N_("must lie between %(low)s and %(high)s"), low=low, high=high
            )
        return float(self.value)

    def texts(self) -> list["Node"]:
        """The elements of a list that are texts; a missing list is an empty one."""
        if self.value is None:
            return []
        return [item for item in self.items() if item.text()]


class _Twice(Exception):
    """A member stands twice in one object; JSON readers disagree about which one counts."""


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        raise _Twice(next(name for name in names if names.count(name) > 1))
    return members


def _no_constant(name: str) -> object:
    raise ValueError(name)


def parse_json(file: str, body: bytes | None, faults: Faults) -> Node | None:
    """The document of a file, or None after a fault; ``body`` is None for a missing file."""
    root = Node(file, "", None, faults)
    if body is None:
        root.fault("missing_file", N_("the file is missing"))
        return None
    try:
        text = body.decode("utf-8-sig")
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        root.fault("bad_encoding", N_("is not UTF-8 at byte %(at)s"), at=error.start)
    except json.JSONDecodeError as error:
        root.fault(
            "malformed_json",
            N_("is not JSON at line %(line)s, column %(column)s: %(why)s"),
            line=error.lineno,
            column=error.colno,
            why=error.msg,
        )
    except _Twice as error:
        root.fault("duplicate_member", N_("has the member %(name)s twice"), name=str(error))
    except (ValueError, RecursionError) as error:
        root.fault("malformed_json", N_("cannot be read as JSON: %(why)s"), why=str(error))
    else:
        return Node(file, "", value, faults)
    return None
