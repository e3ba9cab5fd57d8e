// What flows through the scripts: checked, never loaded. A name that is misspelt in a script is found here.
// The rows are those of outputs/page_data.py, the configuration that of layers/web/config.py.

/** A text in each language of the page, in the order of `Bundle.langs`. */
type Said = string[];
/** A text by language. */
type ByLanguage = Record<string, string>;
/** Titles by code. */
type Codes = Record<string, Said>;
type Box = [west: number, south: number, east: number, north: number];

// Rows

/** What search looks through, and the pinyin that a Latin word also finds. */
type Haystack = string[];
interface Searched {
  name?: Said;
  aliases?: string[];
  text: Haystack;
  weight?: number;
}
type FeatureTurn = [
  day: string,
  stage: string,
  since: string,
  begins: boolean,
  grade: string,
  restriction: string,
  closed: string,
  silent: boolean,
  line: number,
];
type MeasureTurn = [day: string, outcome: string, reason: number, past: string, warning: string];
type PaceTurn = [day: string, pacing: string, time: number, done: number, measured: string, said: Said];
/** A promised number on its way (outputs/page_dates.py); shares are in percent, `due` is empty without a date. */
interface Pace {
  name: Said;
  begin: string;
  due: string;
  turns: PaceTurn[];
}
type Turn = FeatureTurn | MeasureTurn | PaceTurn;
interface Fact {
  date: string;
  /** The first day that the date may mean; empty when its year is unknown. */
  from: string;
  /** The place of its source; -1 for none. */
  source: number;
}
interface Happening extends Fact {
  kind: string;
  stage: string;
  restriction: string;
  grade: string;
  text: Said;
}
/** A fact held against a measure. */
interface Shown extends Happening {
  fit: string;
  shows: string;
  period: string;
  /** Why it is read so, where the fact does not say it plainly. */
  note?: Said;
}
interface Observation extends Fact {
  metric: Said;
  value: Said;
  note: Said;
}
interface Water {
  site: Said;
  period: string;
  until: string;
  span: string;
  class: string;
  targets: [control: string, interim: string];
  attained: string;
  grade: string;
  exceeded: Said;
  note: Said;
  source: number;
}
interface Target {
  name: Said;
  value: number;
  observations: (Observation & { number: number })[];
}
interface Feature {
  id: string;
  name: Said;
  aliases: string[];
  theme: string;
  kind: string;
  turns: FeatureTurn[];
  turn?: FeatureTurn;
  location: string;
  town: string[];
  drawn: boolean;
  /** The place of the feature that it is a section of; -1 for none. */
  whole: number;
  stretch: boolean;
  basis: string;
  accuracy: number | null;
  placed: boolean;
  note: Said;
  events: Happening[];
  gaps: Said[];
  observations: Observation[];
  water: Water[];
  sources: number[];
  kept: boolean;
  text: Haystack;
  // As it stands on the day of the page (timeline.js).
  stage?: string;
  since?: string;
  begins?: boolean;
  grade?: string;
  restriction?: string;
  /** Since when it is restricted. */
  closed?: string;
  silent?: boolean;
  /** The line whose opening is all that is known of a station; -1 for none. */
  line?: number;
  /** How much the measures make of it (mapview.js). */
  weight?: number;
}
interface Measure {
  id: string;
  name: Said;
  article: number;
  sentence: string | number;
  turns: MeasureTurn[];
  turn?: MeasureTurn;
  facts: Shown[];
  promise: string;
  firmness: string;
  due_word: string;
  due: Said;
  recurrence: string;
  region: string[];
  mappable: string;
  targets: Target[];
  periods: [first: string, name: string][];
  pace: Pace[];
  /** How often its date was moved and what was promised first, then each move; empty for most. */
  moved: Said[];
  note: Said;
  text: Haystack;
  // As it stands on the day of the page.
  outcome?: string;
  reason?: Said;
  past?: string;
  warning?: string;
}
interface Agency {
  id: string;
  name: Said;
  later: Said;
  grade: string;
  text: Haystack;
}
/** What is said over the map, and what follows when it is closed. */
interface Notice {
  said: () => any;
  closed?: () => void;
}
interface Article {
  id: string;
  document: string;
  list: string;
  source: number;
  note: Said;
  agencies: [role: string, agency: number, written: string][];
}
interface Source {
  name: Said;
  publisher: Said;
  url: string;
  date: string;
  grade: string;
}
type Link = [feature: number, measure: number, relation: string, locator: string, note?: Said];
interface Bundle {
  langs: string[];
  narrowed: [features: boolean, measures: boolean];
  codes: Record<string, Codes>;
  explained: Record<string, Codes>;
  first: string;
  newest: string;
  features: Feature[];
  measures: Measure[];
  links: Link[];
  agencies: Agency[];
  articles: Article[];
  sources: Source[];
  reasons: Said[];
  /** The day on which its rows stand now. */
  standsOn?: string;
  hits?: Map<string, Hits>;
  // Of a tour only (outputs/meeting/tour_data.py).
  day?: string;
  tours?: Record<string, Chapter[]>;
}
interface Figure {
  table: string;
  rows: number[];
}
interface Change {
  table: string;
  row: number;
  name: string;
  before: string;
  after: string;
  reason: string;
}
interface Chart {
  title: string;
  codelist: string;
  bars: [code: string, title: string, figure: Figure][];
}
interface Chapter {
  key: string;
  title: string;
  sentences: (string | Figure)[][];
  chart: Chart | null;
  changes: Change[];
  features: number[];
  measures: number[];
  bounds: Box | null;
  sources: number[];
  note: string;
  /** How sure each line of an answer is, and its places (latitude, longitude), the surest last. */
  lines: [string, [number, number][]][];
}

