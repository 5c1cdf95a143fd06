// The rows the server sent, by id, and what is derived from them: time order, lanes, points in time.

import { kindOf } from "./kinds.js";

const LISTS = ["runs", "lanes", "segments", "marks", "ghosts"];

export class Trace {
  #rows = Object.fromEntries(LISTS.map((list) => [list, new Map()]));
  #derived = new Map();
  #origin = null;

  /** A snapshot when `reset` is true, otherwise upserts by id; `removed` ids go from every list. */
  apply(message) {
    if (message.reset || typeof message.origin === "number") this.#origin = message.origin ?? null;
    for (const list of LISTS) {
      if (message.reset) this.#rows[list].clear();
      for (const row of message[list] ?? []) this.#rows[list].set(String(row.id), row);
      for (const id of message.removed ?? []) this.#rows[list].delete(String(id));
    }
    this.#derived.clear();
  }

  segment(id) {
    return this.#rows.segments.get(String(id)) ?? null;
  }

  lane(id) {
    return this.#rows.lanes.get(String(id)) ?? null;
  }

  run(id) {
    return this.#rows.runs.get(String(id)) ?? null;
  }

  get ghosts() {
    return [...this.#rows.ghosts.values()];
  }

  get runs() {
    return this.#keep("runs", () =>
      [...this.#rows.runs.values()].sort((a, b) => a.start - b.start),
    );
  }

  get marks() {
    return this.#keep("marks", () =>
      [...this.#rows.marks.values()].sort((a, b) => a.time - b.time),
    );
  }

  get lanes() {
    return this.#keep("lanes", () =>
      [...this.#rows.lanes.values()].sort((a, b) => a.order - b.order),
    );
  }

  /** Segments in time order; of two that start together the upper lane's comes first. */
  get segments() {
    return this.#keep("segments", () => {
      const order = new Map(this.lanes.map((lane, index) => [String(lane.id), index]));
      return [...this.#rows.segments.values()].sort(
        (a, b) => a.start - b.start || order.get(String(a.lane)) - order.get(String(b.lane)),
      );
    });
  }

  get isEmpty() {
    return this.#rows.segments.size === 0;
  }

  position(id) {
    const places = this.#keep(
      "places",
      () => new Map(this.segments.map((row, index) => [String(row.id), index])),
    );
    return places.get(String(id)) ?? -1;
  }

  /** The segments of a lane in time order, with the latest end so far at each, for culling. */
  inLane(id) {
    const lanes = this.#keep("inLane", () => groupByLane(this.segments));
    return lanes.get(String(id)) ?? { rows: [], latest: [] };
  }

  /** The times at which something begins or ends, and whether code runs after each. */
  get points() {
    return this.#keep("points", () => collectPoints(this));
  }

  /** Seconds of the longest cold start of each run that had one. */
  get coldStarts() {
    return this.#keep("coldStarts", () => measureColdStarts(this.segments));
  }

  /** Seconds of the longest attempt of each run that sent events. */
  get longestAttempts() {
    return this.#keep("longestAttempts", () => measureAttempts(this.segments));
  }

  /** What the axis calls 0:00: what the server's sentences are told from, else the first run or fact. */
  get zero() {
    return this.#origin ?? this.runs[0]?.start ?? this.segments[0]?.start ?? 0;
  }

  #keep(name, make) {
    if (!this.#derived.has(name)) this.#derived.set(name, make());
    return this.#derived.get(name);
  }
}

/** The end of a segment; one that has none reaches to now, a point in time has no length. */
export function endOf(segment, now) {
  if (segment.end !== null && segment.end !== undefined) return segment.end;
  return kindOf(segment).point ? segment.start : Math.max(now, segment.start);
}

function groupByLane(segments) {
  const lanes = new Map();
  for (const segment of segments) {
    const key = String(segment.lane);
    if (!lanes.has(key)) lanes.set(key, { rows: [], latest: [] });
    const lane = lanes.get(key);
    lane.latest.push(Math.max(lane.latest.at(-1) ?? -Infinity, endOf(segment, Infinity)));
    lane.rows.push(segment);
  }
  return lanes;
}

function measureColdStarts(segments) {
  const chains = new Map();
  const runs = new Map();
  for (const { lane, run, start, end, ...segment } of segments) {
    if (!kindOf(segment).phase || typeof end !== "number") continue;
    const chain = `${lane}\n${run}`;
    chains.set(chain, (chains.get(chain) ?? 0) + end - start);
    runs.set(run, Math.max(runs.get(run) ?? 0, chains.get(chain)));
  }
  return runs;
}

function measureAttempts(segments) {
  const longest = new Map();
  for (const { kind, run, start, end } of segments)
    if (kind === "attempt") longest.set(run, Math.max(longest.get(run) ?? 0, (end ?? start) - start));
  return longest;
}

function collectPoints(trace) {
  const times = [];
  const starts = [];
  const ends = [];
  for (const segment of trace.segments) {
    const closed = endOf(segment, Infinity);
    times.push(segment.start);
    if (closed !== Infinity) times.push(closed);
    if (!kindOf(segment).busy) continue;
    starts.push(segment.start);
    ends.push(closed);
  }
  for (const mark of trace.marks) times.push(mark.time);
  for (const run of trace.runs) times.push(run.start);
  for (const ghost of trace.ghosts) if (typeof ghost.time === "number") times.push(ghost.time);
  return sweep(
    Float64Array.from(times).sort(),
    Float64Array.from(starts).sort(),
    Float64Array.from(ends).sort(),
  );
}

function sweep(times, starts, ends) {
  const busy = new Uint8Array(times.length);
  let begun = 0;
  let done = 0;
  for (let index = 0; index < times.length; index += 1) {
    while (begun < starts.length && starts[begun] <= times[index]) begun += 1;
    while (done < ends.length && ends[done] <= times[index]) done += 1;
    busy[index] = begun > done ? 1 : 0;
  }
  return { times, busy };
}
