"""The installed command: it opens onto our own rooms alone, for other packages may bear the same names.

See docs/adr/0017. It imports nothing of ours before it has looked, and so says itself what is wrong.
"""

from __future__ import annotations

import hashlib
import sys
from base64 import urlsafe_b64encode
from importlib.machinery import PathFinder
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

NAMES = ("app", "cli", "geodata", "analysis", "layers", "outputs", "views")
"""Doors and rooms, as they lie beside this file."""
_SAID = (
    "guantu: “{name}”被另一个软件包改写或遮住了：{where}。"
    "请把 guantu 装进自己的虚拟环境（python -m venv），再装一次。\n"
    "guantu: another package has overwritten or hidden “{name}”: {where}. Install guantu in an environment of its own "
    "(python -m venv), once more."
)


def main() -> int:
    """The command line (cli.py) where all beside this file is ours; otherwise says what is not, and returns 2."""
    for name in NAMES:
        if where := foreign(name):
            sys.stderr.buffer.write((_SAID.format(name=name, where=where) + "\n").encode("utf-8"))
            return 2
    import cli

    return cli.main()


def foreign(name: str) -> str:
    """Where a module lies that is not ours; empty when it is."""
    found = PathFinder.find_spec(name)
    here = Path(__file__).parent
    if found is None or found.origin is None:
        # An editable installation finds its modules by a finder of its own.
        return "" if (here / name).is_dir() or (here / f"{name}.py").is_file() else "–"
    file = Path(found.origin)
    if file.parent.resolve() != here.resolve() and file.parent.parent.resolve() != here.resolve():
        return str(file)
    kept = _recorded(file)
    digest = urlsafe_b64encode(hashlib.sha256(file.read_bytes()).digest()).rstrip(b"=").decode()
    return "" if kept in ("", digest) else str(file)


def _recorded(file: Path) -> str:
    """The hash with which a file was installed; empty where nothing says it, as in a checkout."""
    try:
        files = distribution("guantu").files or []
    except PackageNotFoundError:
        return ""
    for each in files:
        if each.hash and each.name == file.name and Path(str(each.locate())).resolve() == file.resolve():
            return each.hash.value
    return ""


if __name__ == "__main__":
    sys.exit(main())
