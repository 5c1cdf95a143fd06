// Which function draws which family of kinds.

import { drawBar } from "./bars.js";
import { svg } from "./nodes.js";
import { drawLine, drawPoint, drawRecord, drawStop, drawWindow } from "./lines.js";

const FAMILIES = {
  bar: drawBar,
  line: drawLine,
  stop: drawStop,
  point: drawPoint,
  window: drawWindow,
  record: drawRecord,
};

/** The nodes of one fact. All of it is relative to the left edge and to the middle of its lane. */
export function drawFact(stretch, tools) {
  const nodes = FAMILIES[stretch.kind.draw](stretch, tools);
  return arrives(stretch) ? [arrival(stretch), ...nodes] : nodes;
}

function arrives({ segment, startsHere, height }) {
  return segment?.arrives && startsHere && height >= 8;
}

/** A dot: here an event came into the queue. */
function arrival({ height }) {
  return svg("circle", { class: "arrival", cx: -5, cy: 0, r: height < 16 ? 2.5 : 3.5 });
}
