// What the axis shows of a view: lines, times, breaks, marks and runs, in pixels. Decides; draws nothing.

import { clockForms, clockText, decimalsFor, roundStep, secondsOf } from "./times.js";

const GRID = 40;
const NAMED = 92;
/** Pixels of one figure of the axis. */
export const FIGURE = 6.7;

/** What the axis shows of the view: lines, labels, breaks, marks and brackets, in view pixels. */
export function readAxis(trace, view) {
  const { scale, offset, width } = view;
  const inView = (x1, x2) => x2 >= -40 && x1 <= width + 40;
  const breaks = scale.breaks
    .map((gap) => ({ x: gap.x - offset, width: gap.width, label: gap.label }))
    .filter((gap) => inView(gap.x, gap.x + gap.width));
  const said = { last: -Infinity };
  const lines = scale.windows.flatMap((window) => linesOf(window, { view, zero: trace.zero, said }));
  const marks = trace.marks
    .map((mark) => ({ ...mark, x: scale.x(mark.time) - offset }))
    .filter((mark) => inView(mark.x, mark.x));
  return { breaks, lines, marks, runs: runsOf(trace, view) };
}

/** A tick says more than `said.last`, what the one before says: where it would not, it says it finer or nothing. */
function linesOf(window, { view, zero, said }) {
  const { scale, offset, width } = view;
  const end = window.x + (window.to - window.from) * scale.perSecond - offset;
  if (end < -40 || window.x - offset > width + 40) return [];
  const tick = scale.x(window.tick) - offset;
  const room = end - tick - 8;
  const forms = clockForms(window.tick - zero).filter((form) => secondsOf(form) > said.last);
  const shortest = forms.toSorted((one, other) => one.length - other.length)[0] ?? "";
  const text =
    forms.find((form) => form.length * FIGURE + 6 <= room) ??
    (shortest.length * FIGURE <= room + 4 ? shortest : "");
  if (text) said.last = secondsOf(text);
  const named = { x: tick, isNamed: true, text };
  return [
    named,
    ...gridOf({ end, tick, from: text ? tick + text.length * FIGURE + 14 : tick }, { view, zero, said }),
  ];
}

function gridOf({ end, tick, from }, { view, zero, said }) {
  const { scale, offset, width } = view;
  const step = gridStep(scale.perSecond);
  const every = labelEvery(step, { perSecond: scale.perSecond });
  const decimals = decimalsFor(step * every);
  const first = Math.ceil((scale.time(Math.max(tick, -1) + offset) - zero) / step - 1e-6);
  const lines = [];
  for (let count = first; ; count += 1) {
    const x = scale.x(zero + count * step) - offset;
    if (x > Math.min(end, width + 1)) return lines;
    if (x < tick + 6) continue;
    const text = clockText(count * step, decimals);
    const hasRoom = x > from && x + text.length * FIGURE + 14 < end;
    const isLabelled = count % every === 0 && hasRoom && secondsOf(text) > said.last;
    if (isLabelled) said.last = secondsOf(text);
    lines.push({ x, isNamed: false, text: isLabelled ? text : "" });
  }
}

/** The finest of 1, 2, 5 × 10ⁿ seconds whose lines are still apart. */
function gridStep(perSecond) {
  const least = GRID / perSecond;
  const step = roundStep(least);
  if (step >= least * 0.999) return step;
  return (
    [2, 2.5, 5, 10]
      .map((factor) => roundStep(step * factor))
      .find((candidate) => candidate >= least) ?? step * 10
  );
}

/** How many lines of the grid one label stands for: round times, with room for their text. */
function labelEvery(step, { perSecond }) {
  const most = NAMED / (step * perSecond);
  const lead = Math.round(step / 10 ** Math.floor(Math.log10(step) + 1e-9));
  const rounds = { 1: [1, 2, 5, 10], 2: [1, 2, 5, 10], 5: [1, 2, 4, 10] }[lead] ?? [1, 10];
  return rounds.find((every) => every >= most) ?? 20;
}

function runsOf(trace, { scale, offset, width, now }) {
  const last = trace.runs.at(-1);
  const runs = trace.runs.map((run) => ({
    run,
    isLast: run === last,
    x1: scale.x(run.start) - offset - 4,
    x2: scale.x(run.end ?? now) - offset + 4,
  }));
  return runs.filter((run) => run.x2 >= -400 && run.x1 <= width + 4);
}
