// The scale that shows the newest run whole, with its cold start readable. Decides; draws nothing.

import { widthBetween } from "./scale.js";

export const WIDEST = 400000;
export const NARROWEST = 0.02;
const RECENT_RUNS = 4;
/** Kept free beside a run, so that the quiet after it needs no other scale. */
const REST = 114;
const EDGES = 60;
const LEAST_ROOM = 120;
const LEAST_FOR_TWO = 0.6;
const READABLE_COLD_START = 26;
const READABLE_ATTEMPT = 52;
/** Attempts and waits of an event are read beside one another: where that needs more, all are shown small. */
const LONGEST_EVENT_IN_PLOTS = 3;
/** Never more than this by default: a first phase alone would fill the plot and shrink with the second. */
const LARGEST_DEFAULT = 2800;
/** A run that would get longer than this many plots is shown whole, however small its cold start. */
const LONGEST_RUN_IN_FITS = 2;
/** A growing run is rescaled in steps: each gives it this much room to grow. */
const SLACK = 0.95;

/** Pixels per second for the newest runs in a plot of the given width. */
export function fitScale(trace, { now, width, narrowest, current }) {
  const runs = trace.runs.slice(-RECENT_RUNS);
  const wholes = spans(trace, { runs, now, width }).map((span) =>
    scaleFor(trace, { ...span, narrowest }),
  );
  const whole = Math.min(...wholes);
  const readable =
    readableAttempts(trace, { run: runs.at(-1), now, width, narrowest }) ??
    readableColdStart(trace, { runs, whole });
  const wanted = Math.min(Math.max(whole, readable), LARGEST_DEFAULT);
  return steady(withRunBefore(trace, { runs, now, width, narrowest, wanted }), current);
}

/** The scale at which the cold start of the newest run is read; 0 where its run would get too long. */
function readableColdStart(trace, { runs, whole }) {
  const newest = coldStart(trace, { runs: runs.slice(-1) });
  const scale = newest ? READABLE_COLD_START / newest : 0;
  return scale <= whole * LONGEST_RUN_IN_FITS ? scale : 0;
}

/** The scale at which attempts of an event are told apart; null for a run that has no events. */
function readableAttempts(trace, { run, now, width, narrowest }) {
  const longest = run && trace.longestAttempts.get(run.id);
  if (longest === undefined) return null;
  const scale = READABLE_ATTEMPT / Math.max(longest, 1e-3);
  const whole = { from: run.start, to: run.end ?? now, scale, narrowest };
  return widthBetween(trace.points, whole) <= width * LONGEST_EVENT_IN_PLOTS ? scale : 0;
}

/** A little less, when that shows the run before as well: a warm start is read beside a cold one. */
function withRunBefore(trace, { runs, now, width, narrowest, wanted }) {
  if (runs.length < 2) return wanted;
  const span = {
    from: runs.at(-2).start,
    to: runs.at(-1).end ?? now,
    room: Math.max(LEAST_ROOM, width - EDGES - REST),
  };
  const both = scaleFor(trace, { ...span, narrowest });
  return both < wanted && both >= wanted * LEAST_FOR_TWO ? both : wanted;
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
