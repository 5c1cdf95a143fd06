// The head of the plot: brackets of runs, marks, times, breaks with their length, the cap of now.

import { markGlyph } from "./kinds.js";
import { px, put, svg, write } from "./nodes.js";
import { FIGURE } from "./ticks.js";
import { roundStep } from "./times.js";

const RUNS = 20;
const AXIS = 22;
const HEAD = RUNS + AXIS;

export class Axis {
  #looks = "";

  constructor({ tools }) {
    this.tools = tools;
    this.root = svg("svg", { class: "timeline-axis", height: HEAD, "aria-hidden": "true" });
    this.still = svg("g");
    this.cap = svg(
      "g",
      { class: "timeline-cap" },
      svg("rect", { x: -14, y: RUNS + 2, width: 28, height: 16, rx: 4 }),
      svg("text", { x: 0, y: RUNS + 13.5, "text-anchor": "middle" }, "now"),
    );
    this.root.append(this.still, this.cap);
  }

  draw(view) {
    const x = px(view.scale.x(view.now) - view.offset);
    put(this.cap, "transform", `translate(${x} 0)`);
    put(this.cap, "visibility", x >= 0 && x <= view.width ? "visible" : "hidden");
    const looks = `${view.looks}|${x > view.width ? "" : Math.round(x)}`;
    if (looks === this.#looks) return;
    this.#looks = looks;
    put(this.root, "width", view.width);
    this.still.replaceChildren(
      ...this.#runs(view),
      ...this.#marks(view),
      ...this.#breaks(view),
      ...this.#times(view, x),
    );
  }

  #times({ axis }, now) {
    return axis.lines.flatMap(({ x, isNamed, text }) => {
      const tick = svg("path", {
        class: isNamed ? "timeline-grid named" : "timeline-grid",
        d: `M${px(x)} ${isNamed ? RUNS + 4 : HEAD - 8}V${HEAD}`,
      });
      const covered = now > x - 16 && now - 16 < x + text.length * FIGURE + 6;
      if (!text || covered) return [tick];
      return [
        tick,
        svg(
          "text",
          { class: isNamed ? "timeline-time named" : "timeline-time", x: px(x + 4), y: RUNS + 14 },
          text,
        ),
      ];
    });
  }

  #breaks({ axis }) {
    return axis.breaks.flatMap(({ x, width, label }) => [
      svg("rect", {
        class: "timeline-break-ground",
        x: px(x),
        y: RUNS,
        width: px(width),
        height: AXIS,
      }),
      svg("path", {
        class: "timeline-slashes",
        d: [x - 3, x + 1.5, x + width - 1.5, x + width + 3]
          .map((at) => `M${px(at - 2)} ${RUNS + 15}l4 -11`)
          .join(""),
      }),
      svg(
        "text",
        {
          class: "timeline-break",
          "data-break": label,
          x: px(x + width / 2),
          y: RUNS + 14,
          "text-anchor": "middle",
        },
        label,
      ),
    ]);
  }

  #runs({ axis, width }) {
    return axis.runs.flatMap((entry, index) => {
      const next = axis.runs[index + 1]?.x1 ?? Infinity;
      const opening = axis.marks.findLast((mark) => opens(mark, entry));
      const mark = axis.marks.find(({ x }) => x > (opening?.x ?? entry.x1))?.x ?? Infinity;
      const from = Math.max(opening ? opening.x + 8 : entry.x1, -2);
      return this.#run(entry, { from, room: Math.min(next, mark - 10, width + 2) - 8 });
    });
  }

  #run({ run, isLast, x1, x2 }, { from, room }) {
    const y = RUNS - 3.5;
    const line = svg("path", {
      class: isLast ? "timeline-bracket last" : "timeline-bracket",
      d: `M${px(x1)} ${y + 4}V${y}H${px(x2)}V${y + 4}`,
    });
    const ruler = this.tools.ruler;
    const label =
      runForms(run.label).find(
        (form) => ruler.width(form, { weight: isLast ? 600 : 500 }) <= room - from,
      ) ?? "";
    const text = svg(
      "text",
      {
        class: isLast ? "timeline-run last" : "timeline-run",
        "data-run": run.id,
        x: px(Math.max(from, 2)),
        y: 11.5,
      },
      label,
    );
    return [line, text];
  }

  #marks({ axis, width }) {
    return axis.marks.flatMap((mark, index) => {
      const next = Math.min(
        axis.marks[index + 1]?.x ?? Infinity,
        axis.runs.find(({ x1 }) => x1 > mark.x)?.x1 ?? Infinity,
        width,
      );
      const room = next - mark.x - 22;
      const isSaid = axis.runs.some((entry) => opens(mark, entry));
      const fits = this.tools.ruler.width(mark.text ?? "", { size: 10.5 }) <= room;
      const label = fits && !isSaid ? mark.text : "";
      return [
        svg("path", { class: "timeline-mark-line", d: `M${px(mark.x)} ${RUNS - 4}V${HEAD}` }),
        this.tools.icon(markGlyph(mark), {
          x: mark.x,
          y: 8,
          size: 12,
          className: "timeline-mark-glyph",
        }),
        svg(
          "text",
          { class: "timeline-mark", "data-mark": mark.id, x: px(mark.x + 10), y: 11.5 },
          label,
        ),
      ];
    });
  }
}

/** A mark where a run begins leaves the words to the run: both would stand in one place. */
function opens(mark, { x1 }) {
  return mark.x >= x1 - 8 && mark.x <= x1 + 24;
}

/** "Run 4 · Send 10 at once", "Run 4", "4". */
function runForms(label) {
  const whole = String(label ?? "");
  const short = whole.split(" · ")[0];
  return [whole, short, short.replace(/^Run /, "")];
}

/** The bar at the left of the axis: its length is the same in every window. */
export class ScaleBar {
  constructor() {
    this.path = svg("path");
    this.text = svg("text", { y: 4 });
    this.root = svg(
      "svg",
      {
        class: "timeline-scale",
        width: 118,
        height: AXIS,
        viewBox: "0 -11 118 22",
        "aria-hidden": "true",
      },
      this.path,
      this.text,
    );
  }

  draw({ scale }) {
    const step = roundStep(52 / scale.perSecond);
    const length = px(step * scale.perSecond);
    put(this.path, "d", `M0.75 -4V4M0.75 0H${length}M${length} -4V4`);
    put(this.text, "x", px(length + 8));
    write(this.text, stepText(step));
  }
}

function stepText(step) {
  if (step < 0.9999e-3) return `${px(step * 1e6)} µs`;
  if (step < 0.9999) return `${px(step * 1000)} ms`;
  if (step < 60) return `${px(step)} s`;
  return step < 3600 ? `${px(step / 60)} min` : `${px(step / 3600)} h`;
}
