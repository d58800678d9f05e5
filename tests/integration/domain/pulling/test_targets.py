"""Addresses that may be pulled from: the form of them, the list, and what they resolve to."""

import pytest

from core.errors import RuleBroken
from integration.domain.pulling.addresses import refused
from integration.domain.pulling.targets import Entry, Place, check_entry, entry_for, place_of


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("https://data.example.org/rows.json?a=1", Place("https", "data.example.org", 443)),
        ("http://Data.Example.ORG:8080", Place("http", "data.example.org", 8080)),
        ("http://10.1.2.3/x", Place("http", "10.1.2.3", 80)),
        ("https://[2001:4860:4860::8888]:444/", Place("https", "2001:4860:4860::8888", 444)),
        ("http://feeds/x", Place("http", "feeds", 80)),
    ],
)
def test_plain_addresses_lead_to_a_place(url: str, place: Place) -> None:
    assert place_of(url) == place


@pytest.mark.parametrize(
    "url",
    [
        "",
        "rows.json",
        "//data.example.org/",
        "https://",
        "https://data.example.org:/",
        "https://data.example.org:0x50/",
        "https://data.example.org:99999/",
        "https://user@data.example.org/",
        "https://data.example.org/a#b",
        "https://data.example.org/a b",
        "https://data.example.org\\@127.0.0.1/",
        "https://data.example.org\n/",
        "https://数据.example.org/",
        "https://data.example.org./",
        "http://0x7f.1/",
        "http://1.2.3/",
        "http://010.0.0.1/",
        "http://[::1%25lo]/",
        "http://[fe80::1%25eth0]/",
        "http://[::ffff:1.2.3.4]/",
        "ftp://data.example.org/",
        "file:///etc/passwd",
        f"https://data.example.org/{'x' * 2000}",
    ],
)
def test_others_are_refused(url: str) -> None:
    with pytest.raises(RuleBroken):
        entry_for(place_of(url), [])


@pytest.mark.parametrize(
    ("address", "public", "private"),
    [
        ("8.8.8.8", True, True),
        ("2001:4860:4860::8888", True, True),
        ("10.0.0.5", False, True),
        ("172.31.255.255", False, True),
        ("192.168.1.1", False, True),
        ("100.64.0.1", False, True),
        ("127.0.0.1", False, True),
        ("::1", False, True),
        ("fd12::1", False, True),
        ("169.254.169.254", False, False),
        ("169.254.1.1", False, False),
        ("100.100.100.200", False, False),
        ("fd00:ec2::254", False, False),
        ("fe80::1", False, False),
        ("fe80::1%eth0", False, False),
        ("fec0::1", False, False),
        ("0.0.0.0", False, False),
        ("::", False, False),
        ("224.0.0.1", False, False),
        ("239.1.2.3", False, False),
        ("ff02::1", False, False),
        ("255.255.255.255", False, False),
        ("240.0.0.1", False, False),
        ("192.0.2.1", False, False),
        ("198.18.0.1", False, False),
        ("::ffff:127.0.0.1", False, False),
        ("::ffff:8.8.8.8", False, False),
        ("::127.0.0.1", False, False),
        ("64:ff9b::7f00:1", False, False),
        ("2002:7f00:1::", False, False),
        ("2001:0:7f00:1::", False, False),
        ("nonsense", False, False),
    ],
)
def test_addresses_are_judged_by_what_they_are(address: str, public: bool, private: bool) -> None:
    assert refused(address, private=False) is not public
    assert refused(address, private=True) is not private


@pytest.mark.parametrize(
    ("scheme", "host", "port", "private"),
    [
        ("https", "0x7f000001", 443, True),
        ("https", "2130706433", 443, True),
        ("https", "127.1", 443, True),
        ("https", "127.0.0.1", 443, False),
        ("https", "169.254.169.254", 80, True),
        ("https", "*.example.org", 443, False),
        ("https", "a b", 443, False),
        ("https", "", 443, False),
        ("https", "data.example.org", 0, False),
        ("https", "data.example.org", 70_000, False),
        ("https", "/var/run/postgresql", 443, True),
        ("postgresql", "/var/run/postgresql", 5432, False),
    ],
)
def test_entries_are_checked_when_they_are_made(
    scheme: str, host: str, port: int, private: bool
) -> None:
    with pytest.raises(RuleBroken):
        check_entry(scheme, host, port, private=private)


def test_the_whole_place_must_be_on_the_list() -> None:
    entries = [Entry(Place("https", "data.example.org", 443), private=False)]
    assert entry_for(place_of("https://data.example.org/any"), entries) is entries[0]
    for url in (
        "http://data.example.org/",
        "https://data.example.org:8443/",
        "https://data.example.org.evil.example/",
        "https://sub.data.example.org/",
    ):
        with pytest.raises(RuleBroken, match="not on the list"):
            entry_for(place_of(url), entries)
