// The records and dead letters that events left behind: where each went, and its text as it was sent.
import { badge } from "./badges.js";
import { element, icon, write } from "./dom.js";
import { get } from "./status.js";
import { indented, labTime } from "./text.js";

const NEWEST = 100;
const LONGEST = 60_000;
const HEADS = [["No.", "number"], ["At", "number"], ["Target"], ["What"], ["Condition"], ["Because of"], ["Result"]];
const EMPTY = "No records yet. When an event ends, a record of it goes to the destination that its function names for success or for failure; a dead letter goes to its dead-letter queue.";

export class Destinations {
  #chosen = null;
  #drawn = null;
  #bodies = new Map();

  constructor(store, { address, panel, count }) {
    this.store = store;
    this.address = address;
    this.panel = panel;
    this.count = count;
    store.on("rows", ({ reset }) => this.#apply(reset));
    store.on("selection", () => this.#follow());
    panel.addEventListener("click", ({ target }) => this.#click(target.closest("button")?.dataset ?? {}));
    document.getElementById("results").addEventListener("tab-change", () => this.#draw());
  }

  #apply(reset) {
    if (reset) this.#bodies.clear();
    const { size } = this.store.records;
    write(this.count, size ? String(size) : "");
    this.count.hidden = size === 0;
    this.#follow();
  }

  /** The record that is selected is shown, else the one that was chosen, else the newest. */
  #follow() {
    const { records, selected } = this.store;
    const found = selected && [...records.values()].find(({ segment }) => segment === selected.id);
    if (found) this.#chosen = found.id;
    this.#draw();
  }

  #draw() {
    if (this.panel.hidden) return;
    const records = [...this.store.records.values()];
    const shown = this.store.records.get(this.#chosen) ?? records.at(-1);
    const key = [records.length, shown?.id, this.#bodies.get(shown?.id) !== undefined, this.store.selected?.id].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const held = this.panel.contains(document.activeElement) ? document.activeElement.dataset.record : null;
    this.panel.replaceChildren(...(shown ? [this.#record(shown), ...(records.length > 1 ? [this.#table(records.slice(-NEWEST).reverse(), shown)] : [])] : [element("p", { class: "panel__empty" }, EMPTY)]));
    if (held) this.panel.querySelector(`[data-record="${CSS.escape(held)}"]`)?.focus();
    if (shown && !this.#bodies.has(shown.id)) this.#fetch(shown.id);
  }

  async #fetch(id) {
    this.#bodies.set(id, undefined);
    const body = await get(`${this.address}/records/${encodeURIComponent(id)}`).catch(() => null);
    if (!body) return this.#bodies.delete(id);
    this.#bodies.set(id, body);
    return this.#draw();
  }

  #table(records, shown) {
    const head = element("tr", {}, ...HEADS.map(([text, look]) => element("th", { scope: "col", class: look }, text)));
    return element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
      element("caption", { class: "visually-hidden" }, "Records and dead letters, the newest first"), element("thead", {}, head),
      element("tbody", {}, ...records.map((record) => this.#row(record, record === shown)))));
  }

  #row(record, isShown) {
    const { id, number, time, name, kind, condition, failed } = record;
    const button = element("button", { type: "button", class: "plain-link", "data-record": id, "aria-label": `Show record ${number}` }, String(number));
    const cells = [["number", button], ["number", labTime(time - (this.store.origin ?? time))], ["mono no-wrap", name], ["no-wrap", noun(kind)], ["mono small", condition],
      [null, this.#because(record)], [null, result(failed)]];
    return element("tr", { class: isShown ? "is-selected" : null, "aria-current": isShown ? "true" : null }, ...cells.map(([look, content]) => element("td", { class: look }, content)));
  }

  #when({ time, condition }) {
    return `${labTime(time - (this.store.origin ?? time))}${condition && `, ${condition}`}, because of `;
  }

  #because({ cause, attempts, event }) {
    const said = `Attempt ${attempts} of event ${event}`;
    return this.store.segments.has(cause) ? element("button", { type: "button", class: "action-link no-wrap", "data-segment": cause }, said) : said;
  }

  #record(record) {
    const { id, kind, name, target, failed, segment } = record;
    const body = this.#bodies.get(id);
    const onTimeline = this.store.segments.has(segment) && element("button", { type: "button", class: "action-link no-print", "data-segment": segment }, icon("scan-line"), "Show on timeline");
    return element("div", { class: `response${failed === null ? "" : " response--error"}` },
      element("div", { class: "response__head" }, result(failed), element("strong", {}, `${noun(kind)} ${failed === null ? "in" : "for"} ${name}`), element("span", { class: "tabs__space" }), onTimeline),
      element("p", { class: "mono small quiet destinations__target" }, target),
      failed !== null && element("p", { class: "field__error" }, `The target did not take it, and it is lost. ${failed}`),
      element("p", {}, this.#when(record), this.#because(record), "."),
      body && attributesOf(body.attributes), body && text(body));
  }

  #click({ record, segment }) {
    if (segment) return;
    if (record === undefined) return;
    this.#chosen = record;
    const row = this.store.records.get(record);
    if (row && this.store.segments.has(row.segment)) this.store.select(row.segment, { by: "destinations" });
    this.#draw();
  }
}

function noun(kind) {
  return kind === "dead-letter queue" ? "Dead letter" : "Record";
}

function result(failed) {
  return badge(failed === null ? "delivered" : "not delivered");
}

function attributesOf(attributes) {
  const rows = Object.entries(attributes);
  if (!rows.length) return null;
  const list = element("dl", { class: "destinations__attributes" });
  for (const [name, value] of rows) list.append(element("dt", {}, name), element("dd", { class: "mono" }, value));
  return element("div", {}, element("h3", { class: "became__title" }, "Message attributes"), list);
}

/** The text with line breaks between its parts, and nothing else of it changed: numbers stay as written. */
function text({ record, whole }) {
  return element("div", {}, element("h3", { class: "became__title" }, "Message body"),
    element("pre", { class: "code code--plain code--wrap", tabindex: "0", "aria-label": "Message body" }, indented(record).slice(0, LONGEST)),
    !whole && element("p", { class: "quiet small" }, "The record was longer than a trace keeps (64 KB)."));
}
