// The boards of the lab's queues: countdowns on the lab clock, what stays open while rows change, and
// how many messages there are. What is in a queue the server draws, whenever something happens to it.
import { write } from "./dom.js";

const TICK = 500;

export class Queues {
  #panel = document.getElementById("part-queues");
  #count = document.getElementById("queue-count");
  #open = new Set();

  constructor(store, { clock, partials }) {
    if (!this.#panel) return;
    this.clock = clock;
    this.partials = partials;
    store.on("rows", () => this.#tell([...store.queues.values()]));
    this.#panel.addEventListener("toggle", ({ target }) => this.#remember(target), true);
    document.addEventListener("htmx:afterSettle", () => this.#restore());
    setInterval(() => document.hidden || this.#panel.hidden || this.#tick(), TICK);
  }

  #tell(queues) {
    const present = queues.reduce((sum, queue) => sum + queue.present, 0);
    this.#count.hidden = present === 0;
    write(this.#count, String(present));
  }

  #remember({ id, open }) {
    if (open) this.#open.add(id);
    else this.#open.delete(id);
  }

  /** What was opened stays open where the server has drawn it anew. */
  #restore() {
    for (const id of this.#open) document.getElementById(id)?.setAttribute("open", "");
  }

  /** What a delay ends by itself no fact tells: the board is drawn again. */
  #tick() {
    let isOver = false;
    for (const node of this.#panel.querySelectorAll("[data-countdown]")) {
      const left = Number(node.dataset.countdown) - this.clock.now;
      isOver ||= left <= 0;
      write(node, left > 0 ? `${node.dataset.says} in ${length(left)}` : node.dataset.says);
    }
    if (isOver) this.partials.refresh(["queues"]);
  }
}

/** As the server says a length: whole seconds, or the two largest units. */
function length(seconds) {
  const whole = Math.ceil(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}
