// <cold-timeline label="Timeline">: a lane per execution environment, a shape per thing that happened.
// It asks for nothing: the page feeds it with apply(message). Drawing is in timeline/.

import { Axis, HEAD, readAxis, ScaleBar } from "./timeline/axis.js";
import { LabClock } from "./timeline/clock.js";
import { fitScale, NARROWEST, WIDEST } from "./timeline/fit.js";
import { handleKey } from "./timeline/keys.js";
import { Labels } from "./timeline/labels.js";
import { lanesToFold, layOutLanes } from "./timeline/lanes.js";
import { Legend } from "./timeline/legend.js";
import { html, put, svg, write } from "./timeline/nodes.js";
import { Overview } from "./timeline/overview.js";
import { patterns } from "./timeline/patterns.js";
import { Plot } from "./timeline/plot.js";
import { Pointer } from "./timeline/pointer.js";
import { Scale } from "./timeline/scale.js";
import { FactTable } from "./timeline/table.js";
import { Ruler } from "./timeline/text.js";
import { Ticker } from "./timeline/ticker.js";
import { Tip } from "./timeline/tip.js";
import { Tools } from "./timeline/tools.js";
import { endOf, Trace } from "./timeline/trace.js";
import { nearestInLane, neighbourInRun } from "./timeline/walk.js";

const NARROW = 600;
const BREAK = { wide: 46, narrow: 40 };
const ZOOM_STEP = 1.5;
const JUMP = 180;
/** Pixels that the now-line has to move before it is worth a drawing, and milliseconds of a frame. */
const VISIBLE_STEP = 0.25;
const FRAME = 17;
const SPRITE = new URL("../icons.svg", import.meta.url).href;

let instances = 0;

class ColdTimeline extends HTMLElement {
  #trace = new Trace();
  #clock = new LabClock();
  #ticker = new Ticker(() => this.#draw());
  #version = 0;
  #selected = null;
  #highlighted = new Set();
  #follow = true;
  #isFitted = true;
  #perSecond = null;
  #offset = 0;
  #jump = null;
  #unfolded = false;
  #shown = "plot";
  #view = null;
  #lanes = { key: null, layout: null };
  #observer = new ResizeObserver(() => this.#ticker.now());
  #fontsReady = () => this.#fontsArrived();

