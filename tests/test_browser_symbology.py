"""Map, legend and table say the same colour, dash, marker and word for each code, in both languages."""

from __future__ import annotations

import re

import pytest
from browser import Screen

from analysis.filters import Filter
from analysis.view import View, look_at
from geodata import Register
from layers import swatch
from layers.symbology import rules
from layers.web.legend import TEXTS
from views.words import Words

pytestmark = pytest.mark.browser
STAGES = tuple(rules()["stage"])

PAINT = """(code) => {
  const layer = guantu.page.view.layer, rule = layer.rules.stage[code], canvas = document.createElement('canvas');
  canvas.width = 400; canvas.height = 40;
  const context = canvas.getContext('2d'), calls = [];
  const keep = {data: layer.data, frame: layer.frame, stats: layer.stats, stage: layer.stage, ground: layer.ground};
  const f = layer.data.kind.findIndex((kind, i) => kind === 1 && !layer.data.hollow[i] && !layer.data.context[i]);
  layer.stage = new Uint8Array(layer.data.n).fill(layer.stages.indexOf(code));
  // Without the edge, which would fill the gaps.
  layer.stats = {crowded: false};
  layer.ground = {...layer.ground, edge: 'transparent'};
  layer._trace = (c) => { c.beginPath(); c.moveTo(0, 20); c.lineTo(400, 20); };
  const dash = context.setLineDash.bind(context);
  context.setLineDash = (value) => { calls.push([...value]); dash(value); };
  layer._shape(context, f, false);
  delete layer._trace;
  Object.assign(layer, keep);
  const line = [...context.getImageData(0, 0, 400, 40).data];
  const sprite = layer.symbols.sprite(rule, 40, '', false, '#ffffff');
  const pixels = sprite.getContext('2d').getImageData(0, 0, sprite.width, sprite.height).data;
  const count = {};
  for (let i = 0; i < pixels.length; i += 4) if (pixels[i + 3] === 255) {
    const key = [pixels[i], pixels[i + 1], pixels[i + 2]].join(); count[key] = (count[key] || 0) + 1;
  }
  const row = []; for (let x = 0; x < 400; x++) row.push(line.slice((20 * 400 + x) * 4, (20 * 400 + x) * 4 + 4));
  return {row, count, calls};
}"""


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@pytest.fixture(scope="module")
def drawn(chromium, address: str) -> Screen:
    context = chromium.new_context(locale="zh-CN", viewport={"width": 1280, "height": 800})
    return Screen(context.new_page(), address).open()


@pytest.mark.parametrize("code", STAGES)
def test_the_map_draws_the_colour_dash_and_marker_of_the_symbology(drawn: Screen, code: str) -> None:
    rule = rules()["stage"][code]
    painted = drawn.ask(PAINT, code)
    solid = [tuple(pixel[:3]) for pixel in painted["row"] if pixel[3] == 255]
    assert solid and set(solid) == {rgb(rule["color"])}
    assert rule["dash"] in painted["calls"]
    gaps = sum(pixel[3] == 0 for pixel in painted["row"])
    assert (gaps > 20) == bool(rule["dash"])
    assert ",".join(map(str, rgb(rule["color"]))) in painted["count"]


def looks(markup: str) -> tuple[list[str], list[str]]:
    """Colours and dashes of a swatch."""
    dash = re.search(r'stroke-dasharray="([^"]*)"', markup)
    return sorted(set(re.findall("#[0-9a-f]{6}", markup))), dash.group(1).split() if dash else []


