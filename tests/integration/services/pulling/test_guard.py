"""Nothing but what is on the list is ever connected to, whatever an address or a name says."""

import datetime as dt
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pytest_django import Settings

from audit.domain import SYSTEM
from audit.models import AuditEntry
from core.errors import DomainError, NotAllowed, RuleBroken
from integration.domain.pulling.targets import Entry, Place
from integration.models import PullSource, PullTarget
from integration.services.pulling import allow_target, revoke_target, set_up_source
from integration.services.pulling.fetching import Fetcher
from integration.services.pulling.resolving import checked_address
from integration.services.pulling.targets import allowed_entries
from tests.cast import Cast
from tests.integration.services.pulling.conftest import allow, always, http, pulled, rows
from tests.integration.services.pulling.server import Reply, Source, running
from tests.shared import shared_path

pytestmark = pytest.mark.django_db
SetUp = Callable[..., PullSource]


def _listed() -> list[str]:
    return [
        str(one) for one in json.loads(shared_path("hostile", "ssrf_urls.json").read_text())["urls"]
    ]


class Canary:
    """A listener on both loopbacks that must never be called."""

    def __init__(self) -> None:
        self.calls = 0
        self.sockets: list[socket.socket] = []
        first = self._listen(socket.AF_INET, "127.0.0.1", 0)
        self.port: int = first.getsockname()[1]
        if socket.has_ipv6:
            self._listen(socket.AF_INET6, "::1", self.port)

    def _listen(self, family: int, host: str, port: int) -> socket.socket:
        one = socket.socket(family, socket.SOCK_STREAM)
        try:
            one.bind((host, port))
        except OSError:  # a machine without IPv6
            one.close()
            return one
        one.listen()
        self.sockets.append(one)
        threading.Thread(target=self._accept, args=(one,), daemon=True).start()
        return one

    def _accept(self, one: socket.socket) -> None:
        while True:
            try:
                called, _ = one.accept()
            except OSError:
                return
            self.calls += 1
            called.close()


@pytest.fixture
def canary() -> Iterator[Canary]:
    one = Canary()
    yield one
    for each in one.sockets:
        each.close()


