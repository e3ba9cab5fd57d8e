"""What the screen does to its whole process, in one place: thread switches, garbage collection, a folder to
serve, and whom it asks.

Each was measured; see docs/adr/0005 and 0008.
"""

from __future__ import annotations

import atexit
import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from threading import Thread

from streamlit import net_util

SWITCH_SECONDS = 1e-4
"""How long a thread keeps the interpreter. The usual 5 ms, for each of the page's seventy files, is half a second."""
_PREFIX = "guantu-map-"


@contextmanager
def _beside_the_server() -> Iterator[None]:
    """Threads take turns often and no garbage is looked for: what is loaded now stays."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        sys.setswitchinterval(usual)


def in_background(load: Callable[[], object]) -> Thread:
    """Run `load` in a thread of its own while the server answers its first requests."""

    def run() -> None:
        with _beside_the_server():
            load()

    thread = Thread(target=run, daemon=True)
    thread.start()
    return thread


def keep() -> None:
    """Take what has been loaded so far out of the garbage collector's rounds.

    Streamlit collects all garbage after every run, and a run's messages wait for it: with
    the register and its libraries in the rounds that costs each filter change about 60 ms.
    What an earlier call kept may be garbage by now; the first call does not look for any.
    """
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.collect()
    gc.freeze()


def stay_here() -> None:
    """Nobody outside is asked for the address of this machine; Streamlit asks, to compare foreign origins with it."""
    net_util.get_external_ip = lambda: None


def folder() -> Path:
    """A folder of this process that Streamlit serves; made by the first call, removed at the end.

    Whoever empties the temporary files of the machine takes it away: it is made again under its name.
    """
    made = _made()
    if not made.is_dir():
        made.mkdir(mode=0o700)
    return made


@cache
def _made() -> Path:
    _sweep()
    atexit.register(clear)
    return Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))


def clear() -> None:
    """Remove the folder from the disk, if there is one."""
    if _made.cache_info().currsize:
        shutil.rmtree(_made(), ignore_errors=True)


def _sweep() -> None:
    """Remove the folders of processes that were killed: they could not do it themselves."""
    if os.name != "posix":
        return
    for left in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*-*"):
        pid = left.name.removeprefix(_PREFIX).partition("-")[0]
        with suppress(OSError):
            if pid.isdigit() and not left.is_symlink() and left.stat().st_uid == os.getuid() and not _runs(int(pid)):
                shutil.rmtree(left, ignore_errors=True)


def _runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True
