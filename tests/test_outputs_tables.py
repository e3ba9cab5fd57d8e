from __future__ import annotations

import csv
import html
import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import contents
import frictionless
import openpyxl
import pytest
from fonts import needs_font
from PIL import Image
from shapely.geometry import Point

from analysis.filters import Filter
from analysis.view import View
from geodata import Register
from layers.symbology import look
from outputs.coordinates import titles
from outputs.escape import FORMULA, guarded
from outputs.extract import Extract, extract
from outputs.fields import tables
from outputs.products import PRODUCTS, Order, make
from outputs.tables import workbook
from outputs.tables.csv_package import write_csv
from outputs.tables.workbook import ASIDE, SHEETS, write_xlsx
from outputs.wording import all_features, coded_columns


@pytest.fixture(scope="module")
def book(whole: Extract, tmp_path_factory: pytest.TempPathFactory) -> Any:
    path = tmp_path_factory.mktemp("xlsx") / "a.xlsx"
    write_xlsx(path, whole)
    return openpyxl.load_workbook(path)


def column(sheet: Any, title: str) -> list[Any]:
    place = [cell.value for cell in sheet[1]].index(title)
    return [row[place].value for row in sheet.iter_rows(min_row=2)]


def test_sheets_rows_and_headers(book: Any, whole: Extract, register: Register) -> None:
    assert book.sheetnames == ["封面", *(tables()[name].title_zh for name in SHEETS)]
    sizes = {name: len(whole.tables[name]) for name in SHEETS if name != "features"}
    assert set(SHEETS) == set(tables()) - {"unplaced", "history", "assignments"}
    unlisted = register["control-points"]["feature"].isin(register.features["id"][register.backdrop]).sum()
    assert unlisted > 0 and sizes["control-points"] == len(register["control-points"]) - unlisted
    assert all(sizes[name] == len(register[name]) for name in sizes if name != "control-points")
    sizes["features"] = sum(whole.count("features", "unplaced").values())
    for name in SHEETS:
        sheet = book[tables()[name].title_zh]
        fields = sorted(tables()[name].fields, key=lambda field: field.name == "uid")
        point = titles("EPSG:4547", "zh") if name == "features" else []
        assert [cell.value for cell in sheet[1]] == [*(field.title_zh for field in fields), *point]
        assert sheet.max_row == sizes[name] + 1
        assert sheet.freeze_panes.endswith("2") and sheet.auto_filter.ref.endswith(str(sizes[name] + 1))
    assert {book[title].freeze_panes for title in ("要素", "措施", "机构")} == {"C2"}, "the name stays in view"
    cover = {row[0].value: row[1].value for row in book["封面"].iter_rows()}
    said = whole.said(whole.count(*SHEETS, "unplaced"))
    assert cover.items() >= (said | {tables()[name].title_zh: size for name, size in sizes.items()}).items()


def test_the_cover_leads_to_the_sheets_and_counts(book: Any, whole: Extract) -> None:
    cover = book["封面"]
    links = {cell.value: cell.hyperlink.location for (cell,) in cover.iter_rows(max_col=1) if cell.hyperlink}
    assert links == {tables()[name].title_zh: f"'{tables()[name].title_zh}'!A1" for name in SHEETS}
    counts = {row[0].value: row[1].value for row in cover.iter_rows()}
    for codelist, frame in (("outcome", whole.tables["measures"]), ("stage", all_features(whole))):
        found = frame[codelist].value_counts()
        assert {title: counts.get(title) for title in map(whole.titles(codelist).get, found.index)} == {
            whole.titles(codelist)[code]: int(n) for code, n in found.items()
        }
    assert len(cover._charts) == 2


def test_it_prints_one_page_wide(book: Any) -> None:
    for sheet in book:
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
        assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (
            (9, "portrait") if sheet.title == "封面" else (8, "landscape")
        )
        assert "内部使用" in sheet.oddFooter.left.text and "&P" in sheet.oddFooter.right.text.replace("&[Page]", "&P")
    assert book["要素"].print_title_rows == "$1:$1"


def test_stages_and_outcomes_have_their_colours(book: Any, whole: Extract) -> None:
    for title, column_, codelist in (("要素", "阶段", "stage"), ("措施", "结果", "outcome")):
        sheet, seen = book[title], set()
        place = [cell.value for cell in sheet[1]].index(column_)
        colours = {said: look(codelist, code)["color"] for code, said in whole.titles(codelist).items()}
        for row in sheet.iter_rows(min_row=2):
            assert row[place].fill.fgColor.rgb == f"FF{colours[row[place].value][1:].upper()}"
            seen.add(row[place].value)
        assert len(seen) > 3


