"""Sets one template in a process of its own: what the typesetter keeps in memory goes with it.

Run as a script: a JSON object on standard input (`template`, `data`, `how`), a folder as its argument, into which the
files or pages are written as 0, 1, 2 …
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import typst


def main() -> None:
    """Read, set, write."""
    asked = json.load(sys.stdin)
    made = typst.compile(asked["template"], sys_inputs={"data": asked["data"]}, **asked["how"])
    for place, data in enumerate(made if isinstance(made, list) else [made]):
        (Path(sys.argv[1]) / str(place)).write_bytes(data)


if __name__ == "__main__":
    main()
