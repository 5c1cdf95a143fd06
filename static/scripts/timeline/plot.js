// Draws the facts in view and keeps their elements: one group per fact, redrawn only when it looks different.

import { drawFact } from "./families.js";
import { boxRound, drawGhost } from "./ghosts.js";
import { drawElbows } from "./elbows.js";
import { Ground } from "./ground.js";
import { px, put, svg } from "./nodes.js";
import { stretchesOf } from "./stretches.js";

const REACH = 8;

export class Plot {
  /** What is on screen, in time order, for pointing at. */
  drawn = [];
  #elements = new Map();
  #names = new Map();

  constructor({ prefix, tools }) {
    this.prefix = prefix;
    this.tools = tools;
    this.ground = new Ground();
    this.links = svg("g", { class: "timeline-links", "aria-hidden": "true" });
    this.facts = svg("g", { role: "presentation" });
    this.over = svg("g", { "aria-hidden": "true" });
    this.ring = svg("rect", { class: "timeline-ring", rx: 6, "aria-hidden": "true" });
    this.now = svg("path", { class: "timeline-now", "aria-hidden": "true" });
  }

  get layers() {
    return [this.ground.root, this.links, this.facts, this.over, this.now, this.ring];
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
    this.ground.draw(view);
    drawElbows(this.links, { trace, view, drawn: this.drawn });
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
    if (element.says !== says || element.looks !== looks) this.#say(element.group, { stretch, trace, isSelected });
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
    put(group, "aria-label", named(segment.name || segment.tip || kind.word, group.textContent));
    put(group, "aria-selected", isSelected);
    put(group, "aria-posinset", trace.position(segment.id) + 1);
    put(group, "aria-setsize", trace.segments.length);
  }

  /** Predictions and the ring of the selection, over the facts. */
  #drawOver(trace, view) {
    const { tools, drawn } = this;
    const nodes = trace.ghosts.flatMap((ghost) => drawGhost(ghost, { view, drawn, tools }));
    if (nodes.length || this.over.childNodes.length) this.over.replaceChildren(...nodes);
    const chosen = this.find(view.selected);
    put(this.ring, "visibility", chosen ? "visible" : "hidden");
    const box = chosen ? boxRound(chosen) : {};
    for (const [name, value] of Object.entries(box)) put(this.ring, name, value);
  }

  /** What is drawn of a segment, if anything. */
  find(id) {
    return this.drawn.find((stretch) => stretch.segment.id === id);
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
  const {
    segment,
    kind,
    width,
    pieces,
    text,
    count,
    height,
    seen,
    seenTo,
    room,
    startsHere,
    endsHere,
    lift,
  } = stretch;
  const shape = pieces.map(([from, to]) => `${px(from)}-${px(to)}`).join();
  const free = kind.outside || kind.draw === "point" || kind.draw === "record" ? Math.round(Math.min(room, 400)) : "";
  const clip = (kind.label === "middle" || kind.text) && seenTo < width ? px(seenTo) : "";
  return `${segment.kind}${segment.failed ? "!" : ""}${segment.unheard ? "-" : ""}|${px(width)}|${shape}|${text}|${count}|${height}|${px(seen)}|${clip}|${free}|${startsHere}${endsHere}|${lift ?? ""}`;
}

/** A name that holds what is drawn, shortened as it may be: who speaks to the page says what they see. */
function named(name, drawn) {
  return !drawn || wordsOf(name).includes(wordsOf(drawn)) ? name : `${name} ${drawn}.`;
}

/** Whole words between spaces, so that "1 ms" is not found in "31 ms". */
function wordsOf(text) {
  return ` ${text.toLowerCase().split(/[\s,;:]+|\.(?=\s|$)/).filter(Boolean).join(" ")} `;
}
