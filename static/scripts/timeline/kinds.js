// The vocabulary of the plot: one row per kind, read by whoever draws, measures or names it.
//
//   draw     which family draws it: bar, line, span, window, point
//   tone     the colour role; timeline.css turns it into fill, outline and ink
//   end      the right end of a bar: round, square, notch
//   extra    a wall at the right end, or a ceiling on top
//   texture  a pattern, from 8 px on;  glyph  an icon, from `glyphFrom` px on, at start, middle or end
//   alwaysSaid  its text stands beside it also where the lane has tracks;  thinnest  least pixels
//   busy     code runs: quiet inside it is cut later;  phase  part of a cold start;  point  has no length

const bar = (row) => ({ draw: "bar", end: "round", height: 20, glyphFrom: 20, text: true, ...row });
const line = (row) => ({ draw: "line", height: 20, ...row });

const phase = (row) => bar({ tone: "cold", phase: true, busy: true, ...row });

const KINDS = {
  download: phase({
    word: "Download",
    texture: "dots",
    glyph: "arrow-down-to-line",
    at: "middle",
    text: false,
  }),
  start: phase({ word: "Start", texture: "bars", glyph: "power", at: "middle", text: false }),
  init: phase({ word: "Init", tone: "cold-mid", glyph: "braces", at: "start", glyphFrom: 14 }),
  "init-failed": phase({
    word: "Init failed",
    tone: "init-failed",
    end: "notch",
    texture: "stripes",
    glyph: "x",
    at: "end",
    glyphFrom: 32,
  }),
  handler: bar({ word: "Handler", tone: "ok", busy: true }),
  running: bar({ word: "Running", tone: "ok", dashed: true, busy: true }),
  error: bar({ word: "Error", tone: "error", end: "notch", glyph: "x", at: "end", busy: true }),
  timeout: bar({
    word: "Timeout",
    tone: "timeout",
    end: "square",
    extra: "wall",
    texture: "hatch",
    glyph: "timer",
    at: "end",
    busy: true,
  }),
  memory: bar({
    word: "Out of memory",
    tone: "memory",
    end: "square",
    extra: "ceiling",
    texture: "rules",
    glyph: "memory-stick",
    at: "end",
    busy: true,
  }),
  stopped: bar({
    word: "Stopped",
    tone: "stopped",
    end: "square",
    glyph: "square",
    at: "end",
    busy: true,
  }),
  throttled: {
    draw: "point",
    word: "Throttled",
    tone: "throttle",
    glyph: "hand",
    height: 18,
    point: true,
  },
  frozen: line({
    word: "Frozen",
    tone: "frozen",
    dash: "none",
    glyph: "snowflake",
    label: "start",
  }),
  reset: line({ word: "Reset", tone: "reset", dash: "dots", label: "middle" }),
  ended: { draw: "stop", word: "Ended", tone: "reset", height: 12, point: true },
  waits: bar({
    word: "Caller waits",
    tone: "waits",
    end: "square",
    height: 16,
    busy: true,
    outside: true,
  }),
  "waits-failed": bar({
    word: "Caller waits, failed",
    tone: "waits",
    end: "square",
    height: 16,
    busy: true,
    outside: true,
    after: "x",
  }),
  sends: bar({
    word: "Caller sends",
    tone: "ok",
    end: "square",
    height: 16,
    busy: true,
    outside: true,
    thinnest: 5,
    alwaysSaid: true,
  }),
  "sends-failed": bar({ word: "Refused", tone: "waits", end: "square", height: 16, after: "x" }),
  line: line({ word: "In line", tone: "wait", dash: "dots" }),
  attempt: bar({ word: "Attempt", tone: "ok", busy: true }),
  "attempt-failed": bar({
    word: "Attempt failed",
    tone: "attempt-failed",
    end: "notch",
    glyph: "x",
    at: "end",
    busy: true,
  }),
  wait: line({ word: "Wait", tone: "wait", dash: "dashes", label: "middle", pill: "round" }),
  message: bar({ word: "Message waits", tone: "waits", end: "square", height: 16 }),
  visibility: line({
    word: "Invisible",
    tone: "wait",
    dash: "none",
    caps: true,
    label: "middle",
    pill: "square",
    tracks: true,
  }),
  "batch-window": { draw: "window", word: "Batch window", tone: "wait", height: 20 },
  "bus-event": { draw: "record", word: "Event on a bus", tone: "ok", glyph: "send", height: 18, point: true },
  "bus-event-unheard": {
    draw: "record",
    word: "Event on a bus, no rule matches",
    tone: "waits",
    glyph: "minus",
    height: 18,
    point: true,
  },
  "bus-event-failed": {
    draw: "record",
    word: "Event on a bus, not all delivered",
    tone: "attempt-failed",
    glyph: "x",
    height: 18,
    point: true,
  },
  publication: { draw: "record", word: "Published", tone: "ok", glyph: "send", height: 18, point: true },
  "publication-failed": {
    draw: "record",
    word: "Published, not all delivered",
    tone: "attempt-failed",
    glyph: "x",
    height: 18,
    point: true,
  },
  object: { draw: "record", word: "Object changed", tone: "ok", glyph: "file", height: 18, point: true },
  "object-failed": {
    draw: "record",
    word: "Object changed, not all told",
    tone: "attempt-failed",
    glyph: "x",
    height: 18,
    point: true,
  },
  firing: { draw: "record", word: "Schedule ran", tone: "ok", glyph: "timer", height: 18, point: true },
  "firing-failed": {
    draw: "record",
    word: "Schedule ran, not delivered",
    tone: "attempt-failed",
    glyph: "x",
    height: 18,
    point: true,
  },
  record: { draw: "record", word: "Record", tone: "ok", glyph: "check", height: 18, point: true },
  "record-failed": {
    draw: "record",
    word: "Record failed",
    tone: "attempt-failed",
    glyph: "x",
    height: 18,
    point: true,
  },
};

const UNKNOWN = bar({ word: "Fact", tone: "waits", end: "square" });

/** The row of a segment's kind; `failed` and `unheard` pick a variant where there is one. */
export function kindOf(segment) {
  const failed = segment.failed ? KINDS[`${segment.kind}-failed`] : undefined;
  const unheard = segment.unheard ? KINDS[`${segment.kind}-unheard`] : undefined;
  return failed ?? unheard ?? KINDS[segment.kind] ?? UNKNOWN;
}

/** Heights of lanes by kind; `packs` says by what facts share the lane in tracks where they overlap. */
const LANE_KINDS = {
  caller: { height: 28, packs: "bars" },
  queue: { height: 44, packs: "bars" },
  events: { height: 44, packs: "requests" },
  target: { height: 36 },
  environment: { height: 28, mono: true },
};

export function laneKindOf(lane) {
  return LANE_KINDS[lane.kind] ?? LANE_KINDS.environment;
}

const MARK_GLYPHS = { update: "code", reset: "rotate-ccw", restart: "power", rule: "split", wait: "fast-forward" };

export function markGlyph(mark) {
  return MARK_GLYPHS[mark.kind] ?? "info";
}

/** What the legend shows: always the same, so that it does not jump when a new kind appears. */
export const LEGEND = [
  "download",
  "start",
  "init",
  "handler",
  "frozen",
  "error",
  "timeout",
  "memory",
  "throttled",
];
export const LEGEND_LATER = ["stopped", "init-failed", "wait", "record", "visibility"];
