// Names of the lanes, beside the plot, or above their lane where the screen is narrow.

import { laneKindOf } from "./kinds.js";
import { html, put } from "./nodes.js";

/** Characters of a name's end that stay in sight: names of one lab often differ in their last word. */
const TAIL = 9;
/** A name of so many characters fits whole into every column. */
const SHORT = 14;

export class Labels {
  #rows = new Map();

  constructor({ tools }) {
    this.tools = tools;
    this.root = html("div", { class: "timeline-labels" });
  }

  draw(view) {
    const kept = new Set();
    view.allRows.forEach((row, index) => {
      const id = String(row.lane.id);
      kept.add(id);
      const label = this.#labelFor(id);
      this.#update(label, { row, view });
      if (this.root.children[index] !== label.root)
        this.root.insertBefore(label.root, this.root.children[index] ?? null);
    });
    for (const [id, label] of this.#rows) {
      if (kept.has(id)) continue;
      label.root.remove();
      this.#rows.delete(id);
    }
  }

  #labelFor(id) {
    if (!this.#rows.has(id)) {
      const title = html("span", { class: "timeline-lane-title" });
      const detail = html("span", { class: "timeline-lane-detail" });
      const root = html("div", { class: "timeline-lane" }, title, detail);
      this.#rows.set(id, { root, title, detail, said: null });
    }
    return this.#rows.get(id);
  }

  #update({ root, title, detail, ...label }, { row, view }) {
    const { lane, height } = row;
    put(root, "data-lane", lane.id);
    put(root, "data-ended", Boolean(lane.ended));
    put(root, "data-selected", view.selectedLane === String(lane.id));
    put(root, "data-lit", view.highlighted.has(String(lane.id)));
    put(title, "class", laneKindOf(lane).mono ? "timeline-lane-title mono" : "timeline-lane-title");
    if (root.style.height !== `${height}px`) root.style.height = `${height}px`;
    writeName(title, String(lane.title ?? ""));
    put(root, "title", [lane.title, lane.detail].filter(Boolean).join(", "));
    const said = String(lane.detail ?? "");
    if (label.said === said) return;
    this.#rows.get(String(lane.id)).said = said;
    detail.replaceChildren(...this.#detail(said));
  }

  /** "128 MB · frozen": the state gets its glyph, so that it can be found without reading. */
  #detail(text) {
    return text.split(/(?<= · )/).flatMap((part) => {
      if (part.trim() !== "frozen") return [part];
      return [this.tools.picture("snowflake"), part];
    });
  }
}

/** A name that is too long for its column loses its middle: its end shrinks never, its beginning does. */
function writeName(place, name) {
  if (place.textContent === name) return;
  const cut = name.length > SHORT ? name.length - TAIL : 0;
  place.replaceChildren(html("span", { class: "timeline-lane-start" }, name.slice(0, cut)), html("span", {}, name.slice(cut)));
}
