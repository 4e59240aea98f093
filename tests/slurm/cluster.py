"""A SLURM of one node on this machine's loopback: started and stopped by process id.

From Debian's packages `slurm-wlm` and `munge`; it needs root, but neither systemd nor cgroups.
"""

import fcntl
import os
import shutil
import signal
import socket
import subprocess
import time
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("munged", "munge", "slurmctld", "slurmd", "sbatch", "squeue", "scancel")
# Steps of a job lose every SLURM_* variable, so that only here they find the settings.
SETTINGS = Path("/etc/slurm/slurm.conf")
SECONDS = 60  # that a daemon may take to answer

# What a cluster without accounting, on one machine, needs beyond the profile.
PROFILE = ("--profile", "profiles/slurm", "--latency-wait", "10")
PROFILE += ("--slurm-status-command", "squeue", "--slurm-init-seconds-before-status-checks", "10")

CONFIGURATION = """\
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller_port}
SlurmdPort={node_port}
NodeName={host} NodeAddr=127.0.0.1 CPUs={cpus} RealMemory={memory} State=UNKNOWN
PartitionName=test Nodes={host} Default=YES MaxTime=INFINITE State=UP
SlurmdParameters=config_overrides
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
CredType=cred/munge
AuthInfo=socket={folder}/munge.socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
PlugStackConfig={folder}/plugstack.conf
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
SchedulerParameters=sched_min_interval=100000,batch_sched_delay=0,bf_interval=5
JobAcctGatherType=jobacct_gather/linux
JobAcctGatherFrequency=task=1
JobAcctGatherParams=OverMemoryKill
AccountingStorageType=accounting_storage/none
JobCompType=jobcomp/filetxt
JobCompLoc={folder}/completed.txt
MinJobAge=3600
ReturnToService=2
JobRequeue=0
"""


def missing() -> list[str]:
    """Return the programs that are not installed."""
    return [name for name in PROGRAMS if shutil.which(name) is None]


@dataclass(frozen=True)
class Job:
    """What SLURM says of a job: its rule or group, state, and what it asked for and took."""

    number: int
    comment: str
    state: str
    cpus: int
    memory: str
    time_limit: str
    elapsed: str

    def __str__(self) -> str:
        asked = f"{self.cpus} core, {self.memory}, {self.time_limit} asked"
        return f"{self.number:>5} {self.state:<10} {asked}, {self.elapsed} used: {self.comment}"


class Cluster:
    """A running cluster, its files in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def jobs(self) -> list[Job]:
        """Return every job so far, from SLURM's own list, the first first."""
        columns = "JobID,Comment,State,NumCPUs,MinMemory,TimeLimit,TimeUsed"
        form = ",".join(f"{name}:|" for name in columns.split(","))
        text = _output("squeue", "--states=all", "--noheader", "--sort=i", f"--Format={form}")
        rows = [[cell.strip() for cell in line.split("|")] for line in text.splitlines()]
        return [
            Job(int(row[0]), row[1], row[2], int(row[3]), row[4], row[5], row[6]) for row in rows
        ]

    def completed(self) -> str:
        """Return the log of jobs that have ended."""
        path = self.folder / "completed.txt"
        return path.read_text() if path.exists() else ""


@contextmanager
def cluster(folder: Path):
    """Start a cluster and yield it; stop what was started, whatever happened.

    A machine has one at a time: who comes second waits until the first has ended, or was killed.
    """
    folder.mkdir(parents=True)
    _write_settings(folder)
    with ExitStack() as stack:
        stack.enter_context(_turn())
        if SETTINGS.is_symlink():
            SETTINGS.unlink()  # what a test that was killed has left: it held the turn
        SETTINGS.symlink_to(folder / "slurm.conf")
        stack.callback(SETTINGS.unlink)
        munge = [f"--{name}={folder}/munge.{name}" for name in ("socket", "log-file", "seed-file")]
        munge += [f"--pid-file={folder}/munge.pid", f"--key-file={folder}/munge.key"]
        _start(stack, folder, "munged", "--foreground", "--force", *munge)
        _wait("munge", "-n", f"--socket={folder}/munge.socket")
        _start(stack, folder, "slurmctld", "-D", "-c")
        _wait("scontrol", "ping", wanted="UP")
        _start(stack, folder, "slurmd", "-D")
        _wait("sinfo", "--noheader", "--format=%T", wanted="idle")
        stack.callback(_cancel)
        yield Cluster(folder)


@contextmanager
def _turn():
    """Hold the one place where settings are; the system ends the hold of a process that dies."""
    SETTINGS.parent.mkdir(exist_ok=True)
    with (SETTINGS.parent / "trnn-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _write_settings(folder: Path) -> None:
    for name in ("state", "spool"):
        (folder / name).mkdir()
    (folder / "plugstack.conf").touch()
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o400)
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    ports = _free_ports(2)
    settings = CONFIGURATION.format(
        host=socket.gethostname().split(".")[0],
        controller_port=ports[0],
        node_port=ports[1],
        cpus=os.cpu_count(),
        memory=pages * size // 2**20 * 9 // 10,
        folder=folder,
    )
    (folder / "slurm.conf").write_text(settings)


def _free_ports(n: int) -> list[int]:
    with ExitStack() as stack:
        sockets = [stack.enter_context(closing(socket.socket())) for _ in range(n)]
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]


def _start(stack: ExitStack, folder: Path, *command: str) -> None:
    output = stack.enter_context((folder / f"{command[0]}.output").open("wb"))
    process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    stack.callback(_stop, process)


def _stop(process: subprocess.Popen) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _cancel() -> None:
    subprocess.run(["scancel", "--user=root"], check=False)
    end = time.monotonic() + SECONDS
    while _output("squeue", "--noheader") and time.monotonic() < end:
        time.sleep(0.5)


def _output(*command: str) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _wait(*command: str, wanted: str = "") -> None:
    end = time.monotonic() + SECONDS
    while True:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode == 0 and wanted in done.stdout:
            return
        if time.monotonic() > end:
            raise RuntimeError(f"`{' '.join(command)}` after {SECONDS} s: {done}")
        time.sleep(0.2)
