// Draws bars: code that runs or waits. Geometry is relative to the left edge of what is drawn of it.

import { px, svg } from "./nodes.js";
import { fitting } from "./text.js";

const RADIUS = 3;
const NOTCH = 5;
const PADDING = 7;
const GLYPH = 12;
const PLATE = 18;
const THINNEST_OUTLINED = 4;
const LOWEST_OUTLINED = 6;
const TEXTURE_FROM = 8;

export function drawBar(stretch, tools) {
  const { kind, width } = stretch;
  if (width < THINNEST_OUTLINED || stretch.height < LOWEST_OUTLINED)
    return [...sliver(stretch), ...extras(stretch), ...crossAfter(stretch, tools)];
  const content = layOut(stretch, tools);
  return [
    ...stretch.pieces.map((piece, index) => outline(piece, { index, stretch })),
    ...textures(stretch, { tools, content }),
    ...joins(stretch),
    ...extras(stretch),
    ...content.nodes,
    ...(content.isOutside ? [] : crossAfter(stretch, tools)),
  ];
}

/** Too thin for an outline round a tint: the outline's colour alone. */
function sliver({ width, height }) {
  return [
    svg("rect", {
      class: "sliver",
      x: 0,
      y: px(-height / 2),
      width: px(Math.max(2, width)),
      height,
      rx: 1,
    }),
  ];
}

function outline([from, to], { index, stretch }) {
  const { kind, height, pieces } = stretch;
  const isFirst = index === 0 && stretch.startsHere;
  const isLast = index === pieces.length - 1 && stretch.endsHere;
  const shape = {
    x1: from + 0.6,
    x2: to - 0.6,
    y: height / 2 - 0.6,
    left: isFirst && kind.end !== "square" ? RADIUS : 0,
    right: isLast ? kind.end : "square",
  };
  return svg("path", { class: kind.dashed ? "body dashed" : "body", d: outlinePath(shape) });
}

function outlinePath({ x1, x2, y, left, right }) {
  const room = Math.max(0, x2 - x1);
  const corner = Math.min(left, room / 2, y);
  const start = `M${px(x1 + corner)} ${px(-y)}`;
  const end = corner
    ? `H${px(x1 + corner)}q${px(-corner)} 0 ${px(-corner)} ${px(-corner)}V${px(-y + corner)}q0 ${px(-corner)} ${px(corner)} ${px(-corner)}z`
    : `H${px(x1)}z`;
  return start + rightEnd({ x2, y, right, room }) + end;
}

function rightEnd({ x2, y, right, room }) {
  if (right === "notch") {
    const depth = Math.min(NOTCH, room / 2);
    return `H${px(x2)}L${px(x2 - depth)} 0L${px(x2)} ${px(y)}`;
  }
  const corner = right === "round" ? Math.min(RADIUS, room / 2, y) : 0;
  if (!corner) return `H${px(x2)}V${px(y)}`;
  return `H${px(x2 - corner)}q${px(corner)} 0 ${px(corner)} ${px(corner)}V${px(y - corner)}q0 ${px(corner)} ${px(-corner)} ${px(corner)}`;
}

function textures({ kind, pieces, height, endsHere }, { tools, content }) {
  if (!kind.texture) return [];
  const inset = kind.end === "notch" && endsHere ? NOTCH + 1 : 1.2;
  const drawn = pieces
    .filter(([from, to]) => to - from >= TEXTURE_FROM)
    .map(([from, to], index, all) => {
      const right = index === all.length - 1 ? inset : 1.2;
      return svg("rect", {
        class: "texture",
        fill: tools.pattern(kind.texture),
        x: px(from + 1.2),
        y: px(-height / 2 + 1.2),
        width: px(to - from - 1.2 - right),
        height: px(height - 2.4),
        rx: 2,
      });
    });
  return [...drawn, ...content.plates];
}

/** Between the parts of a bar that a break cuts in two: dashes in its colour. */
function joins({ pieces }) {
  return pieces
    .slice(1)
    .map(([from], index) =>
      svg("path", { class: "join", d: `M${px(pieces[index][1] + 3)} 0H${px(from - 2)}` }),
    );
}

