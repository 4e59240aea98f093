"""What two runs must have in common."""

import hashlib
from pathlib import Path

import pandas as pd


def digests(results: Path) -> dict[str, str]:
    """Return the digest of every result file; seconds of training, the clock's, are left out."""
    out = {}
    for path in sorted(results.rglob("*")):
        kind = path.relative_to(results).parts
        if not path.is_file() or kind[0] in ("logs", "benchmarks"):
            continue
        if "training" in kind:
            frame = pd.read_parquet(path).drop(columns="seconds")
            content = frame.to_csv().encode()
        else:
            content = path.read_bytes()
        out["/".join(kind)] = hashlib.sha256(content).hexdigest()
    return out
