"""Fetching: the order of places, and servers that answer as real ones do on a bad day."""

import hashlib
import io
import json
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest
import requests

from trnn.config.address import secure
from trnn.config.load import load_run
from trnn.data.download import Fetched, download_dataset, fetch
from trnn.data.registry import Dataset
from trnn.data.web import Unavailable, Web, WebSettings
from trnn.errors import ConfigError, DataError, DownloadError

from .conftest import CHOICES_DIAGNO, DATA2, FOR_PLOS, Answer, Site, zipped

Row = Callable[..., Dataset]
GOOD = DATA2.encode()
WRONG = DATA2.replace("1655", "1600").replace("2,-4,", "2,-5,").encode()
PAGE = b"<!doctype html><html><body>Please sign in</body></html>"


@pytest.fixture
def get(tmp_path: Path, gershman_row: Row, quick: WebSettings) -> Callable[..., Fetched]:
    """Return a function that fetches the small gershman data from these addresses."""

    def run(*urls: str, mirror: str | None = None, manual: Path | None = None) -> Fetched:
        row = gershman_row(*({"kind": "url", "url": url} for url in urls))
        return fetch(row, tmp_path / "out" / "raw", manual or tmp_path / "manual", mirror, quick)

    return run


def _closed_port() -> str:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}/data2.csv"


def _failure(get: Callable[..., Fetched], tmp_path: Path, *urls: str, **where: object) -> str:
    """Return the message of a fetch that must fail, having left nothing behind."""
    with pytest.raises(DownloadError) as error:
        get(*urls, **where)
    assert not (tmp_path / "out").exists() or list((tmp_path / "out").iterdir()) == []
    return str(error.value)


