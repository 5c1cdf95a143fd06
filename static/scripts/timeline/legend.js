// The key of the plot, drawn by the same functions as the facts themselves.

import { drawFact } from "./families.js";
import { html, svg } from "./nodes.js";
import { kindOf, LEGEND, LEGEND_LATER } from "./kinds.js";

const HEIGHT = 13;
const BAR = 22;
const LINE = 30;

export class Legend {
  #shown = "";

  constructor({ tools }) {
    this.tools = tools;
    this.root = html("ul", { class: "timeline-legend", "aria-label": "Key" });
  }

  draw(trace) {
    const seen = new Set(trace.segments.map((segment) => segment.kind));
    const kinds = [...LEGEND, ...LEGEND_LATER.filter((kind) => seen.has(kind))];
    const predicted = trace.ghosts.length > 0;
    const shown = `${kinds}${predicted}`;
    if (shown === this.#shown) return;
    this.#shown = shown;
    this.root.replaceChildren(
      ...kinds.map((kind) => this.#entry(kind)),
      ...(predicted ? [this.#predicted()] : []),
    );
  }

  #entry(name) {
    const kind = kindOf({ kind: name });
    const isLine = kind.draw === "line";
    const width = isLine ? LINE : kind.draw === "point" ? 18 : BAR;
    const glyphFrom = name === "error" ? 0 : Infinity;
    const stretch = {
      width,
      height: kind.draw === "bar" ? HEIGHT : kind.height,
      pieces: [[0, width]],
      text: "",
      count: 1,
      room: 0,
      seen: 0,
      seenTo: width,
      startsHere: true,
      endsHere: true,
      isOnly: true,
    };
    const drawn = drawFact({ ...stretch, kind: { ...kind, label: null, glyphFrom } }, this.tools);
    return this.#item(kind.word, {
      width,
      className: `fact ${kind.draw} tone-${kind.tone}`,
      nodes: drawn,
    });
  }

  #predicted() {
    const box = svg("rect", { class: "timeline-ghost", x: 0, y: -7, width: 24, height: 14, rx: 4 });
    return this.#item("You predicted", { width: 24, className: "", nodes: [box] });
  }

  #item(word, { width, className, nodes }) {
    const picture = svg(
      "svg",
      { width: width + 6, height: 22, viewBox: `-3 -11 ${width + 6} 22`, "aria-hidden": "true" },
      svg("g", { class: className }, ...nodes),
    );
    return html("li", {}, picture, word);
  }
}
