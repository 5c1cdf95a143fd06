// Parts of the page that the server draws: fetched again when the stream names them. A part says with
// data-refresh what it is called, and with data-from where it comes from.

export class Partials {
  #under = new Set();
  #held = null;

  constructor() {
    document.addEventListener("htmx:beforeSwap", ({ detail }) => this.#hold(detail.target));
    document.addEventListener("htmx:afterSettle", () => this.#giveBack());
  }

  /** Fetches the parts of these names; "all" means every one. */
  refresh(names) {
    if (!names.length) return;
    const addresses = new Map();
    for (const part of document.querySelectorAll("[data-refresh]")) {
      if (!names.includes("all") && !names.includes(part.dataset.refresh)) continue;
      if (!addresses.has(part.dataset.from)) addresses.set(part.dataset.from, part);
    }
    for (const [address, part] of addresses) this.#fetch(address, part);
  }

  /** Fetches everything that follows from facts: after a restart all of it may be another. */
  refreshLearning() {
    const parts = [...document.querySelectorAll("[data-refresh]")].map((part) => part.dataset.refresh);
    this.refresh(parts.filter((name) => name === "tasks" || name.startsWith("prediction-")));
  }

  #hold(target) {
    this.#held = target.contains(document.activeElement) ? target.id : null;
  }

  /** Where the pressed button is gone, what took its place has the focus. */
  #giveBack() {
    const part = this.#held && document.getElementById(this.#held);
    this.#held = null;
    if (!part || document.activeElement !== document.body) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  async #fetch(address, part) {
    if (this.#under.has(address)) return;
    this.#under.add(address);
    // Lists of tasks come together, each for its own place; any other part replaces itself.
    const swap = part.dataset.refresh === "tasks" ? "none" : "outerHTML";
    try {
      await window.htmx.ajax("GET", address, { source: part, target: part, swap });
    } finally {
      this.#under.delete(address);
    }
  }
}
