"""Where a request comes from, as it is counted: an address, or the networks of one."""

from ipaddress import ip_address, ip_network

from flask_limiter.util import get_remote_address

# Who has one IPv6 address has all of its network; many who have one have 65,536 of them (RFC 6177).
OWN_NETWORK = 64
WIDE_NETWORK = 48


def place() -> str:
    """Name where a request comes from: an address, or the network of one."""
    try:
        address = ip_address(get_remote_address())
    except ValueError:
        return get_remote_address()
    # A server that listens on both families names an address of IPv4 by one of IPv6.
    address = getattr(address, "ipv4_mapped", None) or address
    if address.version == 4:
        return str(address)
    return str(ip_network((address, OWN_NETWORK), strict=False))


def wide_place() -> str | None:
    """Name the network around an address of IPv6; that of IPv4 cannot be known."""
    try:
        network = ip_network(place())
    except ValueError:
        return None
    return None if network.version == 4 else str(network.supernet(new_prefix=WIDE_NETWORK))
