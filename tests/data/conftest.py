"""Small files in the studies' formats, registry rows for them, and a web server that misbehaves."""

import io
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
import pytest

from trnn.data.digest import canonical_digest
from trnn.data.layout import Layout
from trnn.data.prepare import prepare_content
from trnn.data.read_people import read_people
from trnn.data.registry import Dataset, load_registry
from trnn.data.web import WebSettings

ROOT = Path(__file__).parents[2]
REAL = ROOT.parent / "shared" / "data"

CHOICES_DIAGNO = """\
,ID,key,block,time,condition,outcome,reward,code,trial,choice,diag,PressRate.sec,Mania,Depression
1,s_9,R2,1,10,6,null,0,2,1,R2,Healthy,1.4,0,0
2,s_9,R1,1,20,6,O2,1,3,1,R1,Healthy,1.4,0,0
3,s_9,R1,1,30,6,null,0,1,2,R2,Healthy,1.4,0,0
4,s_2,R1,1,10,6,null,0,1,1,R1,Bipolar,1.4,1,2
5,s_7,R1,1,10,6,null,0,1,1,R1,Depression,1.4,0,9
6,s_7,R1,1,20,6,null,0,1,1,R1,Depression,1.4,0,9
7,s_1,R2,1,10,6,O1,1,2,1,R1,Bipolar,1.4,4,1
8,s_1,R2,2,20,6,null,0,2,7,R2,Bipolar,1.4,4,1
"""

FOR_PLOS = """\
"ID","key","block","reward","diag","best_action"
"a1f","R2",1,0,"Healthy","FALSE"
"a1f","R1",1,1,"Healthy","TRUE"
"a1f","R1",2,0,"Healthy","FALSE"
"77e","R1",1,0,"Bipolar","TRUE"
"b00","R1",1,0,"Depression","TRUE"
"b00","R1",1,0,"Depression","TRUE"
"01d","R2",1,1,"Bipolar","TRUE"
"01d","R2",7,0,"Bipolar","FALSE"
"""

DATA2 = """\
subject,block,trial,mu1,mu2,choice,reward,RT
1,1,1,-1,-2,1,0,1655
1,1,2,-1,-2,2,-4,652
1,2,1,8,3,1,9,300
2,1,1,0,5,2,4,512
2,1,2,0,5,2,6,407
2,1,3,0,5,2,5,388
"""


def zipped(entries: dict[str, bytes | str]) -> bytes:
    """Return a zip with these entries."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in entries.items():
            archive.writestr(name, content)
    return buffer.getvalue()


OWN_KEYS = {*Layout.model_fields, "also"}


def make_row(name: str, text: str, file_names: list[str], mirrors: list[dict]) -> Dataset:
    """Return a registry row whose trials are those of `text`."""
    known = load_registry(ROOT / "config/datasets")[name].model_dump()
    row = Dataset.model_validate(
        {
            **{key: known[key] for key in OWN_KEYS},
            "name": name,
            "title": "A study",
            "citation": "A (2000)",
            "licence": "none",
            "page": "https://example.org/data",
            "mirrors": mirrors,
            "file_names": file_names,
            "manual_folder": f"data/manual/{name}",
            "n_subjects": 1,
            "n_trials": 1,
            "sha256": "0" * 64,
        }
    )
    frame = prepare_content(text.encode(), "fixture", row, source="simulated").frame
    return row.model_copy(
        update={
            "n_subjects": frame["subject"].nunique(),
            "n_trials": len(frame),
            "sha256": canonical_digest(frame),
        }
    )


def read(name: str, text: str | bytes, where: str = "x") -> pd.DataFrame:
    """Return the frame that is read of a file of one of the project's data sets."""
    dataset = load_registry(ROOT / "config/datasets", [name])[name]
    return read_people(text.encode() if isinstance(text, str) else text, where, dataset).frame


@pytest.fixture
def dezfouli_row() -> Callable[..., Dataset]:
    """Return a function from mirrors to the row of the small dezfouli files."""
    names = ["choices_diagno.csv.zip", "choices_diagno.csv", "for_plos.csv"]
    default = [{"kind": "url", "url": "http://127.0.0.1:9/none"}]
    return lambda *mirrors: make_row("dezfouli", CHOICES_DIAGNO, names, list(mirrors) or default)


@pytest.fixture
def gershman_row() -> Callable[..., Dataset]:
    """Return a function from mirrors to the row of the small gershman file."""
    default = [{"kind": "url", "url": "http://127.0.0.1:9/none"}]
    return lambda *mirrors: make_row("gershman", DATA2, ["data2.csv"], list(mirrors) or default)


@dataclass
class Answer:
    """What the server answers after `wait` seconds.

    `announced` overrides Content-Length, to cut a body short; if negative, none is sent.
    """

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    announced: int | None = None
    wait: float = 0


@dataclass
class Site:
    """A server on this machine: answers by path, in order, the last one for ever."""

    url: str
    answers: dict[str, list[Answer]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def serve(self, path: str, *answers: Answer | bytes) -> str:
        """Set the answers of `path`; return its address."""
        self.answers[path] = [Answer(a) if isinstance(a, bytes) else a for a in answers]
        return self.url + path


@pytest.fixture
def site(monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Run a server; unknown paths are 404."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.split("?")[0]
            state.asked.append(path)
            queue = state.answers.get(path, [Answer(b"not here", 404)])
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            if answer.wait:
                time.sleep(answer.wait)
            self.send_response(answer.status)
            length = len(answer.body) if answer.announced is None else answer.announced
            if length >= 0:
                self.send_header("Content-Length", str(length))
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state = Site(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield state
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def quick() -> WebSettings:
    """Return download settings that do not wait."""
    return WebSettings(
        connect_seconds=2,
        read_seconds=2,
        total_seconds=10,
        attempts=3,
        backoff_seconds=0.001,
        max_bytes=100_000,
        max_redirects=4,
    )
