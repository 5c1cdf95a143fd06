// Draws what the learner predicted: dashes round the fact that was meant, or an empty box.

import { px, svg } from "./nodes.js";

const GAP = 4;
const NARROWEST = 44;
const WEIGHT = 550;

/** The nodes of one prediction; none when its fact or its lane is out of view. */
export function drawGhost(ghost, { view, drawn, tools }) {
  const meant = drawn.find((stretch) => stretch.segment.id === ghost.segment);
  if (meant) return roundFact(ghost, { meant, tools });
  const row = view.rows.find((candidate) => String(candidate.lane.id) === String(ghost.lane));
  if (ghost.segment || !row || typeof ghost.time !== "number") return [];
  return emptyBox(ghost, { row, x: view.scale.x(ghost.time) - view.offset, drawn, tools });
}

/** The box that surrounds a fact at a distance; the ring of the selection has it too. */
export function boxRound({ left, right, y, height }) {
  const half = Math.max(height, 10) / 2 + GAP;
  return {
    x: px(left - GAP),
    y: px(y - half),
    width: px(right - left + 2 * GAP),
    height: px(2 * half),
  };
}

function judged(ghost) {
  if (ghost.right === null || ghost.right === undefined) return "open";
  return ghost.right ? "right" : "wrong";
}

function roundFact(ghost, { meant, tools }) {
  const verdict = judged(ghost);
  const dashes = { class: "timeline-ghost", "data-ghost": verdict, rx: 6, ...boxRound(meant) };
  const said = String(ghost.text ?? "");
  const width = tools.ruler.width(said, { weight: WEIGHT });
  const hasRoom = meant.room >= width + 22;
  const label = verdict === "wrong" && said && hasRoom ? beside(said, { meant, width }) : [];
  return [svg("rect", dashes), ...label];
}

/** What was said instead, where the fact alone would not tell it. */
function beside(said, { meant, width }) {
  const x = meant.right + GAP + 4;
  const plate = { x: px(x), y: px(meant.y - 9), width: width + 10, height: 18, rx: 4 };
  const at = { x: px(x + 5), y: px(meant.y + 4) };
  return [
    svg("rect", { class: "timeline-ghost-plate", ...plate }),
    svg("text", { class: "timeline-ghost-text", ...at }, said),
  ];
}

/** The first place from `x` on that covers no fact of the lane: what came instead has to be seen. */
function beyondFacts(x, { row, width, drawn }) {
  const facts = drawn.filter(({ segment, kind }) => String(segment.lane) === String(row.lane.id) && kind.draw !== "line");
  return facts.reduce((left, fact) => (fact.left < left + width && fact.right > left - GAP ? fact.right + 2 * GAP : left), x);
}

function emptyBox(ghost, { row, x: from, drawn, tools }) {
  const verdict = judged(ghost);
  const said = String(ghost.text ?? "");
  const width = Math.max(NARROWEST, tools.ruler.width(said, { weight: WEIGHT }) + 18);
  const x = beyondFacts(from, { row, width, drawn });
  const box = { x: px(x), y: px(row.middle - 14), width, height: 28, rx: 6 };
  const at = { x: px(x + width / 2), y: px(row.middle + 4), "text-anchor": "middle" };
  return [
    svg("rect", { class: `timeline-ghost ${verdict}`, "data-ghost": verdict, ...box }),
    svg("text", { class: "timeline-ghost-text", ...at }, said),
  ];
}
