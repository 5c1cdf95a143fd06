// The elements of the component: head, lanes, plot, key, table, empty state.

import { Axis, ScaleBar } from "./axis.js";
import { Labels } from "./labels.js";
import { Legend } from "./legend.js";
import { html, put, svg, write } from "./nodes.js";
import { Overview } from "./overview.js";
import { patterns } from "./patterns.js";
import { Plot } from "./plot.js";
import { Sizes } from "./sizes.js";
import { Spoken } from "./spoken.js";
import { FactTable } from "./table.js";
import { Ruler } from "./text.js";
import { Tip } from "./tip.js";
import { Tools } from "./tools.js";

const SPRITE = new URL("../../icons.svg", import.meta.url).href;
const FIRST = " The first call draws the first environment here.";

let instances = 0;

export class Frame {
  constructor(host, { choose, open, moveTo }) {
    instances += 1;
    this.host = host;
    this.prefix = `cold-timeline-${instances}`;
    this.label = host.getAttribute("label") ?? "Timeline";
    const sprite = host.getAttribute("icons") ?? SPRITE;
    this.tools = new Tools({ prefix: this.prefix, sprite, ruler: null });
    this.measureText();
    this.#makeParts({ choose, open, moveTo });
    this.#makePlot();
    this.#fill();
    this.sizes = new Sizes({ host, facts: this.facts, body: this.body });
  }

  /** Measures words afresh: a font that arrived late has other widths. */
  measureText() {
    this.tools.ruler = new Ruler(getComputedStyle(this.host).fontFamily);
  }

  #makeParts({ choose, open, moveTo }) {
    this.plot = new Plot({ prefix: this.prefix, tools: this.tools });
    this.axis = new Axis({ tools: this.tools });
    this.scaleBar = new ScaleBar();
    this.labels = new Labels({ tools: this.tools });
    this.legend = new Legend({ tools: this.tools });
    this.overview = new Overview({ moveTo });
    this.table = new FactTable({ label: this.label, choose, open });
    this.spoken = new Spoken({ label: this.label });
    this.tip = new Tip();
  }

  #makePlot() {
    const drawing = { role: "presentation", class: "timeline-svg" };
    this.canvas = svg("svg", drawing, patterns(this.prefix), ...this.plot.layers);
    const list = {
      class: "timeline-facts",
      role: "listbox",
      tabindex: 0,
      "aria-label": this.label,
    };
    this.facts = html("div", { ...list, "aria-orientation": "horizontal" }, this.canvas);
    this.fold = html("button", { type: "button", class: "timeline-fold", hidden: true });
    const lanes = html("div", { class: "timeline-lanes" }, this.labels.root, this.facts);
    this.body = html("div", { class: "timeline-body" }, lanes);
    const corner = html("div", { class: "timeline-corner" }, this.scaleBar.root);
    const head = html("div", { class: "timeline-head" }, corner, this.axis.root);
    const parts = [head, this.body, this.fold, this.overview.root, this.spoken.root];
    this.root = html("div", { class: "timeline-frame", hidden: true }, ...parts);
  }

  #fill() {
    const said = html("p", {}, html("b", {}, "Nothing has run."), FIRST);
    this.empty = html("div", { class: "timeline-empty" }, said, ...this.host.childNodes);
    const key = this.host.getAttribute("legend") === "off" ? [] : [this.legend.root];
    this.host.replaceChildren(this.empty, this.root, this.table.root, ...key, this.tip.root);
  }

  /** Shows one of the three faces: nothing yet, the plot, the table. */
  turn(face, { isNarrow }) {
    if (put(this.host, "data-narrow", isNarrow) || this.face !== face) this.sizes.forget();
    this.face = face;
    this.empty.hidden = face !== "empty";
    this.root.hidden = face !== "plot";
    this.legend.root.hidden = face !== "plot";
    this.table.root.hidden = face !== "table";
    if (face !== "plot") this.tip.hide();
  }

  draw(trace, view) {
    put(this.canvas, "width", view.width);
    if (put(this.canvas, "height", view.height)) this.sizes.forget();
    put(this.canvas, "viewBox", `0 0 ${view.width} ${view.height}`);
    this.labels.draw(view);
    this.axis.draw(view);
    this.scaleBar.draw(view);
    this.overview.draw(view);
    this.plot.draw(trace, view);
    this.legend.draw(trace);
    this.spoken.draw(trace, view);
    this.#drawFold(view.folded.size);
    this.#nameActive(view.selected);
  }

  #drawFold(count) {
    this.fold.hidden = count === 0;
    const noun = count === 1 ? "environment" : "environments";
    if (count) write(this.fold, `Show ${count} ended ${noun}`);
  }

  /** Names the chosen fact to screen readers while it is drawn: an id that leads nowhere is an error. */
  #nameActive(selected) {
    const isDrawn = this.plot.drawn.some(({ segment }) => segment.id === selected);
    if (isDrawn) put(this.facts, "aria-activedescendant", this.plot.elementId(selected));
    else this.facts.removeAttribute("aria-activedescendant");
  }

  /** Rows that can be seen, and the one that holds the selection. */
  rowsInView(rows, { chosenLane }) {
    const { scrolled, seen } = this.sizes.all;
    const from = scrolled - 40;
    const to = scrolled + (seen || 2000) + 40;
    const isShown = (row) => row.top + row.height >= from && row.top <= to;
    return rows.filter((row) => isShown(row) || String(row.lane.id) === chosenLane);
  }

  /** Scrolls a lane into the part that is seen. */
  revealRow(row) {
    const { scrolled, seen } = this.sizes.all;
    const bottom = row.top + row.height;
    if (row.top < scrolled) this.sizes.scrollTo(row.top);
    else if (bottom > scrolled + seen) this.sizes.scrollTo(bottom - seen);
  }

  /** Scrolls so that rows are seen: from the middle of the first to the last if they fit, else the first. */
  revealRows(rows) {
    if (!rows.length) return;
    const [first, last] = [rows[0], rows.at(-1)];
    this.revealRow(first);
    const height = last.top + last.height - (first.top + first.height / 2);
    if (height <= this.sizes.all.seen) this.revealRow(last);
  }

  /** Marks what is under the pointer and tells it in a tip; null ends both. */
  hover(place) {
    const found = place && this.plot.at(place.x, place.y);
    this.plot.hover(found?.segment.id ?? null);
    if (!found) return this.tip.hide();
    const host = this.host.getBoundingClientRect();
    const facts = this.facts.getBoundingClientRect();
    const y = facts.top - host.top + found.y;
    const box = { x: facts.left - host.left + place.x, top: y - 14, bottom: y + 14 };
    return this.tip.show(found.segment, { box, host });
  }
}
