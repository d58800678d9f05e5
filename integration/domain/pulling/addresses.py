"""Which network addresses may be connected to.

RFC 6890 (special-purpose addresses), and the addresses at which clouds serve a machine's own
credentials. An address is judged after the name was resolved, and that very address is connected
to: judging the name alone would trust whoever answers for it.
"""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

__all__ = ["is_literal", "refused"]

_METADATA = frozenset(
    map(ip_address, ("169.254.169.254", "100.100.100.200", "192.0.0.192", "fd00:ec2::254"))
)
_PRIVATE = tuple(
    ip_network(one)
    for one in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "::1/128",
        "fc00::/7",
    )
)
# An IPv4 address in the clothes of an IPv6 one: nobody needs to be reached this way.
_WRAPPING = tuple(
    ip_network(one)
    for one in (
        "::/96",
        "::ffff:0:0/96",
        "::ffff:0:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)


def is_literal(host: str) -> bool:
    """Whether a host is written as an address, in its usual form."""
    try:
        return str(ip_address(host)) == host.lower()
    except ValueError:
        return False


def refused(address: str, *, private: bool) -> bool:
    """Whether an address may not be connected to.

    ``private``: addresses of own networks and of this machine are meant. Link-local, multicast,
    unspecified, reserved and metadata addresses are refused always.
    """
    try:
        one = ip_address(address)
    except ValueError:
        return True
    if one in _METADATA or _never(one):
        return True
    if any(one in net for net in _PRIVATE if net.version == one.version):
        return not private
    return not one.is_global


def _never(one: IPv4Address | IPv6Address) -> bool:
    if isinstance(one, IPv6Address):
        if one.scope_id is not None or one.is_site_local:
            return True
        if one != IPv6Address("::1") and any(one in net for net in _WRAPPING):
            return True
    return one.is_link_local or one.is_multicast or one.is_unspecified
