// The last calls and events of the lab, each with how it went, to choose one from.
import { badge } from "./badges.js";
import { element } from "./dom.js";
import { counted, milliseconds } from "./text.js";

const NEWEST = 50;
const HEADS = [["Call"], ["Start"], ["Environment"], ["Duration", "number"], ["Billed", "number"], ["Result"]];

export class CallTable {
  #body = element("tbody");
  #rows = new Map();
  #known = { calls: null, entries: [] };
  root = element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
    element("caption", { class: "visually-hidden" }, "The last calls and events"),
    element("thead", {}, element("tr", {}, ...HEADS.map(([text, look]) => element("th", { scope: "col", class: look }, text)))), this.#body));

  constructor(store) {
    this.store = store;
  }

  /** Calls that somebody waits for, and events, in the order in which they came. */
  get entries() {
    const { calls, events } = this.store;
    if (this.#known.calls !== calls) {
      const awaited = calls.filter(({ event }) => event === undefined);
      this.#known = { calls, entries: [...awaited, ...events.values()].sort((one, other) => one.time - other.time) };
    }
    return this.#known.entries;
  }

  /** Stands at the end of the panel where there is more than one to choose from. Rows that stay are left alone. */
  draw(panel, chosen) {
    const entries = this.entries.slice(-NEWEST).reverse();
    if (entries.length < 2) return this.root.remove();
    if (this.root.parentElement !== panel) panel.append(this.root);
    const kept = new Map(entries.map((entry) => [entry.id, this.#kept(entry)]));
    for (const [id, { row }] of this.#rows) if (kept.get(id)?.row !== row) row.remove();
    this.#rows = kept;
    this.#place([...kept.values()].map(({ row }) => row));
    for (const [id, { row }] of kept) mark(row, id === chosen.id);
    return undefined;
  }

  #place(rows) {
    rows.forEach((row, index) => {
      const there = this.#body.children[index] ?? null;
      if (there !== row) this.#body.insertBefore(row, there);
    });
  }

  /** The row that is there, unless its call, or an attempt of its event, has become another. */
  #kept(entry) {
    const told = [entry, ...(entry.request === undefined ? [] : this.store.attempts(entry))];
    const old = this.#rows.get(entry.id);
    const isSame = old?.told.length === told.length && told.every((one, index) => one === old.told[index]);
    return isSame ? old : { told, row: this.#row(entry) };
  }

  #row(entry) {
    const cells = entry.request === undefined ? callCells(entry) : this.#eventCells(entry);
    return element("tr", {}, ...cells.map(([look, content]) => element("td", { class: look }, content)));
  }

  /** The newest that somebody asked for: what it caused in its turn answers nobody who looks here. */
  get newest() {
    const { entries } = this;
    const last = entries.at(-1);
    return entries.findLast(({ run, caused }) => run === last?.run && !caused) ?? last;
  }

  #eventCells({ id, number, state, request, runs, prefix }) {
    const attempts = this.store.attempts({ request });
    const newest = attempts.at(-1);
    const button = element("button", { type: "button", class: "plain-link no-wrap", "data-event": id, "aria-label": `Show event ${number}` }, `Event ${number}`);
    return [[null, button], [null, badge(newest?.start ?? "accepted")], ["mono", placeOf(newest ?? { prefix })],
      ["number", counted(Math.max(runs, attempts.length && newest.number), "attempt")], ["number", ""], [null, badge(state, request)]];
  }
}

function mark(row, isChosen) {
  if (row.hasAttribute("aria-current") === isChosen) return;
  row.classList.toggle("is-selected", isChosen);
  if (isChosen) row.setAttribute("aria-current", "true");
  else row.removeAttribute("aria-current");
}

function callCells(call) {
  const button = element("button", { type: "button", class: "plain-link", "data-call": call.id, "aria-label": `Show call ${call.number}` }, String(call.number));
  return [[null, button], [null, call.start ? badge(call.start) : ""], ["mono", placeOf(call)], ["number", milliseconds(call.duration)],
    ["number", typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""], [null, badge(call.status)]];
}

/** Where it ran, with the function where the lab has several. */
export function placeOf({ prefix, environment }) {
  return [prefix, environment].filter(Boolean).join(" · ");
}
