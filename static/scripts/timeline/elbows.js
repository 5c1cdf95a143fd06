// Lines from what caused a fact on another lane: from the attempt that decided an event to its record,
// from a handler to what it sent, from an event on a bus or a message of a topic to each copy.

import { px, put, svg } from "./nodes.js";
import { endOf } from "./trace.js";

const BEFORE = 7;
/** Points that several lines leave, from below: one trunk, and a branch to each lane. */
const TRUNKS = { "bus-event": true, publication: true };
const MIDDLE = 8;
const ROUND = 5;

/** Draws one elbow for each fact in view whose cause's lane is in view too. */
export function drawElbows(group, { trace, view, drawn }) {
  const paths = [];
  for (const { segment, left, y } of drawn) {
    const cause = segment.cause ? trace.segment(segment.cause) : null;
    const from = cause && placeOf(cause, { view, drawn });
    if (from) paths.push(cause.kind in TRUNKS ? branch(from, { x: left + 1, y }) : elbow(from, { x: left + 1, y }));
  }
  while (group.childNodes.length > paths.length) group.lastChild.remove();
  while (group.childNodes.length < paths.length) group.append(svg("path", { class: "timeline-elbow" }));
  paths.forEach((d, index) => put(group.childNodes[index], "d", d));
}

function placeOf(segment, { view, drawn }) {
  const seen = drawn.find((stretch) => stretch.segment.id === segment.id);
  if (seen) return { left: seen.left, right: seen.right, y: seen.y };
  const row = view.rows.find(({ lane }) => String(lane.id) === String(segment.lane));
  if (!row) return null;
  const right = Math.max(-4, view.scale.x(endOf(segment, view.now)) - view.offset);
  return { left: Math.min(right, view.scale.x(segment.start) - view.offset), right, y: row.middle };
}

/**
 * To the right, down, and to the right again. It leaves its cause where that ends, or, where the cause
 * goes on (a handler that sends something), at the moment of what it caused.
 */
function elbow({ left, right, y }, to) {
  const leaves = Math.max(left + 2, Math.min(right, to.x - BEFORE));
  const x = Math.max(leaves, to.x - BEFORE);
  return `M${px(leaves)} ${px(y)}H${px(x)}V${px(to.y)}H${px(to.x)}`;
}

/** Down from a point, and round the corner to the right. What came at once is met from above. */
function branch({ left, y }, to) {
  const x = Math.min(left + MIDDLE, to.x);
  const down = Math.sign(to.y - y);
  const round = Math.min(ROUND, to.x - x, Math.abs(to.y - y));
  return `M${px(x)} ${px(y + down * 10)}V${px(to.y - down * round)}Q${px(x)} ${px(to.y)} ${px(x + round)} ${px(to.y)}H${px(to.x)}`;
}