def _answers(host: str, port: int) -> list[str]:
    """A resolver by which every name is this machine, as an attacker's would say."""
    try:
        return [one[4][0] for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except OSError:
        return ["127.0.0.1"]


@pytest.mark.reference
def test_listed_addresses_are_refused_and_nothing_is_called(canary: Canary) -> None:
    """As they are and with the canary's port; with all on the list that can be put there."""
    for scheme, port in (("http", 80), ("https", 443), ("http", 22), ("http", canary.port)):
        allow_target(
            scheme=scheme,
            host="allowed.example",
            port=port,
            private=False,
            reason="",
            actor=SYSTEM,
        )
    assert len(_listed()) > 20
    for url in _listed():
        for address in {url, _towards(url, canary.port)}:
            fetcher = Fetcher(_with_entry(address), _answers)
            with pytest.raises(DomainError):
                fetcher.get(address, {}, seconds=2, most=1000)
            # And if all of that let it pass, what it resolves to does not.
            named = _towards(address, canary.port).rpartition("@")[2].removeprefix("http://")
            host = named.rpartition(":")[0].strip("[]")
            with pytest.raises(DomainError):
                checked_address(Entry(Place("http", host, canary.port), private=False), _answers)
    assert canary.calls == 0
    # The canary does sing.
    with socket.create_connection(("127.0.0.1", canary.port), 2) as called:
        called.recv(1)
    assert canary.calls == 1


def _towards(url: str, port: int) -> str:
    """The same address at another port, where it has one at all."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return url
    told = f"[{host}]" if ":" in host else host
    at = parts.netloc.rpartition("@")
    return urlunsplit(parts._replace(netloc=f"{at[0]}{at[1]}{told}:{port}"))


def _with_entry(url: str) -> list:
    """The list with the address's own place on it, where an entry of it can be made at all."""
    try:
        parts = urlsplit(url)
        allow_target(
            scheme=parts.scheme,
            host=parts.hostname or "",
            port=parts.port or 80,
            private=False,
            reason="",
            actor=SYSTEM,
        )
    except (DomainError, ValueError):
        pass
    return allowed_entries()


@pytest.mark.reference
def test_listed_addresses_cannot_be_set_up(set_up: SetUp) -> None:
    for url in _listed():
        with pytest.raises(RuleBroken):
            set_up({"kind": "http", "url": url})


@pytest.mark.reference
def test_a_redirect_to_a_listed_address_is_not_followed(
    allowed: Source, set_up: SetUp, canary: Canary
) -> None:
    set_up(http(allowed))
    for url in (*_listed(), f"http://127.0.0.1:{canary.port}/"):
        sent = url.encode("ascii", "ignore").decode()
        allowed.answer = always(Reply(status=302, headers={"Location": sent}))
        assert pulled().code == "redirected"
    assert canary.calls == 0


def test_a_name_that_changes_its_mind_is_asked_once_and_taken_at_its_word(
    source: Source, set_up: SetUp, canary: Canary
) -> None:
    """DNS rebinding: a good address first, this machine's canary second."""
    source.host = "rebinding.example"
    allow(source)
    asked = []

    def rebinding(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    source.answer = always(Reply(rows("J1")))
    set_up(http(source))
    assert pulled(resolver=rebinding).rows == 1
    assert asked == ["rebinding.example"]
    assert source.asked[0].headers["host"] == f"rebinding.example:{source.port}"


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::1"], ["::ffff:127.0.0.1"], ["169.254.169.254"]],
)
def test_a_public_name_with_an_inner_address_is_refused(
    source: Source, set_up: SetUp, addresses: list[str]
) -> None:
    source.host = "public.example"
    allow(source, private=False)
    set_up(http(source))
    attempt = pulled(resolver=lambda host, port: addresses)
    assert attempt.code == "address_refused"
    assert source.asked == []


def test_metadata_is_refused_even_where_private_is_meant(source: Source, set_up: SetUp) -> None:
    source.host = "inner.example"
    allow(source)
    set_up(http(source))
    assert pulled(resolver=lambda host, port: ["169.254.169.254"]).code == "address_refused"


def test_a_place_taken_off_the_list_is_not_pulled_from_any_more(
    allowed: Source, set_up: SetUp
) -> None:
    allowed.answer = always(Reply(rows("J1")))
    set_up(http(allowed))
    revoke_target(target_id=PullTarget.objects.get().id, actor=SYSTEM)
    assert pulled().code == "place_not_allowed"
    assert allowed.asked == []
    acts = AuditEntry.objects.filter(object_kind="pull_target").values_list("act", flat=True)
    assert set(acts) == {"pull.allow", "pull.revoke"}


def test_proxies_of_the_environment_are_not_used(
    allowed: Source, set_up: SetUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    allowed.answer = always(Reply(rows("J1")))
    set_up(http(allowed))
    assert pulled().rows == 1


def test_only_system_administrators_set_sources_up(allowed: Source, cast: Cast) -> None:
    for who in ("feed_officer", "city_supervisor"):
        with pytest.raises(NotAllowed):
            set_up_source(
                viewer=cast.viewer(who),
                feed_key="police110",
                document=http(allowed),
                every_seconds=60,
                secret=None,
            )
    with pytest.raises(DomainError, match="no such object"):
        set_up_source(
            viewer=cast.viewer("security_admin"),
            feed_key="police110",
            document=http(allowed),
            every_seconds=60,
            secret=None,
        )


def test_stored_credentials_do_not_go_to_another_host(
    allowed: Source, set_up: SetUp, source: Source
) -> None:
    set_up(http(allowed), secret={"user": "a", "password": "b"})
    set_up(http(allowed, "/other"), keep_secret=True)
    with running(always(Reply(rows("J1")))) as other:
        allow(other)
        with pytest.raises(RuleBroken, match="another host"):
            set_up(http(other), keep_secret=True)
        set_up(http(other))
        pulled()
        assert "authorization" not in other.asked[0].headers


def _certified(folder: Path, name: str) -> tuple[Path, ssl.SSLContext]:
    """A certificate that is its own authority, and the context of a server that shows it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - dt.timedelta(days=1))
        .not_valid_after(today + dt.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName(
                [x509.DNSName(name), x509.IPAddress(ip_address("127.0.0.9"))]
            ),
            critical=False,
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "certificate.pem", folder / "key.pem"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, secret)
    return certificate, context


def test_the_name_is_verified_at_the_pinned_address(
    tmp_path: Path, settings: Settings, set_up: SetUp
) -> None:
    authority, context = _certified(tmp_path, "feeds.example")
    settings.PULL_CA_FILE = str(authority)
    here = {"resolver": lambda host, port: ["127.0.0.1"]}
    with running(always(Reply(rows("J1"))), tls=context) as secure:
        for name, code in (("feeds.example", ""), ("other.example", "tls_refused")):
            secure.host = name
            allow(secure)
            set_up(http(secure))
            attempt = pulled(**here)
            assert attempt.code == code, attempt.detail
        settings.PULL_CA_FILE = ""  # nobody vouches for it
        secure.host = "feeds.example"
        set_up(http(secure))
        assert pulled(**here).code == "tls_refused"
