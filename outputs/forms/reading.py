"""A filled form as it came back: rows by measure, whatever was moved, renamed or sorted in it; every fault by cell."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from unicodedata import normalize

from analysis.halves import NoHalf, read_half
from geodata.text import LANGS
from outputs.forms.cells import meant, measure_id, plain, shown
from outputs.forms.columns import ASKED, COLUMNS, FORMAT, HIDDEN, META, NEEDED, column, every_word
from outputs.forms.container import is_text, refusal, wrong
from outputs.forms.faults import CellFault, Note, fault, note, of_file
from outputs.forms.grid import MOST_ROWS, Cell, Grid, Unreadable, grid_of_text, grids_of_workbook, letter

_VERSION = 64
"""Characters of the version of a register; what a file says of itself is a claim."""
_HEAD_ROWS = 40
"""Among which rows the heads are looked for."""
_NAMED = re.compile(r"(\d{4}-?[Hh][12])[^A-Za-z0-9]+([a-z][a-z0-9-]*)")
"""How the name of a file tells its period and its agency."""
_OTHER_BRACKETS = re.compile(r"\([^()]*\)$")


@dataclass(frozen=True)
class FilledRow:
    """One row of a filled form."""

    sheet: str
    number: int
    """Of the row in its sheet, from 1."""
    measure: str
    target: str
    """What it says of its target."""
    values: Mapping[str, str]
    """What was filled in, by column: only what is not empty and not wrong."""
    told: Mapping[str, str]
    """What stands in the columns that were told."""
    letters: Mapping[str, str]
    """Of the columns that the sheet has."""
    wrong: frozenset[str] = frozenset()
    """Columns whose cells have a fault of their own."""

    def cell(self, key: str) -> str:
        """The address of a column's cell; that of the measure where the sheet has no such column."""
        return f"{self.letters.get(key, self.letters['measure'])}{self.number}"


@dataclass(frozen=True)
class Filled:
    """What was sent in, with all that is wrong with it by itself."""

    name: str
    """Of the file."""
    period: str = ""
    agency: str = ""
    lang: str = LANGS[0]
    version: str = ""
    """Of the register that it was made from."""
    head: tuple[int, str] = (0, "")
    """Number and seal of the last entry of the journal that it was made from."""
    rows: tuple[FilledRow, ...] = ()
    then: Mapping[tuple[str, str], Mapping[str, str]] = field(default_factory=dict)
    """By measure and id of a target, what its cells said when it was made, and `due_date` as the register had it."""
    faults: tuple[CellFault, ...] = ()
    notes: tuple[Note, ...] = ()


def read_form(data: bytes, name: str) -> Filled:
    """What a filled form says: an XLSX workbook, or a CSV of its columns in UTF-8 or GBK.

    Never raises: a file that cannot be taken has one fault and no rows. `name` is that of the file; where the form
    does not tell its period and agency, it does.
    """
    by_name = _by_name(name)
    try:
        if is_text(data) and data.strip():
            return _read([grid_of_text(data)], name, by_name)
        if refused := wrong(data, name):
            return Filled(name, *by_name, faults=(of_file(refused),))
        return _read(grids_of_workbook(data), name, by_name)
    except Unreadable:
        return Filled(name, *by_name, faults=(of_file(refusal("broken")),))


def _by_name(name: str) -> tuple[str, str]:
    """Period and agency as a name of a file tells them."""
    found = _NAMED.search(name.rpartition("/")[2].rpartition("\\")[2])
    try:
        return (read_half(found[1]).name, found[2].rstrip("-")) if found else ("", "")
    except NoHalf:
        return "", ""


def _read(grids: Sequence[Grid], name: str, by_name: tuple[str, str]) -> Filled:
    meta, then = _meta(next((each for each in grids if each.name == HIDDEN), None))
    period, agency = (meta["period"], meta["agency"]) if meta else by_name
    faults: list[CellFault] = []
    notes: list[Note] = []
    if not meta and by_name[1]:
        notes.append(note("", "", "by-name", period=period, agency=agency))
    if not agency:
        faults.append(fault("", "", name, "whose"))
    heads = [(grid, found) for grid in grids if grid.name != HIDDEN and (found := _head(grid))]
    whole = [each for each in heads if not each[1].missing]
    rows: tuple[FilledRow, ...] = ()
    if len(whole) > 1:
        faults.append(fault("", "", "、".join(grid.name for grid, _ in whole), "one-sheet"))
    elif whole:
        rows = tuple(_rows(*whole[0], faults, notes))
    elif heads:
        grid, head = heads[0]
        lacking = [column(key).title for key in head.missing]
        faults += [fault(grid.name, f"A{head.row}", "–", "column", title=title) for title in lacking]
    else:
        faults.append(of_file(refusal("no-form")))
    number = meta.get("journal", "")
    journal = (int(number) if number.isascii() and number.isdigit() and len(number) < 10 else 0, meta.get("seal", ""))
    lang, version = meta.get("lang", LANGS[0]), meta.get("version", "")[:_VERSION]
    return Filled(name, period, agency, lang, version, journal, rows, then, tuple(faults), tuple(notes))


