// The whole trace as numbered sentences, one for each thing that happened, or as a table of them.
import { element } from "./dom.js";
import { Listbox } from "./listbox.js";
import { StoryTable } from "./story-table.js";
import { labTime } from "./text.js";
import { WhenSeen } from "./when-seen.js";

const NEWEST = 1_000;

export class Sentences {
  #items = new Map();
  #views = document.getElementById("story-views");
  #isTable = false;
  #list = element("ol", { class: "story-list", role: "listbox", tabindex: "0", "aria-label": "Story of the lab" });
  #empty = element("p", { class: "panel__empty" }, "Nothing has happened yet. Every run is told here, sentence by sentence.");

  constructor(store, { panel }) {
    this.store = store;
    this.panel = panel;
    /** What scrolls: the panel of the tab, which holds more than the story. */
    this.part = panel.closest("[role=tabpanel]");
    this.listbox = new Listbox(this.#list, { choose: (row) => store.select(row?.segment ?? null, { by: "sentences" }) });
    this.table = new StoryTable(store);
    panel.append(this.#list, this.table.root, this.#empty);
    for (const view of this.#views.children) view.addEventListener("click", () => this.#turn(view));
    document.getElementById("results").addEventListener("tab-change", ({ detail }) => this.#turnTo(detail.panel === "part-sentences"));
    this.seen = new WhenSeen(this.part, () => this.#draw());
    store.on("rows", ({ reset }) => this.#apply(reset));
    store.on("selection", (detail) => this.#mark(detail));
  }

  /** The story is opened where the selection is told, else at what happened last. */
  #turnTo(isSeen) {
    this.#views.hidden = !isSeen;
    if (!isSeen) return;
    this.seen.catchUp();
    const chosen = this.panel.querySelector(".is-selected");
    if (chosen) this.#lead(chosen);
    else this.part.scrollTop = this.part.scrollHeight;
  }

  #apply(reset) {
    if (reset) this.#clear();
    this.seen.changed();
  }

  /** Draws the newest sentences, of which only those are drawn anew that have become others. */
  #draw() {
    const isAtEnd = this.#isAtEnd();
    const rows = [...this.store.story.values()];
    const first = Math.max(0, rows.length - NEWEST);
    const ids = new Set(rows.slice(first).map(({ id }) => id));
    for (const id of this.#items.keys()) if (!ids.has(id)) this.#remove(id);
    rows.slice(first).forEach((row, index) => this.#put(row, first + index + 1));
    this.#show();
    if (isAtEnd) this.part.scrollTop = this.part.scrollHeight;
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.part;
    return scrollTop + clientHeight >= scrollHeight - 24;
  }

  #turn(chosen) {
    this.#isTable = chosen.value === "table";
    for (const view of this.#views.children) view.setAttribute("aria-pressed", String(view === chosen));
    this.#show();
  }

  #show() {
    const isEmpty = this.#items.size === 0;
    this.#empty.hidden = !isEmpty;
    this.#list.hidden = isEmpty || this.#isTable;
    this.table.show(!isEmpty && this.#isTable);
  }

  #clear() {
    this.#items.clear();
    this.#list.replaceChildren();
  }

  #remove(id) {
    this.#items.get(id)?.remove();
    this.#items.delete(id);
  }

  #put(row, place) {
    const old = this.#items.get(row.id);
    if (old && this.listbox.rowOf.get(old) === row) return;
    const number = old ? old.firstChild.textContent : String(place);
    const item = element("li", { class: "story-list__item", role: "option", id: `sentence-${row.id}`, "aria-selected": "false" },
      element("span", { class: "story-list__number" }, number),
      element("span", { class: "story-list__time" }, labTime(row.time - (this.store.origin ?? row.time))),
      element("span", {}, row.text));
    if (old) old.replaceWith(item);
    else this.#list.append(item);
    this.#items.set(row.id, item);
    this.listbox.rowOf.set(item, row);
    this.#paint(item, row);
  }

  #paint(item, row) {
    const isChosen = row.segment !== null && row.segment === this.store.selected?.id;
    item.classList.toggle("is-selected", isChosen);
    item.setAttribute("aria-selected", String(isChosen));
    return isChosen;
  }

  #lead(item) {
    this.listbox.activate(item);
    item.scrollIntoView({ block: "nearest" });
  }

  #mark({ by }) {
    if (this.#isTable) this.seen.changed();
    let first = null;
    for (const item of this.#items.values()) if (this.#paint(item, this.listbox.rowOf.get(item))) first ??= item;
    if (!first || by === "sentences") return;
    if (first.checkVisibility()) this.#lead(first);
  }
}
