"""Files that nobody should open: each is refused in words, soon, and nothing of it is taken for a form."""

from __future__ import annotations

import csv
import io
import re
import time
import zipfile
from collections.abc import Callable
from typing import Any

import openpyxl
import pytest
from sheets import FORM, HEAD, TODAY, as_csv, filled, form, places, saved
from writers import MEASURE

from analysis.view import View
from geodata import Register
from outputs.forms import container
from outputs.forms.columns import TEXTS
from outputs.forms.container import LARGEST
from outputs.forms.proposing import drafts_of, preview
from outputs.forms.reading import Filled, read_form

SECONDS = 60.0
LAUGHS = b"".join(
    [
        b'<!DOCTYPE x [<!ENTITY a "ha">',
        *(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(12)),
        b"]>",
    ]
)
SHEET, TYPES = "xl/worksheets/sheet2.xml", "[Content_Types].xml"


@pytest.fixture(scope="module")
def good(view: View) -> bytes:
    return form(view)


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(members: dict[str, bytes], level: int = 6) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def with_part(name: str, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """A form with one of its parts changed, or added."""

    def made(data: bytes) -> bytes:
        members = parts(data)
        members[name] = change(members.get(name, b""))
        return packed(members)

    return made


def declared(xml: bytes, more: bytes) -> bytes:
    """A part with something behind its first line."""
    head, _, rest = xml.partition(b"?>")
    return head + b"?>" + more + rest


def laughing(xml: bytes) -> bytes:
    return declared(xml, LAUGHS).replace(b"<v>0</v>", b"<v>&m;</v>", 1)


def lying(data: bytes) -> bytes:
    """The directory of the archive says that a part is smaller than it is."""
    at = data.rindex(b"xl/worksheets/sheet2.xml") - 46
    assert data[at : at + 4] == b"PK\x01\x02"
    return data[: at + 24] + (1000).to_bytes(4, "little") + data[at + 28 :]


def twice_named(data: bytes) -> bytes:
    out = io.BytesIO(data)
    with pytest.warns(UserWarning), zipfile.ZipFile(out, "a") as archive:
        archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


def locked(data: bytes) -> bytes:
    """Every flag of the directory says that it takes a password."""
    found = bytearray(data)
    for place in re.finditer(rb"PK\x01\x02", data):
        found[place.start() + 8] |= 1
    return bytes(found)


def sheets(change: Callable[[Any], None]) -> Callable[[bytes], bytes]:
    return lambda data: filled(data, {MEASURE: {"status": "推进中"}}, change)


def copied(book: Any) -> None:
    book.copy_worksheet(book[FORM])


def no_head(book: Any) -> None:
    book[FORM].delete_rows(HEAD)


def merged(book: Any) -> None:
    book[FORM].merge_cells(f"L{HEAD + 1}:L{HEAD + 3}")


def head_twice(book: Any) -> None:
    book[FORM].cell(HEAD, places(book[FORM])["title"]).value = "进展说明"


def head_lost(book: Any) -> None:
    book[FORM].cell(HEAD, places(book[FORM])["date"]).value = "时间"


def endless(book: Any) -> None:
    book[FORM].cell(6000, 1).value = MEASURE


def nobody(book: Any) -> None:
    del book["_guantu"]


def half(book: Any) -> None:
    book["_guantu"]["B3"] = "2026-H3"


def tongue(book: Any) -> None:
    book["_guantu"]["B2"] = "xx"
    book["_guantu"]["B6"] = "²"
    book[FORM].cell(HEAD + 1, places(book[FORM])["status"]).value = "？"


def stranger(book: Any) -> None:
    book["_guantu"]["B4"] = "nobody"


def mail(rows: int) -> bytes:
    """A workbook of something else."""
    book = openpyxl.Workbook()
    for row in range(rows):
        book.active.append([row, "甲"])
    return saved(book)


XLSX, OLD = "2026-H1_jiaotong_交通.xlsx", "xl/workbook.xml"
FILES: dict[str, tuple[str, str, Callable[[bytes], bytes]]] = {
    "nothing": ("empty", XLSX, lambda data: b""),
    "noise": ("no-zip", XLSX, lambda data: bytes(range(256)) * 50),
    "a pdf": ("no-zip", XLSX, lambda data: b"%PDF-1.7\n"),
    "an old workbook": ("old", "a.xls", lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000)),
    "a password": ("old", XLSX, lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16")),
    "half of it": ("broken", XLSX, lambda data: data[: len(data) // 2]),
    "a byte is wrong": ("broken", XLSX, lambda data: data[:900] + bytes([data[900] ^ 255]) + data[901:]),
    "only a head": ("broken", XLSX, lambda data: b"PK\x03\x04"),
    "too large": ("large", XLSX, lambda data: data + bytes(LARGEST)),
    "a locked archive": ("locked", XLSX, locked),
    "a document": ("other", XLSX, lambda data: packed({"word/document.xml": b"<a/>"})),
    "a binary workbook": ("other", "a.xlsb", lambda data: packed({"xl/workbook.bin": b"\1"})),
    "another office": ("other", "a.ods", lambda data: packed({"mimetype": b"application/vnd.oasis.opendocument"})),
    "macros by name": ("macros", "a.XLSM", lambda data: data),
    "macros inside": ("macros", XLSX, with_part("xl/vbaProject.bin", lambda xml: b"\1")),
    "macros declared": (
        "macros", XLSX, with_part(TYPES, lambda xml: xml.replace(b"sheet.main", b"sheet.macroEnabled.main")),
    ),
    "a bomb in one part": ("bomb", XLSX, with_part("xl/media/a.png", lambda xml: bytes(60_000_000))),
    "a bomb of rows": ("bomb", XLSX, with_part(SHEET, lambda xml: xml + b" " * 31_000_000)),
    "a bomb of parts": (
        "bomb", XLSX, lambda data: packed(parts(data) | {f"xl/media/{n}.png": b"" for n in range(600)}),
    ),
    "a bomb that lies": ("broken", XLSX, lying),
    "a part twice": ("broken", XLSX, twice_named),
    "a billion laughs": ("entities", XLSX, with_part(SHEET, laughing)),
    "laughs in texts": ("entities", XLSX, with_part("xl/sharedStrings.xml", laughing)),
    "laughs in types": ("entities", XLSX, with_part(TYPES, lambda xml: declared(xml, LAUGHS))),
    "a file of ours": (
        "entities", XLSX,
        with_part(OLD, lambda xml: declared(xml, b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>')),
    ),
    "laughs in wide letters": (
        "entities", XLSX,
        with_part(SHEET, lambda xml: laughing(xml).replace(b"UTF-8", b"UTF-16").decode().encode("utf-16")),
    ),
    "laughs in seven bits": (
        "entities", XLSX, with_part(SHEET, lambda xml: xml.replace(b"UTF-8", b"UTF-7").replace(b"<c", b"+ADw-c")),
    ),
    "no rows of ours": ("no-form", XLSX, lambda data: mail(50)),
    "no head": ("no-form", XLSX, sheets(no_head)),
    "no xml": ("broken", XLSX, with_part(OLD, lambda xml: xml[: len(xml) // 2])),
    "no sheet": ("no-form", XLSX, lambda data: packed({n: d for n, d in parts(data).items() if n != SHEET})),
    "a column of no letter": ("broken", XLSX, with_part(SHEET, lambda xml: xml.replace(b'r="A4"', b'r="ZZZZZZ4"'))),
    "two forms": ("one-sheet", XLSX, sheets(copied)),
    "merged cells": ("unmerged", XLSX, sheets(merged)),
    "a head twice": ("one-column", XLSX, sheets(head_twice)),
    "a head lost": ("column", XLSX, sheets(head_lost)),
    "rows without end": ("rows", XLSX, sheets(endless)),
    "nobody's": ("whose", "表.xlsx", sheets(nobody)),
    "of no half-year": ("whose", "表.xlsx", sheets(half)),
    "of no language": ("status", XLSX, sheets(tongue)),
    "a stranger's": ("agency", XLSX, sheets(stranger)),
    "plain text of others": ("no-form", "a.csv", lambda data: "姓名,电话\n王,1\n".encode("gb18030")),
    "plain text in UTF-16": ("no-zip", "a.csv", lambda data: as_csv(data, "utf-16")),
    "no known letters": ("broken", "a.csv", lambda data: b"\xff\xff\xff,\xff\n" * 20),
    "one endless cell": ("broken", "a.csv", lambda data: b'"' + b"a" * 500_000),
}  # fmt: skip
"""By what it is: the name of the fault, that of the file, and how it is made of a good form."""


def test_an_endless_cell_is_refused_whatever_a_library_allows(
    good: bytes, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = csv.field_size_limit(10_000_000)
    try:
        test_what_is_no_form_is_refused_in_words("one endless cell", good, register)
    finally:
        csv.field_size_limit(before)


def test_a_comment_full_of_merged_cells_does_not_hold_the_server_up(good: bytes, register: Register) -> None:
    """A search that goes to the end from every beginning would take an hour for it."""
    comment = b"<!--" + b"<mergeCell " * 200_000 + b"--><sheetData>"
    made = with_part("xl/worksheets/sheet2.xml", lambda part: part.replace(b"<sheetData>", comment, 1))
    data = packed(parts(made(good)), level=0)
    begun = time.monotonic()
    read_form(data, XLSX)
    assert time.monotonic() - begun < SECONDS


@pytest.mark.parametrize("name", FILES)
def test_what_is_no_form_is_refused_in_words(name: str, good: bytes, register: Register) -> None:
    key, called, make = FILES[name]
    data = make(good)
    begun = time.monotonic()
    filled_in = read_form(data, called)
    found = preview(filled_in, register, (), None, TODAY)
    assert time.monotonic() - begun < SECONDS
    mend = re.compile(re.escape(TEXTS(f"mend-{key}", "zh")).replace(r"\{title\}", ".*").replace(r"\{n\}", ".*"))
    assert [each for each in found.faults if mend.fullmatch(each.mend.zh)], [each.in_("zh") for each in found.faults]
    for each in found.faults:
        assert all(
            text.zh and text.en and "{" not in text.zh + text.en for text in (each.found, each.expected, each.mend)
        )
    assert found.faults and drafts_of(found) == ()


def test_a_good_form_passes_through_all_of_this(good: bytes, register: Register) -> None:
    assert preview(read_form(good, XLSX), register, (), None, TODAY).faults == ()


def test_what_a_sheet_says_of_its_size_is_not_believed(good: bytes) -> None:
    wanted = read_form(good, XLSX)
    for change in (
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', xml),
        lambda xml: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1"', xml),
        lambda xml: xml.replace(b"</sheetData>", b'<row r="99999999999"><c><v>1</v></c></row></sheetData>'),
    ):
        data = with_part(SHEET, change)(good)
        assert data != good
        begun = time.monotonic()
        assert read_form(data, XLSX).rows == wanted.rows
        assert time.monotonic() - begun < SECONDS


def test_the_value_that_stands_beside_a_formula_is_never_taken(good: bytes) -> None:
    def formula(xml: bytes) -> bytes:
        told = b'<c r="L4" t="str"><f>HYPERLINK("http://x.example")</f><v>\xe5\xae\x8c\xe6\x88\x90</v></c>'
        return re.sub(rb'<c r="L4"[^>]*/>', told, xml)

    data = with_part(SHEET, formula)(good)
    found = read_form(data, XLSX)
    (wrong,) = found.faults
    assert (wrong.sheet, wrong.cell) == (FORM, "L4") and wrong.mend == TEXTS["mend-formula"]
    assert next(row for row in found.rows if row.number == 4).values == {}


def test_words_of_the_file_name_nobody_else(good: bytes) -> None:
    """A name leads nowhere, and what the hidden sheet says is no more than a claim."""
    found: Filled = read_form(good, "../../etc/2026-H2_shuiwu_passwd.xlsx")
    assert (found.period, found.agency) == ("2026-H1", "jiaotong")


def test_a_part_is_unpacked_no_further_than_it_was_declared(good: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is unpacked before all sizes were looked at."""
    seen: list[str] = []
    kept = zipfile.ZipFile.read
    monkeypatch.setattr(
        zipfile.ZipFile, "read", lambda self, name, pwd=None: seen.append(str(name)) or kept(self, name)
    )
    bomb = with_part("xl/media/a.png", lambda xml: bytes(60_000_000))(good)
    seen.clear()
    assert container.wrong(bomb, XLSX) == container.refusal("bomb", size="60", n=len(parts(bomb)))
    assert [each for each in seen if "filename" in each] == []
