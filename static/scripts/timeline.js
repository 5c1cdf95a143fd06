// <cold-timeline label="Timeline">: a lane per execution environment, a shape per thing that happened.
// It asks for nothing: the page feeds it with apply(message). Deciding and drawing are in timeline/.

import { Camera } from "./timeline/camera.js";
import { LabClock } from "./timeline/clock.js";
import { Frame } from "./timeline/frame.js";
import { handleKey } from "./timeline/keys.js";
import { lanesOfNews, lanesToFold, layOutLanes } from "./timeline/lanes.js";
import { put } from "./timeline/nodes.js";
import { Pointer } from "./timeline/pointer.js";
import { readAxis } from "./timeline/ticks.js";
import { Ticker } from "./timeline/ticker.js";
import { endOf, Trace } from "./timeline/trace.js";
import { nearestInLane, neighbourInRun } from "./timeline/walk.js";

const NARROW = 600;
const ZOOM_STEP = 1.5;
/** Pixels that the now-line has to move before it is worth a drawing, and milliseconds of a frame. */
const VISIBLE_STEP = 0.25;
const FRAME = 17;

export class ColdTimeline extends HTMLElement {
  #trace = new Trace();
  #clock = new LabClock();
  #ticker = new Ticker(() => this.#draw());
  #camera = new Camera({
    trace: this.#trace,
    clock: this.#clock,
    surface: () => this.#surface,
    onFollow: (follow) => this.#followed(follow),
  });
  #frame = null;
  #version = 0;
  #selected = null;
  #highlighted = new Set();
  #unfolded = false;
  #face = "plot";
  #view = null;
  #lanes = { key: null, layout: null };
  #drawnTable = null;
  #shownNews = { version: 0, key: "" };
  #observer = new ResizeObserver(() => this.#resized());

  connectedCallback() {
    if (!this.#frame) this.#build();
    this.#observer.observe(this);
    this.#observer.observe(this.#frame.facts);
    this.#observer.observe(this.#frame.body);
    document.fonts.addEventListener("loadingdone", this.#fontsArrived);
    window.addEventListener("beforeprint", this.#print);
    this.#ticker.now();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    document.fonts.removeEventListener("loadingdone", this.#fontsArrived);
    window.removeEventListener("beforeprint", this.#print);
    this.#ticker.stop();
  }

  // ---- what the page may do ----------------------------------------------------------------

  /** Takes rows from the server: a snapshot when `reset` is true, otherwise upserts by id. */
  apply(message) {
    this.#trace.apply(message);
    this.#version += 1;
    if (message.clock) this.#clock.set(message.clock, { heard: performance.now() });
    if (this.#selected !== null && !this.selected) this.#selected = null;
    if (!message.reset) return this.#ticker.soon();
    this.#camera.startAgain();
    this.#unfolded = false;
    return this.#ticker.now();
  }

  /** The rows of segments in time order. */
  get segments() {
    return this.#trace.segments;
  }

  /** The row of the selected segment, or null. */
  get selected() {
    return this.#selected === null ? null : this.#trace.segment(this.#selected);
  }

  /** Selects without an event and brings the fact into view; null clears. */
  select(id) {
    const segment = id === null || id === undefined ? null : this.#trace.segment(id);
    this.#selected = segment ? segment.id : null;
    if (segment) this.#reveal(segment);
    this.#ticker.now();
  }

  get follow() {
    return this.#camera.follows;
  }

  set follow(value) {
    this.#camera.follows = Boolean(value);
  }

  /** "plot" or "table". */
  get view() {
    return this.#face;
  }

  set view(value) {
    this.#face = value === "table" ? "table" : "plot";
    this.#ticker.now();
  }

  zoomIn() {
    this.#zoom(ZOOM_STEP, this.#zoomAnchor());
  }

  zoomOut() {
    this.#zoom(1 / ZOOM_STEP, this.#zoomAnchor());
  }

  /** Back to the scale that shows the newest run whole. */
  fit() {
    this.#camera.fit();
    this.#ticker.now();
  }

  /** Tints lanes that a term on the page names; null ends it. */
  highlight(laneIds) {
    this.#highlighted = new Set((laneIds ?? []).map(String));
    this.#ticker.now();
  }

  // ---- parts -------------------------------------------------------------------------------

  #build() {
    this.#frame = new Frame(this, {
      choose: (id) => this.#choose(id),
      open: (id) => this.#open(id),
      moveTo: (offset) => this.#pan(offset - this.#view.offset),
    });
    const { facts, body, fold, plot } = this.#frame;
    facts.addEventListener("keydown", (event) => handleKey(event, this.#commands));
    body.addEventListener("scroll", () => this.#resized(), { passive: true });
    fold.addEventListener("click", () => this.#unfold());
    new Pointer(facts, {
      pan: (pixels) => this.#pan(pixels),
      zoom: (factor, x) => this.#zoom(factor, { x, keepsFollow: false }),
      press: ({ x, y }) => this.#choose(plot.at(x, y)?.segment.id ?? null),
      open: ({ x, y }) => plot.at(x, y) && this.#open(plot.at(x, y).segment.id),
      hover: (place) => this.#frame.hover(place),
    });
  }

  #resized() {
    this.#frame.sizes.forget();
    this.#ticker.now();
  }

  #fontsArrived = () => {
    this.#frame.measureText();
    this.#version += 1;
    this.#ticker.soon();
  };

  /** Paper has no scrolling: every lane is drawn. */
  #print = () => {
    if (this.#trace.isEmpty || this.#face === "table") return;
    const view = this.#readView();
    this.#frame.draw(this.#trace, { ...view, rows: view.allRows });
  };

  #unfold() {
    this.#unfolded = true;
    this.#frame.facts.focus();
    this.#ticker.now();
  }

  #followed(follow) {
    const detail = { follow };
    this.dispatchEvent(new CustomEvent("timeline-follow", { bubbles: true, detail }));
    this.#ticker.now();
  }

  // ---- drawing -----------------------------------------------------------------------------

  get #surface() {
    const { whole, plot } = this.#frame.sizes.all;
    return { width: plot, isNarrow: whole < NARROW, version: this.#version };
  }

  #draw() {
    if (!this.#frame) return;
    const face = this.#trace.isEmpty ? "empty" : this.#face;
    this.#frame.turn(face, this.#surface);
    if (face === "table") this.#drawTable();
    else if (face === "plot" && this.#surface.width > 0) this.#drawPlot();
  }

  #drawTable() {
    const key = `${this.#version}|${this.#selected}`;
    if (this.#drawnTable === key) return;
    this.#drawnTable = key;
    this.#frame.table.draw(this.#trace, { selected: this.#selected });
  }

  #drawPlot() {
    this.#view = this.#readView();
    this.#frame.draw(this.#trace, this.#view);
    if (this.follow) this.#showNews(this.#view);
    this.#goOn(this.#view);
  }

  /** Scrolls once to each lane that the newest run reaches: what is followed may be below the others. */
  #showNews({ version, allRows }) {
    if (this.#shownNews.version === version) return;
    const news = lanesOfNews(this.#trace);
    const key = `${this.#trace.runs.at(-1)?.id}|${news.join()}`;
    const isShown = this.#shownNews.key === key;
    this.#shownNews = { version, key };
    if (!isShown) this.#frame.revealRows(allRows.filter(({ lane }) => news.includes(String(lane.id))));
  }

  #readView() {
    const { scale, width, isNarrow } = this.#camera.measure();
    const offset = this.#camera.place({ scale, width });
    const layout = this.#layOut({ scale, offset, isNarrow });
    const chosenLane = this.selected ? String(this.selected.lane) : null;
    const view = {
      version: this.#version,
      scale,
      width,
      offset,
      isNarrow,
      now: scale.now,
      allRows: layout.rows,
      rows: this.#frame.rowsInView(layout.rows, { chosenLane }),
      height: layout.height,
      folded: layout.folded,
      selected: this.#selected,
      selectedLane: chosenLane,
      highlighted: this.#highlighted,
      looks: [this.#version, scale.looks, offset, width].join("|"),
    };
    return { ...view, axis: readAxis(this.#trace, view) };
  }

  #layOut({ scale, offset, isNarrow }) {
    const mayFold = this.follow && !this.#unfolded;
    const folded = mayFold ? lanesToFold(this.#trace, { before: scale.time(offset) }) : new Set();
    const key = `${this.#version}|${isNarrow}|${[...folded].join()}`;
    if (this.#lanes.key === key) return this.#lanes.layout;
    const layout = { ...layOutLanes(this.#trace, { isNarrow, folded }), folded };
    this.#lanes = { key, layout };
    return layout;
  }

  /** Asks for the next drawing: at the next frame while something moves, else as seldom as it may. */
  #goOn({ scale, offset, width }) {
    if (this.#camera.isJumping) return this.#ticker.now();
    const { speed } = this.#clock;
    if (speed === 0) return undefined;
    const isInView = scale.x(scale.now) - offset <= width;
    if (!isInView || scale.isResting) {
      return this.#ticker.later(Math.max(250, Math.min(1000, 1000 / speed)));
    }
    const step = (VISIBLE_STEP / (scale.perSecond * speed)) * 1000;
    return step > FRAME ? this.#ticker.later(Math.min(step, 1000)) : this.#ticker.soon();
  }

  // ---- moving ------------------------------------------------------------------------------

  #pan(pixels) {
    if (!this.#view) return;
    this.#camera.pan(pixels);
    this.#ticker.now();
  }

  #zoom(factor, anchor) {
    if (!this.#view) return;
    this.#camera.zoom(factor, anchor);
    this.#ticker.now();
  }

  /** What stays in place: now while following, else the selection when it is seen, else the middle. */
  #zoomAnchor() {
    const width = this.#view?.width ?? 0;
    if (this.follow) return { x: width, keepsFollow: true };
    const chosen = this.#frame.plot.find(this.#selected);
    const isSeen = chosen && chosen.right > 0 && chosen.left < width;
    return { x: isSeen ? Math.max(0, chosen.left) : width / 2, keepsFollow: false };
  }

  #reveal(segment) {
    if (!this.#view || this.#face === "table") return;
    const span = { from: segment.start, to: endOf(segment, Infinity) };
    this.#camera.reveal(span, { isCalm: this.#ticker.isCalm });
    const lane = String(segment.lane);
    if (this.#view.folded.has(lane)) this.#unfolded = true;
    const row = this.#view.allRows.find((candidate) => String(candidate.lane.id) === lane);
    if (row) this.#frame.revealRow(row);
    this.#frame.plot.arrive();
  }

  // ---- choosing ----------------------------------------------------------------------------

  #choose(id) {
    const before = this.#selected;
    this.select(id);
    if (this.#selected !== before) this.#tell("timeline-select");
  }

  #open(id) {
    this.#choose(id);
    if (this.selected) this.#tell("timeline-open");
  }

  #tell(name) {
    const detail = { segment: this.selected };
    this.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  #commands = {
    step: (by) => this.#step(by),
    stepTo: (index) => this.#chooseRow(this.#trace.segments.at(index)),
    stepLane: (by) => {
      const from = this.selected ?? this.#firstSeen(1);
      this.#chooseRow(nearestInLane(this.#trace, { from, by }));
    },
    stepRun: (by) => this.#chooseRow(neighbourInRun(this.#trace, { from: this.selected, by })),
    open: () => this.selected && this.#open(this.#selected),
    clear: () => this.#choose(null),
    toggleFollow: () => {
      this.follow = !this.follow;
    },
    zoomIn: () => this.zoomIn(),
    zoomOut: () => this.zoomOut(),
    fit: () => this.fit(),
  };

  /** Selects a row; at the end of a walk there is none, and the selection stays. */
  #chooseRow(row) {
    if (row) this.#choose(row.id);
  }

  #step(by) {
    if (this.#selected === null) return this.#chooseRow(this.#firstSeen(by));
    const index = this.#trace.position(this.#selected) + by;
    return this.#chooseRow(index >= 0 ? this.#trace.segments[index] : null);
  }

  #firstSeen(by) {
    const { width } = this.#surface;
    const seen = this.#frame.plot.drawn.filter(({ left, right }) => right > 0 && left < width);
    return (by > 0 ? seen[0] : seen.at(-1))?.segment ?? this.#trace.segments.at(by > 0 ? 0 : -1);
  }
}

customElements.define("cold-timeline", ColdTimeline);
