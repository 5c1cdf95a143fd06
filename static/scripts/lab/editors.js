// The editors of one function: its files and its event. What was typed and is not kept yet are edits.
import { FileTabs } from "./file-tabs.js";
import { holder } from "./holder.js";

const FILE = "file:";

export class Editors {
  #group = document.getElementById("lab-code");
  #event = document.querySelector("code-editor[data-event]");
  #files = new FileTabs(document.getElementById("files"));
  #keptEvent = holder(this.#event).value;
  #listeners = [];

  constructor({ address }) {
    this.address = address;
    this.function = this.#group.dataset.function;
    this.revision = this.#group.dataset.revision;
    this.isEdited = "edited" in this.#group.dataset;
    this.#files.load = (name) => this.#load(name);
    this.#group.addEventListener("input", (event) => event.target.localName === "code-editor" && this.#tell());
    this.#group.addEventListener("tab-change", (event) => this.#front(event));
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("htmx:configRequest", ({ detail }) => detail.elt.matches("[data-edits]") && this.#send(detail));
  }

  /** Calls `listener` at every edit of a file or of the event. */
  onInput(listener) {
    this.#listeners.push(listener);
  }

  /** The name of the file in front. */
  get front() {
    return this.#files.front;
  }

  get names() {
    return this.#files.names;
  }

  get event() {
    return holder(this.#event).value;
  }

  /** Puts an event into its editor, as typing would, and shows it when asked to. */
  write(event, { show = false } = {}) {
    holder(this.#event).value = event;
    this.#tell();
    if (show) this.#show("part-event");
  }

  /** What was typed since it was kept last: texts by file, and the event or null. */
  get edits() {
    const event = holder(this.#event).value;
    return { files: this.#files.edits, event: event === this.#keptEvent ? null : event };
  }

  /** Edits as the lab's doors take them, with the function that they are of. */
  fields(edits = this.edits) {
    const fields = [["function", this.function], ["revision", this.revision]];
    for (const [name, text] of edits.files) fields.push([FILE + name, text]);
    if (edits.event !== null) fields.push(["event", edits.event]);
    return fields;
  }

  /** Notes that edits are kept, and what else is new: files by name, as a press changed them. */
  keep(edits, { revision, files = {} }) {
    if (revision !== undefined) this.revision = revision;
    this.#files.keep(edits.files);
    if (edits.event !== null) this.#keptEvent = edits.event;
    this.#files.fill(new Map(Object.entries(files)));
  }

  /** Shows a draft as the server has it. What was typed here meanwhile stays, unless `force`. */
  take({ revision, files, event }, { force = false } = {}) {
    const changed = this.#files.take(files, { force });
    const isTyped = holder(this.#event).value !== this.#keptEvent;
    this.revision = revision;
    if ((force || !isTyped) && holder(this.#event).value !== event) holder(this.#event).value = event;
    if (force || !isTyped) this.#keptEvent = event;
    return changed;
  }

  /** Marks findings on their lines, in the editors of the files that were looked at. */
  async mark(findings, names) {
    await customElements.whenDefined("code-editor");
    this.#files.mark(findings, names);
    if (names.includes(null)) this.#event.setFindings(findings.filter(({ file }) => !this.#files.names.includes(file)));
  }

  /** Opens a file, at a line when one is named. */
  async open(name, line = null) {
    this.#show("part-code");
    const editor = await this.#files.open(name);
    if (line !== null) editor?.focusLine?.(line);
  }

  #tell() {
    for (const listener of this.#listeners) listener();
  }

  /** Fragments that the server draws take the edits along, not every text of the page. */
  #send({ parameters }) {
    for (const name of Object.keys(parameters)) if (name.startsWith(FILE) || name === "event") delete parameters[name];
    for (const [name, value] of this.fields()) parameters[name] = value;
  }

  async #load(name) {
    const query = new URLSearchParams({ function: this.function, name });
    const response = await fetch(`${this.address}/file?${query}`);
    return response.ok ? response.text() : "";
  }

  #show(panel) {
    this.#unfold();
    this.#group.select(panel);
  }

  #click(event) {
    const tab = event.target.closest("[data-tab]");
    const fold = event.target.closest("#collapse");
    if (tab) this.#group.select(tab.dataset.tab, { focus: true });
    if (fold) this.#fold(fold);
    else if (event.target.closest("#lab-code [role=tab]")) this.#unfold();
  }

  #fold(button) {
    const folded = this.#group.toggleAttribute("data-collapsed");
    button.setAttribute("aria-expanded", String(!folded));
  }

  #unfold() {
    this.#group.removeAttribute("data-collapsed");
    document.getElementById("collapse").setAttribute("aria-expanded", "true");
  }

  #front(event) {
    if (event.target !== this.#group) return;
    this.#files.settle();
  }
}
