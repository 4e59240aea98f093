"""Addresses on the web: nothing is fetched by plain HTTP."""

from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine itself, where nobody listens on the way: plain HTTP will do."""


def secure(url: str) -> str:
    """Return `url`; raise `ValueError` unless it is `https://`, or `http://` to this machine."""
    address = urlsplit(url)
    # Programs differ in where a host ends that is followed by a backslash.
    if "\\" in url or not address.hostname:
        raise ValueError(f"{url} is no web address")
    if address.scheme == "https" or (address.scheme == "http" and address.hostname in LOOPBACK):
        return url
    raise ValueError(
        f"{url} is not secure: what it sends could be read or changed on the way. "
        "Use https://, or a folder that holds the file"
    )


def is_web(text: str) -> bool:
    """Return whether `text` is an address on the web, or means to be one."""
    return text.strip().lower().startswith(("http:", "https:"))


def folder_or_secure(text: str) -> str:
    """Return `text`; raise `ValueError` if it is an address on the web that is not secure."""
    return secure(text) if is_web(text) else text


WebAddress = Annotated[str, Field(pattern=r"^https?://[^\s]+$"), AfterValidator(secure)]
