"""Hosts and addresses as the guard compares them."""

import ipaddress

from assistant.errors import UsageError


def host_of(entry: str) -> str:
    """Return a host of the settings in the form that is compared. Raises UsageError for what is none."""
    host = entry.strip().strip("[]")
    address = address_of(host)
    if address is not None:
        return str(address)
    if not host or not all(label and label.replace("-", "").isalnum() for label in plain(host).split(".")):
        raise UsageError(
            f"{entry!r} is not a host",
            where="allow_hosts",
            remedy="give a name or an IP address alone, without scheme, port or wildcard",
        )
    return plain(host)


def plain(name: str) -> str:
    """Return a name in the form that is compared."""
    return name.rstrip(".").lower()


def text_of(host: object) -> str:
    """Return a host as Python's socket functions take it (text, bytes or None) as text."""
    if isinstance(host, bytes | bytearray):
        return bytes(host).decode("ascii", errors="replace")
    return "" if host is None else str(host)


def address_of(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """Return the IP address that `host` spells, an IPv4 one if it is mapped into IPv6, or None for a name."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def target_of(address: object) -> str:
    """Return the address of a socket as a person writes it."""
    if isinstance(address, tuple) and len(address) >= 2:
        host = text_of(address[0])
        return f"[{host}]:{address[1]}" if ":" in host else f"{host}:{address[1]}"
    return text_of(address)
