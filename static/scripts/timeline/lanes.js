// Where each lane lies and how tall it is. Decides; draws nothing.

import { kindOf, laneKindOf } from "./kinds.js";
import { endOf } from "./trace.js";

const DETAIL = 8;
/** Height of a lane, two lines of label included, where there are more than fit with room to spare. */
const DENSE = 31;
const LABEL_ABOVE = 22;
const MOST_TRACKS = 16;
const POINT_ROW = 22;
/** From this many lanes on, lanes that ended before what is in view are folded while following. */
const UNFOLDED_LANES = 6;

/** Rows from top to bottom: `{lane, top, height, middle, tracks}`, and the height of all. */
export function layOutLanes(trace, { isNarrow, folded }) {
  const rows = [];
  const lanes = trace.lanes.filter((lane) => !folded.has(String(lane.id)));
  const isDense = lanes.length > UNFOLDED_LANES;
  let top = 0;
  for (const lane of lanes) {
    const row = layOutLane(trace, { lane, top, isNarrow, isDense });
    rows.push(row);
    top += row.height;
  }
  return { rows, height: top };
}

function layOutLane(trace, { lane, top, isNarrow, isDense }) {
  const kind = laneKindOf(lane);
  const above = isNarrow ? LABEL_ABOVE : 0;
  const tracks = PACK[kind.packs]?.(trace.inLane(lane.id).rows) ?? null;
  const needed = tracks && tracks.count > 1 ? heightOf(tracks) : 0;
  const detail = lane.detail && !isNarrow ? DETAIL : 0;
  const roomy = kind.height + (kind.height < 36 ? detail : 0);
  const height = above + Math.max(isNarrow ? 30 : isDense ? Math.min(roomy, DENSE) : roomy, needed);
  return { lane, top, height, tracks, above, middle: top + above + (height - above) / 2 };
}

function heightOf({ count, pitch, hasPoints, height = count * pitch }) {
  return height + 12 + (hasPoints ? POINT_ROW : 0);
}

/** The vertical middle and height of a fact in its lane; overlapping bars each have a track. */
export function placeInLane(row, { segment, kind }) {
  const { tracks } = row;
  if (!tracks || tracks.count < 2) return { y: row.middle, height: kind.height, track: 0 };
  if (tracks.isCentred) return placeInCluster(row, { kind, place: tracks.of.get(segment.id) });
  const first = row.top + row.above + 6;
  if (!hasTrack(kind))
    return {
      y: first + tracks.count * tracks.pitch + POINT_ROW / 2,
      height: kind.height,
      track: "points",
    };
  const track = tracks.of.get(segment.id) ?? 0;
  return { y: first + (track + 0.5) * tracks.pitch, height: tracks.bar, track };
}

/** Round the middle of the lane, so that what is alone stands where its name is. */
function placeInCluster(row, { kind, place }) {
  const { track, count, pitch, bar } = place;
  const y = row.middle + (track + 0.5 - count / 2) * pitch;
  const height = count < 2 ? kind.height : kind.draw === "bar" ? bar : Math.min(kind.height, pitch);
  return { y, height, track, pitch: count < 2 ? Infinity : pitch };
}

const PACK = { bars: pack, requests: packRequests };

/** Everything of one request in one track: an event keeps its place from attempt to attempt. */
function packRequests(segments) {
  const clusters = clustersOf(spansOf(segments));
  const of = new Map();
  for (const { count, spans } of clusters) {
    const sizes = requestSizes(count);
    for (const { track, ids } of spans) for (const id of ids) of.set(id, { track, count, ...sizes });
  }
  const heights = clusters.map(({ count }) => count * requestSizes(count).pitch);
  return { of, isCentred: true, count: Math.max(0, ...clusters.map(({ count }) => count)), height: Math.max(0, ...heights) };
}

function spansOf(segments) {
  const spans = new Map();
  for (const segment of segments) {
    const key = segment.request ?? segment.id;
    const span = spans.get(key) ?? { start: segment.start, end: -Infinity, ids: [] };
    span.end = Math.max(span.end, endOf(segment, Infinity));
    span.ids.push(segment.id);
    spans.set(key, span);
  }
  return spans.values();
}

/** Requests that overlap, each group with as many tracks as it needs: one alone has the lane for itself. */
function clustersOf(spans) {
  const clusters = [];
  let free = [];
  for (const span of spans) {
    if (!clusters.length || free.every((end) => end <= span.start)) {
      clusters.push({ count: 0, spans: [] });
      free = [];
    }
    const cluster = clusters.at(-1);
    span.track = freeTrack(free, span.start);
    free[span.track] = Math.max(free[span.track] ?? -Infinity, span.end);
    cluster.count = free.length;
    cluster.spans.push(span);
  }
  return clusters;
}

/** Up to three events are told apart by their words, more of them only by their shapes. */
function requestSizes(count) {
  if (count <= 3) return { bar: 20, pitch: 26 };
  if (count <= 6) return { bar: 10, pitch: 13 };
  return count <= 12 ? { bar: 6, pitch: 8 } : { bar: 4, pitch: 6 };
}

function pack(segments) {
  const free = [];
  const of = new Map();
  let hasPoints = false;
  for (const segment of segments) {
    if (!hasTrack(kindOf(segment))) {
      hasPoints = true;
      continue;
    }
    const track = freeTrack(free, segment.start);
    free[track] = Math.max(free[track] ?? -Infinity, endOf(segment, Infinity));
    of.set(segment.id, track);
  }
  return { of, hasPoints, count: free.length, ...sizes(free.length) };
}

/** Bars, and lines that several messages of one queue may have at the same time. */
function hasTrack(kind) {
  return kind.draw === "bar" || kind.tracks === true;
}

function freeTrack(free, start) {
  const found = free.findIndex((end) => end <= start);
  if (found >= 0) return found;
  return Math.min(free.length, MOST_TRACKS - 1);
}

function sizes(count) {
  if (count <= 2) return { bar: 10, pitch: 12 };
  return count <= 5 ? { bar: 5, pitch: 8 } : { bar: 3, pitch: 5 };
}

/** Lanes in which code of the newest run ran or a call of it was refused, from the topmost to the lowest. */
export function lanesOfNews(trace) {
  const run = trace.runs.at(-1);
  const news = new Set();
  // From the newest: what is older than the run is none of it, however much of that there is.
  for (let index = trace.segments.length - 1; index >= 0; index -= 1) {
    const segment = trace.segments[index];
    if (!run || segment.start < run.start) break;
    const { busy, outside, tone } = kindOf(segment);
    if (segment.run === run.id && ((busy && !outside) || tone === "throttle")) news.add(String(segment.lane));
  }
  return trace.lanes.map(({ id }) => String(id)).filter((id) => news.has(id));
}

/** Ids of lanes that ended before the time in view: they fold while the plot follows live. */
export function lanesToFold(trace, { before }) {
  const folded = new Set();
  if (trace.lanes.length <= UNFOLDED_LANES) return folded;
  for (const lane of trace.lanes) {
    const last = trace.inLane(lane.id).latest.at(-1);
    if (lane.ended && last !== undefined && last < before) folded.add(String(lane.id));
  }
  return folded;
}
