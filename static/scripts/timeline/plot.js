// Draws the facts in view and keeps their elements: one group per fact, redrawn only when it looks different.

import { drawFact } from "./families.js";
import { px, put, svg } from "./nodes.js";
import { stretchesOf } from "./stretches.js";

const GAP = 4;
const REACH = 8;

export class Plot {
  /** What is on screen, in time order, for pointing at. */
  drawn = [];
  #elements = new Map();
  #names = new Map();

  constructor({ prefix, tools }) {
    this.prefix = prefix;
    this.tools = tools;
    this.rules = svg("g", { "aria-hidden": "true" });
    this.facts = svg("g", { role: "presentation" });
    this.over = svg("g", { "aria-hidden": "true" });
    this.ring = svg("rect", { class: "timeline-ring", rx: 6, "aria-hidden": "true" });
    this.now = svg("path", { class: "timeline-now", "aria-hidden": "true" });
  }

  get layers() {
    return [this.rules, this.facts, this.over, this.now, this.ring];
  }

  /** The id of a fact's element; stable, and never made of what the server sent. */
  elementId(id) {
    if (!this.#names.has(id)) this.#names.set(id, `${this.prefix}-fact-${this.#names.size}`);
    return this.#names.get(id);
  }

  draw(trace, view) {
    this.drawn = view.rows.flatMap((row) => stretchesOf(trace, { row, view }));
    this.drawn.sort((a, b) => trace.position(a.segment.id) - trace.position(b.segment.id));
    this.#reconcile(trace, view);
    this.#drawRules(trace, view);
    this.#drawOver(trace, view);
    const x = px(view.scale.x(view.now) - view.offset);
    put(this.now, "d", x >= 0 && x <= view.width ? `M${x} 0V${view.height}` : "");
  }

  #reconcile(trace, view) {
    const kept = new Set();
    let before = this.facts.firstChild;
    for (const stretch of this.drawn) {
      const id = stretch.segment.id;
      const element = this.#elementFor(id);
      kept.add(id);
      this.#update(element, { stretch, trace, isSelected: id === view.selected });
      if (element.group === before) before = before.nextSibling;
      else this.facts.insertBefore(element.group, before);
    }
    for (const [id, element] of this.#elements) {
      if (kept.has(id)) continue;
      element.group.remove();
      this.#elements.delete(id);
    }
  }

