// Buttons that drive the runtime: every submit button of the lab's form. A pressed one says what is
// awaited until its run is over, and stays pressable afterwards.
import { begin, finish } from "../presses.js";
import { post } from "./status.js";

const FORM = document.getElementById("lab");
/** A run that the stream never tells of is not awaited for ever. */
const LONGEST_WAIT = 20_000;

export class Commands {
  #awaited = [];
  #pressed = new Set();

  constructor(store, { editors, status }) {
    this.store = store;
    this.editors = editors;
    this.status = status;
    this.stop = document.getElementById("stop");
    FORM.addEventListener("submit", (event) => this.#submit(event));
    document.addEventListener("htmx:load", () => this.#restore());
    document.addEventListener("keydown", enterPresses);
    document.addEventListener("input", rename);
  }

  /** Looks which runs are over; called whenever rows have come. */
  settle() {
    this.#awaited = this.#awaited.filter((one) => !this.#isOver(one) || this.#end(one));
    const runs = [...this.store.invocations.values()].some((call) => call.status === "running");
    this.stop.disabled = !runs && this.store.clock.running === 0;
  }

  #submit(event) {
    event.preventDefault();
    const button = event.submitter;
    if (!button || button.getAttribute("aria-busy") === "true") return;
    const own = [...new FormData(FORM, button)].filter(([name]) => !name.startsWith("file:") && name !== "event");
    button.closest("[popover]")?.hidePopover();
    this.#send(button, own);
  }

  async #send(button, own) {
    const label = button.querySelector("[data-busy]");
    if (label) begin(label);
    this.status.clear();
    const { edits } = this.editors;
    try {
      const answer = await post(button.formAction, new URLSearchParams([...own, ...this.editors.fields(edits)]));
      if (answer.revision !== undefined) this.editors.keep(edits, answer);
      if (button.dataset.press) this.#pressed.add(button.dataset.press);
      // The callers of events have their 202 and are gone: nothing of theirs is awaited.
      this.#awaited.push({ label, run: answer.events ? null : answer.run, calls: answer.calls ?? 0, until: performance.now() + LONGEST_WAIT });
      if (answer.refused) this.status.tell({ title: `${answer.refused} of ${answer.refused + answer.events.length} events were refused.`, text: answer.why });
    } catch (error) {
      this.#awaited.push({ label, run: null, calls: 0, until: 0 });
      this.status.fail(error);
    }
    this.settle();
  }

  #isOver({ run, calls, until }) {
    if (!run || performance.now() > until) return true;
    const own = [...this.store.invocations.values()].filter((call) => call.run === run);
    if (calls) return own.filter((call) => call.status !== "running").length >= calls;
    return (this.store.runs.get(run)?.end ?? 0) !== null;
  }

  #end({ label }) {
    if (label) finish(label);
    return false;
  }

  /** Fragments come fresh from the server; what was pressed before is marked again. */
  #restore() {
    for (const button of document.querySelectorAll("[data-press]")) {
      if (this.#pressed.has(button.dataset.press)) button.dataset.pressed = "";
    }
  }
}

function enterPresses(event) {
  const button = event.key === "Enter" && document.getElementById(event.target.dataset?.enter);
  if (!button) return;
  event.preventDefault();
  button.click();
}

/** A button that names a number says the one in its field. */
function rename({ target }) {
  for (const button of document.querySelectorAll(`[data-says-of="${CSS.escape(target.id || "-")}"]`)) {
    button.querySelector("[data-busy]").textContent = button.dataset.says.replace("{}", target.value || "…");
    button.disabled = !target.checkValidity() || target.value === "";
  }
}
