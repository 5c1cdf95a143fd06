// The rows of one lab by id, as the server last said them, and the one selection of the page.

const TABLES = ["runs", "lanes", "segments", "marks", "logs", "story", "invocations", "queues", "messages", "events", "records", "bus_events", "publications", "object_events", "firings"];

export class Store {
  #listeners = new Map();
  #selected = null;
  #calls = null;
  #callAt = null;
  #attempts = null;
  origin = null;
  /** How many older runs the server keeps and did not send. */
  hidden = 0;
  cursor = "";
  clock = { now: 0, rate: "1", paused: false, running: 0 };
  heard = performance.now();

  constructor() {
    for (const table of TABLES) this[table] = new Map();
  }

  /** Calls `listener` at "rows" (with the message), "clock" and "selection" (with what chose it), "hidden" at one of a hidden run. */
  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, []);
    this.#listeners.get(name).push(listener);
  }

  /** Takes one message: everything when `reset` is true, otherwise what changed, by id. */
  apply(message) {
    if (message.cursor) this.cursor = message.cursor;
    if (message.reset) this.hidden = message.hidden ?? 0;
    if (message.reset || message.origin !== undefined) this.origin = message.origin ?? null;
    for (const table of TABLES) this.#applyTable(table, message);
    if (message.clock) this.setClock(message.clock);
    this.#calls = this.#callAt = this.#attempts = null;
    this.#tell("rows", message);
    if (this.#selected !== null && !this.segments.has(this.#selected)) this.select(null);
  }

  #applyTable(table, { reset, removed = [], ...message }) {
    const rows = this[table];
    if (reset) rows.clear();
    for (const id of removed) rows.delete(id);
    for (const row of message[table] ?? []) rows.set(row.id, row);
  }

  setClock(clock) {
    this.clock = { ...this.clock, ...clock };
    this.heard = performance.now();
    this.#tell("clock", this.clock);
  }

  /** The row of the selected segment, or null. */
  get selected() {
    return this.#selected === null ? null : (this.segments.get(this.#selected) ?? null);
  }

  /** Selects a segment by id for the whole page; `by` is the part that did it. */
  select(id, { by = null } = {}) {
    if (id && this.hidden && !this.segments.has(id)) {
      this.#tell("hidden", { id, by });
      return;
    }
    const known = id !== null && id !== undefined && this.segments.has(id) ? id : null;
    if (known === this.#selected) return;
    this.#selected = known;
    this.#tell("selection", { segment: this.selected, by });
  }

  /** Invocations in the order in which they came; those with an `event` are its attempts. */
  get calls() {
    this.#calls ??= [...this.invocations.values()];
    return this.#calls;
  }

  /** The event of a request, or null. */
  eventOf(request) {
    return this.events.get(`event:${String(request).split("#")[0]}`) ?? null;
  }

  /** The call to which a segment of an environment belongs, or null: an event has one for each attempt. */
  callAt(segment) {
    this.#callAt ??= new Map(this.calls.map((call) => [call.segment, call]));
    return this.#callAt.get(segment) ?? null;
  }

  /** The attempts of an event, in their order. Copies of one event in several queues share its number. */
  attempts({ request }) {
    this.#attempts ??= Map.groupBy(this.calls.filter(({ event }) => event !== undefined), ({ id }) => id.split("#")[0]);
    return this.#attempts.get(request) ?? [];
  }

  #tell(name, detail) {
    for (const listener of this.#listeners.get(name) ?? []) listener(detail);
  }
}
