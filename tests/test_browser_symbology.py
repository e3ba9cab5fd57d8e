"""Map, legend and table say the same colour, dash, marker and word for each code, in both languages."""

from __future__ import annotations

import base64
import re

import pytest
from browser import Screen

from analysis.view import View
from geodata import Register
from layers import swatch
from layers.symbology import rules
from views.tables import feature_table
from views.words import Words

pytestmark = pytest.mark.browser
STAGES = tuple(rules()["stage"])

PAINT = """(code) => {
  const layer = guantu.bridge.layer, rule = layer.rules.stage[code], canvas = document.createElement('canvas');
  canvas.width = 400; canvas.height = 40;
  const context = canvas.getContext('2d'), calls = [];
  const keep = {data: layer.data, frame: layer.frame, stats: layer.stats, stage: layer.stage, ground: layer.ground};
  const f = layer.data.kind.findIndex((kind, i) => kind === 1 && !layer.data.hollow[i] && !layer.data.context[i]);
  layer.stage = new Uint8Array(layer.data.n).fill(layer.stages.indexOf(code));
  layer.stats = {crowded: true};
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


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_legend_table_and_codelist_say_the_same(drawn: Screen, view: View, lang: str) -> None:
    register: Register = view.register
    words = Words(register, lang)
    drawn.ask("(lang) => guantu.dress(guantu.bridge, {lang})", lang)
    legend = drawn.ask(
        "[...guantu.bridge.legend.querySelectorAll('li')].map((row) =>"
        " [row.dataset.code, row.textContent, row.querySelector('svg').outerHTML])"
    )
    shown = {code: (word, svg) for code, word, svg in legend}
    table = feature_table(view, view.standing.features["id"], words)
    # Rivers and towns have no stage: their own look is checked on its own below.
    staged = ~view.standing.features["theme"].map(register.codelist("theme")["context"]).to_numpy(dtype=bool)
    rows = zip(table[words("stage")][staged], table[words("symbol")][staged], strict=True)
    by_stage = dict(zip(view.standing.features["stage"][staged], rows, strict=True))
    for code, picture in (("water", swatch.water()), ("town", swatch.town()), ("restriction", swatch.restricted())):
        assert shown[code][1].count(rules()["context"].get(code, rules()["restricted"]["color"])) >= 1
        assert picture.count("#") == shown[code][1].count("#")
    symbols = set(table[words("symbol")][~staged])
    assert symbols == {swatch.data_uri(swatch.water()), swatch.data_uri(swatch.town())}
    for code in STAGES:
        word, svg = shown[code]
        rule = rules()["stage"][code]
        assert word == words.title("stage", code)
        assert rule["color"] in svg
        dash = re.search(r'stroke-dasharray="([^"]*)"', svg)
        assert (dash.group(1).split() if dash else []) == [f"{part:g}" for part in rule["dash"]]
        if code in by_stage:
            title, symbol = by_stage[code]
            assert title == word
            picture = base64.b64decode(symbol.partition("base64,")[2]).decode()
            assert rule["color"] in picture
            found = re.search(r'stroke-dasharray="([^"]*)"', picture)
            assert (found.group(1) if found else "") == (dash.group(1) if dash else "")


def test_schematic_lines_are_hollow(drawn: Screen) -> None:
    hollow = drawn.ask(
        """() => { const layer = guantu.bridge.layer, d = layer.data, out = [];
        for (const wanted of [0, 1]) {
          const rail = (i) => !d.context[i] && d.themes[d.theme[i]] === 'rail';
          const f = d.kind.findIndex((kind, i) => kind === 1 && d.hollow[i] === wanted && rail(i));
          const canvas = document.createElement('canvas'); canvas.width = 60; canvas.height = 40;
          const context = canvas.getContext('2d'), keep = layer.stage, stats = layer.stats;
          layer.stage = new Uint8Array(d.n).fill(layer.stages.indexOf('maintenance')); layer.stats = {crowded: true};
          layer._trace = (c) => { c.beginPath(); c.moveTo(0, 20); c.lineTo(60, 20); };
          layer._shape(context, f, false);
          delete layer._trace; layer.stage = keep; layer.stats = stats;
          out.push([...context.getImageData(30, 20, 1, 1).data].join());
        } return out; }"""
    )
    colour = ",".join(map(str, (*rgb(rules()["stage"]["maintenance"]["color"]), 255)))
    assert hollow[0] == colour
    assert hollow[1] != colour
