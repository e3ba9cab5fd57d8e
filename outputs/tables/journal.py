"""The journal on the terminal: how it stands, whether it is whole, and the ways in and out of it."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geodata.faults import said
from geodata.files import read_regular, replacing
from geodata.journal import current
from geodata.journal.chain import BrokenChain, read_chain, write_chain
from geodata.journal.entries import TEXTS, Role
from geodata.journal.states import known_by, standings
from geodata.text import LANGS
from outputs.tables import terminal

if TYPE_CHECKING:
    from geodata.journal.store import Store


def add_journal(commands: Any) -> None:
    """The commands of the journal."""
    parser = commands.add_parser("journal", help=terminal.said("journal"))
    asks = parser.add_subparsers(required=True, metavar="status | verify | export | import | backup | people")
    for name, run, takes in (
        ("status", _status, ""),
        ("verify", _verify, ""),
        ("export", _export, "out"),
        ("import", _import, "file"),
        ("backup", _backup, "out"),
    ):
        one = asks.add_parser(name, help=terminal.said(f"journal-{name}"))
        if takes:
            one.add_argument(takes, type=Path)
        one.set_defaults(run=_guarded, journal=run)
    who = asks.add_parser("people", help=terminal.said("journal-people"))
    who.add_argument("--add", default="", metavar="LOGIN", help=terminal.said("people-add"))
    who.add_argument("--remove", default="", metavar="LOGIN", help=terminal.said("people-remove"))
    who.add_argument("--name", default="")
    who.add_argument("--role", choices=tuple(Role), default="")
    who.add_argument("--agency", action="append", default=[], metavar="ID")
    who.set_defaults(run=_guarded, journal=_people)


def _guarded(options: argparse.Namespace) -> int:
    """Run a command on the journal; what is wrong is said."""
    if not current.where():
        print(terminal.said("journal-none", name=current.PLACE), file=sys.stderr)
        return 2
    # Late, for it brings a library of databases, which no other command needs.
    from geodata.journal.door import Refused
    from geodata.journal.store import NoStore, open_store

    try:
        code: int = options.journal(open_store(current.where()), options)
        return code
    except Refused as refused:
        print(f"{refused.reason.zh} {refused.reason.en}", file=sys.stderr)
        return 2
    except BrokenChain as error:
        print(terminal.said("journal-broken", line=error.line, reason=error.reason), file=sys.stderr)
        return 1
    except NoStore as error:
        print(terminal.said("journal-unread", reason=error.reason), file=sys.stderr)
        return 2


def _status(store: Store, options: argparse.Namespace) -> int:
    links = store.links()
    states = Counter(row.state for row in standings(known_by((link.entry for link in links), None, "UTC")).values())
    print(terminal.said("journal-entries", n=len(links), last=links[-1].entry.time if links else "–"))
    for state, count in sorted(states.items()):
        text = TEXTS[f"state-{state}"]
        print(f"{count:6d}  {text.zh} {text.en}")
    return 0


def _verify(store: Store, options: argparse.Namespace) -> int:
    seal = store.verify()
    print(terminal.said("journal-whole", n=store.head()[0], seal=seal[:16]))
    return 0


def _export(store: Store, options: argparse.Namespace) -> int:
    links = store.links()
    store.verify()
    with replacing(options.out) as path:
        path.write_text(write_chain(links), encoding="utf-8", newline="\n")
    print(f"{options.out} ({len(links)})")
    return 0


def _import(store: Store, options: argparse.Namespace) -> int:
    """Entries of another copy that are not here yet, behind those that are; nothing of a chain that is not whole, and
    nothing that would leave the register unsound."""
    # Late, for it brings all that checks a register.
    from geodata.journal.examine import faults_of_import
    from geodata.journal.feed import entries_of

    try:
        text = read_regular(options.file).decode("utf-8")
    except UnicodeDecodeError:
        raise BrokenChain(1, "not a text in UTF-8") from None
    entries = [link.entry for link in read_chain(text)]
    with store.writing() as connection:
        faults = faults_of_import(options.catalog, entries_of(connection), entries)
        added = [] if faults else store.append(connection, entries)
    if faults:
        print(terminal.said("journal-unsound", n=len(faults)), file=sys.stderr)
        # The first line of the file says what it is.
        placed = [replace(each, file=options.file.name, row=each.row + 1) if each.row else each for each in faults]
        for same in zip(*(said(sorted(placed), lang) for lang in LANGS), strict=True):
            print("\n    ".join(same), file=sys.stderr)
        return 1
    print(terminal.said("journal-imported", n=len(added), there=len(entries) - len(added)))
    return 0


def _people(store: Store, options: argparse.Namespace) -> int:
    """Who may write; the first administrator is entered here, by whoever may read and write the database itself."""
    from geodata.journal import audit, people
    from geodata.journal.staffing import check_people

    with store.writing() as connection:
        found = {each.login: each for each in people.everybody(connection)}
        login = people.plain(options.add or options.remove)
        if options.remove and found.pop(login, None) is None:
            print(terminal.said("people-none", login=login), file=sys.stderr)
            return 2
        if options.remove and found:
            check_people(list(found.values()))
        if options.add:
            held = found.get(login)
            role = Role(options.role or (held.role if held else Role.VIEWER))
            agencies = tuple(options.agency) or (held.agencies if held else ())
            found[login] = people.Person(login, options.name or (held.name if held else login), role, agencies)
        if login:
            people.replace_all(connection, list(found.values()))
            audit.note(connection, "", "command", f"people: {login} {found[login].role if options.add else '-'}")
        for each in found.values():
            print("\t".join((each.login, each.name, each.role, ";".join(each.agencies))))
    return 0


def _backup(store: Store, options: argparse.Namespace) -> int:
    if options.out.exists():
        print(terminal.said("journal-taken", name=options.out), file=sys.stderr)
        return 2
    try:
        store.backup(options.out)
    except ValueError:
        print(terminal.said("journal-on-server"), file=sys.stderr)
        return 2
    print(f"{options.out} ({options.out.stat().st_size / 1000:.0f} KB)")
    return 0
