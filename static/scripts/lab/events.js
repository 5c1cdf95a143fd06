// Events to invoke with: chosen from a menu, saved under a name, deleted.
import { write } from "./dom.js";
import { get, post } from "./status.js";

const OWN = "your own event";

export class Events {
  #name = document.querySelector("[data-event-name]").dataset.eventName;
  #text = null;

  constructor({ address, editors, partials, status }) {
    this.address = `${address}/invoke-events`;
    this.editors = editors;
    this.partials = partials;
    this.status = status;
    this.#text = editors.event;
    editors.onInput(() => this.#say());
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("submit", (event) => this.#submit(event));
  }

  #click(event) {
    const choice = event.target.closest("[data-choose-event]");
    const unwanted = event.target.closest("[data-delete-event]");
    if (choice) this.#choose(choice.dataset.chooseEvent);
    if (unwanted) this.#delete(unwanted.dataset.deleteEvent);
    if (event.target.closest("[data-opens=save-event]")) this.#prepare();
  }

  async #choose(path) {
    try {
      const [kind, name] = path.split("/");
      const { text } = await get(`${this.address}/${kind}/${encodeURIComponent(name)}?${this.#query}`);
      this.#know(name, text);
      this.editors.write(text, { show: true });
    } catch (error) {
      this.status.fail(error);
    }
  }

  async #delete(name) {
    try {
      await post(`${this.address}/delete`, new URLSearchParams([...this.#query, ["name", name]]));
      this.partials.refresh(["events"]);
    } catch (error) {
      this.status.fail(error);
    }
  }

  #prepare() {
    const field = document.getElementById("event-name");
    field.value = this.#name;
    fail("");
  }

  #submit(event) {
    if (!event.target.matches("[data-event-form]")) return;
    event.preventDefault();
    this.#save(event.target);
  }

  async #save(form) {
    const text = this.editors.event;
    const name = form.elements.name.value.trim();
    try {
      await post(form.action, new URLSearchParams([...this.#query, ["name", name], ["event", text]]));
      form.closest("dialog").close();
      this.#know(name, text);
      this.#say();
      this.partials.refresh(["events"]);
    } catch ({ message }) {
      fail(message);
    }
  }

  get #query() {
    return new URLSearchParams({ function: this.editors.function });
  }

  #know(name, text) {
    this.#name = name;
    this.#text = text;
  }

  /** Says which event it is, and whether it was edited since. */
  #say() {
    const isEdited = this.editors.event.trim() !== this.#text.trim();
    const said = this.#name ? `${this.#name}${isEdited ? ", edited" : ""}` : OWN;
    for (const place of document.querySelectorAll("[data-event-name]")) write(place, said);
  }
}

function fail(message) {
  const place = document.querySelector("#save-event [data-error]");
  place.textContent = message;
  place.hidden = message === "";
}
