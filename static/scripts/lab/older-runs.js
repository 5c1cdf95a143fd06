// What the timeline leaves out at first: facts that are still being read, and older runs until they
// are asked for, by the button here or by choosing one of their segments elsewhere.
import { element, write } from "./dom.js";
import { get } from "./status.js";
import { counted } from "./text.js";

export class OlderRuns {
  #note = document.getElementById("timeline-older");
  #said = element("span");
  #button = element("button", { type: "button", class: "action-link no-print" }, "Show all");
  #unread = 0;
  #asked = null;

  constructor(store, { address, status }) {
    this.store = store;
    this.address = address;
    this.status = status;
    this.#note.append(this.#said, " ", this.#button);
    this.#button.addEventListener("click", () => this.#show());
    store.on("rows", ({ older = 0 }) => this.#say(older));
    store.on("hidden", ({ id, by }) => this.#show().then(() => store.segments.has(id) && store.select(id, { by })));
  }

  #say(unread) {
    this.#unread = unread;
    const { hidden } = this.store;
    this.#note.hidden = !unread && !hidden;
    this.#button.hidden = Boolean(unread) || !hidden;
    write(this.#said, unread ? reading(unread) : hidden ? `${counted(hidden, "older run")} not shown.` : "");
  }

  /** Fetches every row once, however often somebody asks meanwhile. */
  #show() {
    this.#asked ??= this.#fetch().finally(() => { this.#asked = null; });
    return this.#asked;
  }

  async #fetch() {
    this.#button.disabled = true;
    try {
      this.store.apply(await get(`${this.address}/rows`));
    } catch (problem) {
      this.status.fail(problem);
    } finally {
      this.#button.disabled = false;
    }
  }
}

function reading(count) {
  return `Only the newest is shown: ${count.toLocaleString("en-US")} older facts of this workspace are still being read. Then all of it is shown, and tasks and predictions are checked.`;
}
