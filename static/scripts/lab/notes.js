// What a learner writes for themselves keeps itself a moment after the last word.
import { write } from "./dom.js";
import { post } from "./status.js";

const PAUSE = 800;
const AGAIN = 5_000;

export class Notes {
  #timers = new Map();

  constructor() {
    document.addEventListener("input", ({ target }) => target.closest?.("[data-note]") && this.#later(target, PAUSE));
    addEventListener("pagehide", () => this.#sendRest());
  }

  #later(field, milliseconds) {
    clearTimeout(this.#timers.get(field));
    this.#timers.set(field, setTimeout(() => this.#keep(field), milliseconds));
  }

  async #keep(field) {
    const text = field.value;
    this.#timers.delete(field);
    try {
      await post(field.form.action, new URLSearchParams({ text }));
      field.defaultValue = text;
      this.#say(field, "Kept. Only you see it.");
    } catch ({ message }) {
      this.#say(field, `Not kept: ${message}`);
      if (field.isConnected && !this.#timers.has(field)) this.#later(field, AGAIN);
    }
  }

  #sendRest() {
    for (const [field] of this.#timers) navigator.sendBeacon(field.form.action, new URLSearchParams({ text: field.value }));
  }

  #say(field, text) {
    if (field.isConnected) write(field.form.querySelector("[data-note-state]"), text);
  }
}
