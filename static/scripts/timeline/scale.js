// Lab time to pixels. Quiet is left out: a stretch in which no fact begins or ends becomes a break.

import { lengthText } from "./times.js";

/** Quiet shorter than this is never a break while code runs in it. */
const LONGEST_DRAWN_RUN = 2;
const LEAD = 20;
const TRAIL = 36;
const FIGURE = 6.7;

/** Pixels kept before and after a break. Running code keeps more: its cut ends carry text and glyph. */
const ROOM = {
  quiet: { head: 44, tail: 22 },
  busy: { head: 56, tail: 40 },
};

/**
 * The width of the stretch between two facts, and the break in it if it has one.
 * A break is never wider than the quiet it stands for, so nothing jumps when quiet turns into a break.
 */
function stretch(seconds, { busy, scale, narrowest }) {
  const linear = seconds * scale;
  if (linear <= narrowest) return { width: linear, gap: null };
  if (busy && seconds <= LONGEST_DRAWN_RUN) return { width: linear, gap: null };
  const { head, tail } = busy ? ROOM.busy : ROOM.quiet;
  const left = seconds - (head + tail) / scale;
  const label = left > 0 ? lengthText(left) : "";
  const width = Math.max(narrowest, label.length * FIGURE + 12.5);
  if (linear <= head + width + tail) return { width: linear, gap: null };
  return { width: head + width + tail, gap: { head, tail, width, label, seconds: left } };
}

/** The pixels that the time between two points takes; what a fit is measured with. */
export function widthBetween({ times, busy }, { from, to, scale, narrowest }) {
  let width = 0;
  let before = from;
  let isBusy = false;
  for (
    let index = firstAtLeast(times, from);
    index < times.length && times[index] <= to;
    index += 1
  ) {
    width += stretch(times[index] - before, { busy: isBusy, scale, narrowest }).width;
    before = times[index];
    isBusy = busy[index] > 0;
  }
  return width + stretch(Math.max(0, to - before), { busy: isBusy, scale, narrowest }).width;
}

export function firstAtLeast(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

export class Scale {
  /** Stretches of time drawn at scale: `{from, to, x, tick}`; `tick` is the first fact in it. */
  windows = [];
  /** Stretches left out, one between two windows: `{from, to, x, width, label}`. */
  breaks = [];

  constructor({ times, busy }, { now, perSecond, narrowest }) {
    this.perSecond = perSecond;
    this.now = Math.max(now, times.at(-1) ?? now);
    this.#build({ times, busy, narrowest });
    this.width = this.x(this.now) + TRAIL;
    /** True while now is behind a break: time passes and nothing moves but the break's length. */
    this.looks = `${perSecond}|${this.breaks.length}|${this.breaks.at(-1)?.label}`;
    this.isResting = this.breaks.length > 0 && this.windows.at(-1).tick === this.now;
  }

  #build({ times, busy, narrowest }) {
    const first = times[0] ?? this.now;
    let open = { from: first, to: first, x: LEAD, tick: first };
    const step = (index, time) => {
      const before = times[index];
      const options = { busy: busy[index] > 0, scale: this.perSecond, narrowest };
      const { gap } = stretch(time - before, options);
      if (gap) open = this.#cut(open, { before, time, gap });
      open.to = time;
    };
    for (let index = 1; index < times.length; index += 1) step(index - 1, times[index]);
    if (times.length) step(times.length - 1, this.now);
    this.windows.push(open);
  }

  #cut(open, { before, time, gap }) {
    open.to = before + gap.head / this.perSecond;
    const x = open.x + (open.to - open.from) * this.perSecond;
    const from = time - gap.tail / this.perSecond;
    this.windows.push(open);
    this.breaks.push({ from: open.to, to: from, x, width: gap.width, label: gap.label });
    return { from, to: time, x: x + gap.width, tick: time };
  }

  x(time) {
    const at = this.#windowBefore((window) => window.from <= time);
    const window = this.windows[at];
    if (time <= window.to || at === this.windows.length - 1)
      return window.x + (time - window.from) * this.perSecond;
    const gap = this.breaks[at];
    return gap.x + (gap.width * (time - gap.from)) / (gap.to - gap.from);
  }

  time(x) {
    const at = this.#windowBefore((window) => window.x <= x);
    const window = this.windows[at];
    const end = window.x + (window.to - window.from) * this.perSecond;
    if (x <= end || at === this.windows.length - 1)
      return window.from + (x - window.x) / this.perSecond;
    const gap = this.breaks[at];
    return gap.from + ((x - gap.x) / gap.width) * (gap.to - gap.from);
  }

  /** The parts of x1..x2 that are not inside a break. */
  pieces(x1, x2) {
    const parts = [];
    let from = x1;
    for (let index = this.#firstBreakAfter(x1); index < this.breaks.length; index += 1) {
      const gap = this.breaks[index];
      if (gap.x >= x2) break;
      if (gap.x > from) parts.push([from, gap.x]);
      from = gap.x + gap.width;
    }
    if (from < x2 || !parts.length) parts.push([Math.min(from, x2), x2]);
    return parts;
  }

  #firstBreakAfter(x) {
    let low = 0;
    let high = this.breaks.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.breaks[middle].x + this.breaks[middle].width <= x) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #windowBefore(isBefore) {
    let low = 0;
    let high = this.windows.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (isBefore(this.windows[middle])) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
