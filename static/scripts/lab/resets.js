// Resets of code, configuration or the whole lab, after their dialog asked.
import { element, icon } from "./dom.js";
import { post } from "./status.js";

const SAYS = { code: "Code reset to the lesson's.", configuration: "Configuration reset to the lesson's.", lab: "Lab reset." };
const PARTIALS = { code: [], configuration: ["configuration", "faults"], lab: ["configuration", "faults", "all"] };

export class Resets {
  constructor({ editors, partials, status }) {
    this.editors = editors;
    this.partials = partials;
    this.status = status;
    document.addEventListener("submit", (event) => this.#submit(event));
  }

  #submit(event) {
    const { reset } = event.target.dataset;
    if (!reset) return;
    event.preventDefault();
    this.#reset(event.target.action, reset);
  }

  async #reset(address, scope) {
    const before = this.editors.texts;
    try {
      const { files, event } = await post(address, new URLSearchParams({ scope }));
      if (scope !== "configuration") this.editors.fill({ ...files, "event.json": event });
      this.partials.refresh(PARTIALS[scope]);
      this.#say(scope, before);
    } catch (error) {
      this.status.fail(error);
    }
  }

  #say(scope, before) {
    const toasts = document.getElementById("toasts");
    const toast = toasts.show({ title: SAYS[scope], seconds: scope === "code" ? 20 : 8 });
    if (scope !== "code") return;
    const undo = element("button", { type: "button", class: "button button--quiet button--small", "data-dismiss": true }, icon("undo-2"), "Undo");
    undo.addEventListener("click", () => this.#undo(before));
    toast.querySelector(".toast__actions").prepend(undo);
  }

  #undo(texts) {
    this.editors.fill(texts);
    document.querySelector("code-editor").dispatchEvent(new Event("input", { bubbles: true }));
  }
}
