"""Generated examples, each of them accepted or refused in words, in little time and memory.

`pytest -m faults -rP tests/faults` runs 2,000 and prints what came of them.
"""

import signal
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from trnn.errors import TrnnError

CPU_SECONDS = 2
"""Longest that an example may take; of the processor, which other work on the machine shares."""

PEAK_BYTES = 1 << 30
"""Most memory that all examples may take at once, above what the process had before."""

MESSAGE_CHARACTERS = 10_000
"""Longest message that a person is asked to read."""


class Hang(BaseException):
    """An example took too long; no `except` of the code under test may take it for its own."""


@dataclass
class Hunt:
    """What came of the examples so far."""

    accepted: int = 0
    refused: int = 0
    slowest: float = 0

    def attempt(self, call: Callable[[], Any], error: type[TrnnError], *places: str) -> Any:
        """Return what `call` returns, or None if it raises `error` that names one of `places`.

        Any other exception is the caller's to fail by.
        """
        start = time.process_time()
        # Counts the process's time, so that it goes off in a loop whatever else the machine does.
        signal.setitimer(signal.ITIMER_PROF, CPU_SECONDS)
        try:
            result = call()
        except error as refusal:
            message = str(refusal)
            assert any(place in message for place in places), message[:1_000]
            assert len(message) <= MESSAGE_CHARACTERS, message[:1_000]
            assert len(message.strip()) > max(map(len, places)), message
            self.refused += 1
            return None
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
            self.slowest = max(self.slowest, time.process_time() - start)
        self.accepted += 1
        return result


def hunt(
    strategy: st.SearchStrategy[Any], examples: int, check: Callable[[Hunt, Any], None]
) -> None:
    """Check `examples` examples, the same ones in every run; print how many were refused."""
    found = Hunt()

    @settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,  # that of `attempt` is sounder where others use the machine
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],  # to explain a failure it traces every line
    )
    @given(strategy)
    def run(example: Any) -> None:
        check(found, example)

    def stop(*_: object) -> None:
        raise Hang(f"more than {CPU_SECONDS} s of the processor")

    before = signal.signal(signal.SIGPROF, stop)
    start = time.perf_counter()
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    resident = _status("VmRSS")
    try:
        run()
    finally:
        signal.signal(signal.SIGPROF, before)
    peak = _status("VmHWM") - resident
    print(
        f"{found.accepted + found.refused} examples: {found.accepted} accepted, {found.refused} "
        f"refused; {time.perf_counter() - start:.1f} s, the slowest {found.slowest:.2f} s of the "
        f"processor; {peak / 2**20:.0f} MiB above the {resident / 2**20:.0f} MiB before"
    )
    assert found.accepted + found.refused >= examples
    assert found.accepted and found.refused  # else the examples are all of one kind
    assert peak < PEAK_BYTES


def mostly(usual: Any, others: Iterable[Any]) -> st.SearchStrategy[Any]:
    """Draw `usual` four times in five, so that not every example is refused for the same."""
    return st.integers(0, 4).flatmap(lambda n: st.sampled_from([usual] if n else list(others)))


@st.composite
def spoilt_bytes(draw: st.DrawFn, content: bytes, times: Sequence[int] = (0, 0, 0, 1, 2)) -> bytes:
    """Return `content` with bytes flipped, put in, taken out or cut off so many times."""
    data = bytearray(content)
    for _ in range(draw(st.sampled_from(times))):
        if not data:
            break
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["bit", "byte", "put in", "take out", "cut off", "repeat"])):
            case "bit":
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "byte":
                data[at] = draw(st.integers(0, 255))
            case "put in":
                data[at:at] = draw(st.binary(max_size=8))
            case "take out":
                del data[at : at + draw(st.integers(1, 40))]
            case "cut off":
                del data[at:]
            case "repeat":
                data[at:at] = data[at : at + draw(st.integers(1, 200))]
    return bytes(data)


def _status(name: str) -> int:
    """Return a size of this process from Linux's own account, bytes."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))
