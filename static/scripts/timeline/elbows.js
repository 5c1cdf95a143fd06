// Lines from the attempt that decided an event to the record that it left on another lane, and from a
// message of a topic to each copy.

import { px, put, svg } from "./nodes.js";
import { endOf } from "./trace.js";

const BEFORE = 7;

/** Draws one elbow for each fact in view whose cause's lane is in view too. */
export function drawElbows(group, { trace, view, drawn }) {
  const paths = [];
  for (const { segment, left, y } of drawn) {
    const cause = segment.cause ? trace.segment(segment.cause) : null;
    const from = cause && placeOf(cause, { view, drawn });
    if (from) paths.push(elbow(from, { x: left + 1, y }));
  }
  while (group.childNodes.length > paths.length) group.lastChild.remove();
  while (group.childNodes.length < paths.length) group.append(svg("path", { class: "timeline-elbow" }));
  paths.forEach((d, index) => put(group.childNodes[index], "d", d));
}

function placeOf(segment, { view, drawn }) {
  const seen = drawn.find((stretch) => stretch.segment.id === segment.id);
  if (seen) return { x: seen.right, y: seen.y };
  const row = view.rows.find(({ lane }) => String(lane.id) === String(segment.lane));
  if (!row) return null;
  return { x: Math.max(-4, view.scale.x(endOf(segment, view.now)) - view.offset), y: row.middle };
}

/** To the right, down, and to the right again; straight down where the record comes at once. */
function elbow(from, to) {
  const x = Math.max(from.x + 2, to.x - BEFORE);
  return `M${px(from.x)} ${px(from.y)}H${px(x)}V${px(to.y)}H${px(to.x)}`;
}
