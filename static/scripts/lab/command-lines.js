// The dialog with what each button does as a command for a terminal, ready to be copied.
import { element, icon, write } from "./dom.js";

const COPIED_MS = 2000;
const LONGEST_TYPED = 4000;
/** The forms of versions, aliases and queues: what is typed is sent with the form's id before its name. */
const FORMS = "#publish, form[data-alias], form[data-queue-settings]";

export class CommandLines {
  #dialog = document.getElementById("commands");
  #place = document.getElementById("command-list");
  #said = document.getElementById("command-copied");

  constructor({ editors, drafts }) {
    this.editors = editors;
    this.drafts = drafts;
    document.addEventListener("click", ({ target }) => this.#click(target));
  }

  #click(target) {
    const asked = target.closest("[data-commands]");
    const copied = target.closest("[data-copies]");
    if (asked) this.#show(asked.dataset.commands, asked.dataset);
    if (copied) this.#copy(copied);
  }

  /** Shows the commands as the lab stands and as its fields are typed, one of them in front. */
  async #show(name, asked) {
    this.#place.replaceChildren(element("p", { class: "panel__empty" }, "Writing the commands"));
    this.#dialog.showModal();
    await this.drafts.settle();
    const address = `${this.#place.dataset.from}?${this.#query(asked)}`;
    await window.htmx.ajax("GET", address, { target: this.#place });
    const block = document.getElementById(`command-${name}`);
    if (block) this.#place.scrollTop = block.offsetTop - this.#place.offsetTop;
    block?.querySelector("button")?.focus({ preventScroll: true });
  }

  /** What is typed in the lab; of messages what stands on the board that asks, as far as it is short. */
  #query({ request, queue }) {
    const query = new URLSearchParams(new FormData(document.getElementById("configuration")));
    for (const [name, value] of new FormData(document.getElementById("asynchronous"))) query.set(name, value);
    for (const [name, value] of queue ? new FormData(document.querySelector(`form[data-queue="${CSS.escape(queue)}"]`)) : []) {
      if (value.length <= LONGEST_TYPED) query.set(name, value);
    }
    if (queue) query.set("queue", queue);
    for (const id of ["burst", "minutes"]) {
      const field = document.getElementById(id);
      query.set(field.name, field.value);
    }
    for (const form of [...document.querySelectorAll(FORMS)].filter(isTouched)) {
      for (const [name, value] of new FormData(form)) query.set(`${form.id}-${name}`, value);
    }
    query.set("function", this.editors.function);
    if (request) query.set("call", request);
    return query;
  }

  #say(button, words, picture) {
    button.querySelector("svg").replaceWith(icon(picture));
    write(button.querySelector("[data-copy-says]"), words);
  }

  async #copy(button) {
    const text = document.getElementById(button.dataset.copies);
    const isCopied = await copy(text);
    const words = isCopied ? "Copied" : "Selected: press Ctrl+C, or ⌘C";
    this.#say(button, words, isCopied ? "check" : "copy");
    write(this.#said, words);
    setTimeout(() => {
      this.#say(button, "Copy", "copy");
      write(this.#said, "");
    }, COPIED_MS);
  }
}

/** Whether a form says something else than how it stands; a choice nobody made is its first. */
function isTouched(form) {
  if (form.querySelector(".field__error")) return true;
  return [...form.elements].some((field) => field.options
    ? field.selectedIndex !== Math.max(0, [...field.options].findIndex((one) => one.defaultSelected))
    : field.name && field.value !== field.defaultValue);
}

/** Copies an element's text, or selects it where a page may not write to the clipboard. */
async function copy(from) {
  try {
    await navigator.clipboard.writeText(from.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(from);
    return false;
  }
}
