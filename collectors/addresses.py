"""Which addresses may be asked at all: public ones, over https, named by a host name that the source allows."""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
from collections.abc import Callable, Collection
from urllib.parse import SplitResult, urlsplit

Resolve = Callable[[str, int], tuple[str, ...]]
"""Host name and port to the addresses it has now; raises OSError when there are none."""

_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
# translated and special ranges whose inner address may be private; ``is_global`` of Python 3.11 lets them pass
_DENIED = tuple(
    map(
        ipaddress.ip_network,
        (
            "64:ff9b::/96",
            "64:ff9b:1::/48",
            "2002::/16",
            "2001::/32",
            "fec0::/10",
            "::/96",
            "192.0.0.0/24",
            "192.88.99.0/24",
        ),
    )
)


class NotAllowed(ValueError):
    """An address that we do not go to; ``str(e)`` says why, in a few words."""


def check_url(url: str, hosts: Collection[str] | None, local: str | None) -> SplitResult:
    """Take ``url`` apart when it may be asked; raises NotAllowed otherwise.

    ``hosts`` is the list of allowed host names (None allows every public one); ``local`` is the origin of a stand-in
    (``http://127.0.0.1:8080``), the only exception to https, to names instead of numbers and to the standard port.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise NotAllowed("an address that cannot be read") from None
    if any(ord(c) <= 32 or ord(c) == 127 for c in url) or "\\" in url:
        raise NotAllowed("an address that cannot be read")
    if local and (parts.scheme, parts.netloc) == urlsplit(local)[:2]:
        return parts
    if parts.scheme != "https":
        raise NotAllowed("an address without https")
    if parts.username is not None or parts.password is not None:
        raise NotAllowed("an address with a user name in it")
    if port not in (None, 443):
        raise NotAllowed("an address with an unusual port")
    host = (parts.hostname or "").lower()
    if not _NAME.match(host):
        raise NotAllowed("an address without a public host name")
    if hosts is not None and host not in hosts:
        raise NotAllowed("an address of another site")
    return parts


def is_public(address: str) -> bool:
    """Whether ``address`` (IPv4 or IPv6, as text) belongs to the public internet."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    inner = getattr(found, "ipv4_mapped", None)
    if inner is not None:
        return is_public(str(inner))
    return found.is_global and not found.is_multicast and not any(found in net for net in _DENIED)


def is_loopback(address: str) -> bool:
    """Whether ``address`` is this machine's own."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def resolve(host: str, port: int) -> tuple[str, ...]:
    """The addresses of ``host`` as the system resolves them, without doubles, in its order."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(row[4][0]) for row in found))


def resolve_within(ask: Resolve, host: str, port: int, seconds: float) -> tuple[str, ...]:
    """``ask``, given up after ``seconds``: the system's resolver has no time-out. Raises OSError or TimeoutError."""
    answers: list[tuple[str, ...] | BaseException] = []

    def run() -> None:
        try:
            answers.append(ask(host, port))
        except BaseException as error:
            answers.append(error)

    asking = threading.Thread(target=run, daemon=True)
    asking.start()
    asking.join(seconds)
    if not answers:
        raise TimeoutError
    if isinstance(answers[0], BaseException):
        raise answers[0]
    return answers[0]
