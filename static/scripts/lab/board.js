// What the boards of a lab's sources have in common: countdowns on the lab clock, what stays open while
// rows change, and how much is on its way. What became of each thing the server draws.
import { write } from "./dom.js";

const TICK = 500;
const UNDERWAY = new Set(["on its way", "waiting"]);

export class Board {
  #open = [];

  /** `kind` names boards and their panel in ids; `states` gives the states of what may be underway. */
  constructor(store, { kind, panel, clock, states }) {
    this.panel = document.getElementById(panel);
    if (!this.panel) return;
    this.clock = clock;
    const count = document.getElementById(`${kind}-count`);
    store.on("rows", () => tell(count, states(store)));
    document.addEventListener("htmx:beforeSwap", ({ detail }) => this.#remember(detail.target));
    document.addEventListener("htmx:afterSettle", () => this.#restore());
    setInterval(() => document.hidden || this.panel.hidden || this.#tick(), TICK);
  }

  #remember(target) {
    if (!this.panel.contains(target)) return;
    this.#open.push(...[...target.querySelectorAll("details[open]")].map(({ id }) => id));
  }

  #restore() {
    for (const id of this.#open.splice(0)) document.getElementById(id)?.setAttribute("open", "");
  }

  #tick() {
    for (const node of this.panel.querySelectorAll("[data-countdown]")) {
      const left = Math.ceil(Number(node.dataset.countdown) - this.clock.now);
      write(node, left > 0 ? `${node.dataset.says} in ${length(left)}` : node.dataset.says);
    }
  }
}

/** What was typed and taken is what stands there now: the part that holds it may be drawn anew. */
export function settleTyped(name, partials) {
  document.addEventListener("htmx:afterRequest", ({ detail: { elt, successful, target } }) => {
    // What is only tried is answered elsewhere than beside the board's title.
    const taken = successful && target?.id.endsWith("-said");
    if (!taken || !elt.closest?.(`[data-refresh=${name}]`)) return;
    const form = elt.form ?? elt;
    for (const control of form.querySelectorAll("textarea, input")) control.defaultValue = control.value;
    for (const option of form.querySelectorAll("option")) option.defaultSelected = option.selected;
    // What is deleted goes also while somebody types into what stands beside it.
    if ("removes" in form.dataset) remove(form.closest("li"));
    partials.refresh([name]);
  });
}

/** Takes a row away, and counts what is left. What to do where nothing is left, the server says. */
function remove(row) {
  const list = row.parentElement;
  row.remove();
  if (!list.children.length) delete list.closest("[data-typed]").dataset.typed;
  else write(list.previousElementSibling.querySelector(".count"), String(list.children.length));
}

function tell(count, states) {
  const underway = states.filter((state) => UNDERWAY.has(state)).length;
  count.hidden = underway === 0;
  write(count, String(underway));
}

/** Whole seconds, or the two largest units. */
function length(seconds) {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor((seconds % 3600) / 60)} min`;
}
