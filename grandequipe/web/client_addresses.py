"""The client's address or network, as the key of rate limits."""

from ipaddress import ip_address, ip_network

from flask_limiter.util import get_remote_address

# Bits. The holder of an IPv6 address has all of its /64; a site may have a /48, 65,536 of them
# (RFC 6177).
OWN_NETWORK = 64
WIDE_NETWORK = 48


def client_address() -> str:
    """Return the request's IPv4 address, or the /64 network of its IPv6 address."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    # A dual-stack socket gives an IPv4 address mapped into IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ip_network((address, OWN_NETWORK), strict=False))


def client_network() -> str | None:
    """Return the /48 network of an IPv6 address; None for IPv4, whose networks vary."""
    try:
        network = ip_network(client_address())
    except ValueError:
        return None
    return None if network.version == 4 else str(network.supernet(new_prefix=WIDE_NETWORK))
