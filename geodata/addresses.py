"""Whether an address of a publication is one that any reader can open."""

from __future__ import annotations

import re
from ipaddress import ip_address

from geodata.faults import TEXTS
from geodata.text import Text

LONGEST = 2079
"""Characters of the longest address that a spreadsheet still opens."""
_PARTS = re.compile(r"https?://(([^/?#]*?)(?::([0-9]{1,9}))?)(?:[/?#]|$)")
_ODD = re.compile(r'[\s<>"{}|\\^`]|%(?![0-9A-Fa-f]{2})|&amp;')
_ENDS = tuple(".,;:!'*\uff0c\u3002\uff1b\uff1a\u3001\uff01\uff1f\u201d\u2019\u300b\uff09")
_HOST = re.compile(r"(?=.{4,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]", re.IGNORECASE)
_INSIDE = ("localhost", "local", "lan", "internal", "intranet", "home", "corp", "invalid", "test", "localdomain")
"""Last names of machines that only their own network knows."""


def address_fault(address: str) -> Text | None:
    """What an address should be instead; None when it is good.

    Past its host it may hold characters of any language, as browsers show them.
    """
    match = _PARTS.match(address)
    if match is None:
        return TEXTS["fault-want-address"]
    if len(address) > LONGEST:
        return TEXTS["fault-want-short-address"].filled(n=LONGEST)
    if _ODD.search(address):
        return TEXTS["fault-want-encoded"]
    if "@" in match[1]:
        return TEXTS["fault-want-no-login"]
    host, port = match[2], match[3]
    if (port and not 0 < int(port) < 65536) or not _is_public(host):
        return TEXTS["fault-want-host"]
    unpaired = address.endswith(")") and address.count("(") < address.count(")")
    return TEXTS["fault-want-whole-address"] if unpaired or address.endswith(_ENDS) else None


def _is_public(host: str) -> bool:
    if ":" in host or host[-1:].isdigit():
        try:
            return ip_address(host.strip("[]")).is_global
        except ValueError:
            return False
    return bool(_HOST.fullmatch(host)) and host.rpartition(".")[2].lower() not in _INSIDE
