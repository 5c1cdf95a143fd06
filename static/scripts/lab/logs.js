// Log lines as AWS prints them, with search; the lines of the selected segment are marked.
import { element, write } from "./dom.js";
import { Listbox } from "./listbox.js";
import { counted, labTime } from "./text.js";
import { WhenSeen } from "./when-seen.js";

const NEWEST = 1_000;
const STRONG = /(Init Duration: [\d.,]+ ms|"initDurationMs":[\d.]+)/;

export class Logs {
  #lines = new Map();
  #list = element("ol", { class: "log", role: "listbox", tabindex: "0", "aria-label": "Log lines" });
  #empty = element("p", { class: "panel__empty" });
  #search = document.getElementById("log-search");
  #box = document.getElementById("log-search-box");
  #event = document.getElementById("log-event");
  #only = null;

  constructor(store, { panel }) {
    this.store = store;
    this.panel = panel;
    this.listbox = new Listbox(this.#list, { choose: (row) => this.#choose(row) });
    panel.append(this.#list, this.#empty);
    this.seen = new WhenSeen(panel, () => this.#draw());
    store.on("rows", (message) => this.#apply(message));
    store.on("selection", (detail) => this.#mark(detail));
    this.#search.addEventListener("input", () => this.#filter());
    this.#event.addEventListener("click", () => this.#turn());
    document.getElementById("results").addEventListener("tab-change", ({ detail }) => this.#show(detail.panel));
  }

  #apply({ reset, logs = [], removed = [], invocations = [] }) {
    if (reset) this.#clear();
    if (reset || logs.length || removed.length || invocations.length) this.seen.changed();
  }

  /** Draws the newest lines, of which only those are drawn anew that have become others. */
  #draw() {
    const follows = this.#isAtEnd();
    const rows = [...this.store.logs.values()].slice(-NEWEST);
    const ids = new Set(rows.map(({ id }) => id));
    for (const id of this.#lines.keys()) if (!ids.has(id)) this.#remove(id);
    for (const row of rows) this.#put(row);
    this.#offer();
    this.#filter();
    if (follows) this.panel.scrollTop = this.panel.scrollHeight;
  }

  #clear() {
    this.#lines.clear();
    this.#list.replaceChildren();
    this.#only = null;
  }

  #remove(id) {
    this.#lines.get(id)?.remove();
    this.#lines.delete(id);
  }

  #put(row) {
    const old = this.#lines.get(row.id);
    if (old && this.listbox.rowOf.get(old) === row) return this.#number(old, row);
    const line = this.#line(row);
    if (old) old.replaceWith(line);
    else this.#list.append(line);
    this.#lines.set(row.id, line);
    this.listbox.rowOf.set(line, row);
    return undefined;
  }

  #line(row) {
    const isError = row.kind === "error" || /^\[?ERROR\b|Task timed out|Status: (timeout|error)/.test(row.text);
    const isChosen = row.segment !== null && row.segment === this.store.selected?.id;
    const parts = row.text.trimEnd().split(STRONG).map((part, index) => (index % 2 ? element("strong", {}, part) : part));
    return element("li", { class: `log__line${isError ? " log__line--error" : ""}${row.text.startsWith("START ") ? " log__line--begins" : ""}${isChosen ? " is-selected" : ""}`, role: "option", id: `log-${row.id}`, "aria-selected": String(isChosen), "data-request": row.request },
      element("span", { class: "log__time" }, labTime(row.time - (this.store.origin ?? row.time))),
      element("span", { class: "log__attempt" }, this.#numberOf(row)),
      element("span", { class: "log__text" }, ...parts));
  }

  /** The number of a call may become known only after its first line. */
  #number({ children: [, attempt] }, row) {
    if (!attempt.firstChild) write(attempt, this.#numberOf(row));
  }

  /** "3" for call 3, "2" for attempt 2 of the only event, "4·2" for attempt 2 of event 4. */
  #numberOf({ request, segment }) {
    const call = this.store.callAt(segment) ?? this.store.invocations.get(request);
    if (!call) return "";
    return call.event !== undefined && this.store.events.size > 1 ? `${call.event}·${call.number}` : String(call.number);
  }

  /** The event whose lines alone can be shown: that of the selection, or the one that is shown. */
  #offer() {
    const { selected } = this.store;
    const event = this.store.eventOf(this.#only ?? selected?.request ?? "") ?? null;
    this.#event.hidden = this.panel.hidden || !event;
    if (event) write(this.#event, `Only event ${event.number}`);
    this.#event.setAttribute("aria-pressed", String(this.#only !== null));
  }

  #turn() {
    this.#only = this.#only === null ? (this.store.selected?.request?.split("#")[0] ?? null) : null;
    this.#offer();
    this.#filter();
  }

  #filter() {
    const wanted = this.#search.value.trim().toLowerCase();
    let shown = 0;
    for (const line of this.#lines.values()) {
      const isOther = this.#only !== null && line.dataset.request !== this.#only;
      line.hidden = isOther || (wanted !== "" && !line.lastChild.textContent.toLowerCase().includes(wanted));
      shown += line.hidden ? 0 : 1;
    }
    this.#list.hidden = shown === 0;
    this.#empty.hidden = shown > 0;
    this.#empty.textContent = this.#lines.size ? `No log line has “${this.#search.value.trim()}”. ${counted(this.#lines.size, "line")} from ${counted(this.store.invocations.size, "call")} were searched.` : "No log lines yet. The first call writes INIT_START, START, END and REPORT here.";
  }

  #isAtEnd() {
    const { scrollTop, scrollHeight, clientHeight } = this.panel;
    return scrollTop + clientHeight >= scrollHeight - 24;
  }

  #show(panel) {
    this.#box.hidden = panel !== "part-logs";
    this.#offer();
    if (panel !== "part-logs") return;
    this.seen.catchUp();
    this.panel.scrollTop = this.panel.scrollHeight;
    this.#reveal();
  }

  #choose(row) {
    this.store.select(row?.segment ?? null, { by: "logs" });
  }

  #mark({ by }) {
    const id = this.store.selected?.id ?? null;
    for (const line of this.#lines.values()) {
      const isChosen = id !== null && this.listbox.rowOf.get(line).segment === id;
      line.classList.toggle("is-selected", isChosen);
      line.setAttribute("aria-selected", String(isChosen));
    }
    this.#offer();
    if (by !== "logs") this.#reveal();
  }

  #reveal() {
    const first = this.#list.querySelector(".is-selected");
    if (first) this.listbox.activate(first);
    if (first && !this.panel.hidden) this.panel.scrollTop = Math.max(0, first.offsetTop - this.#list.offsetTop - 40);
  }
}