def test_a_point_on_each_feature_in_degrees_and_metres(book: Any, whole: Extract) -> None:
    """North and east by name: which is x and which is y differs from trade to trade."""
    sheet = book["要素"]
    points = zip(*(column(sheet, title) for title in ("编号", *titles("EPSG:4547", "zh"))), strict=True)
    found = {code: values for code, *values in points}
    lon, lat, north, east = found["rail-dongguannan"]
    assert (lon, lat) == pytest.approx((114.06, 22.84), abs=0.02)
    assert 2_500_000 < north < 2_570_000 and 450_000 < east < 530_000
    shapes = dict(zip(all_features(whole)["code"], all_features(whole).geometry, strict=True))
    for code, values in found.items():
        shape = shapes[code]
        assert (shape is None) == (values == [None] * 4), code
        if shape is not None:
            assert shape.distance(Point(values[:2])) < 2e-6, code


def test_cells_are_typed_and_codes_are_words(book: Any) -> None:
    sheet = book["要素"]
    row = column(sheet, "编号").index("rail-dgmetro1")
    expected = {
        "专题": "铁路与轨道",
        "阶段": "投用运营",
        "一年内没有新来源（未完工或受限的）": "否",
        "措施数": 1,
        "位置误差（米）": 30,
    }
    expected["最近来源日期"] = datetime(2025, 11, 28)
    assert {title: column(sheet, title)[row] for title in expected} == expected
    cell = sheet.cell(row + 2, [item.value for item in sheet[1]].index("最近来源日期") + 1)
    assert cell.number_format == "yyyy-mm-dd"
    assert any(cell.hyperlink for cell in book["来源"]["D"][1:])
    # What a column says in words is there as codes as well.
    measure = column(book["措施"], "编号").index("d2017-01-1-01")
    codes = {"牵头机构编号": "fagai;zhengyan", "文件编号": "d2017", "合作地区编号": "prd;hongkong;macao"}
    assert {title: column(book["措施"], title)[measure] for title in codes} == codes


def test_codes_are_hidden_and_words_are_not(book: Any) -> None:
    for name in SHEETS:
        sheet, coded = book[tables()[name].title_zh], coded_columns(tables()[name])
        # Columns of one look that stand side by side are kept as one range.
        ranges = [each for each in sheet.column_dimensions.values() if each.hidden]
        hidden = {place for each in ranges for place in range(each.min, each.max + 1)}
        fields = sorted(tables()[name].fields, key=lambda field: field.name == "uid")
        # English beside its Chinese: there, but not in the way.
        names = {field.name for field in fields}
        other = {each for each in names if each.endswith("_en") and each.replace("_en", "_zh") in names}
        # What only few read is folded: a press on its + shows it.
        aside = {*ASIDE.get(name, ())}
        unread = coded | {"uid"} | other | aside
        assert hidden == {place for place, field in enumerate(fields, 1) if field.name in unread}, name
        folded = [each for each in sheet.column_dimensions.values() if each.outline_level == 1]
        places = {place for each in folded for place in range(each.min, each.max + 1)}
        assert places == {place for place, field in enumerate(fields, 1) if field.name in aside}, name
    assert {"lead_codes", "note_zh", "note_en", "reason_en"} <= coded_columns(tables()["measures"])


def test_the_cover_has_a_picture_of_the_map(view: View, tmp_path: Path) -> None:
    needs_font()
    make(PRODUCTS["xlsx"], tmp_path / "a.xlsx", Order(view.narrowed(Filter(theme=("bridges",))), "zh"))
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    (picture,) = book.worksheets[0]._images
    with Image.open(io.BytesIO(picture._data())) as image:
        assert image.size == pytest.approx((240 / 25.4 * 150, 165 / 25.4 * 150), abs=1)
    # It stands in its own proportions.
    extent = picture.anchor.ext if hasattr(picture.anchor, "ext") else None
    assert extent is None or extent.width / extent.height == pytest.approx(240 / 165, rel=0.01)


def test_a_head_of_ampersands_is_whole(tiny: Register, tmp_path: Path) -> None:
    """Each is written twice, and a workbook holds 255 characters: none is cut in two."""
    found = contents.small(tiny)
    write_xlsx(tmp_path / "a.xlsx", replace(found, title="&" * 300, about={**found.about, "filter": "&" * 300}))
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        text = archive.read("xl/worksheets/sheet1.xml").decode()
    head = html.unescape(re.findall("<oddHeader>(.*?)</oddHeader>", text)[0])
    assert len(head) <= 255 and head == f"&L{'&' * 120}&R{'&' * 120}"


def test_no_cell_is_a_formula(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_xlsx, hard, tmp_path / "a.xlsx")
    found = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = found["要素"]
    named = dict(zip(column(sheet, "编号"), column(sheet, "名称"), strict=True))
    assert {code: named[code] for code in contents.names(hard)} == contents.names(hard)
    assert named["station-lost"] == "\t" + contents.HARD[0]
    for page in found:
        for row in page.iter_rows():
            for cell in row:
                assert cell.data_type != "f"
                if isinstance(cell.value, str):
                    assert cell.quotePrefix == cell.value.startswith(FORMULA), cell.value


