"""What two runs must have in common."""

import hashlib
import re
import zlib
from pathlib import Path

import pandas as pd

# Of when and how long, which is no result.
TIMES = ("logs", "benchmarks", "provenance", "ro-crate-metadata.json")
DURATIONS = re.compile(rb"<!-- durations -->.*?<!-- /durations -->", re.DOTALL)


def drawn(pdf: bytes) -> bytes:
    """Return what a PDF draws: its streams, a negative zero being a zero.

    The layout of a figure may round to -0 on one node and to 0 on another.
    """
    streams = re.findall(rb"stream\n(.*?)\nendstream", pdf, re.DOTALL)
    plain = [zlib.decompress(s) if s[:1] == b"x" else s for s in streams]
    return re.sub(rb"(?<![\d.])-0(?= )", b"0", b"\n".join(plain))


PICTURES = re.compile(rb"data:image/png;base64,[A-Za-z0-9+/=]+")


def size(png: bytes) -> bytes:
    """Return a picture's width and height. What it shows is what the PDF beside it draws.

    The layout's rounding may shade a pixel at the edge of a letter by one of 255 levels.
    """
    assert png[12:16] == b"IHDR"
    return png[16:24]


def digests(results: Path, rasters: bool = True) -> dict[str, str]:
    """Return the digest of every result file but for the clock's part in it.

    `rasters`: whether the pixels of figures count, or what the PDFs beside them draw alone.
    """
    out = {}
    for path in sorted(results.rglob("*")):
        kind = path.relative_to(results).parts
        if not path.is_file() or kind[0] in TIMES:
            continue
        if "training" in kind:
            frame = pd.read_parquet(path).drop(columns="seconds")
            content = frame.to_csv().encode()
        elif path.suffix == ".pdf":
            content = drawn(path.read_bytes())
        elif not rasters and path.suffix == ".png" and path.with_suffix(".pdf").exists():
            content = size(path.read_bytes())
        elif not rasters and path.suffix == ".html":
            content = PICTURES.sub(b"", DURATIONS.sub(b"", path.read_bytes()))
        else:
            content = DURATIONS.sub(b"", path.read_bytes())
        out["/".join(kind)] = hashlib.sha256(content).hexdigest()
    return out
