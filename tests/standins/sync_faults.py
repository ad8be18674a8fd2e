"""`leads-excel sync` on a computer that fails: full disks, calls that the system refuses, and sudden death.

Nothing is put between the program and its system: a limit of the size of files that comes and goes, a small file
system, SIGKILL, and system calls that strace has fail.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import threading
import time
from collections import Counter
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from subprocess import CalledProcessError

import commands
import programs
from store_world import World, assert_same

from leads_excel.dates.days import Days
from leads_excel.dates.typed_dates import today
from leads_excel.fetching.fetch import tables_from
from leads_excel.store import open_source
from leads_excel.store.database.connection import Database
from leads_excel.store.upkeep import soundness

RUNS = int(os.environ.get("SYNC_FAULTS", "25"))
DAYS = 12
LIMIT = 60  # seconds for a sync
# What files are read and written with; without `openat`, `mmap` and the like Python itself does not run.
_CALLS = ("pwrite64", "pread64", "fdatasync", "fsync", "ftruncate", "fcntl", "unlink")
_ERRORS = ("ENOSPC", "EIO", "EACCES", "EDQUOT", "EROFS", "ENOMEM")


@dataclass(frozen=True)
class Outcome:
    """What came of a sync.

    Args:
        fault: What failed, in words.
        code: Its exit code; negative for a signal.
        told: What it printed to standard error.
        whole: Whether the store held everything asked for afterwards.
    """

    fault: str
    code: int
    told: str
    whole: bool


def check_nights(folder, forks, runs):
    """Run syncs that meet a fault each, and check what each leaves.

    Args:
        folder: Where the stores are.
        forks: The context that makes processes.
        runs: How many.

    Returns:
        How often each kind of fault ended how, one line for each.
    """
    seen = Counter()
    with Night(folder, forks) as night:
        kinds = night.kinds()
        for number in range(runs):
            kind = kinds[number % len(kinds)]
            outcome = night.meet(kind)
            assert outcome.whole or outcome.code != 0, outcome
            assert "Traceback" not in outcome.told, outcome
            assert outcome.code in {0, 2, 4, -signal.SIGKILL}, outcome
            assert outcome.code <= 0 or outcome.told.strip(), outcome
            assert night.mend(), outcome
            seen[kind, outcome.code, outcome.whole] += 1
    return [
        f"{count:5,} x {kind}: exit code {code}, the store holds {'everything' if whole else 'less than asked for'}"
        for (kind, code, whole), count in sorted(seen.items())
    ]


class Night:
    """A DMS, a folder with a store, and syncs that meet a fault each."""

    def __init__(self, folder, forks, seed=5):
        self.folder = folder
        self.forks = forks
        self.dice = random.Random(seed)
        self.moment = datetime.now(UTC)
        self.world = World(folder / "store" / "leads.sqlite", leads_per_day=25, ttl=0)
        self._expected = {}

    def __enter__(self):
        (self.folder / "store").mkdir()
        self.world.__enter__()
        self.world.now = self.moment - timedelta(days=1)  # before anything could count as settled
        code, told = self._sync(self.world.settings.store, [])
        assert code == 0, told
        self.before = Path(shutil.move(self.world.settings.store, self.folder / "before.sqlite"))
        self.world.now = self.moment
        return self

    def __exit__(self, *_):
        self.world.__exit__()

    @property
    def days(self):
        """The days that a sync is asked for."""
        last = today(self.world.settings.zone)
        return Days(last - timedelta(days=DAYS - 1), last)

    def kinds(self):
        """List the faults that this computer can have."""
        found = ["size", "kill"]
        if os.geteuid() == 0 and shutil.which("mount") and _mounts(self.folder):
            found.append("disk")
        if shutil.which("strace"):
            found.append("calls")
        return found

    def meet(self, kind):
        """Run a sync that meets a fault, and tell what came of it."""
        with ExitStack() as stack:
            folder = self.folder / "store"
            if kind == "disk":
                fault = self._small_disk(stack, folder)
            store = folder / "leads.sqlite"
            _clear(folder)
            if self.dice.random() < 0.5:
                with suppress(OSError):  # a disk that small
                    shutil.copy(self.before, store)
            if kind == "size":
                limits = self._limits()
                fault, (code, told) = f"limits {limits}", self._sync(store, limits)
            elif kind == "kill":
                after = self.dice.uniform(0, 0.8)
                fault, (code, told) = f"killed after {after:.3f} s", self._sync(store, [], kill=after)
            elif kind == "calls":
                fault = ",".join(self._injection() for _ in range(self.dice.randint(1, 2)))
                code, told = self._sync(store, [], inject=fault)
            else:
                code, told = self._sync(store, [])
            # What a program in trouble left must not be taken for what it says: the oracle has room to look.
            looked_at = self.folder / "looked-at"
            shutil.rmtree(looked_at, ignore_errors=True)
            shutil.copytree(folder, looked_at)
            return Outcome(f"{kind}: {fault}", code, told, self._is_whole(looked_at / "leads.sqlite"))

    def mend(self):
        """Sync what the last fault left, on a computer that works again; return whether all is there and right."""
        store = self.folder / "looked-at" / "leads.sqlite"
        code, told = self._sync(store, [])
        assert code == 0, told
        return self._is_whole(store)

    def _is_whole(self, store):
        """Compare what the store holds, without asking anybody, with what the API says."""
        days = self.days
        if days not in self._expected:
            self._expected[days] = self.world.directly(days)
        settings = self.world.settings.replace(store=str(store))
        try:
            with open_source(settings, offline=True) as source:
                assert_same(tables_from(self.world.question(days), source, settings), self._expected[days])
            with closing(Database(str(store))) as database:
                assert soundness.verify(database) == []
        except Exception as error:  # noqa: BLE001 - whatever is wrong, it is not whole
            self.why = f"{type(error).__name__}: {error}"
            return False
        return True

    def _small_disk(self, stack, folder):
        size = self.dice.choice((150, 250, 350, 450, 550, 700, 1000))
        stack.enter_context(mounted(folder, size))
        return f"{size} KiB"

    def _limits(self):
        """Draw moments and the sizes that files may have from then on; None is any."""
        at, found = 0.0, []
        for _ in range(self.dice.randint(1, 5)):
            found.append((round(at, 3), self.dice.choice((4_000, 50_000, 100_000, 200_000, 300_000, 400_000))))
            at += self.dice.uniform(0.01, 0.3)
            if self.dice.random() < 0.8:
                found.append((round(at, 3), None))
                at += self.dice.uniform(0.01, 0.2)
        return found

    def _injection(self):
        call, error = self.dice.choice(_CALLS), self.dice.choice(_ERRORS)
        first, step = self.dice.randint(1, 40), self.dice.choice(("", "+", f"+{self.dice.randint(2, 9)}"))
        return f"{call}:error={error}:when={first}{step}"

    def _sync(self, store, limits, *, kill=None, inject=None):
        variables = {
            **os.environ,
            "LEADS_EXCEL_ENVIRONMENT": "test",
            "LEADS_EXCEL_BASE_URL": self.world.server.url,
            "LEADS_EXCEL_STORE": str(store),
            "LEADS_EXCEL_TTL": "0",
            "LEADS_EXCEL_SETTLE_DAYS": "60",  # every window is asked for each time
            "LEADS_EXCEL_ATTEMPTS": "1",
        }
        streams = [self.folder / name for name in ("in", "out", "err")]
        streams[0].touch()
        arguments = ["sync", "--since", self.days.first.isoformat()]
        told = (arguments, variables, self.folder, streams, {})
        process = self.forks.Process(target=_sync_under, args=(told, limits, inject is not None), daemon=True)
        ready = self.folder / "ready"
        ready.unlink(missing_ok=True)
        process.start()
        with ExitStack() as stack:
            if inject:
                while not ready.exists() and process.is_alive():
                    time.sleep(0.005)
                watched = [option for one in inject.split(",") for option in ("-e", f"inject={one}")]
                trace = ["strace", "-f", "-qq", "-o", os.devnull, "-p", str(process.pid), *watched]
                stack.enter_context(programs.started(trace, limit=2 * LIMIT))
            process.join(kill if kill is not None else LIMIT)
            if kill is not None or process.is_alive():
                process.kill()
                process.join(LIMIT)
        return process.exitcode, streams[2].read_text(encoding="utf-8", errors="replace")


def _sync_under(told, limits, traced):
    """Run the command under limits; a process of its own."""
    import resource  # noqa: PLC0415 - not on Windows

    if traced:
        (told[2] / "ready").touch()
    while traced and "TracerPid:\t0\n" in Path("/proc/self/status").read_text(encoding="utf-8"):
        time.sleep(0.005)
    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]

    def limit():
        start = time.monotonic()
        for at, size in limits:
            time.sleep(max(0, start + at - time.monotonic()))
            resource.setrlimit(resource.RLIMIT_FSIZE, (hard if size is None else size, hard))

    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    threading.Thread(target=limit, daemon=True).start()
    commands._run(*told)


@contextmanager
def mounted(folder, size):
    """Mount a file system of so many KiB."""
    programs.run(["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", str(folder)], check=True)
    try:
        yield
    finally:
        programs.run(["umount", "-l", str(folder)], check=True)


def _mounts(folder):
    place = folder / "mount"
    place.mkdir(exist_ok=True)
    try:
        with mounted(place, 100):
            return True
    except (CalledProcessError, OSError):
        return False


def _clear(folder):
    for file in folder.iterdir():
        file.unlink()
