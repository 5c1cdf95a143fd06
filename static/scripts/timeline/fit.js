// The scale that shows the newest run whole, with its cold start readable. Decides; draws nothing.

import { widthBetween } from "./scale.js";

export const WIDEST = 400000;
export const NARROWEST = 0.02;
const RECENT_RUNS = 4;
/** Kept free beside a run, so that the quiet after it needs no other scale. */
const REST = 112;
const EDGES = 60;
const LEAST_ROOM = 120;
const SHARE_OF_COLD_START = 0.36;
const READABLE_COLD_START = 26;
const LARGEST_DEFAULT = 2400;
/** A run that would get longer than this many plots is shown whole, however small its cold start. */
const LONGEST_RUN_IN_FITS = 2;
/** A growing run is rescaled in steps: each gives it this much room to grow. */
const SLACK = 0.95;

/** Pixels per second for the newest runs in a plot of the given width. */
export function fitScale(trace, { now, width, narrowest, current }) {
  const runs = trace.runs.slice(-RECENT_RUNS);
  const whole = Math.min(...spans(trace, { runs, now, width }).map((span) => scaleFor(trace, { ...span, narrowest })));
  const newest = coldStart(trace, { runs: runs.slice(-1) });
  const readable = newest && READABLE_COLD_START / newest <= whole * LONGEST_RUN_IN_FITS ? READABLE_COLD_START / newest : 0;
  const cold = coldStart(trace, { runs }) || coldStart(trace, { runs: trace.runs });
  const most = cold ? (width * SHARE_OF_COLD_START) / cold : LARGEST_DEFAULT;
  const wanted = Math.min(Math.max(whole, readable), Math.max(most, readable), 20 * LARGEST_DEFAULT);
  return steady(wanted, current);
}

function steady(wanted, current) {
  if (!current) return wanted;
  if (current >= wanted * SLACK * SLACK && current <= wanted / SLACK) return current;
  return wanted < current ? wanted * SLACK : wanted;
}

/** What has to fit: each recent run beside the quiet after it, and the newest up to now. */
function spans(trace, { runs, now, width }) {
  const room = Math.max(LEAST_ROOM, width - EDGES - REST);
  const first = runs.at(-1)?.start ?? trace.segments[0]?.start ?? now;
  const upToNow = { from: first, to: now, room: Math.max(LEAST_ROOM, width - EDGES) };
  return [...runs.map((run) => ({ from: run.start, to: run.end ?? now, room })), upToNow];
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

/** Seconds of the longest cold start in the runs given; 0 when they had none. */
function coldStart(trace, { runs }) {
  return Math.max(0, ...runs.map((run) => trace.coldStarts.get(run.id) ?? 0));
}
