// The home page's figure: the timeline of one lab, live, with some of its buttons.
import "./timeline.js";
import { sentence } from "./lab/announce.js";
import { Awaited } from "./lab/awaited.js";
import { write } from "./lab/dom.js";
import { post, Status } from "./lab/status.js";
import { Store } from "./lab/store.js";
import { Stream } from "./lab/stream.js";

class Figure {
  #caption = document.getElementById("figure-caption");

  constructor(timeline, { address, form }) {
    this.timeline = timeline;
    this.status = new Status();
    this.store = new Store();
    this.awaited = new Awaited(this.store);
    this.store.on("rows", (message) => this.#show(message));
    this.store.on("clock", (clock) => timeline.apply({ reset: false, clock }));
    this.store.apply(JSON.parse(document.getElementById("first-rows").textContent));
    form.addEventListener("submit", (event) => this.#submit(event));
    new Stream(this.store, { address: `${address}/events`, status: this.status }).open();
  }

  #show(message) {
    this.timeline.apply(message);
    this.awaited.settle();
    this.#tell();
  }

  /** Says under the figure what the newest run came to, once it is over. */
  #tell() {
    const runs = [...this.store.runs.values()].sort((one, other) => one.start - other.start);
    const over = runs.filter((run) => this.#calls(run).length && this.#calls(run).every((call) => call.status !== "running"));
    if (over.length) write(this.#caption, sentence(over.at(-1), this.#calls(over.at(-1))));
  }

  #calls(run) {
    return this.store.calls.filter((call) => call.run === run.id);
  }

  async #submit(event) {
    event.preventDefault();
    const { submitter: button } = event;
    if (!button || button.getAttribute("aria-busy") === "true") return;
    const label = this.awaited.begin(button);
    this.status.clear();
    try {
      this.awaited.add(label, await post(button.formAction, new URLSearchParams()));
    } catch (error) {
      this.awaited.add(label);
      this.status.fail(error);
    }
  }
}

const timeline = document.getElementById("figure");
if (timeline) new Figure(timeline, { address: timeline.dataset.lab, form: document.getElementById("lab") });
