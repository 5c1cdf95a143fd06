// Resets of code, configuration or the whole lab, after their dialog asked; taking the solution's code
// over; and taking the last of these back.
import { element, icon } from "./dom.js";
import { post } from "./status.js";

const SAYS = {
  code: "Code reset to the lesson's.",
  configuration: "Configuration reset to the lesson's.",
  lab: "Lab reset.",
  solution: "The editor holds the solution's code.",
};
const UNDO_SECONDS = 20;

export class Resets {
  constructor({ address, editors, status }) {
    this.address = address;
    this.editors = editors;
    this.status = status;
    document.addEventListener("submit", (event) => this.#submit(event));
  }

  #submit(event) {
    const { reset, undo, take } = event.target.dataset;
    if (reset === undefined && undo === undefined && take === undefined) return;
    event.preventDefault();
    event.target.closest("[popover]")?.hidePopover();
    if (undo !== undefined) this.#undo(event.target.action);
    else this.#reset(event.target.action, reset ?? "solution");
  }

  async #reset(address, scope) {
    const answer = await this.#send(address, { scope });
    if (answer) this.#say(scope, `${this.address}/undo/${answer.undo}`, answer.note);
  }

  async #undo(address) {
    if (await this.#send(address, {})) this.status.tell({ title: "What was there before is back." });
  }

  /** Fills the editors with what they hold now; returns the answer, or null when it was refused. */
  async #send(address, fields) {
    try {
      const answer = await post(address, new URLSearchParams({ ...fields, function: this.editors.function }));
      this.editors.take(answer, { force: true });
      document.dispatchEvent(new CustomEvent("draft-saved"));
      return answer;
    } catch (error) {
      this.status.fail(error);
      return null;
    }
  }

  #say(scope, undo, note) {
    const text = ["You can undo this for 10 minutes, here or in the menu of resets.", note].filter(Boolean).join(" ");
    const toast = document.getElementById("toasts").show({ title: SAYS[scope], text, seconds: UNDO_SECONDS });
    const button = element("button", { type: "button", class: "button button--quiet button--small", "data-dismiss": true }, icon("undo-2"), "Undo");
    button.addEventListener("click", () => this.#undo(undo));
    toast.querySelector(".toast__actions").prepend(button);
  }
}
