// Drafts save themselves a moment after the last edit; what is wrong is marked on its line.
import { write } from "./dom.js";
import { get, post } from "./status.js";

const PAUSE = 600;
const AGAIN = 5_000;

export class Drafts {
  #timer = 0;
  #place = document.getElementById("draft-state");
  #version = 0;

  constructor(editors, { address, isEdited }) {
    this.editors = editors;
    this.address = `${address}/save`;
    this.kept = `${address}/draft`;
    editors.onInput(() => this.#edited());
    addEventListener("pagehide", () => this.#timer && this.#sendLast());
    this.#say("Saved as you type");
    if (isEdited) this.#save();
  }

  /** Takes over what another page of the lesson kept, unless something here waits to be kept. */
  async pull() {
    const version = this.#version;
    if (this.#timer) return;
    const kept = await get(this.kept).catch(() => null);
    if (!kept || this.#timer || version !== this.#version) return;
    const changed = this.editors.fill({ ...kept.files, "event.json": kept.event });
    if (changed) await this.editors.mark([]);
  }

  #edited() {
    this.#version += 1;
    this.#later(PAUSE);
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), milliseconds);
  }

  async #save() {
    const version = this.#version;
    this.#timer = 0;
    try {
      const { findings } = await post(this.address, new URLSearchParams(this.editors.fields));
      if (version !== this.#version) return;
      this.#say(findings.length ? `Draft saved, ${things(findings)}` : "Draft saved");
      document.dispatchEvent(new CustomEvent("draft-saved"));
      await this.editors.mark(findings);
    } catch ({ message }) {
      this.#say(`Not saved: ${message}`, "failed");
      if (version === this.#version) this.#later(AGAIN);
    }
  }

  #sendLast() {
    navigator.sendBeacon(this.address, new URLSearchParams(this.editors.fields));
  }

  #say(text, state = "saved") {
    this.#place.dataset.state = state;
    write(this.#place, text);
  }
}

function things(findings) {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  const warnings = findings.length - errors;
  const parts = [errors && `${errors} ${errors === 1 ? "error" : "errors"}`, warnings && `${warnings} ${warnings === 1 ? "warning" : "warnings"}`];
  return parts.filter(Boolean).join(" and ");
}