// The filter

type OfFeatures = "stage" | "theme" | "town" | "location";
type OfMeasures = "outcome" | "promise" | "due" | "agency" | "role" | "counterpart" | "document" | "article";
type Facet = OfFeatures | OfMeasures;
/** Codes by facet; agencies by their place. */
interface Filter extends Record<Facet, Set<any>> {
  q: string;
  since: string;
}
interface Found {
  features: number[];
  measures: number[];
}
/** Which features, and which measures, meet a condition by themselves. */
type Hits = Uint8Array[];
interface Hit {
  kind: string;
  at: any;
  row?: Searched;
  swatch?: string;
  said?: () => any;
  score?: number;
}

// Rows told by column, as they travel (outputs/page_data.py)
interface Columns {
  n: number;
  columns: Record<string, any[] | { of: any[]; at: number[] }>;
}
type Packed = Omit<Bundle, "features" | "measures"> & { features: Columns; measures: Columns };

// The feature file (layers/web/payload.py), and what decode() adds to it

interface FeatureFile {
  n: number;
  themes: string[];
  letters: Record<string, string[]>;
  ids: string[];
  names: Record<string, string[]>;
  sections?: Record<string, [type: string, offset: number, count: number]>;
  partStart: Uint32Array;
  vertexStart: Uint32Array;
  first: Int32Array | null;
  steps: Int16Array | Int32Array | null;
  accuracy: Float32Array;
  kind: Uint8Array;
  theme: Uint8Array;
  context: Uint8Array;
  hollow: Uint8Array;
  near: Uint8Array;
  section: Uint8Array;
  letter: Uint8Array;
  x: Float64Array;
  y: Float64Array;
  box: Float64Array;
}
interface Grid {
  query(box: ArrayLike<number>): Set<number>;
}

// The configuration (layers/web/config.py, layers/symbology.toml)

interface Look {
  color: string;
  marker: string;
  dash?: number[];
  scale?: number;
}
interface ThemeLook {
  order: number;
  width?: number;
  size?: number;
}
interface Ground {
  paper: string;
  ink: string;
  halo: string;
  edge: string;
  /** Of the lines of an answer. */
  found: string;
  faint: string;
}
interface Symbology {
  stage: Record<string, Look>;
  outcome: Record<string, Look>;
  theme: Record<string, ThemeLook>;
  "theme-default": ThemeLook;
  context: { water: string; named: string; shore: string; town: string; graticule: string };
  restricted: { color: string; ink: string };
  "on-paper": { color: string; ink: string };
  muted: { color: string; opacity: number; width: number };
  selected: { color: string; halo: string; width: number };
  /** Of what differs between two days. */
  changed: { width: number; gap: number; dash: number[] };
  ground: Record<string, Ground>;
  finding: Record<string, { dash: number[]; width: number }>;
  vision: Record<string, number[][]>;
}
interface LegendItem {
  code: string;
  swatch: string;
  zh: string;
  en: string;
}
interface LegendPart {
  zh: string;
  en: string;
  items: LegendItem[];
}
interface Config {
  city: [southWest: [number, number], northEast: [number, number]];
  symbology: Symbology;
  words: Record<string, ByLanguage>;
  legend: LegendPart[];
  outcomes: Record<string, string>;
  heading: ByLanguage;
  subtitle: ByLanguage;
  notice: ByLanguage;
  attribution: string;
  vision: Record<string, number[][]>;
  /** The part of the legend that stands while two days are compared. */
  compared: LegendPart;
  /** Of the app only: what is fetched once the map is drawn (layers/web/document.py). */
  later?: string[];
  /** Of the app only: which questions of place there are (views/pages.py). */
  asks?: { river: string[]; agency: string };
  // Of a tour only (outputs/meeting/tour_page.py).
  title?: Said;
  foot?: string[][];
  stamp?: Said;
}
interface Basemap {
  id: string;
  title: ByLanguage;
  urls: string[];
  attribution: string;
  problem: ByLanguage | null;
}
/** What the server tells the screen of the app (views/visit.py). */
interface Told {
  files: string[];
  today: string;
  lang: string;
  number: string;
  basemaps: Basemap[];
  faults: number;
  journal: boolean;
  waiting: string[];
  /** As known by which day, and whether with what waits: what the files hold. */
  seen: string;
  desk: boolean;
  /** The files of the register as known by `against_known`; none where it cannot be used. */
  against: string[];
  against_known: string;
}

// The map

