// The story of the lab as a table: each sentence with its place, length and run. Drawn while it is seen.
import { element } from "./dom.js";
import { labTime } from "./text.js";

const NEWEST = 400;
const HEADS = [["No.", "number"], ["At", "number"], ["Where"], ["What happened"], ["Took", "number"], ["Run"]];

export class StoryTable {
  #body = element("tbody", {});
  root = element("div", { class: "table-scroll", hidden: true }, element("table", { class: "table" },
    element("caption", { class: "visually-hidden" }, "Story of the lab: everything that happened, in time order"),
    element("thead", {}, element("tr", {}, ...HEADS.map(([text, look]) => element("th", { scope: "col", class: look }, text)))), this.#body));

  constructor(store) {
    this.store = store;
    this.#body.addEventListener("click", ({ target }) => this.#choose(target.closest("[data-segment]")));
  }

  show(isShown) {
    this.root.hidden = !isShown;
    this.#redraw();
  }

  #redraw() {
    if (this.root.hidden) return;
    const rows = [...this.store.story.values()];
    const held = this.#body.contains(document.activeElement) ? document.activeElement.textContent : null;
    const first = Math.max(0, rows.length - NEWEST);
    this.#body.replaceChildren(...rows.slice(first).map((row, index) => this.#row(row, first + index + 1)));
    if (held) [...this.#body.querySelectorAll("button")].find((button) => button.textContent === held)?.focus();
  }

  #row({ time, text, segment: id }, number) {
    const { store } = this;
    const segment = id === null ? null : store.segments.get(id);
    const isChosen = segment !== null && segment === store.selected;
    const place = segment ? element("button", { type: "button", class: "plain-link", "data-segment": id, "aria-label": `Select fact ${number}` }, String(number)) : String(number);
    return element("tr", { class: isChosen ? "is-selected" : null, "aria-current": isChosen ? "true" : null },
      element("td", { class: "number" }, place),
      element("td", { class: "number" }, labTime(time - (store.origin ?? time))),
      element("td", { class: "no-wrap" }, String(store.lanes.get(segment?.lane)?.title ?? "")),
      element("td", { class: "table__text" }, text),
      element("td", { class: "number no-wrap" }, String(segment?.text ?? "")),
      element("td", { class: "no-wrap" }, String(store.runs.get(segment?.run)?.label ?? "")));
  }

  #choose(button) {
    if (button) this.store.select(button.dataset.segment, { by: "table" });
  }
}
