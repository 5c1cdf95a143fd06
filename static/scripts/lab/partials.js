// Parts of the page that the server draws: fetched again when the stream names them. A part says with
// data-refresh what it is called, and with data-from where it comes from.

export class Partials {
  #under = new Set();

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
