// Parts of the page that the server draws: fetched again when the stream names them. A part says with
// data-refresh what it is called, and with data-from where it comes from.

export class Partials {
  #under = new Set();
  #again = new Set();
  #held = null;

  constructor() {
    document.addEventListener("htmx:beforeSwap", ({ detail }) => this.#hold(detail.target));
    document.addEventListener("htmx:afterSettle", () => this.#giveBack());
  }

  /** Fetches the parts of these names; "all" means every one. */
  refresh(names) {
    if (!names.length) return;
    const parts = [...document.querySelectorAll("[data-refresh]")];
    const wanted = parts.filter(({ dataset }) => names.includes("all") || names.includes(dataset.refresh));
    for (const address of new Set(wanted.map(({ dataset }) => dataset.from))) this.#fetch(address);
  }

  /** Fetches everything that follows from facts: after a restart all of it may be another. */
  refreshLearning() {
    const parts = [...document.querySelectorAll("[data-refresh]")].map((part) => part.dataset.refresh);
    this.refresh(parts.filter((name) => name === "tasks" || name.startsWith("prediction-")));
  }

  #hold(target) {
    // Two fragments may come for one place, of which the first took the focus away.
    if (target.contains(document.activeElement)) this.#held = target.id;
  }

  /** Where the pressed button is gone, what took its place has the focus. */
  #giveBack() {
    const part = this.#held && document.getElementById(this.#held);
    this.#held = null;
    if (!part || document.activeElement !== document.body) return;
    part.tabIndex = -1;
    part.focus({ preventScroll: true });
  }

  async #fetch(address) {
    // What is asked for while an answer is on its way may be newer than that answer.
    if (this.#under.has(address)) return this.#again.add(address);
    this.#under.add(address);
    await load(address).catch(() => {});
    this.#under.delete(address);
    return this.#again.delete(address) && this.#fetch(address);
  }
}

/** Lists of tasks come together, each for its own place; any other part replaces itself. */
async function load(address) {
  const part = document.querySelector(`[data-from="${CSS.escape(address)}"]`);
  const swap = part.dataset.refresh === "tasks" ? "none" : "outerHTML";
  await window.htmx.ajax("GET", address, { source: part, target: part, swap });
}
