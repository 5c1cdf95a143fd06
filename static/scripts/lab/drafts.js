// Drafts save themselves a moment after the last edit; what is wrong is marked on its line.
import { write } from "./dom.js";
import { get, post } from "./status.js";

const PAUSE = 600;
const AGAIN = 5_000;

export class Drafts {
  #timer = 0;
  #place = document.getElementById("draft-state");
  #version = 0;
  #saving = null;
  #isOutdated = false;
  #wrong = new Map();

  constructor(editors, { address }) {
    this.editors = editors;
    this.address = address;
    editors.onInput(() => this.#edited());
    addEventListener("keydown", (event) => this.#key(event));
    addEventListener("pagehide", () => this.#timer && this.#sendLast());
    this.#say("Saved as you type");
    if (editors.isEdited) this.check();
  }

  /** Takes over what another page of the lesson kept; what is typed here stays, and wins when it is kept. */
  async pull() {
    this.#isOutdated = true;
    if (this.#timer || this.#saving) return;
    const version = this.#version;
    const kept = await get(`${this.address}/draft?${this.#query}`).catch(() => null);
    if (!kept || version !== this.#version) return;
    this.#isOutdated = false;
    if (this.editors.take(kept)) await this.check();
  }

  /** Keeps at once what is typed; returns when nothing is on its way any more. */
  async settle() {
    if (this.#timer) await this.#save();
    await this.#saving;
  }

  /** Looks at the whole draft as it is kept. */
  async check() {
    const answer = await get(`${this.address}/findings?${this.#query}`).catch(() => null);
    if (answer) await this.#mark(answer.findings, [...this.editors.names, null]);
  }

  /** Ctrl or Cmd with S saves the draft, not the page. */
  async #key(event) {
    if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    if (this.#timer || this.#saving) await this.settle();
    else this.#say("Draft saved");
  }

  get #query() {
    return new URLSearchParams({ function: this.editors.function });
  }

  #edited() {
    this.#version += 1;
    this.#later(PAUSE);
  }

  #later(milliseconds) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), milliseconds);
  }

  #save() {
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#saving = (this.#saving ?? Promise.resolve()).then(() => this.#send());
    return this.#saving;
  }

  async #send() {
    const { edits } = this.editors;
    const version = this.#version;
    try {
      const answer = await post(`${this.address}/save`, new URLSearchParams(this.editors.fields(edits)));
      this.editors.keep(edits, answer);
      this.#saving = null;
      document.dispatchEvent(new CustomEvent("draft-saved"));
      if (version === this.#version) await this.#mark(answer.findings, [...edits.files.keys(), ...(edits.event === null ? [] : [null])]);
      if (this.#isOutdated) await this.pull();
    } catch ({ message }) {
      this.#saving = null;
      this.#say(`Not saved: ${message}`, "failed");
      if (version === this.#version) this.#later(AGAIN);
    }
  }

  async #mark(findings, names) {
    for (const name of names) this.#wrong.set(name, findings.filter(({ file }) => (name === null ? !this.editors.names.includes(file) : file === name)));
    const all = [...this.#wrong.values()].flat();
    this.#say(all.length ? `Draft saved, ${things(all)}` : "Draft saved");
    await this.editors.mark(findings, names);
  }

  #sendLast() {
    navigator.sendBeacon(`${this.address}/save`, new URLSearchParams(this.editors.fields()));
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