/** The Leaflet layer of layer.js and shapes.js. */
interface MapLayer {
  data: FeatureFile;
  symbols: Symbols;
  rules: Symbology;
  stages: string[];
  looks: Look[];
  themes: ThemeLook[];
  background: Uint32Array;
  order: Uint32Array;
  visible: Uint8Array;
  weight: Float32Array;
  restricted: Map<number, string>;
  /** Whose stage stands in the document alone. */
  onPaper: Set<number>;
  /** Where signs stand on the canvas, and whose they are. */
  signs: [number, number, number][];
  stage: Uint8Array;
  /** The day that its stages are of. */
  standsOn?: string;
  /** Of each stage, whether it is one. */
  staged: boolean[];
  view: LayerView;
  stats: Stats;
  ground: Ground;
  frame: Frame;
  shown: number[];
  canvas: HTMLCanvasElement;
  marks: HTMLCanvasElement;
  /** Holds the canvases, and cuts them off where two sides are shown. */
  holder: HTMLElement;
  /** Under the features, while something has a halo. */
  halos?: HTMLCanvasElement | null;
  stack(): HTMLCanvasElement[];
  paintHalos(): void;
  paintPointHalos(context: CanvasRenderingContext2D): void;
  addTo(map: any): MapLayer;
  remove(): void;
  scratch?: HTMLCanvasElement;
  image?: ImageData;
  grid?: Grid;
  bounds: any;
  near12: boolean;
  /** Pictures of this view, the one that is seen last. */
  pictures: Picture[];
  /** What lies under every picture in which something is left out. */
  under?: { key: string; canvas: HTMLCanvasElement };
  underAsked?: string;
  /** A canvas for the second picture. */
  spare?: HTMLCanvasElement;
  /** Features in the view of a key, in the order of drawing. */
  seen?: { key: string; list: number[] };
  /** What the marks were last drawn for. */
  marked?: string;
  marksWait?: boolean;
  busy?: boolean;
  /** Whether it waits for its first view. */
  held?: boolean;
  takePicture(): void;
  onframe?: (stats: Stats) => void;
  draw(): void;
  mark(): void;
  nearby(box: ArrayLike<number>): Set<number>;
  hits(latlng: any, reach?: number): number[];
  /** What Leaflet and the parts of the layer call on each other. */
  [inner: `_${string}`]: any;
  getPane(): HTMLElement;
}
interface Picture {
  canvas: HTMLCanvasElement;
  key: string;
  visible: Uint8Array;
  stage: Uint8Array;
  shown: number[];
  stats: Partial<Stats>;
}
interface LayerView {
  hideMuted: boolean;
  selected: number;
  hovered: number;
  marked: number[];
  lang: string;
  theme: string;
  magnify: number;
  tails: Map<number, string> | null;
  /** Radii of the marks that an answer has on features. */
  discs: Map<number, number>;
  /** What has a halo; what of another file is drawn as gone. */
  changes: Halos | null;
  draft: boolean;
  names: boolean;
  towns: boolean;
  water: boolean;
  rings: boolean;
  grid: boolean;
}
interface Halos {
  halos: number[];
  waiting: number[];
  ghosts: number[];
  data: FeatureFile;
}
interface Stats {
  frames: number;
  drawn: number;
  muted: number;
  byStage: Record<string, number>;
  crowded?: boolean;
}
interface Frame {
  scale: number;
  left: number;
  top: number;
  width: number;
  height: number;
}
interface Symbols {
  ratio: number;
  sprite(look: Look, size: number, letter: string, hollow: boolean, halo: string): HTMLCanvasElement;
}
/** Left, top, right, bottom. */
type Rectangle = number[];
/** From x, y to x, y. */
type Segment = number[];
interface MapView {
  map: any;
  config: Config;
  say: Say;
  layer: MapLayer | null;
  /** The other side of a comparison, the bundle that it was made of, and its rows. */
  beside?: MapLayer | null;
  besideOf?: Bundle | null;
  besideRows?: Int32Array;
  /** Cuts both sides, while there are two. */
  cut?: (() => void) | null;
  tiles: any;
  /** Whether the user has moved the map. */
  moved: boolean;
  /** Whether we move it. */
  flying: boolean;
  placed?: boolean;
  sharing?: number;
  tip?: HTMLElement;
  stamp?: HTMLElement;
  note?: HTMLElement;
  at?: HTMLElement;
  find?: (id: string) => number | undefined;
}

// The answer to a question of place (views/analyse.py)

interface AskedCell {
  text?: string;
  /** What it is sorted by. */
  n?: number;
  thing?: [table: string, id: string];
  things?: [table: string, id: string][];
  sure?: string;
  code?: string;
  share?: [part: number, whole: number];
}
interface AskedRow {
  cells: AskedCell[];
  said: string;
  sure: string;
  cards: [table: string, id: string][];
  agencies: string[];
  /** Features on the map. */
  on: string[];
}
type Places = [lat: number, lng: number][];
interface Asked {
  key: string;
  words: Record<string, string>;
  show: (by?: string) => void;
  /** The one that is chosen; -1 for none. */
  row: number;
  columns?: { key: string; title: string }[];
  rows?: AskedRow[];
  lines?: { row: number; sure: string; parts: Places[] }[];
  wide?: Places[];
  drawn?: Places[];
  marks?: { row: number; id: string; n: number }[];
  /** The stage in whose colour what is built is drawn. */
  built?: string;
  chart?: any;
}
interface Picking {
  name: string;
  what: string;
  points: any[];
  line: any;
  keys: (event: any) => void;
  ends?: () => void;
}

