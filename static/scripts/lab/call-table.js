// The last calls and events of the lab, each with how it went, to choose one from.
import { badge } from "./badges.js";
import { element } from "./dom.js";
import { counted, milliseconds } from "./text.js";

const NEWEST = 50;
const HEADS = [["Call"], ["Start"], ["Environment"], ["Duration", "number"], ["Billed", "number"], ["Result"]];

export class CallTable {
  constructor(store) {
    this.store = store;
  }

  /** Calls that somebody waits for, and events, in the order in which they came. */
  get entries() {
    const calls = this.store.calls.filter(({ event }) => event === undefined);
    return [...calls, ...this.store.events.values()].sort((one, other) => one.time - other.time);
  }

  /** Tells whether another drawing would look different. */
  get key() {
    return this.entries.slice(-NEWEST).map(({ id, status, start, state, runs }) => `${id} ${status ?? state} ${start ?? runs}`).join();
  }

  draw(chosen) {
    const { entries } = this;
    if (entries.length < 2) return [];
    const head = element("tr", {}, ...HEADS.map(([text, look]) => element("th", { scope: "col", class: look }, text)));
    const rows = entries.slice(-NEWEST).reverse().map((entry) => this.#row(entry, entry.id === chosen.id));
    return [element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
      element("caption", { class: "visually-hidden" }, "The last calls and events"), element("thead", {}, head), element("tbody", {}, ...rows)))];
  }

  #row(entry, isChosen) {
    const cells = entry.request === undefined ? callCells(entry) : this.#eventCells(entry);
    return element("tr", { class: isChosen ? "is-selected" : null, "aria-current": isChosen ? "true" : null },
      ...cells.map(([look, content]) => element("td", { class: look }, content)));
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

function callCells(call) {
  const button = element("button", { type: "button", class: "plain-link", "data-call": call.id, "aria-label": `Show call ${call.number}` }, String(call.number));
  return [[null, button], [null, call.start ? badge(call.start) : ""], ["mono", placeOf(call)], ["number", milliseconds(call.duration)],
    ["number", typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""], [null, badge(call.status)]];
}

/** Where it ran, with the function where the lab has several. */
export function placeOf({ prefix, environment }) {
  return [prefix, environment].filter(Boolean).join(" · ");
}
