// Pressed buttons whose runs are awaited: each is busy until the stream has told that its run is over.
import { begin, finish } from "../presses.js";

/** A run that the stream never tells of is not awaited for ever. */
const LONGEST_WAIT = 20_000;

export class Awaited {
  #waiting = [];

  constructor(store) {
    this.store = store;
  }

  /** Makes the label of a button busy and returns it, or null when the button has none. */
  begin(button) {
    const label = button.querySelector("[data-busy]");
    if (label) begin(label);
    return label;
  }

  /** Awaits a run with so many calls; without a run the label is free at the next look. */
  add(label, { run = null, calls = 0 } = {}) {
    this.#waiting.push({ label, run, calls, until: performance.now() + LONGEST_WAIT });
    this.settle();
  }

  /** Looks which runs are over; called whenever rows have come. */
  settle() {
    const over = this.#waiting.filter((one) => this.#isOver(one));
    this.#waiting = this.#waiting.filter((one) => !over.includes(one));
    for (const { label } of over) if (label) finish(label);
  }

  #isOver({ run, calls, until }) {
    if (!run || performance.now() > until) return true;
    const own = [...this.store.invocations.values()].filter((call) => call.run === run);
    if (calls) return own.filter((call) => call.status !== "running").length >= calls;
    return (this.store.runs.get(run)?.end ?? 0) !== null;
  }
}
