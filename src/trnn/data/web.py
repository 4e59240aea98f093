"""One address to its bytes: time limits, retries with back-off, and no half or endless bodies."""

import hashlib
import logging
import re
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from trnn.config.address import secure

logger = logging.getLogger(__name__)

CHUNK_BYTES = 1 << 16
MESSAGE_CHARACTERS = 200
RETRIED = frozenset({429, 500, 502, 503, 504})
"""Answers that may be different a moment later; others (403, 404, …) are final."""


class Unavailable(Exception):
    """A file cannot be had from a place; the text says why."""


class _Passing(Unavailable):
    """Why this attempt failed; another may not."""


class _NoConnection(_Passing):
    """The server could not be reached at all."""


@dataclass(frozen=True)
class WebSettings:
    """Limits of a download. Times are in seconds, sizes in bytes."""

    connect_seconds: float = 10
    read_seconds: float = 60  # between two pieces of a body
    total_seconds: float = 600  # for one body, looked at between two pieces
    attempts: int = 4
    backoff_seconds: float = 0.5  # before the second attempt; doubled each time
    max_bytes: int = 64 * 2**20  # the largest real file has 8 MB
    max_redirects: int = 10


class _PlainHttp(HTTPAdapter):
    """What sends `http://` requests: to this machine alone.

    Every request of a session goes through an adapter, those of redirects too, so that one that
    leads away from HTTPS is refused before it is sent.
    """

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        _refuse_insecure(request.url or "")
        return super().send(request, *args, **kwargs)


@dataclass
class Web:
    """Fetches addresses; remembers servers that cannot be reached, so as to wait for them once."""

    settings: WebSettings = field(default_factory=WebSettings)
    _unreachable: set[str] = field(default_factory=set)

    def get(self, url: str, md5: str = "") -> bytes:
        """Return the whole body at `url`, following redirects.

        Server errors (429, 5xx), broken connections and truncated bodies are tried again.

        Raises
        ------
        Unavailable
            If the server cannot be reached, answers anything but 200, sends less than it
            announced, nothing, more than the limit, or a body of another MD5 than `md5` (if given);
            or if `url`, or an address that it redirects to, is not secure (`config.address`).
        """
        _refuse_insecure(url)
        server = urlsplit(url).netloc
        if server in self._unreachable:
            raise Unavailable(f"{server} could not be reached before")
        last = _Passing("not tried")
        for attempt in range(1, self.settings.attempts + 1):
            try:
                return self._attempt(url, md5)
            except _Passing as error:
                logger.info("%s: attempt %d: %s", url, attempt, error)
                last = error
            if attempt < self.settings.attempts:
                time.sleep(self.settings.backoff_seconds * 2 ** (attempt - 1))
        if isinstance(last, _NoConnection):
            self._unreachable.add(server)
        raise Unavailable(f"{last} (after {self.settings.attempts} attempts)") from last

    def _attempt(self, url: str, md5: str) -> bytes:
        settings = self.settings
        # No compression on the way, so that Content-Length is the length of the file.
        headers = {"Accept-Encoding": "identity", "User-Agent": "trnn-pipeline (python-requests)"}
        with requests.Session() as session:
            session.mount("http://", _PlainHttp())
            session.max_redirects = settings.max_redirects
            timeout = (settings.connect_seconds, settings.read_seconds)
            try:
                answer = session.get(url, headers=headers, timeout=timeout, stream=True)
            except requests.TooManyRedirects as error:
                raise Unavailable(f"more than {settings.max_redirects} redirects") from error
            except requests.ConnectionError as error:  # includes the time-out of a connection
                raise _NoConnection(f"no connection ({_short(error)})") from error
            except requests.Timeout as error:
                raise _Passing(f"no answer in {settings.read_seconds} seconds") from error
            except requests.RequestException as error:
                raise Unavailable(f"request failed ({_short(error)})") from error
            with answer:
                _check_status(answer)
                try:
                    body = self._body(answer)
                except requests.RequestException as error:
                    raise _Passing(f"truncated body ({_short(error)})") from error
        if not body:
            raise _Passing("the body is empty")
        found = hashlib.md5(body, usedforsecurity=False).hexdigest()
        if md5 and found != md5.lower():
            raise _Passing(f"damaged body: MD5 {found}, expected {md5}")
        return body

    def _body(self, answer: requests.Response) -> bytes:
        limit = self.settings.max_bytes
        announced = answer.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > limit:
            raise Unavailable(f"the file has {announced} bytes, more than the limit of {limit}")
        deadline = time.monotonic() + self.settings.total_seconds
        body = bytearray()
        for chunk in answer.iter_content(CHUNK_BYTES):
            body += chunk
            if len(body) > limit:
                raise Unavailable(f"the file has more bytes than the limit of {limit}")
            if time.monotonic() > deadline:
                raise Unavailable(f"not finished after {self.settings.total_seconds} seconds")
        plain = "Content-Encoding" not in answer.headers
        if announced.isdigit() and plain and len(body) != int(announced):
            raise _Passing(f"truncated body: {len(body)} of {announced} bytes")
        return bytes(body)


def _refuse_insecure(url: str) -> None:
    try:
        secure(url)
    except ValueError as error:
        raise Unavailable(f"not asked for: {error}") from error


def _check_status(answer: requests.Response) -> None:
    status = f"HTTP {answer.status_code} {answer.reason or ''}".strip()
    if answer.status_code == requests.codes.ok:
        return
    if answer.status_code in RETRIED:
        raise _Passing(status)
    if answer.status_code == requests.codes.accepted:
        # figshare's web site answers so, with an empty body, to anything but a browser.
        raise Unavailable(f"{status}: no file; the server wants a browser")
    raise Unavailable(status)


def _short(error: Exception) -> str:
    """Return the innermost reason: requests wraps it in layers that repeat the address."""
    inner: Any = error.args[0] if error.args else error
    inner = getattr(inner, "reason", inner)
    text = re.sub(r"^\w+\(.*?\): ", "", str(inner))
    return text if len(text) <= MESSAGE_CHARACTERS else text[:MESSAGE_CHARACTERS] + " …"