// The page

type Say = (key: string, values?: Record<string, any>) => string;
interface Where {
  read(): string;
  write(text: string, over: boolean): void;
  link(text: string): string;
}
interface Selected {
  table: string;
  row: number;
}
interface Listed {
  title: string;
  table: string;
  rows: number[];
}
/** The other side of a comparison: rows of its own, on its own day. */
interface Aside {
  /** The bundle that its rows were copied from. */
  of: Bundle;
  bundle: Bundle;
  data: FeatureFile | undefined;
  day: string;
}
interface Difference {
  what: string;
  /** Facts that one side has and the other has not, `gone` where it is the later one. */
  learnt: (Fact & { gone?: boolean })[];
}
/** A row that differs: its place after and before, -1 for none. */
interface Differing {
  table: "features" | "measures";
  row: number;
  was: number;
  changes: Difference[];
}
/** What was compared last. */
interface Compared {
  key: string;
  bundle: Bundle;
  before: Aside;
  found: Found;
  all: Differing[];
  /** Those that the filter keeps on either side. */
  rows: Differing[];
  /** What it keeps on the other side. */
  old: Found;
}
/** The state of the one screen (screen.js), what its parts keep there, and what they may do to it. */
interface Page {
  map: any;
  config: Config;
  where: Where;
  bundle: Bundle | null;
  langs: string[];
  lang: number;
  homeLang: number;
  mode: "explore" | "tour";
  at: number | undefined;
  elsewhere: string | undefined;
  filter: Filter;
  day: string;
  last: string;
  dated: boolean;
  table: string;
  hide: boolean;
  known: string;
  proposed: boolean;
  journal: boolean;
  /** Rows of which something waits to be accepted, as `table:id`. */
  waiting: string[];
  seenAs?: string;
  refreshes?: number;
  /** The day that stands beside the one shown, and by when that side was known; empty for none. */
  against: string;
  againstKnown: string;
  /** What the server sent for that side. */
  other: { known: string; bundle: Bundle; data: FeatureFile } | null;
  /** Whether the map is split, and at how many percent of its width. */
  sides: boolean;
  split: number;
  selected: Selected | null;
  listed: Listed | null;
  found: Found;
  /** Names and values of the address, on the page of questions. */
  question: [name: string, value: string][];
  ignored: string[];
  notices: Notice[];
  faults: number;
  address: string;
  by: string;
  lastBy: string;
  playing: number | null;
  open: { filters: boolean; legend: boolean; both: boolean };
  layers: Record<string, boolean>;
  basemaps: Basemap[];
  basemap: string;
  vision: string;
  theme: string;
  coarse: boolean;
  measuring: { points: any[]; line: any } | null;
  grid: any;
  tall: (yes: boolean) => void;

  say?: Say;
  of?: <T>(texts: T[] | Record<string, T>) => T;
  title?: (list: string, code: string) => string;
  stage?: (feature: Pick<Feature, "stretch">, code: string) => string;
  swatches?: Map<string, string>;
  mark?: () => string;
  view?: MapView;
  render?: () => void;
  set?: (change: Partial<Page>) => void;
  change?: (name: Facet | "q" | "since", value: Set<any> | string) => void;
  toggle?: (facet: Facet, value: any) => void;
  reset?: () => void;
  choose?: (table: string, row: number) => void;
  list?: (title: string, table: string, rows: number[] | null) => void;
  open1?: (facet: Facet, value: any) => void;
  explore?: (agency: number) => void;
  sheet?: (name: "filters" | "legend", open?: boolean) => void;
  settle?: (animated?: boolean) => void;
  tell?: (words: string, stays?: boolean) => void;
  afterRender?: () => void;

  /** Rows by the places of the feature file; -1 where the page has none. */
  rowOf?: Int32Array;
  hits?: Hit[] | null;
  hitAt?: number;
  unfolded?: Set<string>;
  narrowing?: Record<string, string>;
  later?: Map<string, (page: Page, found: Found) => void>;
  /** What was last asked of the server for the other side. */
  againstAsked?: string;
  aside?: Aside;
  compared?: Compared;
  cardKey?: string;
  gridShape?: string;
  gridReady?: boolean;
  gridWaits?: any[] | null;
  moving?: boolean;
  /** Whether the line of numbers was last drawn while the days moved. */
  lineMoved?: boolean;
  dayWaits?: boolean;
  resting?: number;
  telling?: number;

  // Of the app only (host.js, asked_map.js).
  /** The answer to the question, as views/analyse.py tells it. */
  asked?: Asked | null;
  askedLayer?: any;
  findings?: any;
  /** Where the map looked before the question. */
  before?: { zoom: number; center: any } | "home" | null;
  picking?: Picking | null;
  /** Whether the server knows already what is drawn. */
  quiet?: boolean;
  /** Whether the address changes within its entry. */
  overwrites?: boolean;
  answered?: () => number[] | null;
  takesClick?: (latlng: any) => boolean;
  ask?: () => void;
  dressed?: string;
  // Of a tour only (tour.js).
  told?: () => Found;
  chapters?: () => Chapter[];
  chapter?: () => Chapter;
  go?: (at: number) => void;
  turn?: () => void;
  toMap?: (change: Partial<Page>) => void;
  presenter?: Window | null;
  notesHere?: boolean;
  started?: number;
}

