// Versions and aliases: the slider and the number of a weight say the same, and Invoke's choice is kept.
import { post } from "./status.js";

export class Versions {
  constructor({ address, editors, status }) {
    this.address = `${address}/qualifier`;
    this.editors = editors;
    this.status = status;
    document.addEventListener("input", ({ target }) => this.#input(target));
    document.addEventListener("change", ({ target }) => this.#change(target));
  }

  #input(target) {
    const form = target.closest?.("[data-alias]");
    if (!form) return;
    const [slider, number] = [form.querySelector("[data-slides]"), form.elements.weight];
    if (target === slider) number.value = slider.value;
    if (target === number) slider.value = number.value;
  }

  #change(target) {
    const form = target.closest?.("[data-alias]");
    if (form && target.name === "second") form.querySelector(".alias__weight").toggleAttribute("data-off", !target.value);
    if ("qualifier" in (target.dataset ?? {})) this.#choose(target.value);
  }

  async #choose(qualifier) {
    // A phone has the choice beside the versions, a wide page in the invoke bar.
    for (const select of document.querySelectorAll("[data-qualifier]")) select.value = qualifier;
    try {
      await post(this.address, new URLSearchParams({ qualifier, function: this.editors.function }));
    } catch (error) {
      this.status.fail(error);
    }
  }
}
