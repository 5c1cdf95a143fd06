// The boards of the lab's buckets: files that are dropped on one are put into it by its own form.
import { Board, settleTyped } from "./board.js";

export class Buckets extends Board {
  constructor(store, { clock, partials }) {
    super(store, { kind: "bucket", panel: "part-buckets", clock, states: () => [] });
    if (!this.panel) return;
    settleTyped("notifications", partials);
    this.panel.addEventListener("htmx:afterRequest", ({ detail: { requestConfig, successful } }) => {
      // A form that is sent draws itself anew; what stands around it does not.
      if (successful && "notification" in requestConfig.elt.dataset) partials.refresh(["notifications"]);
    });
    this.panel.addEventListener("dragover", (event) => this.#over(event));
    this.panel.addEventListener("dragleave", (event) => this.#mark(event, false));
    this.panel.addEventListener("drop", (event) => this.#drop(event));
  }

  #over(event) {
    if (!board(event) || !event.dataTransfer.types.includes("Files")) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = "copy";
    this.#mark(event, true);
  }

  #drop(event) {
    const to = board(event);
    if (!to || !event.dataTransfer.files.length) return;
    event.preventDefault();
    this.#mark(event, false);
    const form = document.getElementById(to.dataset.drop);
    const files = form.querySelector("input[type=file]");
    files.files = event.dataTransfer.files;
    form.closest("details").open = true;
    form.requestSubmit();
  }

  #mark(event, over) {
    board(event)?.classList.toggle("board--over", over);
  }
}

function board({ target }) {
  return target.closest?.("[data-drop]");
}
