"""Fixtures of the whole test suite."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from example_page import make_hostile_page, make_page
from hypothesis import settings

from auditor.report.elements import Page

settings.register_profile("here", deadline=None)  # no test is about time
settings.register_profile("ci", settings.get_profile("here"), derandomize=True)  # a red run is the change's
settings.load_profile("ci" if os.environ.get("CI") else "here")


CALLS = {
    "socket.connect": 1,
    "socket.sendto": 1,
    "socket.sendmsg": 1,
    "socket.getaddrinfo": 0,
    "socket.gethostbyname": 0,
    "socket.gethostbyaddr": 0,
    "socket.getnameinfo": 0,
}
"""Audit event -> which of its arguments is the address."""
blocked = False


class NetworkUsed(RuntimeError):
    """A test, or what it tests, reached for the network; no OSError, which code takes for bad luck."""


def _stay_here(event: str, arguments: tuple[Any, ...]) -> None:
    """Raise for every address but this machine's own and the sockets in its files."""
    if not blocked or event not in CALLS:
        return
    address = arguments[CALLS[event]]
    if event in {"socket.connect", "socket.sendto", "socket.sendmsg"} and not isinstance(address, tuple):
        return  # AF_UNIX, or an address that was allowed before
    host = address[0] if isinstance(address, tuple) else address
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    if not (name in {"localhost", "::1"} or name.startswith("127.")):
        raise NetworkUsed(f"{event} {name}: tests use no network")


sys.addaudithook(_stay_here)


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """No connection and no look-up of a name in the whole suite, whoever asks for it in this process.

    An audit hook sees the calls of every library, however it imported its sockets.
    """
    global blocked
    blocked = True
    yield
    blocked = False


@pytest.fixture(params=["en", "ko"])
def example_page(request: pytest.FixtureRequest) -> Page:
    """An ordinary report page, in each language."""
    return make_page(request.param)


@pytest.fixture(params=["en", "ko"])
def hostile_page(request: pytest.FixtureRequest) -> Page:
    """The same page over data that attacks it, in each language."""
    return make_hostile_page(request.param)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real datasets beside the project; without it the test is skipped.

    With AUDITOR_REQUIRE_SHARED set a missing folder is a failure.
    """
    folder = Path(__file__).parents[2] / "shared" / "data"
    if folder.is_dir():
        return folder
    if os.environ.get("AUDITOR_REQUIRE_SHARED"):
        pytest.fail(f"{folder} is missing, and AUDITOR_REQUIRE_SHARED is set")
    pytest.skip(f"the real datasets of {folder} are not here")