function extras({ kind, width, height, endsHere }) {
  if (kind.extra === "wall" && endsHere) {
    return [
      svg("rect", {
        class: "extra",
        x: px(width - 1.5),
        y: px(-height / 2 - 4),
        width: 3,
        height: height + 8,
        rx: 0.5,
      }),
    ];
  }
  if (kind.extra === "ceiling") {
    return [
      svg("rect", {
        class: "extra",
        x: -2,
        y: px(-height / 2 - 2),
        width: px(width + 4),
        height: 3,
        rx: 0.5,
      }),
    ];
  }
  return [];
}

/** Where glyph and text go: text in the first visible part, the glyph where its kind says. */
function layOut(stretch, tools) {
  const glyph = placeGlyph(stretch);
  const text = placeText(stretch, { tools, glyph });
  const nodes = [];
  if (glyph) nodes.push(tools.icon(stretch.kind.glyph, { x: glyph.x, y: 0, size: GLYPH }));
  if (text)
    nodes.push(
      svg("text", { class: text.isOutside ? "outside" : "inside", x: px(text.x), y: 4 }, text.text),
    );
  return { nodes, plates: plates(stretch, { glyph, text }), isOutside: text?.isOutside ?? false };
}

function placeGlyph({ kind, pieces, height, endsHere, seen }) {
  if (!kind.glyph || height < 12) return null;
  const last = kind.at === "end";
  if (last && !endsHere) return null;
  const [from, to] = last ? pieces.at(-1) : pieces[0];
  if (to - from < kind.glyphFrom) return null;
  if (last)
    return { x: to - (kind.end === "notch" ? 13.5 : 12), piece: pieces.length - 1, width: PLATE };
  if (kind.at === "start" && to - from >= 40)
    return { x: from + 13, piece: 0, width: 14, isBefore: true };
  const left = Math.max(from, seen);
  return {
    x: to - left < kind.glyphFrom ? (from + to) / 2 : (left + to) / 2,
    piece: 0,
    width: 16,
    isAlone: true,
  };
}

function placeText({ kind, pieces, height, seen, seenTo, text, room, isOnly }, { tools, glyph }) {
  if (!kind.text || !text || glyph?.isAlone) return null;
  if (height < 14 && !kind.alwaysSaid) return null;
  const from = pieces[0][0];
  const to = Math.min(pieces[0][1], seenTo);
  const left = Math.max(from, seen) + (glyph?.isBefore ? glyph.width + 1 : 0);
  const right = to - (glyph && !glyph.isBefore && glyph.piece === 0 ? glyph.width - 2 : 0);
  const inside = height < 14 ? "" : fitting(text, { room: right - left - 2 * PADDING, ruler: tools.ruler });
  if (inside)
    return {
      text: inside,
      x: left + PADDING,
      from: Math.max(from, seen),
      to: left + 2 * PADDING + tools.ruler.width(inside),
    };
  if (!kind.outside || !(isOnly || kind.alwaysSaid)) return null;
  const beside = fitting(text, { room: room - 12, ruler: tools.ruler });
  return beside ? { text: beside, x: pieces.at(-1)[1] + 6, isOutside: true } : null;
}

/** Plain ground under text and glyph, where a texture would make them hard to read. */
function plates({ kind, pieces, height }, { glyph, text }) {
  const ground = (x, width) =>
    svg("rect", {
      class: "plate",
      x: px(x),
      y: px(-height / 2 + 1.2),
      width: px(width),
      height: px(height - 2.4),
      rx: 2,
    });
  const made = [];
  if (glyph) {
    const [from, to] = pieces[glyph.piece];
    const half = kind.at === "end" ? 9.5 : 8;
    const x = Math.max(from + 1.2, glyph.x - half);
    made.push(
      ground(x, Math.min(to - 1.2 - (kind.end === "notch" ? NOTCH : 0), glyph.x + half) - x),
    );
  }
  if (text && !text.isOutside) made.push(ground(text.from + 1.2, text.to - text.from - 2));
  return made;
}

/** The sign of a call that failed, behind the bar of its caller. */
function crossAfter({ kind, width, height, room, endsHere }, tools) {
  if (!kind.after || !endsHere || room < 14) return [];
  const size = Math.min(GLYPH, height + 3);
  return [tools.icon(kind.after, { x: width + 3 + size / 2, y: 0, size, className: "cross" })];
}
