"""The tests use no network, and would fail if they did."""

from __future__ import annotations

import socket
import urllib.request
from collections.abc import Callable
from typing import Any

import pytest


def connect(address: Any, family: socket.AddressFamily = socket.AF_INET) -> None:
    """A connection, waited for at most a second."""
    with socket.socket(family, socket.SOCK_STREAM) as plug:
        plug.settimeout(1)
        plug.connect(address)


def send() -> None:
    """A packet without a connection."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as plug:
        plug.sendto(b"x", ("192.0.2.1", 53))


CALLS: dict[str, Callable[[], object]] = {
    "an address": lambda: connect(("192.0.2.1", 80)),
    "an address of IPv6": lambda: connect(("2001:db8::1", 80), socket.AF_INET6),
    "a packet": send,
    "a name": lambda: socket.getaddrinfo("auditor.example", 443),
    "an old look-up of a name": lambda: socket.gethostbyname("auditor.example"),
    "a page": lambda: urllib.request.urlopen("http://auditor.example/data.csv", timeout=1),
}


@pytest.mark.parametrize("call", CALLS)
def test_whoever_reaches_for_the_network_is_stopped(call: str) -> None:
    """Before a packet leaves; not as an OSError, which code might take for a network that is down."""
    with pytest.raises(RuntimeError, match="tests use no network"):
        CALLS[call]()


def test_this_machine_can_be_reached() -> None:
    """A listener in a test, and a browser that is driven through a socket, stay possible."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        connect(("127.0.0.1", listener.getsockname()[1]))
    if hasattr(socket, "AF_UNIX"):
        one, other = socket.socketpair()
        one.close()
        other.close()