  connectedCallback() {
    if (!this.plot) this.#build();
    this.#observer.observe(this);
    this.#observer.observe(this.facts);
    document.fonts?.addEventListener("loadingdone", this.#fontsReady);
    window.addEventListener("beforeprint", this.#printing);
    this.#ticker.now();
  }

  disconnectedCallback() {
    this.#observer.disconnect();
    document.fonts?.removeEventListener("loadingdone", this.#fontsReady);
    window.removeEventListener("beforeprint", this.#printing);
    this.#ticker.stop();
  }

  /** Takes rows from the server: a snapshot when `reset` is true, otherwise upserts by id. */
  apply(message) {
    this.#trace.apply(message);
    this.#version += 1;
    if (message.clock) this.#clock.set(message.clock, { heard: performance.now() });
    if (message.reset) this.#startAgain();
    if (this.#selected !== null && !this.#trace.segment(this.#selected)) this.#selected = null;
    if (message.reset) this.#ticker.now();
    else this.#ticker.soon();
  }

  /** The rows of segments in time order. */
  get segments() {
    return this.#trace.segments;
  }

  get selected() {
    return this.#selected === null ? null : this.#trace.segment(this.#selected);
  }

  /** Selects without an event and brings the fact into view; null clears. */
  select(id) {
    this.#selected = id !== null && id !== undefined && this.#trace.segment(id) ? String(id) : null;
    if (this.#selected !== null) this.#reveal(this.#trace.segment(this.#selected));
    this.#ticker.now();
  }

  get follow() {
    return this.#follow;
  }

  set follow(value) {
    if (this.#follow === Boolean(value)) return;
    this.#follow = Boolean(value);
    this.#jump = null;
    this.dispatchEvent(new CustomEvent("timeline-follow", { bubbles: true, detail: { follow: this.#follow } }));
    this.#ticker.now();
  }

  get view() {
    return this.#shown;
  }

  set view(value) {
    this.#shown = value === "table" ? "table" : "plot";
    if (this.plot) this.#ticker.now();
  }

  zoomIn() {
    this.#zoom(ZOOM_STEP, this.#zoomAnchor());
  }

  zoomOut() {
    this.#zoom(1 / ZOOM_STEP, this.#zoomAnchor());
  }

  /** Back to the scale that shows the newest run whole. */
  fit() {
    this.#isFitted = true;
    this.#perSecond = null;
    this.#jump = null;
    if (!this.#follow && this.#view) {
      const { scale } = this.#measure();
      this.#offset = scale.x(this.#trace.runs.at(-1)?.start ?? this.#trace.zero) - this.#width * 0.1;
    }
    this.#ticker.now();
  }

  /** Tints lanes that a term on the page names; null ends it. */
  highlight(laneIds) {
    this.#highlighted = new Set((laneIds ?? []).map(String));
    this.#ticker.now();
  }

  #startAgain() {
    this.#isFitted = true;
    this.#perSecond = null;
    this.#jump = null;
    this.#unfolded = false;
    this.#tip?.hide();
  }

  // ---- parts -------------------------------------------------------------------------------

  #tip = null;

  #build() {
    instances += 1;
    const prefix = `cold-timeline-${instances}`;
    const label = this.getAttribute("label") ?? "Timeline";
    this.ruler = new Ruler(getComputedStyle(this).fontFamily);
    this.tools = new Tools({ prefix, sprite: this.getAttribute("icons") ?? SPRITE, ruler: this.ruler });
    this.plot = new Plot({ prefix, tools: this.tools });
    this.axis = new Axis({ prefix, tools: this.tools });
    this.scaleBar = new ScaleBar();
    this.labels = new Labels({ tools: this.tools });
    this.legend = new Legend({ tools: this.tools });
    this.overview = new Overview({ moveTo: (offset) => this.#pan(offset - this.#offset) });
    this.table = new FactTable({ label, choose: (id) => this.#choose(id), open: (id) => this.#open(id) });
    this.#tip = new Tip();
    this.#assemble({ prefix, label });
    this.#listen();
  }

  #assemble({ prefix, label }) {
    this.canvas = svg("svg", { role: "presentation", class: "timeline-svg" }, patterns(prefix), ...this.plot.layers);
    this.facts = html("div", { class: "timeline-facts", role: "listbox", tabindex: 0, "aria-label": label, "aria-orientation": "horizontal" }, this.canvas);
    this.fold = html("button", { type: "button", class: "timeline-fold", hidden: true });
    this.body = html("div", { class: "timeline-body" }, html("div", { class: "timeline-lanes" }, this.labels.root, this.facts));
    const corner = html("div", { class: "timeline-corner" }, this.scaleBar.root);
    this.frame = html("div", { class: "timeline-frame", hidden: true }, html("div", { class: "timeline-head" }, corner, this.axis.root), this.body, this.fold, this.overview.root);
    this.empty = html("div", { class: "timeline-empty" }, html("p", {}, html("b", {}, "Nothing has run."), " The first call draws the first environment here."), ...this.childNodes);
    this.replaceChildren(this.empty, this.frame, this.table.root, ...(this.getAttribute("legend") === "off" ? [] : [this.legend.root]), this.#tip.root);
  }

  #listen() {
    this.facts.addEventListener("keydown", (event) => handleKey(event, this.#commands));
    this.facts.addEventListener("focus", () => this.#ticker.now());
    this.body.addEventListener("scroll", () => this.#ticker.now(), { passive: true });
    this.fold.addEventListener("click", () => this.#unfold());
    this.pointer = new Pointer(this.facts, {
      pan: (pixels) => this.#pan(pixels),
      zoom: (factor, x) => this.#zoom(factor, { x, keepsFollow: false }),
      press: ({ x, y }) => this.#choose(this.plot.at(x, y)?.segment.id ?? null),
      open: ({ x, y }) => this.plot.at(x, y) && this.#open(this.plot.at(x, y).segment.id),
      hover: (place) => this.#hover(place),
    });
  }

  #printing = () => {
    this.isPrinting = true;
    this.#draw();
    this.isPrinting = false;
  };

  #fontsArrived() {
    this.ruler = new Ruler(getComputedStyle(this).fontFamily);
    this.tools.ruler = this.ruler;
    this.#version += 1;
    this.#ticker.soon();
  }

  // ---- drawing -----------------------------------------------------------------------------

  get #width() {
    return this.facts.clientWidth;
  }

  #draw() {
    const isEmpty = this.#trace.isEmpty;
    this.empty.hidden = !isEmpty;
    this.frame.hidden = isEmpty || this.#shown === "table";
    this.table.root.hidden = isEmpty || this.#shown !== "table";
    this.legend.root.hidden = isEmpty || this.#shown === "table";
    put(this, "data-narrow", this.clientWidth < NARROW);
    if (isEmpty) return;
    if (this.#shown === "table") this.#drawTable();
    else if (this.#width > 0) this.#drawPlot();
  }

  #drawTable() {
    const key = `${this.#version}|${this.#selected}`;
    if (this.table.key === key) return;
    this.table.key = key;
    this.table.draw(this.#trace, { selected: this.#selected });
  }

  #drawPlot() {
    const view = this.#readView();
    this.#view = view;
    put(this.canvas, "width", view.width);
    put(this.canvas, "height", view.height);
    put(this.canvas, "viewBox", `0 0 ${view.width} ${view.height}`);
    this.labels.draw(view);
    this.axis.draw(view);
    this.scaleBar.draw(view);
    this.overview.draw(view);
    this.plot.draw(this.#trace, view);
    this.legend.draw(this.#trace);
    this.#drawFold(view);
    this.#nameActive();
    this.#goOn(view);
  }

  #readView() {
    const { scale, width, now, isNarrow } = this.#measure();
    const offset = this.#place({ scale, width });
    const layout = this.#layOut({ scale, offset, isNarrow });
    const view = {
      scale, width, now: scale.now, offset, isNarrow, clock: now,
      allRows: layout.rows, rows: this.#rowsInView(layout.rows), height: layout.height, folded: layout.folded,
      selected: this.#selected, highlighted: this.#highlighted,
      selectedLane: this.selected ? String(this.selected.lane) : null,
      looks: `${this.#version}|${scale.perSecond}|${offset}|${width}|${scale.breaks.length}|${scale.breaks.at(-1)?.label}`,
    };
    view.axis = readAxis(this.#trace, view);
    return view;
  }

  #measure() {
    const width = this.#width;
    const isNarrow = this.clientWidth < NARROW;
    const now = this.#clock.at(performance.now());
    const narrowest = isNarrow ? BREAK.narrow : BREAK.wide;
    if (this.#isFitted) this.#perSecond = fitScale(this.#trace, { now, width, narrowest, current: this.#perSecond });
    const scale = new Scale(this.#trace.points, { now, perSecond: this.#perSecond, narrowest });
    return { scale, width, now, isNarrow };
  }

  #place({ scale, width }) {
    const most = Math.max(0, scale.width - width);
    if (this.#follow) this.#offset = most;
    else if (this.#jump) this.#offset = this.#jumpOffset();
    this.#offset = Math.max(0, Math.min(this.#offset, most));
    return this.#offset;
  }

  #layOut({ scale, offset, isNarrow }) {
    const folded = this.#follow && !this.#unfolded ? lanesToFold(this.#trace, { before: scale.time(offset) }) : new Set();
    const key = `${this.#version}|${isNarrow}|${[...folded].join()}`;
    if (this.#lanes.key !== key) this.#lanes = { key, layout: { ...layOutLanes(this.#trace, { isNarrow, folded }), folded } };
    return this.#lanes.layout;
  }

  #rowsInView(rows) {
    if (this.isPrinting) return rows;
    const from = this.body.scrollTop - 40;
    const to = this.body.scrollTop + (this.body.clientHeight || 2000) + 40;
    const shown = rows.filter((row) => row.top + row.height >= from && row.top <= to);
    const chosen = rows.find((row) => this.selected && String(row.lane.id) === String(this.selected.lane));
    return !chosen || shown.includes(chosen) ? shown : [...shown, chosen];
  }

  #drawFold({ folded }) {
    this.fold.hidden = folded.size === 0;
    if (folded.size) write(this.fold, `Show ${folded.size} ended ${folded.size === 1 ? "environment" : "environments"}`);
  }

  #nameActive() {
    if (this.#selected === null) this.facts.removeAttribute("aria-activedescendant");
    else put(this.facts, "aria-activedescendant", this.plot.elementId(this.#selected));
  }

  /** Asks for the next drawing: at the next frame while something moves, seldom while only a length grows. */
  #goOn({ scale, offset, width }) {
    if (this.#jump) return this.#ticker.now();
    const speed = this.#clock.speed;
    if (speed === 0) return undefined;
    const isInView = scale.x(scale.now) - offset <= width;
    if (!isInView || scale.isResting) return this.#ticker.later(Math.max(250, Math.min(1000, 1000 / speed)));
    const perVisibleStep = (VISIBLE_STEP / (scale.perSecond * speed)) * 1000;
    return perVisibleStep > FRAME ? this.#ticker.later(Math.min(perVisibleStep, 1000)) : this.#ticker.soon();
  }

  // ---- moving ------------------------------------------------------------------------------

  #pan(pixels) {
    if (!this.#view || this.#view.scale.width <= this.#view.width) return;
    this.#jump = null;
    this.#offset = this.#view.offset + pixels;
    this.#view.offset = Math.max(0, this.#offset);
    this.follow = false;
    this.#ticker.now();
  }

  #zoomAnchor() {
    if (this.#follow || !this.#view) return { x: this.#view?.width ?? 0, keepsFollow: true };
    const chosen = this.plot.drawn.find((stretch) => stretch.segment.id === this.#selected);
    const isSeen = chosen && chosen.right > 0 && chosen.left < this.#view.width;
    return { x: isSeen ? Math.max(0, chosen.left) : this.#view.width / 2, keepsFollow: false };
  }

  #zoom(factor, { x, keepsFollow }) {
    if (!this.#view) return;
    const before = this.#measure();
    const time = before.scale.time(this.#offset + x);
    this.#isFitted = false;
    this.#jump = null;
    this.#perSecond = Math.max(NARROWEST, Math.min(WIDEST, before.scale.perSecond * factor));
    this.#offset = this.#measure().scale.x(time) - x;
    if (!keepsFollow) this.follow = false;
    this.#ticker.now();
  }

  /** Brings a fact into view: sideways with one short movement, and its lane into the scrolled part. */
  #reveal(segment) {
    if (!this.#view || this.#shown === "table") return;
    const { scale, width } = this.#view;
    const x1 = scale.x(segment.start) - this.#view.offset;
    const x2 = scale.x(endOf(segment, scale.now)) - this.#view.offset;
    if (x2 < 12 || x1 > width - 24) this.#jumpTo(this.#view.offset + x1 - width * 0.3);
    this.#revealLane(segment);
    this.plot.arrive();
  }

  #revealLane(segment) {
    if (this.#view.folded.has(String(segment.lane))) this.#unfolded = true;
    const row = this.#view.allRows.find((candidate) => String(candidate.lane.id) === String(segment.lane));
    if (!row) return;
    const { scrollTop, clientHeight } = this.body;
    if (row.top < scrollTop) this.body.scrollTop = row.top;
    else if (row.top + row.height > scrollTop + clientHeight) this.body.scrollTop = row.top + row.height - clientHeight;
  }

  #jumpTo(offset) {
    const target = Math.max(0, Math.min(offset, this.#view.scale.width - this.#view.width));
    const from = this.#view.offset;
    this.follow = false;
    if (this.#ticker.isCalm) this.#offset = target;
    else this.#jump = { from, target, at: performance.now() };
  }

  #jumpOffset() {
    const { from, target, at } = this.#jump;
    const part = Math.min(1, (performance.now() - at) / JUMP);
    if (part >= 1) this.#jump = null;
    return from + (target - from) * (1 - (1 - part) ** 3);
  }

  #unfold() {
    this.#unfolded = true;
    this.facts.focus();
    this.#ticker.now();
  }

  // ---- choosing ----------------------------------------------------------------------------

  #choose(id) {
    const before = this.#selected;
    this.select(id);
    if (this.#selected === before) return;
    this.dispatchEvent(new CustomEvent("timeline-select", { bubbles: true, detail: { segment: this.selected } }));
  }

  #open(id) {
    this.#choose(id);
    if (!this.selected) return;
    this.dispatchEvent(new CustomEvent("timeline-open", { bubbles: true, detail: { segment: this.selected } }));
  }

  #commands = {
    step: (by) => this.#step(by),
    stepTo: (index) => this.#choose(this.#trace.segments.at(index)?.id ?? null),
    stepLane: (by) => this.#choose(nearestInLane(this.#trace, { from: this.selected ?? this.#firstSeen(1), by })?.id ?? this.#selected),
    stepRun: (by) => this.#choose(neighbourInRun(this.#trace, { from: this.selected, by })?.id ?? this.#selected),
    open: () => this.selected && this.#open(this.#selected),
    choose: (id) => this.#choose(id),
    toggleFollow: () => { this.follow = !this.follow; },
    zoomIn: () => this.zoomIn(),
    zoomOut: () => this.zoomOut(),
    fit: () => this.fit(),
  };

  #step(by) {
    const { segments } = this.#trace;
    if (this.#selected === null) return this.#choose(this.#firstSeen(by)?.id ?? null);
    const index = this.#trace.position(this.#selected) + by;
    return this.#choose(segments[Math.max(0, Math.min(index, segments.length - 1))].id);
  }

  #firstSeen(by) {
    const seen = this.plot.drawn.filter(({ left, right }) => right > 0 && left < this.#width);
    return (by > 0 ? seen[0] : seen.at(-1))?.segment ?? this.#trace.segments.at(by > 0 ? 0 : -1);
  }

  #hover(place) {
    const found = place && this.plot.at(place.x, place.y);
    this.plot.hover(found?.segment.id ?? null);
    if (!found) return this.#tip.hide();
    const host = this.getBoundingClientRect();
    const facts = this.facts.getBoundingClientRect();
    const top = facts.top - host.top + found.y;
    const x = facts.left - host.left + place.x;
    return this.#tip.show(found.segment, { box: { x, top: top - 14, bottom: top + 14 }, host });
  }
}

customElements.define("cold-timeline", ColdTimeline);
export { ColdTimeline, HEAD };
