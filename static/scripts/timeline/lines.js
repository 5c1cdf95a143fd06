// Draws what is not code: lines, spans and points in time.

import { px, svg } from "./nodes.js";
import { fitting } from "./text.js";

const GLYPH = 12;

/** A line with its glyph or label in a gap of its own, once per visible stretch. */
export function drawLine(stretch, tools) {
  const { kind, width, seen, startsHere, endsHere } = stretch;
  const gap = GAPS[kind.label]?.(stretch, tools) ?? null;
  const nodes = [hitArea(stretch)];
  const from = seen > 0 ? Math.max(0, seen - 8) : 0;
  const stroke = (x1, x2) =>
    x2 - x1 > 1 &&
    nodes.push(svg("path", { class: `stroke ${kind.dash}`, d: `M${px(x1)} 0H${px(x2)}` }));
  const isCut = gap && stretch.lift === undefined;
  stroke(from, isCut ? gap.from : width);
  if (isCut) stroke(gap.to, width);
  if (kind.caps && startsHere) nodes.push(svg("path", { class: "stroke none", d: "M0 -9V9" }));
  if (kind.caps && endsHere)
    nodes.push(svg("path", { class: "stroke none", d: `M${px(width)} -9V9` }));
  return gap ? [...nodes, ...gap.nodes] : nodes;
}

const GAPS = { start: gapAtStart, middle: gapInMiddle };

function hitArea({ width, height }) {
  return svg("rect", { class: "hit", x: 0, y: -height / 2, width: px(Math.max(2, width)), height });
}

function gapAtStart({ kind, pieces, seen, text }, tools) {
  const [start, end] =
    pieces.find((piece) => piece[1] - Math.max(piece[0], seen) >= 30) ?? pieces[0];
  const from = Math.max(start, seen) + 7;
  const room = end - from;
  if (room < GLYPH + 8) return null;
  const glyph = tools.icon(kind.glyph, { x: from + 4 + GLYPH / 2, y: 0, size: GLYPH });
  const nodes = [glyph];
  const label = fitting(text, { room: room - 48, ruler: tools.ruler });
  if (label) nodes.push(svg("text", { class: "label", x: px(from + 19), y: 4 }, label));
  return { from, to: from + 20 + (label ? tools.ruler.width(label) + 3 : 0), nodes };
}

function gapInMiddle({ kind, width, seen, seenTo, text, lift = 0 }, tools) {
  const left = Math.max(0, seen);
  const right = Math.min(width, seenTo);
  const label = fitting(text, { room: right - left - (kind.pill ? 26 : 24), ruler: tools.ruler });
  if (!label) return null;
  const size = tools.ruler.width(label);
  const middle = (left + right) / 2;
  const half = size / 2 + (kind.pill ? 9 : 6);
  const nodes = [
    svg("text", { class: "label", x: px(middle), y: px(lift + 4), "text-anchor": "middle" }, label),
  ];
  if (kind.pill) nodes.unshift(pill({ middle, half, lift, radius: kind.pill === "round" ? 9 : 4 }));
  return { from: middle - half, to: middle + half, nodes };
}

function pill({ middle, half, lift, radius }) {
  return svg("rect", {
    class: "pill",
    x: px(middle - half),
    y: px(lift - 9),
    width: px(2 * half),
    height: 18,
    rx: radius,
  });
}

/** A short stroke across the line: nothing comes after it on this lane. */
export function drawStop() {
  return [
    svg("rect", { class: "hit", x: -4, y: -10, width: 8, height: 20 }),
    svg("path", { class: "stop", d: "M0 -6V6" }),
  ];
}

/** An open diamond: a call that nothing ran for. `count` facts too close to be told apart share one. */
export function drawPoint({ kind, text, room, count, height }, tools) {
  const r = height / 2;
  const nodes = [
    svg("path", {
      class: "body",
      d: `M0 0L${r} ${-r}L${2 * r} 0L${r} ${r}z`,
      "stroke-linejoin": "round",
    }),
    tools.icon(kind.glyph, { x: r, y: 0, size: 10 }),
  ];
  const counted = count > 1 ? `${text} × ${count}` : text;
  const label = fitting(counted, { room: room - 2 * r, ruler: tools.ruler });
  if (label) nodes.push(svg("text", { class: "label", x: 2 * r + 4, y: 4 }, label));
  return nodes;
}

/** Square brackets round the messages that wait for a batch to fill. */
export function drawWindow(stretch) {
  const { width } = stretch;
  const nodes = [
    hitArea(stretch),
    svg("path", {
      class: "bracket",
      d: `M5 -9H1V9H5M${px(width - 5)} -9H${px(width - 1)}V9H${px(width - 5)}`,
    }),
  ];
  for (let x = 12; x <= width - 10; x += 11)
    nodes.push(svg("circle", { class: "message", cx: px(x), cy: 0, r: 3.5 }));
  return nodes;
}

/** A page with a folded corner: a record or an event that came somewhere, or several at once. */
export function drawRecord({ kind, count, text, room }, tools) {
  const said = count > 1 ? `× ${count}` : fitting(text, { room: room - 12, ruler: tools.ruler });
  return [
    ...(said ? [svg("text", { class: "label outside", x: 24, y: 4 }, said)] : []),
    svg("path", { class: "body", d: "M1 -8.5H10L15 -3.5V8.5H1z", "stroke-linejoin": "round" }),
    tools.icon(kind.glyph, { x: 8, y: 1, size: 9 }),
  ];
}