def _meta(grid: Grid | None) -> tuple[dict[str, str], dict[tuple[str, str], dict[str, str]]]:
    """What the sheet for the program says; nothing where it is another one's or was lost."""
    if grid is None:
        return {}, {}
    told = (grid.rows.get(row, {}) for row in range(1, len(META) + 1))
    meta = {shown(cells.get(1)): shown(cells.get(2)) for cells in told}
    try:
        if list(meta) != list(META) or meta["format"] != FORMAT:
            return {}, {}
        meta["period"] = read_half(meta["period"]).name
        meta["lang"] = meta["lang"] if meta["lang"] in LANGS else LANGS[0]
    except NoHalf:
        return {}, {}
    names = {place: shown(cell) for place, cell in grid.rows.get(len(META) + 1, {}).items()}
    then = {}
    for row in sorted(grid.rows):
        cells = {each: shown(grid.rows[row].get(place)) for place, each in names.items()}
        if row > len(META) + 1 and cells.get("measure"):
            then[cells["measure"], cells.get("target_id", "")] = cells
    return meta, then


@dataclass(frozen=True)
class _Head:
    """Where the heads of a form stand."""

    row: int
    places: Mapping[str, int]
    unknown: Mapping[int, str]
    twice: tuple[tuple[int, str], ...]

    @property
    def missing(self) -> list[str]:
        return [key for key in NEEDED if key not in self.places]


_TITLES: Mapping[str, str] = {
    plain(word): each.key for each in COLUMNS for word in (each.key, *every_word(f"col-{each.key}"))
}


def _head(grid: Grid) -> _Head | None:
    """The row with the most heads of a form, if it has two that are needed."""
    best: _Head | None = None
    for number in sorted(grid.rows)[:_HEAD_ROWS]:
        places: dict[str, int] = {}
        unknown, twice = {}, []
        for place, cell in grid.rows[number].items():
            title = plain(shown(cell))
            key = _TITLES.get(title) or _TITLES.get(_OTHER_BRACKETS.sub("", title))
            if key is None:
                unknown[place] = shown(cell)
            elif key in places:
                twice.append((place, shown(cell)))
            else:
                places[key] = place
        if sum(key in places for key in NEEDED) > 1 and (best is None or len(places) > len(best.places)):
            best = _Head(number, places, unknown, tuple(twice))
    return best


def _rows(grid: Grid, head: _Head, faults: list[CellFault], notes: list[Note]) -> Iterator[FilledRow]:
    """The rows under the heads that name a measure; what is wrong in any of them is collected."""
    letters = {key: letter(place) for key, place in head.places.items()}
    faults += [fault(grid.name, f"{letter(at)}{head.row}", text, "one-column") for at, text in head.twice]
    faults += [fault(grid.name, name, name, "unmerged") for name, _, last in grid.merged if last > head.row]
    if grid.is_cut:
        faults.append(fault(grid.name, f"A{MOST_ROWS + 1}", "…", "rows", n=MOST_ROWS))
    for place, text in head.unknown.items():
        if any(row > head.row and place in cells for row, cells in grid.rows.items()):
            notes.append(note(grid.name, f"{letter(place)}{head.row}", "column", title=text[:40]))
    for each in COLUMNS:
        if each.is_open and each.key not in head.places:
            notes.append(note(grid.name, f"A{head.row}", "no-column", title=each.title))
    for number in sorted(grid.rows):
        if number > head.row and (row := _row(grid, number, head, letters, faults, notes)):
            yield row


def _row(
    grid: Grid, number: int, head: _Head, letters: Mapping[str, str], faults: list[CellFault], notes: list[Note]
) -> FilledRow | None:
    cells: Mapping[str, Cell] = {
        key: cell for key, place in head.places.items() if (cell := grid.rows[number].get(place))
    }
    told = {key: shown(cells.get(key)) for key in head.places if not column(key).is_open}
    faults += [
        fault(grid.name, cells[key].address, "=…", "formula") for key in told if key in cells and cells[key].is_formula
    ]
    target, values = normalize("NFC", told.get("target", "")).strip(), {}
    wrong = set()
    for each in ASKED:
        cell = cells.get(each.key)
        found = meant(cell, each, grid, target)
        if found.wrong and cell:
            wrong.add(each.key)
            faults.append(fault(grid.name, cell.address, "=…" if cell.is_formula else shown(cell), found.wrong,
                                title=each.title, **found.told))  # fmt: skip
        elif found.value:
            values[each.key] = found.value
        if found.note and cell:
            notes.append(note(grid.name, cell.address, f"cell-{found.note}", was=shown(cell)[:40], **found.told))
    measure = measure_id(cells.get("measure"))
    if measure:
        return FilledRow(grid.name, number, measure, target, values, told, letters, frozenset(wrong))
    if values or wrong:
        address = f"{letters['measure']}{number}"
        faults.append(fault(grid.name, address, told.get("measure", ""), "measure"))
    return None
