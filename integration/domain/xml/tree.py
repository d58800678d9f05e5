"""From the text of a document to a small tree, within bounds and without any outside thing.

A DOCTYPE is refused before the parser sees the text, so no entity is ever declared. Comments,
processing instructions and XInclude are not acted upon.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from core.errors import BadInput
from core.words import N_

__all__ = ["WHITE", "Bounds", "Node", "parsed"]

WHITE = " \t\r\n"
"""What XML calls white space."""

_PIECE = 1 << 16  # characters; a bound is noticed within one piece


@dataclass(slots=True)
class Node:
    """One element: names of its attributes, its own text (CDATA included), its children."""

    namespace: str
    name: str
    attributes: tuple[str, ...] = ()
    children: list["Node"] = field(default_factory=list)
    text: str = ""


@dataclass(frozen=True)
class Bounds:
    """How much a document may hold. ``counted``: name → most elements of it, in any namespace."""

    elements: int
    depth: int = 32
    counted: Mapping[str, int] = field(default_factory=dict)


def parsed(text: str, bounds: Bounds, check_root: Callable[[str, str], None]) -> Node:
    """The root element of a document that begins with ``<``.

    ``check_root``: raises BadInput for a root of another namespace or name. Raises BadInput
    ``forbidden_xml``, ``malformed_file``, ``too_many_rows`` or ``too_large``.
    """
    _check_prolog(text)
    target = _Target(bounds, check_root)
    parser = etree.XMLParser(
        target=target,
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
    )
    try:
        for start in range(0, len(text), _PIECE):
            parser.feed(text[start : start + _PIECE].encode("utf-8", "surrogatepass"))
        root: Node | None = parser.close()
    except etree.XMLSyntaxError as error:
        raise _malformed(error.lineno) from None
    if root is None:
        raise _malformed(1)
    return root


def _check_prolog(text: str) -> None:
    """Walk over white space, comments and instructions before the root; refuse a DOCTYPE."""
    at = 0
    while True:
        while text[at : at + 1] in WHITE and at < len(text):
            at += 1
        if text.startswith("<!--", at):
            at = _behind(text, "-->", at + 4)
        elif text.startswith("<?", at):
            at = _behind(text, "?>", at + 2)
        elif text[at : at + 9].upper() == "<!DOCTYPE":
            raise _forbidden()
        else:
            return


def _behind(text: str, mark: str, start: int) -> int:
    found = text.find(mark, start)
    if found < 0:
        raise _malformed(text.count("\n") + 1)
    return found + len(mark)


class _Target:
    """Builds the tree from the parser's events and stops it at the first bound."""

    def __init__(self, bounds: Bounds, check_root: Callable[[str, str], None]) -> None:
        self._bounds, self._check_root = bounds, check_root
        self._root: Node | None = None
        self._open: list[Node] = []
        self._texts: list[list[str]] = []
        self._elements = 0
        self._counts: Counter[str] = Counter()

    def start(self, tag: str, attributes: Any) -> None:
        namespace, name = _split(tag)
        if self._root is None:
            self._check_root(namespace, name)
        self._count(name)
        node = Node(namespace, name, tuple(attributes))
        if self._open:
            self._open[-1].children.append(node)
        else:
            self._root = node
        self._open.append(node)
        self._texts.append([])

    def data(self, text: str) -> None:
        if self._texts:
            self._texts[-1].append(text)

    def end(self, tag: str) -> None:
        self._open.pop().text = "".join(self._texts.pop())

    def doctype(self, name: str, public: str | None, system: str | None) -> None:
        raise _forbidden()

    def comment(self, text: str) -> None:
        """Ignored."""

    def pi(self, target: str, data: str | None = None) -> None:
        """Ignored; a style sheet is not fetched."""

    def close(self) -> Node | None:
        return self._root

    def _count(self, name: str) -> None:
        self._elements += 1
        bounds = self._bounds
        if self._elements > bounds.elements or len(self._open) >= bounds.depth:
            message = N_(
                "The document is too large: at most %(elements)s elements, nested %(depth)s deep."
            )
            raise BadInput(
                "too_large", message, status=413, elements=bounds.elements, depth=bounds.depth
            )
        most = bounds.counted.get(name)
        if most is not None:
            self._counts[name] += 1
            if self._counts[name] > most:
                message = N_("The document has more than %(most)s elements %(name)s. Divide it.")
                raise BadInput("too_many_rows", message, status=413, most=most, name=name)


def _split(tag: str) -> tuple[str, str]:
    namespace, _, name = tag.rpartition("}")
    return namespace.removeprefix("{"), name


def _malformed(line: int | None) -> BadInput:
    message = N_("The document is not well-formed XML (line %(line)s). Send it again whole.")
    return BadInput("malformed_file", message, line=line or 1)


def _forbidden() -> BadInput:
    message = N_("The document has a DOCTYPE. None is needed here; send it without.")
    return BadInput("forbidden_xml", message, status=422)
