// The same facts as a table: what the plot says, for who reads rather than looks.

import { kindOf } from "./kinds.js";
import { html } from "./nodes.js";
import { clockText } from "./times.js";

const NEWEST = 400;
const HEADS = ["At", "Where", "What", "Took", "Run"];

export class FactTable {
  #all = false;

  constructor({ label, choose, open }) {
    this.choose = choose;
    this.open = open;
    this.body = html("tbody");
    this.more = html("button", { type: "button", class: "timeline-more" });
    this.more.addEventListener("click", () => this.#showAll());
    const heads = HEADS.map((head) => html("th", { scope: "col" }, head));
    const caption = html(
      "caption",
      { class: "timeline-caption" },
      `${label}: every fact in time order`,
    );
    const table = html(
      "table",
      {},
      caption,
      html("thead", {}, html("tr", {}, ...heads)),
      this.body,
    );
    this.root = html("div", { class: "timeline-table", hidden: true }, this.more, table);
  }

  draw(trace, { selected }) {
    const all = trace.segments;
    const shown = this.#all ? all : all.slice(-NEWEST);
    this.drawn = { trace, selected };
    this.more.hidden = shown.length === all.length;
    this.more.textContent = `Show all ${all.length.toLocaleString("en")} rows`;
    const held = document.activeElement?.closest?.("[data-segment]")?.dataset.segment;
    const isInside = this.body.contains(document.activeElement);
    this.body.replaceChildren(...shown.map((segment) => this.#row(trace, { segment, selected })));
    if (isInside) this.#focus(held);
  }

  #row(trace, { segment, selected }) {
    const lane = trace.lane(segment.lane);
    const button = html(
      "button",
      { type: "button", class: "timeline-fact-button" },
      kindOf(segment).word,
    );
    button.addEventListener("click", () => this.choose(segment.id));
    button.addEventListener("dblclick", () => this.open(segment.id));
    const cells = [
      html("td", { class: "mono" }, clockText(segment.start - trace.zero, 3)),
      html("td", {}, String(lane?.title ?? segment.lane)),
      html("td", {}, button),
      html("td", { class: "figure" }, String(segment.text ?? "")),
      html("td", {}, String(trace.run(segment.run)?.label ?? "")),
    ];
    return html(
      "tr",
      { "data-segment": segment.id, "aria-current": segment.id === selected ? "true" : null },
      ...cells,
    );
  }

  #focus(id) {
    for (const row of this.body.rows)
      if (row.dataset.segment === id) row.querySelector("button").focus();
  }

  #showAll() {
    this.#all = true;
    this.draw(this.drawn.trace, this.drawn);
  }
}
