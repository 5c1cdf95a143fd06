// Which function draws which family of kinds.

import { drawBar } from "./bars.js";
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
  return FAMILIES[stretch.kind.draw](stretch, tools);
}
