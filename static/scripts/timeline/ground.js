// What lies behind the facts: breaks, the grid, the edges of the lanes, marks across all of them.

import { px, svg } from "./nodes.js";

export class Ground {
  #looks = "";

  constructor() {
    this.root = svg("g", { "aria-hidden": "true" });
  }

  draw(view) {
    const lit = view.allRows.filter((row) => view.highlighted.has(String(row.lane.id)));
    const looks = `${view.looks}|${view.height}|${lit.map((row) => row.top).join()}`;
    if (looks === this.#looks) return;
    this.#looks = looks;
    const { breaks, lines, marks } = view.axis;
    this.root.replaceChildren(
      ...lit.map((row) => litRow(row, view)),
      ...breaks.flatMap((gap) => breakBand(gap, view)),
      ...lines.map((line) => gridLine(line, view)),
      ...view.allRows.slice(0, -1).map((row) => edge(row, view)),
      ...marks.map((mark) => markLine(mark, view)),
    );
  }
}

function litRow({ top, height }, { width }) {
  return svg("rect", { class: "timeline-lit", x: 0, y: top, width, height });
}

function breakBand({ x, width }, { height }) {
  const side = (at) => svg("path", { class: "timeline-break-edge", d: `M${px(at)} 0V${height}` });
  const ground = { class: "timeline-break-ground", x: px(x), y: 0, width: px(width), height };
  return [svg("rect", ground), side(x), side(x + width)];
}

function gridLine({ x, isNamed }, { height }) {
  const name = isNamed ? "timeline-grid named" : "timeline-grid";
  return svg("path", { class: name, d: `M${px(x)} 0V${height}` });
}

function edge({ top, height }, { width }) {
  return svg("path", { class: "timeline-edge", d: `M0 ${top + height - 0.5}H${width}` });
}

function markLine({ x, kind }, { height }) {
  const line = { class: "timeline-mark-line", "data-mark": kind, d: `M${px(x)} 0V${height}` };
  return svg("path", line);
}
