"""The index of a CAP feed: Atom (RFC 4287) or RSS 2.0, one entry per alert.

OASIS "CAP Feeds 1.0" (committee note 02, 2014): the id of an entry is stable and unique, its
``updated`` is when the alert was sent, its link leads to the message.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from core.errors import BadInput
from core.words import N_
from integration.domain.pulling.targets import joined
from integration.domain.xml.decoding import decoded

__all__ = ["Entry", "entries"]

_CAP = "application/cap+xml"
_MOST = 5000
_LONGEST_ID, _LONGEST_MARK = 500, 100


@dataclass(frozen=True)
class Entry:
    """One alert of an index: its id, when it was updated as it says, where its message is."""

    id: str
    mark: str
    url: str


def entries(body: bytes, url: str) -> list[Entry]:
    """The entries of an index that was fetched from ``url``, in its order, each id once.

    Raises BadInput ``malformed_file``, ``forbidden_xml``, ``unsupported_type``, ``too_many_rows``,
    ``empty_file`` or ``bad_encoding``. Entries without a link are left out.
    """
    root = _root(decoded(body))
    kind = etree.QName(root).localname
    if kind not in ("feed", "rss", "RDF"):
        message = N_("This is no index of messages: neither Atom nor RSS.")
        raise BadInput("unsupported_type", message, status=415)
    found: dict[str, Entry] = {}
    for one in _nodes(root, "entry", "item"):
        link = _link(one)
        if link:
            key = (_text(one, "id", "guid") or link)[:_LONGEST_ID]
            mark = _text(one, "updated", "pubDate", "sent", "date")[:_LONGEST_MARK]
            found.setdefault(key, Entry(key, mark, joined(url, link)))
        if len(found) > _MOST:
            message = N_("The index has more than %(most)s entries.")
            raise BadInput("too_many_rows", message, status=413, most=_MOST)
    return list(found.values())


def _root(text: str) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "surrogatepass"), parser)
    except etree.XMLSyntaxError as error:
        message = N_("The index is not well-formed XML (line %(line)s).")
        raise BadInput("malformed_file", message, line=error.lineno or 1) from None
    if root.getroottree().docinfo.doctype:
        raise BadInput(
            "forbidden_xml", N_("The index has a DOCTYPE, which is refused."), status=422
        )
    return root


def _nodes(root: etree._Element, *names: str) -> Iterator[etree._Element]:
    return (one for one in root.iter(etree.Element) if etree.QName(one).localname in names)


def _children(one: etree._Element, name: str) -> list[etree._Element]:
    return [
        child
        for child in one
        if isinstance(child.tag, str) and etree.QName(child).localname == name
    ]


def _text(one: etree._Element, *names: str) -> str:
    for name in names:
        for child in _children(one, name):
            text = (child.text or "").strip()
            if text:
                return text
    return ""


def _link(one: etree._Element) -> str:
    """The link to the message itself, before one to a page about it."""
    links = _children(one, "link")
    typed = [*links, *_children(one, "enclosure")]
    for child in typed:
        if child.get("type", "").split(";")[0].strip().lower() == _CAP:
            return child.get("href") or child.get("url") or ""
    for child in links:
        if child.get("rel", "alternate") == "alternate":
            return (child.get("href") or child.text or "").strip()
    return ""
