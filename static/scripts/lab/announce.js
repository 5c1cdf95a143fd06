// One sentence for assistive technology when a run is over; nothing while it goes on.
import { write } from "./dom.js";
import { counted } from "./text.js";

const TROUBLE = { error: "failed", timeout: "timed out", memory: "ran out of memory", crash: "crashed", init: "failed in init", throttled: "got 429", stopped: "stopped", abandoned: "could not be run", lost: "lost" };

export class Announcer {
  #said = new Set();
  #place = document.getElementById("spoken");
  #isFirst = true;

  constructor(store) {
    this.store = store;
    store.on("rows", (message) => this.#hear(message));
  }

  #hear(message) {
    const isNews = !this.#isFirst && !message.reset;
    this.#isFirst = false;
    const rows = [...(message.invocations ?? []), ...(message.events ?? [])];
    const touched = new Set([...(message.runs ?? []).map(({ id }) => id), ...rows.map(({ run }) => run)]);
    for (const id of touched) this.#tell(this.store.runs.get(id), isNews);
  }

  #tell(run, isNews) {
    if (!run || run.end === null || this.#said.has(run.id)) return;
    const calls = this.store.calls.filter((call) => call.run === run.id);
    if (!calls.length || calls.some((call) => call.status === "running")) return;
    this.#said.add(run.id);
    const events = [...this.store.events.values()].filter((event) => event.run === run.id);
    if (isNews) write(this.#place, sentence(run, calls, events));
  }
}

/** "Run 4 · Send 10 at once: 10 calls, 9 cold, 1 warm." */
export function sentence(run, calls, events = []) {
  const starts = ["cold", "warm", "reset"].map((start) => [start, calls.filter((call) => call.start === start).length]);
  const troubles = Object.entries(TROUBLE).map(([status, word]) => [word, calls.filter((call) => call.status === status).length]);
  const parts = [...starts, ...troubles].filter(([, count]) => count).map(([word, count]) => `${count} ${word}`);
  const ends = ["done", "given up", "dropped"].map((state) => [state, events.filter((event) => event.state === state).length]);
  const ended = ends.filter(([, count]) => count).map(([state, count]) => `${count} ${state}`);
  const attempts = calls.filter(({ event }) => event !== undefined).length;
  const asked = calls.length > attempts ? [counted(calls.length - attempts, "call")] : [];
  const numbers = new Set(events.map(({ number }) => number));
  const tried = attempts > 0 ? [counted(attempts, "attempt")] : [];
  const what = events.length ? [...asked, counted(numbers.size, "event"), ...ended, ...tried] : [...asked, ...tried];
  return `${run.label} is over: ${[...what, ...parts].join(", ")}.`;
}
