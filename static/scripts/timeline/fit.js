// The scale that shows the newest run whole, with its cold start readable. Decides; draws nothing.

import { kindOf } from "./kinds.js";
import { widthBetween } from "./scale.js";

export const WIDEST = 400000;
export const NARROWEST = 0.02;
const RECENT_RUNS = 4;
/** The newest run takes at most this share of the plot: the rest shows what came before it. */
const SHARE_OF_RUN = 0.74;
const SHARE_OF_COLD_START = 0.36;
const READABLE_COLD_START = 60;
const LARGEST_DEFAULT = 2400;
/** Rather than show a cold start at readable size, a run is not made longer than this many fits. */
const LONGEST_RUN_IN_FITS = 4;
/** A growing run is rescaled in steps: each gives it this much room to grow. */
const SLACK = 0.95;

/** Pixels per second for the newest runs in a plot of the given width. */
export function fitScale(trace, { now, width, narrowest, current }) {
  const runs = trace.runs.slice(-RECENT_RUNS);
  const room = Math.max(80, width * SHARE_OF_RUN);
  const whole = Math.min(...spans(trace, { runs, now }).map((span) => scaleFor(trace, { ...span, room, narrowest })));
  const cold = coldStart(trace, { runs });
  const readable = cold ? Math.min(READABLE_COLD_START / cold, whole * LONGEST_RUN_IN_FITS) : 0;
  const most = cold ? (width * SHARE_OF_COLD_START) / cold : LARGEST_DEFAULT;
  const wanted = Math.min(Math.max(whole, readable), Math.max(most, readable), 20 * LARGEST_DEFAULT);
  return steady(wanted, current);
}

function steady(wanted, current) {
  if (!current) return wanted;
  if (current >= wanted * SLACK * SLACK && current <= wanted / SLACK) return current;
  return wanted < current ? wanted * SLACK : wanted;
}

function spans(trace, { runs, now }) {
  const first = trace.segments[0]?.start ?? now;
  if (!runs.length) return [{ from: first, to: now }];
  return runs.map((run) => ({ from: run.start, to: run.end ?? now }));
}

function scaleFor(trace, { from, to, room, narrowest }) {
  let low = Math.log(NARROWEST);
  let high = Math.log(WIDEST);
  for (let turn = 0; turn < 18; turn += 1) {
    const middle = (low + high) / 2;
    const width = widthBetween(trace.points, { from, to, scale: Math.exp(middle), narrowest });
    if (width > room) high = middle;
    else low = middle;
  }
  return Math.exp(low);
}

/** Seconds of the longest cold start in the runs given, or in the whole trace when they had none. */
function coldStart(trace, { runs }) {
  const named = new Set(runs.map((run) => run.id));
  return longest(trace, (segment) => named.has(segment.run)) || longest(trace, () => true);
}

function longest(trace, isWanted) {
  const starts = new Map();
  for (const segment of trace.segments) {
    if (!kindOf(segment).phase || segment.end === null || !isWanted(segment)) continue;
    const key = `${segment.lane}\n${segment.run}`;
    starts.set(key, (starts.get(key) ?? 0) + segment.end - segment.start);
  }
  return Math.max(0, ...starts.values());
}
