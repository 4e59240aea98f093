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


def digests(results: Path) -> dict[str, str]:
    """Return the digest of every result file but for the clock's part in it."""
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
        else:
            content = DURATIONS.sub(b"", path.read_bytes())
        out["/".join(kind)] = hashlib.sha256(content).hexdigest()
    return out
