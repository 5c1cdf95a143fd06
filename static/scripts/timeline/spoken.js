// What the plot shows beside its facts, in words for who does not see it: runs, changes, predictions
// and the quiet that is left out.

import { kindOf } from "./kinds.js";
import { html } from "./nodes.js";
import { clockText, lengthText } from "./times.js";

const NEWEST = 100;

export class Spoken {
  #drawn = null;

  constructor({ label }) {
    this.list = html("ol", {});
    const title = html("p", {}, `${label}: runs, changes, predictions and quiet`);
    this.root = html("div", { class: "timeline-spoken" }, title, this.list);
  }

  /** Writes the list anew when rows have come, or when another stretch of time is left out. */
  draw(trace, { version, scale }) {
    const key = `${version}|${scale.breaks.length}`;
    if (this.#drawn === key) return;
    this.#drawn = key;
    const said = [
      ...trace.runs.map((run) => ({ at: run.start, text: runText(run) })),
      ...trace.marks.map((mark) => ({ at: mark.time, text: String(mark.text ?? "") })),
      ...trace.ghosts.map((ghost) => ghostText(ghost, trace)),
      ...scale.breaks.map(({ from, to }) => ({ at: from, text: quietText(to - from) })),
    ];
    const newest = said.sort((one, other) => one.at - other.at).slice(-NEWEST);
    this.list.replaceChildren(...newest.map((one) => html("li", {}, sentence(one, trace))));
  }
}

function sentence({ at, text }, trace) {
  return `${clockText(at - trace.zero, 1)}: ${text}.`;
}

function runText({ label, start, end }) {
  return `${label}, ${typeof end === "number" ? lengthText(end - start) : "not over"}`;
}

function quietText(seconds) {
  return `${lengthText(seconds)} are left out`;
}

function ghostText({ text, right, segment, lane, time }, trace) {
  const meant = segment ? trace.segment(segment) : null;
  const verdict = right === true ? "right" : right === false ? "wrong" : "not decided";
  const place = trace.lane(meant?.lane ?? lane)?.title;
  const what = [meant && kindOf(meant).word, place && `on ${place}`].filter(Boolean).join(" ");
  const words = [`prediction ${text ?? ""}`.trim(), what, verdict].filter(Boolean);
  return { at: meant?.start ?? time ?? trace.zero, text: words.join(", ") };
}
