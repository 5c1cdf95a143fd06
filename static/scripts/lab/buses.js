// The boards of the lab's buses: countdowns on the lab clock, what stays open while rows change, and
// how many deliveries are on their way. What each rule decided the server draws.
import { write } from "./dom.js";

const TICK = 500;
const UNDERWAY = new Set(["on its way", "waiting"]);

export class Buses {
  #panel = document.getElementById("part-buses");
  #count = document.getElementById("bus-count");
  #open = [];

  constructor(store, { clock }) {
    if (!this.#panel) return;
    this.clock = clock;
    store.on("rows", () => this.#tell([...store.bus_events.values()]));
    document.addEventListener("htmx:beforeSwap", ({ detail }) => this.#remember(detail.target));
    document.addEventListener("htmx:afterSettle", () => this.#restore());
    setInterval(() => document.hidden || this.#panel.hidden || this.#tick(), TICK);
  }

  #tell(events) {
    const deliveries = events.flatMap(({ decisions }) => decisions.flatMap((one) => one.deliveries));
    const underway = deliveries.filter(({ state }) => UNDERWAY.has(state)).length;
    this.#count.hidden = underway === 0;
    write(this.#count, String(underway));
  }

  #remember(target) {
    if (!this.#panel.contains(target)) return;
    this.#open.push(...[...target.querySelectorAll("details[open]")].map(({ id }) => id));
  }

  #restore() {
    for (const id of this.#open.splice(0)) document.getElementById(id)?.setAttribute("open", "");
  }

  #tick() {
    for (const node of this.#panel.querySelectorAll("[data-countdown]")) {
      const left = Math.ceil(Number(node.dataset.countdown) - this.clock.now);
      write(node, left > 0 ? `${node.dataset.says} in ${left} s` : node.dataset.says);
    }
  }
}
