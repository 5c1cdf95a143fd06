// What is to be drawn of each lane in the view: culled, clipped, and told how much room it has.

import { kindOf } from "./kinds.js";
import { placeInLane } from "./lanes.js";
import { firstAtLeast } from "./scale.js";
import { endOf } from "./trace.js";

const BEYOND = 60;
/** Short facts are drawn 2 px wide; they may be pushed right by this much so that each is seen. */
const PUSH = 5;
const TOUCHING_POINTS = 13;
const LABEL_ROOM = 20;

/** The stretches of one lane in time order; `view` has scale, offset, width, now and the selected id. */
export function stretchesOf(trace, { row, view }) {
  const { rows, latest } = trace.inLane(row.lane.id);
  const until = view.scale.time(view.offset + view.width + BEYOND);
  const found = [];
  const cursors = new Map();
  for (
    let index = firstAtLeast(latest, view.scale.time(view.offset - BEYOND));
    index < rows.length;
    index += 1
  ) {
    const segment = rows[index];
    if (segment.start > until) break;
    add(found, { segment, row, view, cursors });
  }
  labelTogether(found, row);
  return giveRoom(found, view).map((entry) => clip(entry, view));
}

/** Where tracks are too low for words, waits of one length at one time share a label, over them all. */
function labelTogether(found, row) {
  if (!row.tracks?.isCentred) return;
  let last = null;
  for (const entry of found) {
    if (entry.kind.draw !== "line" || !(entry.pitch < LABEL_ROOM)) continue;
    const isTogether = last && entry.x1 < last.x2;
    const isAlike = isTogether && entry.segment.text === last.segment.text;
    entry.alike = isAlike ? last.alike + 1 : 1;
    entry.lift = row.middle - entry.y;
    if (isTogether) last.label = "";
    last = entry;
  }
}

function add(found, { segment, row, view, cursors }) {
  const kind = kindOf(segment);
  const place = placeInLane(row, { segment, kind });
  const span = spanOf(segment, { kind, view });
  const last = cursors.get(place.track);
  if (isPoint(kind) && last?.kind === kind && span.x1 - last.x1 < TOUCHING_POINTS && segment.id !== view.selected) {
    last.count += 1;
    return;
  }
  const pushed = push(span, { kind, last, isForced: segment.id === view.selected });
  if (!pushed) return;
  const entry = { segment, kind, row, ...place, ...pushed, count: 1 };
  found.push(entry);
  if (kind.draw === "bar" || isPoint(kind)) cursors.set(place.track, entry);
}

function isPoint({ draw }) {
  return draw === "point" || draw === "record";
}

function spanOf(segment, { kind, view }) {
  const x1 = view.scale.x(segment.start) - view.offset;
  const x2 = view.scale.x(endOf(segment, view.now)) - view.offset;
  if (kind.draw === "point") return { x1, x2: x1 + kind.height };
  if (kind.draw === "record") return { x1, x2: x1 + 16 };
  return { x1, x2 };
}

function push({ x1, x2 }, { kind, last, isForced }) {
  if (kind.draw !== "bar" && kind.draw !== "line") return { x1, x2 };
  if (kind.draw === "line" && last?.kind.draw === "point") return { x1: Math.min(x2, Math.max(x1, last.x2 + 2)), x2 };
  const cursor = last?.kind.draw === "bar" ? last.x2 : -Infinity;
  const isCovered = cursor - x1 > PUSH;
  if (isCovered && x2 <= cursor && !isForced) return null;
  const from = isCovered ? x1 : Math.max(x1, cursor);
  return { x1: from, x2: Math.max(from + (kind.draw === "bar" ? (kind.thinnest ?? 2) : 0), x2) };
}

/** Tells each how many pixels are free to its right, and whether it has its height for itself. */
function giveRoom(found, view) {
  const next = new Map();
  for (let index = found.length - 1; index >= 0; index -= 1) {
    const entry = found[index];
    entry.room = Math.max(
      0,
      Math.min(next.get(entry.track) ?? Infinity, view.width) - entry.x2,
    );
    entry.isOnly = !entry.row.tracks || entry.row.tracks.count < 2;
    next.set(entry.track, entry.x1);
  }
  return found;
}

function clip(entry, view) {
  const left = Math.max(entry.x1, -BEYOND);
  const right = Math.max(left, Math.min(entry.x2, view.width + BEYOND));
  const pieces = view.scale
    .pieces(left + view.offset, right + view.offset)
    .map(([from, to]) => [from - view.offset - left, to - view.offset - left]);
  return {
    ...entry,
    left,
    right,
    pieces,
    width: right - left,
    text: entry.label ?? counted(entry),
    startsHere: left === entry.x1,
    endsHere: right === entry.x2,
    seen: left < 0 ? -left : 0,
    seenTo: view.width - left,
  };
}

function counted({ segment, alike }) {
  const text = segment.text ?? "";
  return alike > 1 && text ? `${text} × ${alike}` : text;
}
