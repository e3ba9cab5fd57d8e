"""A half-year as it is lived: forms out and back, one sent back, accepted, reported; then the next, with changes."""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, TimeoutError, expect
from sheets import filled
from signing import Office, office
from writers import LI, WANG, ZHAO

import cli
from analysis.halves import Half, half_of
from geodata import CATALOG
from geodata.journal.entries import Role
from geodata.journal.people import Person
from geodata.journal.reading import read_known
from geodata.place import read_place

pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)
HE = Person("he@hb.example", "何", Role.EDITOR, ("huanbao",))
WATER = "d2017-22-1-01"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with office(tmp_path_factory.mktemp("halfyear"), [WANG, ZHAO, HE, LI]) as found:
        yield found


def half_words(half: Half) -> str:
    return f"{half.year} 年{'上' if half.half == 1 else '下'}半年"


def choose(page: Page, key: str, words: str) -> None:
    """Pick an option of a list; a list that is drawn anew while it opens is shut again."""
    option = page.get_by_role("option", name=words, exact=True)
    for _ in range(8):
        page.locator(f".st-key-{key} [data-testid='stSelectbox'] > div").last.click()
        try:
            option.click(timeout=2_500)
            break
        except TimeoutError:
            page.keyboard.press("Escape")
    expect(page.locator(f".st-key-{key} input")).to_have_value(words)
    quiet(page)


def quiet(page: Page) -> None:
    """Until the server has nothing more to say."""
    page.wait_for_timeout(300)
    page.locator("[data-testid='stApp'][data-test-script-state='notRunning']").wait_for(timeout=30_000)


def part(page: Page, words: str) -> None:
    page.locator(".st-key-progress-part").get_by_text(words, exact=True).click()
    quiet(page)


def mark(page: Page, key: str, row: int) -> None:
    """Mark a row of a table, -1 for all; Streamlit draws it on a canvas."""
    canvas = page.locator(f"[class*='st-key-{key}'] canvas").first
    canvas.scroll_into_view_if_needed()
    box = canvas.bounding_box()
    assert box is not None
    quiet(page)
    page.mouse.click(box["x"] + 14, box["y"] + 18 + (36 * (row + 1) + 4 if row >= 0 else 0))
    quiet(page)


def report(page: Page, half: Half) -> list[str]:
    """All texts of the report of a half-year, made on the page."""
    part(page, "报告")
    choose(page, "report-half", half_words(half))
    expect(page.locator(".report .report-subtitle")).to_have_text(half_words(half).replace(" ", ""))
    page.get_by_role("button", name="生成报告").click()
    with page.expect_download() as loading:
        page.locator(".st-key-report-save button").click()
    document = docx.Document(str(loading.value.path()))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return [*(paragraph.text for paragraph in document.paragraphs), *cells]


