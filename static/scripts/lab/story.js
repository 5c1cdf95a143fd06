// The story of the selection: what, why then, which rule, what next; beside the results, in the
// Story tab where there is no room, and in one line under the phone's timeline.
import { badge } from "./badges.js";
import { element, icon } from "./dom.js";

const EMPTY = "Choose a segment of the timeline: what happened, why then, which rule, and what came next stand here.";

export class Story {
  #places = [...document.querySelectorAll("[data-story]")];
  #glance = document.getElementById("glance");

  constructor(store) {
    this.store = store;
    store.on("selection", () => this.#draw());
    store.on("rows", () => this.#draw());
    document.addEventListener("click", (event) => this.#click(event));
    this.#draw();
  }

  #draw() {
    const segment = this.store.selected;
    const key = segment ? JSON.stringify([segment.id, segment.story]) : "";
    if (key === this.drawn) return;
    this.drawn = key;
    for (const place of this.#places) place.replaceChildren(...(segment ? parts(segment.story) : [element("p", { class: "story__empty" }, EMPTY)]));
    this.#glance.replaceChildren(...(segment ? glance(segment.story) : []));
  }

  #click(event) {
    const jump = event.target.closest("[data-segment]");
    if (jump && !jump.closest("cold-timeline")) this.store.select(jump.dataset.segment, { by: "link" });
    if (event.target.closest("[data-show-story]")) document.getElementById("results").select("part-sentences", { focus: true });
  }
}

function parts({ title, badge: name, what, why, rule, section, next, next_segment: following, leads = [], cause, cause_segment: causing }) {
  const rows = [
    ["What", what],
    ["Why then", why],
    ["Rule", rule && element("span", {}, `${rule} `, section && element("a", { class: "rule", href: `/reference#rule-${section}` }, `§${section}`))],
    ["Cause", cause && element("span", {}, `${cause}. `, causing && goThere(causing))],
    ["Next", leads.length === 0 && next && element("span", {}, `${next} `, following && goThere(following))],
    ...leads.map(({ text, segment }, index) => [index ? "" : "Next", element("span", {}, `${text} `, goThere(segment))]),
  ];
  const list = element("dl", { class: "story__facts" });
  for (const [term, text] of rows) if (text) list.append(element("dt", {}, term), element("dd", {}, text));
  return [element("h2", { class: "story__head" }, badge(name), title), list];
}

function goThere(segment) {
  return element("button", { type: "button", class: "action-link no-print", "data-segment": segment }, "Go there", icon("chevron-right"));
}

function glance({ title, badge: name, what }) {
  const more = element("button", { type: "button", class: "action-link", "data-show-story": true }, "Story", icon("chevron-right"));
  return [element("p", { class: "glance__head" }, badge(name), title, more), element("p", { class: "secondary" }, what)];
}