PICTURES = """(selector) => [...document.querySelectorAll(selector)].map((row) =>
  [row.dataset.code || row.dataset.id || row.querySelector('input')?.id || '',
   row.innerText.trim(), row.querySelector('svg')?.outerHTML || ''])"""


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_legend_facet_table_card_and_codelist_say_the_same(drawn: Screen, view: View, lang: str) -> None:
    register: Register = view.register
    words = Words(register, lang)
    # Stages that no row has are drawn all the same, when they are asked for.
    drawn.ask(
        """([lang, stages]) => {
          const { page } = guantu;
          page.set({ lang: page.langs.indexOf(lang), filter: { ...guantu.emptyFilter(), stage: new Set(stages) },
            open: { filters: true, legend: true }, table: 'features' });
        }""",
        [lang, STAGES],
    )
    drawn.settle()
    shown = {code: (word, svg) for code, word, svg in drawn.ask(PICTURES, "#legend li[data-code]")}
    for code, picture in (("water", swatch.water()), ("town", swatch.town()), ("restriction", swatch.restricted())):
        assert shown[code][1].count(rules()["context"].get(code, rules()["restricted"]["color"])) >= 1
        assert picture.count("#") == shown[code][1].count("#")
    facet = {code: (word, svg) for code, word, svg in drawn.ask(PICTURES, "#filters label:has([id^=stage-])")}
    table = {
        row["id"]: (row["title"], row["svg"])
        for row in drawn.ask(
            """() => guantu.page.grid.getRows().map((row) => {
              const cell = row.getCell('rank').getElement();
              return { id: guantu.page.bundle.features[row.getData().id].id, title: cell.innerText.trim(),
                svg: cell.querySelector('svg').outerHTML };
            })"""
        )
    }
    today = look_at(register, Filter(), register.place.today())
    assert set(table) == set(today.features["id"])
    for row in today.features.itertuples():
        title, svg = table[row.id]
        assert title == words.title("stage", row.stage), row.id
        assert looks(svg) == looks(swatch.line_and_marker(row.stage)), row.id
    for code in STAGES:
        word, svg = shown[code]
        rule = rules()["stage"][code]
        assert word.splitlines()[0].removesuffix("0").strip().startswith(words.title("stage", code))
        assert rule["color"] in svg
        assert looks(svg)[1] == [f"{part:g}" for part in rule["dash"]]
        assert facet[f"stage-{code}"][0].startswith(words.title("stage", code))
        assert looks(facet[f"stage-{code}"][1]) == looks(svg)
    # The card of one feature of each stage.
    for stage, row in today.features.groupby("stage").first().iterrows():
        drawn.ask(
            "(id) => guantu.page.choose('features', guantu.page.bundle.features.findIndex((f) => f.id === id))",
            row["id"],
        )
        state = drawn.node("#card .state")
        plain = row["stage_stretch"] and stage not in ("unknown", "not-applicable", "cancelled")
        expected = TEXTS(f"plain-{stage}", lang) if plain else words.title("stage", str(stage))
        assert state.locator("b").inner_text() == expected
        assert looks(state.locator("svg").first.evaluate("(node) => node.outerHTML")) == looks(shown[str(stage)][1])
    drawn.ask("guantu.page.set({ selected: null, table: '', filter: guantu.emptyFilter() })")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_outcome_has_one_mark_in_the_line_the_facet_and_the_table(drawn: Screen, view: View, lang: str) -> None:
    words, today = Words(view.register, lang), look_at(view.register, Filter(), view.register.place.today())
    drawn.ask(
        "(lang) => { const { page } = guantu; page.set({ lang: page.langs.indexOf(lang), table: 'measures',"
        " open: { filters: true, legend: true } }); }",
        lang,
    )
    drawn.settle()
    facet = {code: (word, svg) for code, word, svg in drawn.ask(PICTURES, "#filters label:has([id^=outcome-])")}
    rows = drawn.ask(
        """() => guantu.page.grid.getRows().map((row) => {
          const cell = row.getCell('rank').getElement();
          return [guantu.page.bundle.measures[row.getData().id].id, cell.innerText.trim(),
            cell.querySelector('svg').outerHTML];
        })"""
    )
    assert {code for code, _, _ in rows} == set(today.measures["id"])
    outcomes = today.measures.set_index("id")["outcome"]
    marks: dict[str, str] = {}
    for code, title, svg in rows:
        outcome = outcomes[code]
        assert title == words.title("outcome", outcome)
        assert looks(svg) == looks(swatch.marker("outcome", outcome))
        assert rules()["outcome"][outcome]["color"] in svg
        assert looks(facet[f"outcome-{outcome}"][1]) == looks(svg)
        marks[outcome] = svg
    numbers = [codes[0] for codes in drawn.answers() if codes[0] in marks]
    assert len(numbers) >= 4
    for outcome in numbers:
        line = drawn.node(f"#number-{outcome}")
        assert line.inner_text().startswith(words.title("outcome", outcome))
        assert looks(line.locator("svg").evaluate("(node) => node.outerHTML")) == looks(marks[outcome])
    drawn.ask("guantu.page.set({ table: '' })")


def test_schematic_lines_are_hollow(drawn: Screen) -> None:
    hollow = drawn.ask(
        """() => { const layer = guantu.page.view.layer, d = layer.data, out = [];
        for (const wanted of [0, 1]) {
          const rail = (i) => !d.context[i] && d.themes[d.theme[i]] === 'rail';
          const f = d.kind.findIndex((kind, i) => kind === 1 && d.hollow[i] === wanted && rail(i));
          const canvas = document.createElement('canvas'); canvas.width = 60; canvas.height = 40;
          const context = canvas.getContext('2d'), keep = layer.stage, stats = layer.stats;
          layer.stage = new Uint8Array(d.n).fill(layer.stages.indexOf('maintenance')); layer.stats = {crowded: false};
          layer._trace = (c) => { c.beginPath(); c.moveTo(0, 20); c.lineTo(60, 20); };
          layer._shape(context, f, false);
          delete layer._trace; layer.stage = keep; layer.stats = stats;
          out.push([...context.getImageData(30, 20, 1, 1).data].join());
        } return out; }"""
    )
    colour = ",".join(map(str, (*rgb(rules()["stage"]["maintenance"]["color"]), 255)))
    assert hollow[0] == colour
    assert hollow[1] != colour