def test_a_whole_half_year(
    running: Office,
    chromium: Browser,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    place = read_place(CATALOG, [])
    assert place is not None
    now = half_of(today := place.today())
    last = now.before
    day = date(last.last.year, last.last.month, 10)
    monkeypatch.setenv("GUANTU_JOURNAL", str(running.store.engine.url.database))
    monkeypatch.setenv("GUANTU_WRITE", "sign-in")

    # Transport takes the form from the page, fills in two rows and brings it back.
    wang = running.page(chromium, WANG)
    part(wang, "收发表格")
    choose(wang, "half-year", half_words(last))
    wang.get_by_role("button", name="生成填报表").click()
    with wang.expect_download() as loading:
        wang.locator(".st-key-form-save button").click()
    empty = Path(loading.value.path()).read_bytes()
    assert load_workbook(io.BytesIO(empty)).worksheets[1].title == "填报表"
    said = {"status": "推进中", "date": day, "text_zh": "厚大路改造完成施工招标。"}
    done = {"status": "已完成", "date": day, "text_zh": "新沙港二期通过验收。", "source": "东交〔2026〕5号"}
    book = tmp_path / f"{last.name}_jiaotong.xlsx"
    book.write_bytes(filled(empty, {"d2017-07-2-01": said, "d2017-07-3-07": {**done, "date": "十号"}}))
    wang.locator(".st-key-form-load input").set_input_files(book)
    expect(wang.locator(".gt-notice").first).to_contain_text("十号")
    assert running.store.head()[0] == 0
    book.write_bytes(filled(empty, {"d2017-07-2-01": said, "d2017-07-3-07": done}))
    with wang.expect_file_chooser() as choosing:
        wang.locator(".st-key-form-load [data-testid='stFileUploaderDropzone'] button").last.click()
    choosing.value.set_files(book)
    wang.get_by_role("button", name="登记 2 条并提交").click()
    expect(wang.get_by_text("已提交")).to_be_visible()
    sent = running.store.head()[0]
    assert sent == 7

    # Water says it on the page.
    zhao = running.page(chromium, ZHAO)
    choose(zhao, "half-year", half_words(last))
    rows = read_known(CATALOG)
    assert WATER in set(rows["measures"]["id"])
    mark(zhao, "mine-table", 0)
    zhao.get_by_label("本期情况").click()
    zhao.get_by_role("option", name="推进中").click()
    zhao.locator("[data-testid='stDateInput']").first.click()
    zhao.keyboard.type(f"{day:%Y%m%d}")
    zhao.keyboard.press("Enter")
    zhao.get_by_label("发生了什么（一两句话）").fill("两市会商水质。")
    zhao.keyboard.press("Tab")
    expect(zhao.get_by_text("草稿已存")).to_be_visible()
    zhao.get_by_role("button", name="报送").click()
    expect(zhao.locator(".gt-said.gt-proposed")).to_contain_text("两市会商水质。")
    zhao.get_by_role("button", name="提交").click()
    expect(zhao.get_by_text("已提交")).to_be_visible()

    # Environment hands in at the terminal.
    folder = tmp_path / "forms"
    assert cli.main(["forms", str(folder), "--period", last.name, "--agency", "huanbao", "--agency", "keji"]) == 0
    form = next(folder.glob("*huanbao*"))
    form.write_bytes(filled(form.read_bytes(), {WATER: {**said, "text_zh": "印发监测方案。"}}))
    assert cli.main(["hand-in", str(form), "--as", HE.login]) == 0
    capsys.readouterr()

    # The coordinating office sends one back and accepts the rest.
    li = running.page(chromium, LI)
    part(li, "协调台")
    li.locator(".st-key-desk-half").get_by_text(half_words(last), exact=True).click()
    expect(li.locator(".gt-figures").first).to_contain_text("3 / 64")
    li.locator("[class*='st-key-desk-20'] canvas").first.wait_for()
    order = ["印发监测方案。", "两市会商水质。"]
    mark(li, f"desk-{last.name}", 1)
    expect(li.locator(".gt-said")).to_contain_text(order[1])
    li.get_by_label("退回原因").fill("请写明会商的日期和文号。")
    li.keyboard.press("Tab")
    li.get_by_role("button", name="退回").click()
    expect(li.locator(".gt-figures").first).to_contain_text("1已退回")
    li.locator(f"[class*='st-key-desk-{last.name}'] canvas").first.wait_for()
    mark(li, f"desk-{last.name}", -1)
    li.get_by_role("button", name="采纳 3 件").click()
    expect(li.locator(".gt-figures").first).to_contain_text("3已采纳")

    # What was sent back is said anew and accepted.
    zhao.reload()
    zhao.locator("[class*='st-key-mine-table'] canvas").first.wait_for()
    choose(zhao, "half-year", half_words(last))
    zhao.locator(".st-key-mine-shown").get_by_text("被退回").click()
    quiet(zhao)
    mark(zhao, "mine-table", 0)
    expect(zhao.locator(".gt-said.gt-returned")).to_contain_text("请写明会商的日期和文号。")
    # What was sent back stands in the form again.
    expect(zhao.get_by_label("发生了什么（一两句话）")).to_have_value("两市会商水质。")
    expect(zhao.get_by_label("本期情况")).to_have_value("推进中")
    zhao.get_by_label("发生了什么（一两句话）").fill("两市会商水质，印发会议纪要。")
    zhao.keyboard.press("Tab")
    expect(zhao.get_by_text("草稿已存")).to_be_visible()
    zhao.get_by_role("button", name="报送").click()
    expect(zhao.locator(".gt-said.gt-proposed")).to_contain_text("印发会议纪要。")
    li.reload()
    part(li, "协调台")
    li.locator(".st-key-desk-half").get_by_text(half_words(last), exact=True).click()
    mark(li, f"desk-{last.name}", -1)
    li.get_by_role("button", name="采纳 1 件").click()
    expect(li.locator(".gt-figures").first).to_contain_text("4已采纳")
    words = {"厚大路改造完成施工招标。", "新沙港二期通过验收。", "印发监测方案。", "两市会商水质，印发会议纪要。"}
    events = read_known(CATALOG)["events"]
    assert words <= set(events["text_zh"]) and "两市会商水质。" not in set(events["text_zh"])

    # The report rests on all of it; that of the next half-year tells what changed.
    first = report(li, last)
    assert any("依据日志 12 条" in each for each in first)
    assert all(any(word.removesuffix("。") in each for each in first) for word in words)
    more = tmp_path / f"{now.name}_huanbao.xlsx"
    assert cli.main(["forms", str(more), "--period", now.name, "--agency", "huanbao"]) == 0
    more.write_bytes(filled(more.read_bytes(), {WATER: {**said, "date": today, "text_zh": "公布监测结果。"}}))
    assert cli.main(["hand-in", str(more), "--as", HE.login]) == 0
    part(li, "协调台")
    li.locator(".st-key-desk-half").get_by_text(half_words(now), exact=True).click()
    li.locator(f"[class*='st-key-desk-{now.name}'] canvas").first.wait_for()
    mark(li, f"desk-{now.name}", -1)
    li.get_by_role("button", name="采纳 1 件").click()
    expect(li.locator(".gt-figures").first).to_contain_text("1已采纳")
    second = report(li, now)
    assert any("公布监测结果" in each for each in second) and not any("公布监测结果" in each for each in first)
    assert any("依据日志 15 条" in each for each in second)
    for page in (wang, zhao, li):
        page.context.close()
