// How Invoke invokes: one choice in the invoke bar and in the phone's dock, remembered by the server.
import { post } from "./status.js";

export class ModelChoice {
  #radios = [...document.querySelectorAll("[data-model]")];
  #select = document.querySelector("[data-models]");

  constructor({ address, status }) {
    this.address = `${address}/model`;
    this.status = status;
    for (const radio of this.#radios) radio.addEventListener("change", () => this.choose(radio.value));
    this.#select.addEventListener("change", () => this.choose(this.#select.value));
    this.show(this.model);
  }

  get model() {
    return this.#radios.find(({ checked }) => checked).value;
  }

  /** Shows a model as the chosen one; another page of the lab may have chosen it. */
  show(model) {
    for (const radio of this.#radios) radio.checked = radio.value === model;
    this.#select.value = model;
  }

  async choose(model) {
    this.show(model);
    try {
      await post(this.address, new URLSearchParams({ model }));
    } catch (error) {
      this.status.fail(error);
    }
  }
}