def test_a_good_mirror(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    fetched = get(site.serve("/data2.csv", GOOD))
    assert (tmp_path / "out" / "raw").read_bytes() == GOOD
    assert fetched.where == site.url + "/data2.csv"
    assert fetched.sha256 == hashlib.sha256(GOOD).hexdigest()
    assert [refusal.where for refusal in fetched.tried] == [str(tmp_path / "manual")]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["raw"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(site: Site, get: Callable[..., Fetched], status: int) -> None:
    site.serve("/b", Answer(status=status, headers={"Location": "/c"}))
    site.serve("/c", GOOD)
    first = site.serve("/a", Answer(status=status, headers={"Location": site.url + "/b"}))
    assert get(first).where == first
    assert site.asked == ["/a", "/b", "/c"]


def test_endless_redirects(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    url = site.serve("/a", Answer(status=302, headers={"Location": "/a"}))
    assert f"{url}: more than 4 redirects" in _failure(get, tmp_path, url)


@pytest.mark.parametrize("status", [403, 404, 410])
def test_final_answers_are_not_asked_again(
    site: Site, get: Callable[..., Fetched], tmp_path: Path, status: int
) -> None:
    url = site.serve("/x", Answer(b"no", status))
    assert f"{url}: HTTP {status}" in _failure(get, tmp_path, url)
    assert site.asked == ["/x"]


def test_a_browser_check_is_no_file(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    url = site.serve("/x", Answer(b"", 202, {"x-amzn-waf-action": "challenge"}))
    assert "HTTP 202" in _failure(get, tmp_path, url)
    assert site.asked == ["/x"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_server_errors_pass(site: Site, get: Callable[..., Fetched], status: int) -> None:
    url = site.serve("/x", Answer(b"", status), Answer(b"", status), Answer(GOOD))
    assert get(url).where == url
    assert site.asked == ["/x"] * 3


def test_server_errors_for_ever(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    url = site.serve("/x", Answer(b"", 503))
    assert f"{url}: HTTP 503 Service Unavailable (after 3 attempts)" in _failure(get, tmp_path, url)
    assert site.asked == ["/x"] * 3


def test_the_wait_doubles(site: Site, quick: WebSettings, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr("trnn.data.web.time.sleep", waits.append)
    with pytest.raises(Unavailable):
        Web(WebSettings(attempts=4, backoff_seconds=0.5)).get(site.serve("/x", Answer(b"", 500)))
    assert waits == [0.5, 1, 2]


def test_a_truncated_body(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    cut = Answer(GOOD[:-40], announced=len(GOOD))
    assert get(site.serve("/once", cut, Answer(GOOD))).where.endswith("/once")
    (tmp_path / "out" / "raw").unlink()
    message = _failure(get, tmp_path, site.serve("/always", cut))
    assert "/always: truncated body" in message and "(after 3 attempts)" in message


def test_an_empty_body(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    assert "the body is empty" in _failure(get, tmp_path, site.serve("/x", b""))


def test_a_server_that_is_not_there(get: Callable[..., Fetched], tmp_path: Path) -> None:
    url = _closed_port()
    message = _failure(get, tmp_path, url, url + "/again")
    assert re.search(rf"{url}: no connection \([^()]*refused\) \(after 3 attempts\)", message)
    assert f"{url}/again: 127.0.0.1" in message and "could not be reached before" in message


@pytest.mark.parametrize("announced", [None, -1])
def test_a_body_over_the_limit(
    site: Site, get: Callable[..., Fetched], tmp_path: Path, announced: int | None
) -> None:
    big = Answer(b"x" * 200_000, announced=announced)
    assert "than the limit of 100000" in _failure(get, tmp_path, site.serve("/x", big))
    assert site.asked == ["/x"]


def test_a_body_without_announced_length(site: Site, get: Callable[..., Fetched]) -> None:
    url = site.serve("/x", Answer(GOOD, announced=-1))
    assert get(url).where == url


def test_a_server_that_does_not_answer(site: Site) -> None:
    url = site.serve("/x", Answer(GOOD, wait=0.3), Answer(GOOD))
    hasty = WebSettings(read_seconds=0.05, attempts=1)
    with pytest.raises(Unavailable, match=r"no answer in 0\.05 seconds"):
        Web(hasty).get(url)
    assert Web(hasty).get(url) == GOOD


def test_a_body_that_takes_too_long(site: Site) -> None:
    with pytest.raises(Unavailable, match="not finished after 0 seconds"):
        Web(WebSettings(total_seconds=0)).get(site.serve("/x", GOOD))


def test_an_html_page(site: Site, get: Callable[..., Fetched], tmp_path: Path) -> None:
    html = Answer(PAGE, headers={"Content-Type": "text/html"})
    url, good = site.serve("/login", html), site.serve("/good", GOOD)
    assert f"{url}: this is an HTML" in _failure(get, tmp_path, url)
    assert get(url, good).where == good


@pytest.mark.parametrize(
    ("entries", "reason"),
    [
        ({"data2.csv": GOOD, "../../evil.csv": b"x"}, "'../../evil.csv' climbs out of its folder"),
        ({"data2.csv": GOOD, "b.csv": b"0" * 9_000_000}, "zip bomb"),
        ({"__MACOSX/._data2.csv": b"x"}, "expected one CSV in the zip"),
    ],
)
def test_hostile_zips(
    site: Site,
    get: Callable[..., Fetched],
    tmp_path: Path,
    entries: dict[str, bytes | str],
    reason: str,
) -> None:
    before = {path for path in tmp_path.parent.rglob("*")}
    assert reason in _failure(get, tmp_path, site.serve("/x.zip", zipped(entries)))
    assert not [path for path in tmp_path.parent.rglob("evil*") if path not in before]


def test_wrong_trials_go_on_to_the_next_mirror(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    wrong, good = site.serve("/wrong", WRONG), site.serve("/good", GOOD)
    fetched = get(wrong, good)
    assert fetched.where == good
    assert "the trials are not the published ones" in fetched.tried[-1].reason
    (tmp_path / "out" / "raw").unlink()
    broken = site.serve("/broken", GOOD.replace(b"2,-4,", b"2,x,"))
    assert "/broken: not everybody can be used" in _failure(get, tmp_path, broken)


def test_the_message_when_nothing_can_be_had(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    urls = [site.serve("/one", Answer(b"", 404)), site.serve("/two", PAGE)]
    folder = tmp_path / "mirror"
    message = _failure(get, tmp_path, *urls, mirror=str(folder))
    places = re.findall(r"^  - (.*?): ", message, re.MULTILINE)
    assert places == [str(tmp_path / "manual"), f"data_mirror {folder}", *urls]
    assert "from https://example.org/data" in message
    assert f"put it, unchanged, at {tmp_path / 'manual' / 'data2.csv'}" in message
    assert "data_mirror" in message and "gershman/data2.csv" in message


def test_a_file_put_by_hand_wins_over_all(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    manual, mirror = tmp_path / "manual", tmp_path / "mirror"
    for folder in (manual, mirror):
        folder.mkdir()
        (folder / "data2.csv").write_bytes(GOOD)
    url = site.serve("/x", GOOD)
    assert get(url, mirror=str(mirror)).where == str(manual / "data2.csv")
    (manual / "data2.csv").unlink()
    assert get(url, mirror=str(mirror)).where == str(mirror / "data2.csv")
    assert site.asked == []


def test_a_wrong_file_put_by_hand_is_an_error(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    path = tmp_path / "manual" / "data2.csv"
    path.parent.mkdir()
    path.write_bytes(WRONG)
    with pytest.raises(DataError, match=r"manual/data2\.csv was put there by hand but cannot"):
        get(site.serve("/x", GOOD))
    assert site.asked == [] and not (tmp_path / "out").exists()


def test_a_misnamed_file_put_by_hand_is_noticed(
    get: Callable[..., Fetched], tmp_path: Path
) -> None:
    (tmp_path / "manual").mkdir()
    (tmp_path / "manual" / "Data_2.csv").write_bytes(GOOD)
    message = _failure(get, tmp_path, _closed_port())
    assert "no file named data2.csv; there is Data_2.csv" in message


@pytest.mark.parametrize("inside", ["gershman", "."])
@pytest.mark.parametrize("as_url", [False, True])
def test_a_mirror_folder(
    get: Callable[..., Fetched], tmp_path: Path, inside: str, as_url: bool
) -> None:
    folder = tmp_path / "a mirror"
    (folder / inside).mkdir(parents=True)
    (folder / inside / "data2.csv").write_bytes(GOOD)
    fetched = get(_closed_port(), mirror=folder.as_uri() if as_url else str(folder))
    assert Path(fetched.where) == folder / inside / "data2.csv"


@pytest.mark.parametrize("inside", ["/m/gershman", "/m"])
def test_a_mirror_on_the_web(site: Site, get: Callable[..., Fetched], inside: str) -> None:
    site.serve(f"{inside}/data2.csv", GOOD)
    assert get(_closed_port(), mirror=site.url + "/m/").where.endswith(f"{inside}/data2.csv")
    assert site.asked[0] == "/m/gershman/data2.csv"


def test_a_wrong_mirror_folder_goes_on_to_the_web(
    site: Site, get: Callable[..., Fetched], tmp_path: Path
) -> None:
    (tmp_path / "data2.csv").write_bytes(WRONG)
    url = site.serve("/x", GOOD)
    assert get(url, mirror=str(tmp_path)).where == url


@pytest.fixture
def figshare(
    site: Site, dezfouli_row: Row, tmp_path: Path, quick: WebSettings
) -> Callable[[object], Fetched]:
    """Return a function that fetches from an article whose listing is the argument."""

    def run(listing: object) -> Fetched:
        body = listing if isinstance(listing, bytes) else json.dumps(listing).encode()
        site.serve("/v2/articles/77/files", body)
        row = dezfouli_row({"kind": "figshare", "article": 77, "api": site.url + "/v2"})
        return download_dataset(row, tmp_path / "raw", None, tmp_path / "manual", quick)

    return run


def _file(site: Site, name: str, content: bytes, **change: object) -> dict[str, object]:
    """Return what the public API says of a file; served behind a redirect, as theirs are."""
    site.serve(f"/store/{name}", content)
    url = site.serve(f"/files/{name}", Answer(status=302, headers={"Location": f"/store/{name}"}))
    md5 = hashlib.md5(content).hexdigest()
    plain = {"id": 5, "name": name, "size": len(content), "is_link_only": False}
    return {**plain, "download_url": url, "supplied_md5": md5, "computed_md5": md5, **change}


def test_figshare(site: Site, figshare: Callable[[object], Fetched], tmp_path: Path) -> None:
    data = zipped({"S1/for_plos.csv": FOR_PLOS, "__MACOSX/S1/._for_plos.csv": b"\x00"})
    files = [_file(site, "readme.txt", b"x"), _file(site, "pcbi.s031.zip", data)]
    assert figshare(files).where == site.url + "/files/pcbi.s031.zip"
    assert (tmp_path / "raw").read_bytes() == data
    assert site.asked == ["/v2/articles/77/files", "/files/pcbi.s031.zip", "/store/pcbi.s031.zip"]


def test_figshare_prefers_known_names(site: Site, figshare: Callable[[object], Fetched]) -> None:
    files = [_file(site, "a.csv", b"x"), _file(site, "for_plos.csv", FOR_PLOS.encode())]
    assert figshare(files).where.endswith("/files/for_plos.csv")


def test_figshare_by_the_apis_own_door(site: Site, figshare: Callable[[object], Fetched]) -> None:
    listed = _file(site, "s031.zip", b"never served")
    data = CHOICES_DIAGNO.encode()
    listed.update(id=9, computed_md5=hashlib.md5(data).hexdigest())
    site.serve("/files/s031.zip", Answer(b"", 202))
    site.serve("/v2/file/download/9", data)
    assert figshare([listed]).where == site.url + "/v2/file/download/9"


@pytest.mark.parametrize(
    ("listing", "reason"),
    [
        (b"<html>down</html>", "not JSON"),
        ({"message": "no such article"}, "not a list of files"),
        ([{"name": "x.zip"}], "not a list of files"),
        ([], "no .zip or .csv"),
        ([{"name": "x.pdf", "download_url": "http://127.0.0.1:9/"}], "['x.pdf']"),
        ([{"name": "x.zip", "download_url": "u", "is_link_only": True}], "no .zip or .csv"),
        ([{"name": "x.zip", "download_url": "nowhere"}], "nowhere: not asked for"),
        ([{"name": "x.zip", "download_url": "http://[1"}], "http://[1: not asked for"),
        ([{"name": "x.zip", "download_url": "http://a.org/x"}], "http://a.org/x is not secure"),
    ],
)
def test_figshare_listings_of_no_use(
    figshare: Callable[[object], Fetched], listing: object, reason: str
) -> None:
    with pytest.raises(DownloadError, match=re.escape(reason)):
        figshare(listing)


def test_figshare_md5(site: Site, figshare: Callable[[object], Fetched]) -> None:
    damaged = _file(site, "for_plos.csv", FOR_PLOS.encode(), computed_md5="0" * 32)
    with pytest.raises(DownloadError, match=r"damaged body: MD5 \w+, expected 0{32} \(after 3"):
        figshare([damaged])


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the addresses that are asked for; every answer is a redirect by plain HTTP."""
    asked: list[str] = []

    def send(self: object, request: requests.PreparedRequest, **kwargs: object) -> object:
        asked.append(str(request.url))
        answer = requests.Response()
        answer.status_code, answer.url, answer.request = 302, str(request.url), request
        answer.headers["Location"] = "http://example.org/data2.csv"
        answer.raw = io.BytesIO()
        return answer

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    return asked


@pytest.mark.parametrize("start", ["https://example.com/data2.csv", "http://127.0.0.1/data2.csv"])
def test_a_redirect_to_plain_http_is_refused_before_it_is_asked_for(
    start: str, sent: list[str]
) -> None:
    with pytest.raises(Unavailable, match=r"not asked for: http://example\.org/\S+ is not secure"):
        Web().get(start)
    assert sent == [start]


INSECURE = [
    "http://example.org/m",
    "HTTP://example.org/m",
    "http://127.0.0.1.example.org/m",
    "http://localhost@example.org/m",
    "http://example.org\\@127.0.0.1/m",
    "http://127.0.0.2/m",
    "http://[::2]/m",
    "http://[::1/m",
    "http:///m",
    "http:m",
    "https:///m",
]


@pytest.mark.parametrize("url", INSECURE)
def test_plain_http_is_refused_with_what_to_do(
    url: str, get: Callable[..., Fetched], tmp_path: Path, sent: list[str]
) -> None:
    with pytest.raises(Unavailable, match="not asked for"):
        Web().get(url)
    with pytest.raises(ValueError):
        secure(url)
    with pytest.raises(ConfigError, match=r"config/config\.yaml:\n  data_mirror: "):
        load_run({"experiments": ["artificial"], "seed": 1, "data_mirror": url})
    # The rule that downloads reads the mirror as it was given.
    message = _failure(get, tmp_path, "https://example.com/x", mirror=url)
    assert f"{url}/gershman/data2.csv: not asked for" in message
    assert sent == ["https://example.com/x"]


def test_a_refusal_of_plain_http_says_why_and_what_to_use() -> None:
    with pytest.raises(ConfigError, match=r"read or changed.*Use https://, or a folder") as error:
        load_run({"experiments": ["a"], "seed": 1, "data_mirror": "http://example.org/m"})
    assert "http://example.org/m is not secure" in str(error.value)


@pytest.mark.parametrize(
    "url", ["https://a.org/m", "http://127.0.0.1:9/m", "http://localhost/m", "http://[::1]:80/m"]
)
def test_https_and_this_machine_are_allowed(url: str) -> None:
    assert secure(url) == url
    raw = {"experiments": ["artificial"], "seed": 1, "data_mirror": url}
    assert load_run(raw).data_mirror == url


@pytest.mark.parametrize("mirror", ["~nobody-here/x", "x" * 5_000, "file://[x", "a\x00b"])
def test_a_mirror_that_cannot_be_a_folder(
    mirror: str, site: Site, get: Callable[..., Fetched]
) -> None:
    fetched = get(site.serve("/x", GOOD), mirror=mirror)
    assert fetched.where.endswith("/x") and mirror in fetched.tried[-1].where


def test_importing_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess
    import sys

    code = (
        "import socket\n"
        "def refuse(*a, **k): raise AssertionError('network at import')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "import trnn.data.download, trnn.data.prepare, trnn.data.stand_ins\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
