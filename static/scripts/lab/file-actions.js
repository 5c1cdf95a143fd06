// The dialogs of files: new, rename, delete, upload, versions. A refusal stands in its dialog.
import { post } from "./status.js";

const SAYS = { upload: "The zip's files are in the draft.", delete: "File deleted." };

export class FileActions {
  constructor({ editors, drafts, partials, status }) {
    this.partials = partials;
    this.editors = editors;
    this.drafts = drafts;
    this.status = status;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("submit", (event) => this.#submit(event));
  }

  #click(event) {
    const chosen = event.target.closest(".versions__item");
    if (chosen) for (const one of document.querySelectorAll(".versions__item")) one.setAttribute("aria-current", String(one === chosen));
    const button = event.target.closest("[data-file-dialog]");
    if (!button) return;
    const name = button.dataset.fileDialog;
    const dialog = document.getElementById(`file-${name}`);
    this.#prepare(dialog, name, button.dataset.version);
    dialog.showModal();
    dialog.querySelector("#file-rename-to")?.select();
  }

  #prepare(dialog, name, version) {
    const { front } = this.editors;
    for (const place of dialog.querySelectorAll("[data-file-name]")) place.textContent = front;
    for (const field of dialog.querySelectorAll("[data-file-field]")) field.value = front;
    dialog.querySelector("form")?.reset();
    for (const field of dialog.querySelectorAll("[data-file-field], #file-rename-to")) field.value = front;
    tell(dialog, "");
    if (name === "versions") this.#showVersions(version);
  }

  async #showVersions(number) {
    const place = document.getElementById("versions");
    await this.drafts.settle();
    await window.htmx.ajax("GET", place.dataset.from, { target: place });
    const wanted = place.querySelector(`[data-version="${number}"]`);
    if (!wanted) return;
    window.htmx.process(place);
    wanted.click();
  }

  #submit(event) {
    const form = event.target.closest("[data-file-form]");
    if (!form) return;
    event.preventDefault();
    this.#send(form, form.dataset.fileForm);
  }

  async #send(form, what) {
    if (form.getAttribute("aria-busy") === "true") return;
    const dialog = form.closest("dialog");
    const fields = new FormData(form);
    fields.set("function", this.editors.function);
    form.setAttribute("aria-busy", "true");
    try {
      await this.drafts.settle();
      const draft = await post(form.action, fields);
      dialog?.close();
      this.editors.take(draft, { force: what === "upload" || what === "restore" });
      await this.#after(what, fields);
    } catch (error) {
      if (!error.message) throw error;
      if (dialog) tell(dialog, error.message);
      else this.status.fail(error);
    } finally {
      form.removeAttribute("aria-busy");
    }
  }

  async #after(what, fields) {
    if (what === "add") await this.editors.open(fields.get("name"), 1);
    if (what === "rename") await this.editors.open(fields.get("to"));
    if (what in SAYS) this.status.tell({ title: SAYS[what], text: "The draft before it is under Versions." });
    if (what === "restore") this.status.tell({ title: "The version is in the editor.", text: "The draft before it is under Versions too." });
    if (what === "restore" || what === "stay") this.partials.refresh(["draft"]);
    if (what !== "add" && what !== "rename") this.drafts.check();
  }
}

function tell(dialog, message) {
  const place = dialog.querySelector("[data-error]");
  if (!place) return;
  place.textContent = message;
  place.hidden = message === "";
}
