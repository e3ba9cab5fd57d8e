"""The forms on the terminal: `guantu forms` makes them, `guantu hand-in` takes them back."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.filters import Filter, spellings
from analysis.halves import Half, NoHalf, half_of, read_half
from analysis.view import View, look_at
from geodata.files import read_regular, replacing
from geodata.journal import current
from geodata.journal.entries import TEXTS as JOURNAL
from geodata.journal.reading import read_known
from geodata.model import Agency
from geodata.text import LANGS
from outputs.forms.columns import COLUMNS, TEXTS, column
from outputs.names import clean
from outputs.tables import terminal

if TYPE_CHECKING:
    from geodata.journal.entries import Entry
    from geodata.journal.store import Store
    from outputs.forms.proposing import Preview, RowSaid


def add_forms(commands: Any) -> None:
    """The commands `forms` and `hand-in`."""
    makes = commands.add_parser("forms", help=_both("help-forms"))
    makes.add_argument("out", type=Path, nargs="?", metavar="OUT", help=_both("help-out"))
    makes.add_argument("--period", type=_period, metavar="2026-H2", help=_both("help-period"))
    one = makes.add_mutually_exclusive_group()
    one.add_argument("--agency", action="append", default=[], metavar="ID", help=_both("help-agency"))
    one.add_argument("--each-agency", action="store_true", help=_both("help-each"))
    makes.add_argument("--lang", choices=LANGS, default="zh")
    makes.set_defaults(run=_make)
    takes = commands.add_parser("hand-in", help=_both("help-hand-in"))
    takes.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_both("help-file"))
    takes.add_argument("--as", dest="login", default="", metavar="LOGIN", help=_both("help-as"))
    takes.add_argument("--preview", action="store_true", help=_both("help-preview"))
    takes.add_argument("--format", choices=("table", "json"), default="table")
    takes.add_argument("--lang", choices=LANGS, default="zh")
    takes.set_defaults(run=_take)


def _both(key: str, **values: object) -> str:
    """A text in both languages, one after the other."""
    text = TEXTS[key].filled(**values)
    return f"{text.zh} {text.en}"


def _say(key: str, **values: object) -> int:
    """Say what is wrong; returns the exit code of a command that was refused."""
    print(_both(key, **values), file=sys.stderr)
    return 2


def _period(text: str) -> Half:
    try:
        return read_half(text)
    except NoHalf:
        raise argparse.ArgumentTypeError(_both("no-period", found=text[:40])) from None


def _make(options: argparse.Namespace) -> int:
    view = look_at(read_known(options.catalog), Filter())
    known = spellings("agency", view.register)
    names = [name for each in options.agency for name in each.replace("，", ",").split(",") if name]
    unknown = [name for name in names if name not in known]
    if unknown:
        return _say("no-agency", found=", ".join(unknown)[:200])
    chosen = list(dict.fromkeys(known[name] for name in names)) or list(view.agencies)
    idle = [name for name in chosen if name not in view.agencies]
    if idle:
        return _say("idle", found=", ".join(idle))
    half = options.period or half_of(view.day)
    out = options.out or Path(f"guantu-forms-{half.name}")
    if out.suffix.lower() == ".xlsx" and len(chosen) > 1:
        return _say("folder", n=len(chosen), name=out)
    for path in _written(view, chosen, half, out, options.lang):
        print(f"{path} ({path.stat().st_size / 1000:.0f} KB)")
    return 0


def _written(view: View, agencies: list[str], half: Half, out: Path, lang: str) -> Iterator[Path]:
    """Make the form of each agency: in the file that is named, else each in a file of a folder."""
    # Late, for these bring libraries that no other command needs.
    from geodata.journal.states import standings
    from outputs.forms.making import form_of

    found, head = standings(_entries()), current.head()
    is_file = out.suffix.lower() == ".xlsx"
    if not is_file:
        out.mkdir(parents=True, exist_ok=True)
    for agency in agencies:
        path = out if is_file else out / form_name(view, agency, half, lang)
        with replacing(path) as fresh:
            fresh.write_bytes(form_of(view, agency, half, found, lang, head))
        yield path


def form_name(view: View, agency: str, half: Half, lang: str) -> str:
    """What the form of an agency is called: a CSV that is saved from it tells whose it is by its name alone."""
    return f"{half.name}_{agency}_{clean(view.register.by_id(Agency)[agency].name.in_(lang))}.xlsx"


def _entries() -> tuple[Entry, ...]:
    """All entries of the journal, none without one."""
    if not current.where():
        return ()
    from geodata.journal.feed import entries_of
    from geodata.journal.store import opened

    with opened(current.where()).reading() as connection:
        return entries_of(connection)


def _take(options: argparse.Namespace) -> int:
    if not current.where():
        return _say("no-journal", name=current.PLACE)
    from geodata.journal.people import DESK
    from geodata.journal.store import NoStore, opened

    login = options.login or (DESK if current.mode() == current.Mode.DESK else "")
    if current.mode() == current.Mode.OFF and not options.preview:
        print(f"{JOURNAL['door-off'].zh} {JOURNAL['door-off'].en}", file=sys.stderr)
        return 2
    if not login and not options.preview:
        return _say("no-login")
    told: list[dict[str, Any]] = []
    code = 0
    try:
        store = opened(current.where())
        for path in options.files:
            code = max(code, _take_one(options, path, store, login, told))
    except NoStore as error:
        return _say("unread", reason=error)
    if options.format == "json":
        json.dump(told, sys.stdout, ensure_ascii=False, indent=1)
        print()
    return code


def _take_one(options: argparse.Namespace, path: Path, store: Store, login: str, told: list[dict[str, Any]]) -> int:
    """Read one form, say what it would write, and write it unless that was all that was asked."""
    from geodata.journal import people
    from geodata.journal.door import Refused
    from outputs.forms.proposing import checked, drafts_of, hand_in, preview
    from outputs.forms.reading import read_form

    try:
        data = read_regular(path)
    except OSError as error:
        return _say("no-file", name=path, reason=error.strerror or error)
    filled = read_form(data, path.name)
    with store.reading() as connection:
        who = people.find(connection, login)
    found = preview(filled, read_known(options.catalog), _entries(), who)
    if login:
        found = checked(found, store, options.catalog, login)
    if options.format == "json":
        told.append(as_json(found))
    else:
        _show(found, options.lang)
    for each in found.faults:
        print(each.in_(options.lang), file=sys.stderr)
    if found.faults:
        _say("nothing-written", name=path.name, n=len(found.faults))
        return 2 if found.refused else 1
    if options.preview:
        print(_both("would-write", name=path.name, n=len(drafts_of(found))), file=sys.stderr)
        return 0
    try:
        links = hand_in(found, store, options.catalog, login, "command")
    except Refused as refused:
        print(f"{refused.reason.zh} {refused.reason.en}", file=sys.stderr)
        return 2
    key = "written" if links else "was-there"
    print(_both(key, name=path.name, n=len(links)), file=sys.stderr)
    return 0


def _show(found: Preview, lang: str) -> None:
    """The rows that say something, and what was read otherwise than it stands there."""
    rows = [_line(each, lang) for each in found.rows if each.row.values or each.moved]
    keys = ("cell", "measure", "outcome", "status", "date", "text_zh", "entries", "moved")
    heads = {key: column(key).title.in_(lang) if key in _KEYS else TEXTS(f"head-{key}", lang) for key in keys}
    terminal.write_table([{heads[key]: row[key] for key in keys} for row in rows], list(heads.values()))
    for each in found.notes:
        print(each.in_(lang), file=sys.stderr)


_KEYS = {each.key for each in COLUMNS}


def _line(each: RowSaid, lang: str) -> dict[str, Any]:
    values = each.row.values
    status = values.get("status", "")
    return {
        "cell": each.row.cell("status"),
        "measure": each.row.measure,
        "outcome": TEXTS(f"row-{each.outcome}", lang),
        "status": TEXTS(f"status-{status}", lang) if status else "",
        "date": values.get("date", ""),
        "text_zh": values.get("text_zh", ""),
        "entries": len(each.said),
        "moved": [column(moved.key).title.in_(lang) for moved in each.moved],
    }


def as_json(found: Preview) -> dict[str, Any]:
    """A preview for a program: everything that it says, with texts in both languages."""
    from outputs.forms.proposing import drafts_of

    def said(text: Any) -> dict[str, str]:
        return {lang: text.in_(lang) for lang in LANGS}

    filled = found.filled
    return {
        "file": filled.name,
        "period": filled.period,
        "agency": filled.agency,
        "rows": [
            {
                "sheet": each.row.sheet,
                "row": each.row.number,
                "measure": each.row.measure,
                "outcome": each.outcome,
                "values": dict(each.row.values),
                "entries": [said.draft.id for said in each.said],
                "moved": [
                    {"column": moved.key, "form": moved.form, "then": moved.then, "now": moved.now,
                     "lost": moved.is_lost}
                    for moved in each.moved
                ],
            }
            for each in found.rows
        ],
        "entries": [
            {"id": each.id, "kind": str(each.kind), "table": each.table, "key": list(each.key),
             "values": dict(each.values), "about": each.about, "text": each.text}
            for each in drafts_of(found)
        ],
        "faults": [
            {"sheet": each.sheet, "cell": each.cell, "found": said(each.found), "expected": said(each.expected),
             "mend": said(each.mend)}
            for each in found.faults
        ],
        "notes": [{"sheet": each.sheet, "cell": each.cell, "text": said(each.text)} for each in found.notes],
    }  # fmt: skip