// The name that the scripts share

type Draw = (page: Page) => any;
type DrawFound = (page: Page, found: Found) => any;
type Keys = Record<string, (() => any) | null>;
interface Guantu {
  // payload.js
  files?: Promise<Response>[];
  page?: Page;
  bytesOf(asked: Promise<Response> | Response): Promise<ArrayBuffer>;
  unzip(asked: Promise<Response>): Promise<any>;
  fromColumns(table: Columns, later?: string[]): any[];
  ON_A_DAY: { features: string[]; measures: string[] };
  withRows(bundle: Packed): Bundle;
  decode(asked: Promise<Response>): Promise<FeatureFile>;
  toWorld(data: FeatureFile): void;
  firstVertex(data: FeatureFile, f: number): number;
  endVertex(data: FeatureFile, f: number): number;
  Grid: new (data: Pick<FeatureFile, "n" | "box" | "near">, cells?: number) => Grid;
  drawingOrder(data: FeatureFile, symbology: Symbology): Uint32Array;
  distance(data: FeatureFile, f: number, px: number, py: number): number;
  // timeline.js
  DAY_MS: number;
  dayNumber(day: string): number;
  dayText(number: number): string;
  dayTyped(text: string): string;
  yearsBefore(day: string, years: number): string;
  turnOn<T extends Turn>(turns: T[], day: string): T;
  standOn(bundle: Bundle, day: string): void;
  factsOn<T extends Fact>(facts: T[], day: string): T[];
  // filter.js
  FACETS: Facet[];
  OF_FEATURES: Facet[];
  SEVERAL: Facet[];
  LIST_OF: Partial<Record<Facet, string>>;
  listOf(facet: Facet): string;
  emptyFilter(): Filter;
  isEmpty(filter: Filter): boolean;
  fold(text: string): string;
  matcher(words: string): (row: { text: Haystack }) => boolean;
  applyFilter(bundle: Bundle, filter: Filter): Found;
  any(set: Set<any>, value: any): boolean;
  allOf<T>(conditions: (0 | ((row: T) => unknown))[]): (row: T) => boolean;
  has<T>(set: Set<any>, read: (row: T) => any): 0 | ((row: T) => boolean);
  hasAny<T>(set: Set<any>, read: (row: T) => any[]): 0 | ((row: T) => boolean);
  featureTest(filter: Filter): (row: Feature) => boolean;
  measureTest(bundle: Bundle, filter: Filter): (row: Measure) => boolean;
  hitsOf(bundle: Bundle, filter: Filter): Hits[];
  keptHits(bundle: Bundle, key: string, test: (row: any) => boolean): Hits;
  marks<T>(rows: T[], test: (row: T) => unknown): Uint8Array;
  countOptions(bundle: Bundle, filter: Filter, facet: Facet, found?: Found | null): Map<any, number>;
  countAssigned(
    bundle: Bundle,
    filter: Filter,
    facet: Facet,
    measures: number[],
    add: (key: any, n?: number) => void,
  ): void;
  // state.js
  TABLES: string[];
  ELSEWHERE: string[];
  HANDED_ON: string[];
  OTHER_NAMES: string[];
  LONGEST: number;
  stateText(page: Page): string;
  stateOf(page: Page, text: string): Partial<Page>;
  facetsOf(bundle: Bundle, said: URLSearchParams, ignored: string[]): Filter;
  spellings(bundle: Bundle, facet: Facet): Map<string, any>;
  wordsTyped(text: string): string | undefined;
  dayWithin(page: Page, text: string): string | undefined;
  rowShown(bundle: Bundle, text: string): Selected | undefined;
  goesOn(page: Page, before: string, after: string): boolean;
  remember(page: Page): void;
  withView(page: Page, text: string): string;
  recall(page: Page): void;
  // find.js
  HITS: number;
  KINDS: string[];
  buildFind: Draw;
  renderFind: Draw;
  score(row: Searched, words: string): number;
  hitsFor(page: Page, words: string): Hit[];
  candidates(page: Page): Hit[];
  suggest(page: Page): void;
  markHit(page: Page): void;
  walkHits(page: Page, event: any): void;
  closeHits(page: Page): void;
  goToHit(page: Page, hit: Hit): void;
  flyTo(page: Page, table: "features" | "measures", row: number): void;
  // answer.js, facets.js
  buildAnswer: Draw;
  chips: Draw;
  valueWords(page: Page, facet: Facet, value: any): string;
  renderAnswer: DrawFound;
  PRESS_MS: number;
  yearAgo(page: Page): string;
  projectsOf(page: Page, found: any): number[];
  pastDue(page: Page, found: Found): { on: boolean; count: number; toggle: () => void };
  waysBack: Draw;
  renderFilters: DrawFound;
  options(page: Page, facet: Facet): [value: any, title: string, row: { text: Haystack }][];
  facet(page: Page, facet: Facet, found: Found): any;
  option(page: Page, facet: Facet, value: any, title: string, count: number): any;
  sinceBox: Draw;
  dayBox(
    page: Page,
    box: {
      id: string;
      label: string;
      value: string;
      placeholder: string;
      read: (words: string) => string | undefined;
      take: (day: string) => void;
    },
  ): any;
  // compare.js, compare_rows.js, compare_map.js
  CHANGED: string;
  CHANGE_KINDS: string[];
  compares(page: Page): boolean;
  asideOf(bundle: Bundle): Bundle;
  before(page: Page): Aside | null;
  takeAgainst(page: Page, args: Told, read: (asked: any[]) => Promise<[any, any]>): Promise<void>;
  factsBeyond(one: any, other: any, day: string): Fact[];
  liesElsewhere(
    before: FeatureFile,
    at: number | undefined,
    after: FeatureFile,
    now: number | undefined,
  ): boolean;
  differencesOf(
    table: Differing["table"],
    was: any,
    now: any,
    more?: { moved?: boolean; learnt?: Difference["learnt"] },
  ): Difference[];
  comparison(before: Aside, after: Omit<Aside, "of">): Differing[];
  filterIn(filter: Filter, from: Bundle, to: Bundle): Filter;
  changesFound(page: Page): Differing[] | null;
  setAgainst(page: Page, change: Partial<Pick<Page, "against" | "againstKnown">>): void;
  halfBefore(day: string): string;
  compareBoxes(page: Page, prefix?: string): any[];
  openCompare: Draw;
  againstWords(page: Page): string;
  changedRow(page: Page, one: Differing): any;
  changeRows(page: Page, rows: any[]): Record<string, any>[];
  changeColumns(page: Page): Record<string, any>[];
  changedWords(page: Page): string;
  noRowWords(page: Page, table: string): string;
  openChange(page: Page, data: { one: Differing; name: string }): void;
  halosOf(page: Page, rows: Differing[]): { own: Halos; beside: Halos };
  renderSides: Draw;
  closeSides: Draw;
  cutSides: Draw;
  sideWords(page: Page): string[];
  sideAt(
    page: Page,
    point?: { x: number; y: number },
  ): { layer: MapLayer; bundle: Bundle; rowOf: Int32Array };
  layersOf(page: Page): MapLayer[];
  hitsAt(page: Page, latlng: any, reach: number): number[];
  // mapview.js, pointer.js, controls.js
  newCanvas(): HTMLCanvasElement;
  sameBytes(a: Uint8Array, b: Uint8Array): boolean;
  startMap(map: any, config: Config, say: Say): MapView;
  takeFeatures(page: Page, data: FeatureFile): void;
  takeRows(layer: MapLayer, bundle: Bundle): Int32Array;
  keepOnMap(layer: MapLayer, bundle: Bundle, rowOf: Int32Array, features: number[]): void;
  finder(ids: string[]): (id: string) => number | undefined;
  showOnMap(page: Page, features: number[]): void;
  stampOf(page: Page): string;
  standOnMap(layer: MapLayer, bundle: Bundle, rowOf: ArrayLike<number>): void;
  sayMap: DrawFound;
  mapWords(page: Page, features: number[]): string;
  viewText(map: any): string;
  viewOf(text: string | null): { zoom: number; center: [number, number] } | null;
  measure(page: Page): void;
  lookAt(page: Page, at: { zoom?: number; center?: [number, number]; bounds?: any; maxZoom?: number }): void;
  room(page: Page): { paddingTopLeft: [number, number]; paddingBottomRight: [number, number] };
  SIDES: Record<string, string>;
  meet(a: DOMRect, b: DOMRect): boolean;
  goHome(page: Page): void;
  boundsOf(layer: MapLayer, places: number[]): any;
  fitResult(page: Page): void;
  reveal(page: Page, firmly?: boolean): void;
  isSeen(page: Page, bounds: any, wholly: boolean): boolean;
  clickMs?: number;
  hoverMs?: number;
  listen(page: Page): void;
  tellPlace(page: Page, at: { lat: number; lng: number }): void;
  hover(page: Page, found: number[], point?: { x: number; y: number }): void;
  distanceWords(metres: number): string;
  addVisions(matrices: Record<string, number[][]>): void;
  buildControls: Draw;
  renderControls: Draw;
  basemap(page: Page, picked: Basemap | null): void;
  tellCrowd(view: MapView, stats: Stats): void;
  // layer.js, shapes.js, labels.js, symbols.js
  Layer: (new (data: FeatureFile, symbology: Symbology) => MapLayer) & {
    include(parts: ThisType<MapLayer>): void;
  };
  Symbols: new (symbology: Symbology, ratio: number) => Symbols;
  FONT: string;
  inkOn(color: string): string;
  pixel(color: string): number;
  paintGraticule(context: CanvasRenderingContext2D, layer: MapLayer): void;
  covered(map: any): Rectangle[];
  COVERS: string;
  paintLabels(context: CanvasRenderingContext2D, layer: MapLayer, shown: number[], signs: number[][]): void;
  markers(layer: MapLayer, shown: number[]): Rectangle[];
  firstNames(view: LayerView, shown: number[]): Map<number, number>;
  wantedNames(layer: MapLayer, shown: number[]): number[][];
  paintName(
    context: CanvasRenderingContext2D,
    layer: MapLayer,
    f: number,
    rank: number,
    name: string,
    taken: Rectangle[],
  ): boolean;
  waterInk(layer: MapLayer): string;
  freeSpot(
    layer: MapLayer,
    f: number,
    off: [shift: number, above: number],
    size: [width: number, high: number],
    taken: Rectangle[],
  ): [number, number] | null;
  pixelsOf(layer: MapLayer, f: number): Segment[];
  enters(x1: number, y1: number, x2: number, y2: number, box: Rectangle): boolean;
  isTaken(taken: Rectangle[], box: Rectangle): boolean;
  widths: Map<string, number>;
  widthOf(context: CanvasRenderingContext2D, text: string): number;
  runsThrough(segments: Segment[], box: Rectangle): boolean;
  paintSigns(context: CanvasRenderingContext2D, layer: MapLayer): number[][];
  paintPaper(context: CanvasRenderingContext2D, layer: MapLayer, x: number, y: number): void;
  paintRestriction(context: CanvasRenderingContext2D, layer: MapLayer, x: number, y: number): void;
  linesOf(name: string, lang: string): string[];
  anchors(layer: MapLayer, f: number): [number, number][];
  anchor(layer: MapLayer, f: number): [number, number] | undefined;
  // elements.js
  h(tag: string, attributes?: Record<string, any>, ...children: any[]): any;
  ICONS: Record<string, string>;
  icon(name: string): any;
  iconButton(id: string, icon: string, action: () => void, more?: Record<string, any>): any;
  speak(node: HTMLElement, lang: string): void;
  name(node: HTMLElement, words: string): void;
  swatch(page: Page, code: string): any;
  goTo(words: string, action: () => void, attributes?: Record<string, any>): any;
  redraw(node: HTMLElement, ...children: any[]): void;
  grip(sheet: HTMLElement, step: () => void): any;
  // card.js, card_measure.js, tables.js, legend.js
  renderCard: Draw;
  cardOf: Draw;
  stepRow(page: Page, way: 1 | -1): void;
  only(page: Page, facet: Facet, value: any, words: string): any;
  source(page: Page, place: number): any;
  positionWords(page: Page, item: Feature): string;
  featureCard(page: Page, item: Feature, row: number): any[];
  measureCard(page: Page, item: Measure, row: number): any[];
  rowLink(page: Page, table: "features" | "measures", row: number): any;
  linkedMeasures(page: Page, heading: "measures" | "named-only", links: Link[]): any;
  rumour(page: Page, item: Feature, events: Happening[]): any;
  history(page: Page, item: Feature, events: Happening[]): any;
  PLAIN: string[];
  happening(page: Page, event: Happening, shows?: string, note?: string): any;
  dateWords(page: Page, date: string): string;
  evidence(page: Page, item: Measure): any;
  NEWEST: number;
  PARTNERS: number;
  CARDS: Record<string, (page: Page, item: any, row: number) => any[]>;
  rowsFound(page: Page, table: string): number[];
  dutiesOf(bundle: Bundle, agency: number): Map<string, number[]>;
  partnersOf(bundle: Bundle, agency: number, duties: number[]): [agency: number, n: number][];
  newsOf(page: Page, duties: number[]): { fact: Shown; served: number[] }[];
  agencyCard(page: Page, item: Agency, row: number): any[];
  agencyPart(heading: string, items: any[]): any;
  targetBars(page: Page, item: Measure): any;
  periodStrip(page: Page, item: Measure): any;
  paceStrips(page: Page, item: Measure): any;
  passed(pace: Pace, day: string): number;
  movedLine(page: Page, item: Measure): any;
  judged(page: Page, item: Measure): any;
  outcomeSpans(item: Measure, day: string): [from: string, to: string, outcome: string, days: number][];
  outcomeStrip(page: Page, item: Measure): any;
  promiseWords(page: Page, item: Measure): any;
  observations(page: Page, item: Feature): any;
  YEARLY: string[];
  waterOn(item: Feature, day: string): Water[];
  waterQuality(page: Page, item: Feature): any;
  waterRows(page: Page, rows: Water[]): any;
  waterWord(page: Page, item: Feature): string;
  waterTails(page: Page, rowOf: Int32Array): Map<number, string>;
  inChinese(page: Page, words: string): string;
  asWritten(page: Page, article: Article): string;
  agencyWords(page: Page, agency: number, written: string): any;
  agencyName(page: Page, agency: number, written: string): string;
  tableLibrary: Promise<any>;
  agencyRows(page: Page, rows: number[]): Record<string, any>[];
  bodiesOf(bundle: Bundle, rows: ArrayLike<number> & Iterable<number>): [agency: number, n: number][];
  agenciesFound(page: Page): number[];
  URGENT: Record<string, string[]>;
  byUrgency(page: Page, table: string, rows: number[]): number[];
  rowsOf(page: Page, table: string, rows: number[]): Record<string, any>[];
  columnsOf(page: Page, table: string): Record<string, any>[];
  listed(page: Page): Listed | null;
  renderTable: DrawFound;
  markRow(page: Page, scroll?: boolean): void;
  tabs(page: Page, listed: Listed): any[];
  pickColumns: Draw;
  LAYERS: string[];
  buildLegend: Draw;
  renderLegend: DrawFound;
  onPaper(bundle: Bundle, found: Found): Map<string, number[]>;
  layerSwitches: Draw;
  // chapter.js, tour.js, presenter.js
  chapterPanel(page: Page, chapter: Chapter): any[];
  figure(page: Page, figure: Figure, title: string): any;
  chart(page: Page, chapter: Chapter): any;
  changes(page: Page, changes: Change[]): any;
  present(): void;
  addTour(page: Page): void;
  buildTour: Draw;
  renderTour: Draw;
  fly(page: Page, animate?: boolean): void;
  tourKeys(page: Page): Keys;
  openPresenter: Draw;
  renderPresenter: Draw;
  tickClock: Draw;
  // screen.js, host.js, keys.js, days.js
  newPage(parts: { map: any; config: Config; words: Config["words"]; where: Where }): Page;
  openAt(width: number): Page["open"];
  isLegendOpen(page: Page): boolean;
  foldLegend(page: Page): void;
  addActs(page: Page): void;
  followTheme(page: Page): void;
  buildScreen: Draw;
  renderScreen: Draw;
  renderMoving: Draw;
  findRows: Draw;
  renderFound: Draw;
  whenIdle(act: () => void): void;
  renderLater(page: Page, name: string, render: DrawFound): void;
  renderWaiting: Draw;
  renderNotices: Draw;
  takeBundle(page: Page, bundle: Bundle, features: FeatureFile): void;
  start(map: any, config: Config): void;
  listenServer(
    page: Page,
    wait: Promise<[FeatureFile, Bundle]>,
    say: (type: string, extra: Record<string, any>) => void,
  ): void;
  takeArguments(page: Page, args: Told): void;
  refresh(page: Page, args: Told): Promise<void>;
  names?: string[];
  read(asked: any[]): Promise<[any, any]>;
  KNOWN: Pick<
    Page,
    "known" | "proposed" | "journal" | "waiting" | "against" | "againstKnown" | "other" | "sides" | "split"
  >;
  knownDay(page: Page, words: string): string | undefined;
  RETRY_MS: number[];
  listenChanges(page: Page): void;
  waitingHalos(page: Page): Halos | null;
  waitingLine(page: Page, table: string, item: { id: string }): any;
  sayKnown(page: Page, said: URLSearchParams): void;
  knownBox(page: Page): any;
  knownChips(page: Page, chip: (...told: any[]) => any): any[];
  differences(before: Bundle, after: Bundle, day: string): number;
  fail(page: Page, error: Error): void;
  offerWalk(page: Page): Notice;
  exploreKeys(page: Page): Keys;
  closeTop(page: Page): void;
  listenKeys(page: Page, target: any, actionsOf: (page: Page) => Keys): void;
  buildDays: Draw;
  setDay(page: Page, day: string, by?: string): void;
  play(page: Page): void;
  pause(page: Page): void;
  stop(page: Page): void;
  renderDays: Draw;
  // topbar.js, tools.js, help.js
  buildTopbar: Draw;
  renderTopbar: Draw;
  pagesOf(page: Page): [key: string, action: () => void][];
  openDialog(page: Page, id: string, title: string, content: any): any;
  openMenu: Draw;
  visionPick: Draw;
  copyText(page: Page, text: string, done: string): Promise<void>;
  linkOf(page: Page): string;
  copyLink(page: Page): Promise<void>;
  picture(page: Page): HTMLCanvasElement;
  titleOf(page: Page): string;
  savePicture(page: Page): void;
  copyPicture(page: Page): Promise<void>;
  startMeasuring(page: Page): void;
  addPoint(page: Page, latlng: any): void;
  stopMeasuring(page: Page): boolean;
  stored(): [name: string, text: string][] | null;
  store(views: [name: string, text: string][]): boolean;
  savedViews(page: Page, done: () => void): any;
  openHelp(page: Page, part: "keys" | "glossary" | "about-data"): void;
  showAround(page: Page, at?: number): void;
  /** What is not worth a line of its own; tests/names.test.js sees that it exists. */
  [name: string]: any;
}

declare const guantu: Guantu;
declare const L: Leaflet;
declare const Tabulator: any;
interface Leaflet {
  Layer: { extend(parts: ThisType<MapLayer>): any };
  [name: string]: any;
}
interface Window {
  guantu: Guantu;
  Tabulator: any;
}
interface Document {
  /** Every id is one of ours: which element has it is known where it is asked for. */
  getElementById(id: string): any;
}
interface ParentNode {
  querySelector(selectors: string): any;
}
interface Uint8ArrayConstructor {
  /** 1 where the test holds. */
  from<Row>(rows: Row[], test: (row: Row) => boolean): Uint8Array<ArrayBuffer>;
}
interface ObjectConstructor {
  /** Its names are known only when it runs. */
  fromEntries(pairs: Iterable<readonly any[]>): any;
}
interface Array<T> {
  /** Of ES2023 the one thing that the oldest browser allowed (old.js) has. */
  findLast(test: (item: T) => unknown): T | undefined;
}