def test_a_long_text_is_cut_where_a_cell_ends(tiny: Register, tmp_path: Path) -> None:
    found = contents.small(tiny)
    found.tables["measures"].loc[0, "note_zh"] = "𠮷" * 40000
    write_xlsx(tmp_path / "a.xlsx", found)
    note = column(openpyxl.load_workbook(tmp_path / "a.xlsx")["措施"], "说明")[0]
    assert len(note.encode("utf-16-le")) <= 2 * 32767 and note.endswith("𠮷…")


def test_the_workbook_has_no_time_of_its_own(book: Any, whole: Extract) -> None:
    assert book.properties.created == book.properties.modified == datetime(2000, 1, 1)
    assert book.properties.title == whole.title


def unpacked(path: Path) -> Path:
    folder = path.with_suffix("")
    zipfile.ZipFile(path).extractall(folder)
    return folder


def plain_rows(data: bytes) -> list[dict[str, str]]:
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("chosen", [Filter(), Filter(theme=("rail",), agency=("jiaotong",)), Filter(q="没有这个词")])
def test_the_package_is_valid(view: View, chosen: Filter, tmp_path: Path) -> None:
    write_csv(tmp_path / "a.zip", extract(view.narrowed(chosen), lang="en"))
    folder = unpacked(tmp_path / "a.zip")
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert report.valid, report.flatten(["type", "note"])
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    assert "As of: 2026-03-31" in package["description"] and package["licenses"][0]["name"] == "ODbL-1.0"
    listed = {resource["path"] for resource in package["resources"]} | {"datapackage.json"}
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.*")} == listed


def test_a_broken_package_is_found(whole: Extract, tmp_path: Path) -> None:
    """That the validation looks at types and references at all."""
    write_csv(tmp_path / "a.zip", whole)
    folder = unpacked(tmp_path / "a.zip")
    text = (folder / "links.csv").read_text(encoding="utf-8-sig")
    (folder / "links.csv").write_text(re.sub("d2017-11-1-13", "d2017-11-1-99", text), encoding="utf-8-sig")
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    assert {row[0] for row in report.flatten(["type"])} == {"foreign-key"}


def test_hard_names_in_csv(tiny: Register, tmp_path: Path) -> None:
    hard = contents.hard(tiny)
    contents.check_writer(write_csv, hard, tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        rows = {row["code"]: row for row in plain_rows(archive.read("features.csv"))}
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    for code, name in contents.names(hard).items():
        assert rows[code]["name_zh"] == guarded(name)
    assert rows["station-lost"]["name_zh"].startswith("'\t") and rows["station-lost"]["wkt"] == ""
    east = rows["station-east"]
    assert east["wkt"] == "POINT (113.72 22.95)" and (east["lon"], east["lat"]) == ("113.72", "22.95")
    assert float(east["北坐标"]) > 2_500_000 > float(east["东坐标"]) and rows["station-lost"]["北坐标"] == ""


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠"])
def test_what_a_spreadsheet_might_run(start: str) -> None:
    assert guarded(f"{start}1") == f"'{start}1"
    assert guarded(f"1{start}") == f"1{start}" and guarded("") == ""


def test_csv_refuses_metres(whole: Extract, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="EPSG:4326"):
        write_csv(tmp_path / "a.zip", whole, "EPSG:4547")
    assert list(tmp_path.iterdir()) == []


def test_addresses_beyond_what_a_sheet_opens_stay_texts(
    tiny: Register, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library leaves out the cell of the 65,531st link of a sheet."""
    assert workbook.MOST_LINKS == 65_530
    monkeypatch.setattr(workbook, "MOST_LINKS", 2)
    found = contents.small(tiny)
    url = "https://example.org/a"
    sources = found.tables["sources"].iloc[[0, 0, 0, 0]].assign(url=url).reset_index(drop=True)
    write_xlsx(tmp_path / "a.xlsx", replace(found, tables={**found.tables, "sources": sources}))
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["来源"]
    cells = [cell for row in sheet.iter_rows(min_row=2) for cell in row if cell.value == url]
    assert [bool(cell.hyperlink) for cell in cells] == [True, True, False, False]


def test_an_address_too_long_for_a_link_stays_a_text(tiny: Register, tmp_path: Path) -> None:
    """Excel opens at most 2,079 characters: a longer one was an empty cell."""
    found = contents.small(tiny)
    long = "https://example.org/" + "a" * 2100
    found.tables["sources"]["url"] = long
    write_xlsx(tmp_path / "a.xlsx", found)
    assert set(column(openpyxl.load_workbook(tmp_path / "a.xlsx")["来源"], "网址")) == {long}
