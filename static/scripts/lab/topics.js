// The boards of the lab's topics: countdowns on the lab clock, what stays open while rows change, and
// how many copies are on their way. What became of each the server draws, whenever something happens.
import { write } from "./dom.js";

const TICK = 500;
const UNDERWAY = new Set(["on its way", "waiting"]);

export class Topics {
  #panel = document.getElementById("part-topics");
  #count = document.getElementById("topic-count");
  #open = [];

  constructor(store, { clock, partials }) {
    if (!this.#panel) return;
    this.clock = clock;
    document.addEventListener("htmx:afterRequest", ({ detail }) => this.#settle(detail, partials));
    store.on("rows", () => this.#tell([...store.publications.values()]));
    document.addEventListener("htmx:beforeSwap", ({ detail }) => this.#remember(detail.target));
    document.addEventListener("htmx:afterSettle", () => this.#restore());
    setInterval(() => document.hidden || this.#panel.hidden || this.#tick(), TICK);
  }

  #tell(publications) {
    const copies = publications.flatMap((publication) => publication.copies);
    const underway = copies.filter(({ state }) => UNDERWAY.has(state)).length;
    this.#count.hidden = underway === 0;
    write(this.#count, String(underway));
  }

  /** What was typed and taken is what stands there now: the list may be drawn anew. */
  #settle({ elt, successful }, partials) {
    if (!successful || !elt.closest?.("[data-refresh=subscriptions]")) return;
    for (const control of elt.querySelectorAll("textarea")) control.defaultValue = control.value;
    for (const option of elt.querySelectorAll("option")) option.defaultSelected = option.selected;
    partials.refresh(["subscriptions"]);
  }

  #remember(target) {
    if (!this.#panel.contains(target)) return;
    this.#open.push(...[...target.querySelectorAll("details[open]")].map(({ id }) => id));
  }

  #restore() {
    for (const id of this.#open.splice(0)) document.getElementById(id)?.setAttribute("open", "");
  }

  #tick() {
    for (const node of this.#panel.querySelectorAll("[data-countdown]")) {
      const left = Math.ceil(Number(node.dataset.countdown) - this.clock.now);
      write(node, left > 0 ? `${node.dataset.says} in ${left} s` : node.dataset.says);
    }
  }
}