  #elementFor(id) {
    if (!this.#elements.has(id)) {
      const group = svg("g", { role: "option", id: this.elementId(id), "data-segment": id });
      this.#elements.set(id, { group, looks: "", place: "", says: "" });
    }
    return this.#elements.get(id);
  }

  #update(element, { stretch, trace, isSelected }) {
    const place = `translate(${px(stretch.left)} ${px(stretch.y)})`;
    const looks = looksOf(stretch);
    const says = `${stretch.segment.name}\n${trace.position(stretch.segment.id)}\n${trace.segments.length}\n${isSelected}`;
    if (element.place !== place) element.group.setAttribute("transform", place);
    if (element.looks !== looks) this.#redraw(element.group, stretch);
    if (element.says !== says) this.#say(element.group, { stretch, trace, isSelected });
    Object.assign(element, { place, looks, says });
  }

  #redraw(group, stretch) {
    const { kind, segment } = stretch;
    put(group, "class", `fact ${kind.draw} tone-${kind.tone ?? "plain"}`);
    put(group, "data-kind", segment.kind);
    group.replaceChildren(...drawFact(stretch, this.tools));
  }

  #say(group, { stretch, trace, isSelected }) {
    const { segment, kind } = stretch;
    put(group, "aria-label", segment.name || segment.tip || kind.word);
    put(group, "aria-selected", isSelected);
    put(group, "aria-posinset", trace.position(segment.id) + 1);
    put(group, "aria-setsize", trace.segments.length);
  }

  /** Breaks, grid and lanes' edges, behind everything. */
  #drawRules(trace, view) {
    const looks = `${view.looks}|${view.rows.map((row) => row.top).join()}|${view.height}|${[...view.highlighted].join()}`;
    if (this.rules.looks === looks) return;
    this.rules.looks = looks;
    const nodes = [];
    for (const row of view.allRows) {
      if (view.highlighted.has(String(row.lane.id))) nodes.push(svg("rect", { class: "timeline-lit", x: 0, y: row.top, width: view.width, height: row.height }));
    }
    for (const gap of view.axis.breaks) nodes.push(...breakNodes(gap, view.height));
    for (const line of view.axis.lines) nodes.push(svg("path", { class: line.isNamed ? "timeline-grid named" : "timeline-grid", d: `M${px(line.x)} 0V${view.height}` }));
    for (const row of view.allRows.slice(0, -1)) nodes.push(svg("path", { class: "timeline-edge", d: `M0 ${row.top + row.height - 0.5}H${view.width}` }));
    for (const mark of view.axis.marks) nodes.push(svg("path", { class: "timeline-mark-line", "data-mark": mark.kind, d: `M${px(mark.x)} 0V${view.height}` }));
    this.rules.replaceChildren(...nodes);
  }

  /** Predictions and the ring of the selection, over the facts. */
  #drawOver(trace, view) {
    const nodes = trace.ghosts.flatMap((ghost) => this.#ghost(ghost, view));
    if (nodes.length || this.over.childNodes.length) this.over.replaceChildren(...nodes);
    const chosen = this.drawn.find((stretch) => stretch.segment.id === view.selected);
    put(this.ring, "visibility", chosen ? "visible" : "hidden");
    for (const [name, value] of Object.entries(chosen ? frame(chosen, GAP) : {})) put(this.ring, name, value);
  }

  #ghost(ghost, view) {
    const matched = this.drawn.find((stretch) => stretch.segment.id === ghost.segment);
    const wrong = ghost.right === false;
    const attributes = { class: wrong ? "timeline-ghost wrong" : "timeline-ghost", "data-ghost": ghost.right === true ? "right" : wrong ? "wrong" : "open", rx: 6 };
    if (matched) return this.#ghostRound(ghost, { matched, attributes, wrong });
    const row = view.rows.find((candidate) => String(candidate.lane.id) === String(ghost.lane));
    if (ghost.segment || !row || typeof ghost.time !== "number") return [];
    const text = String(ghost.text ?? "");
    const width = Math.max(44, this.tools.ruler.width(text, { weight: 550 }) + 18);
    const x = view.scale.x(ghost.time) - view.offset;
    return [
      svg("rect", { ...attributes, x: px(x), y: px(row.middle - 14), width, height: 28 }),
      svg("text", { class: "timeline-ghost-text", x: px(x + width / 2), y: px(row.middle + 4), "text-anchor": "middle" }, text),
    ];
  }

  #ghostRound(ghost, { matched, attributes, wrong }) {
    const nodes = [svg("rect", { ...attributes, ...frame(matched, GAP) })];
    const width = this.tools.ruler.width(ghost.text ?? "", { weight: 550 });
    if (!wrong || !ghost.text || matched.room < width + 22) return nodes;
    const x = matched.right + GAP + 4;
    nodes.push(svg("rect", { class: "timeline-ghost-plate", x: px(x), y: px(matched.y - 9), width: width + 10, height: 18, rx: 4 }));
    nodes.push(svg("text", { class: "timeline-ghost-text", x: px(x + 5), y: px(matched.y + 4) }, ghost.text));
    return nodes;
  }

  /** Fades the ring in once: the eye finds where the jump ended. */
  arrive() {
    this.ring.getAnimations().forEach((animation) => animation.cancel());
    this.ring.classList.remove("arrived");
    requestAnimationFrame(() => this.ring.classList.add("arrived"));
  }

  hover(id) {
    for (const [key, { group }] of this.#elements) group.classList.toggle("hovered", key === id);
  }

  /** The fact under a point of the plot, or the nearest within reach: thin ones can be hit too. */
  at(x, y) {
    let best = null;
    let distance = REACH;
    for (const stretch of this.drawn) {
      const far = Math.max(stretch.left - x, x - stretch.right, 0);
      const apart = Math.max(Math.abs(y - stretch.y) - Math.max(stretch.height, 14) / 2, 0);
      const penalty = stretch.kind.draw === "line" ? 0.5 : 0;
      if (apart > 4 || far + apart + penalty > distance) continue;
      distance = far + apart + penalty;
      best = stretch;
    }
    return best;
  }
}

function looksOf(stretch) {
  const { segment, kind, width, pieces, text, count, height, seen, seenTo, room, startsHere, endsHere } = stretch;
  const shape = pieces.map(([from, to]) => `${px(from)}-${px(to)}`).join();
  const free = kind.outside || kind.draw === "point" ? Math.round(Math.min(room, 400)) : "";
  const clip = (kind.label === "middle" || kind.text) && seenTo < width ? px(seenTo) : "";
  return `${segment.kind}${segment.failed ? "!" : ""}|${px(width)}|${shape}|${text}|${count}|${height}|${px(seen)}|${clip}|${free}|${startsHere}${endsHere}`;
}

function frame({ left, right, y, height }, gap) {
  const half = Math.max(height, 10) / 2 + gap;
  return { x: px(left - gap), y: px(y - half), width: px(right - left + 2 * gap), height: px(2 * half) };
}

function breakNodes({ x, width }, height) {
  const edge = (at) => svg("path", { class: "timeline-break-edge", d: `M${px(at)} 0V${height}` });
  return [svg("rect", { class: "timeline-break-ground", x: px(x), y: 0, width: px(width), height }), edge(x), edge(x + width)];
}
