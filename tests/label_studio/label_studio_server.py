"""Label Studio itself, started for a test on this machine alone, and two people who work in it."""

from __future__ import annotations

import http.cookiejar
import json
import os
import re
import shutil
import socket
import subprocess
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

PROGRAM = os.environ.get("LABEL_STUDIO_BIN") or shutil.which("label-studio")
QUIET = {
    "COLLECT_ANALYTICS": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "LATEST_VERSION_CHECK": "false",
}
"""Without these it calls home at nearly every request."""


class Person:
    """Somebody with an account, who talks to the server as the browser does."""

    def __init__(self, base: str, email: str) -> None:
        self.base = base
        self.cookies = http.cookiejar.CookieJar()
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))
        page = self._open("/user/signup/").decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert token is not None
        form = {"csrfmiddlewaretoken": token[1], "email": email, "password": "not-a-secret-1"}
        self._open("/user/signup/", urllib.parse.urlencode(form | {"allow_newsletters": "false"}).encode())

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """What an address of the API answers, as JSON."""
        return json.loads(self.raw(method, path, body) or b"null")

    def raw(self, method: str, path: str, body: Any = None) -> bytes:
        """What it answers, byte for byte."""
        data = None if body is None else json.dumps(body).encode()
        return self._open(path, data, method, {"Content-Type": "application/json"})

    def _open(
        self,
        path: str,
        data: bytes | None = None,
        method: str | None = None,
        more: dict[str, str] | None = None,
    ) -> bytes:
        tokens = {cookie.name: cookie.value or "" for cookie in self.cookies}
        headers = {"Referer": f"{self.base}/", "X-CSRFToken": tokens.get("csrftoken", ""), **(more or {})}
        request = urllib.request.Request(self.base + path, data=data, method=method, headers=headers)
        with self._opener.open(request, timeout=60) as answer:
            found: bytes = answer.read()
        return found


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """The address of a server that keeps everything in a folder; some 30 s until it answers."""
    assert PROGRAM is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {
        key: value for key, value in os.environ.items() if not key.startswith(("LABEL_STUDIO_", "HEARTEX_"))
    }
    base = f"http://127.0.0.1:{port}"
    with (folder / "server.log").open("wb") as log:
        process = subprocess.Popen(
            [PROGRAM, "start", "--no-browser", "--internal-host", "127.0.0.1", "-p", str(port)],
            env=own | QUIET | {"LABEL_STUDIO_BASE_DATA_DIR": str(folder)},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait(process, base, folder / "server.log")
            yield base
        finally:
            process.terminate()
            process.wait(20)


def _wait(process: subprocess.Popen[bytes], base: str, log: Path) -> None:
    for _ in range(600):
        if process.poll() is not None:
            break
        try:
            with urllib.request.urlopen(f"{base}/health", timeout=2):
                return
        except OSError:
            time.sleep(0.3)
    raise AssertionError(log.read_text(errors="replace")[-2000:])
