// The whole trace as numbered sentences, one for each thing that happened, or as a table of them.
import { element } from "./dom.js";
import { Listbox } from "./listbox.js";
import { StoryTable } from "./story-table.js";
import { labTime } from "./text.js";

const NEWEST = 1_000;

export class Sentences {
  #items = new Map();
  #views = document.getElementById("story-views");
  #isTable = false;
  #count = 0;
  #list = element("ol", { class: "story-list", role: "listbox", tabindex: "0", "aria-label": "Story of the lab" });
  #empty = element("p", { class: "panel__empty" }, "Nothing has happened yet. Every run is told here, sentence by sentence.");

  constructor(store, { panel }) {
    this.store = store;
    this.panel = panel;
    this.listbox = new Listbox(this.#list, { choose: (row) => store.select(row?.segment ?? null, { by: "sentences" }) });
    this.table = new StoryTable(store);
    panel.append(this.#list, this.table.root, this.#empty);
    for (const view of this.#views.children) view.addEventListener("click", () => this.#turn(view));
    document.getElementById("results").addEventListener("tab-change", ({ detail }) => this.#turnTo(detail.panel === "part-sentences"));
    store.on("rows", (message) => this.#apply(message));
    store.on("selection", (detail) => this.#mark(detail));
  }

  /** The story is opened where the selection is told, else at what happened last. */
  #turnTo(isSeen) {
    this.#views.hidden = !isSeen;
    if (!isSeen) return;
    const chosen = this.panel.querySelector(".is-selected");
    if (chosen) chosen.scrollIntoView({ block: "nearest" });
    else this.panel.scrollTop = this.panel.scrollHeight;
  }

  #apply({ reset, removed = [], story = [] }) {
    const isAtEnd = this.#isAtEnd();
    if (reset) this.#clear();
    for (const id of removed) this.#remove(id);
    for (const row of story.slice(-NEWEST)) this.#put(row);
    for (const [id] of this.#items) {
      if (this.#items.size <= NEWEST) break;
      this.#remove(id);
    }
    this.#show();
    if (isAtEnd) this.panel.scrollTop = this.panel.scrollHeight;
  }

  /** Only of a story that is seen: to ask has the browser lay the page out. */
  #isAtEnd() {
    if (this.#views.hidden) return false;
    const { scrollTop, scrollHeight, clientHeight } = this.panel;
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
    this.#count = 0;
  }

  #remove(id) {
    this.#items.get(id)?.remove();
    this.#items.delete(id);
  }

  #put(row) {
    const old = this.#items.get(row.id);
    const number = old ? old.firstChild.textContent : String((this.#count += 1));
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

  #mark({ by }) {
    let first = null;
    for (const item of this.#items.values()) if (this.#paint(item, this.listbox.rowOf.get(item))) first ??= item;
    if (!first || by === "sentences") return;
    this.listbox.activate(first);
    if (first.checkVisibility()) first.scrollIntoView({ block: "nearest" });
  }
}
