// The choice among a lab's functions: what is typed is kept, then the page comes with the other one.
// Arrow keys and letters only move the choice; Enter, or going on, makes it: each step is not a page.
export class FunctionChoice {
  #key = "";
  #turned = false;

  constructor({ drafts }) {
    this.choice = document.getElementById("function");
    if (!this.choice) return;
    this.drafts = drafts;
    this.shown = this.choice.value;
    this.choice.addEventListener("pointerdown", () => { this.#key = ""; });
    this.choice.addEventListener("keydown", ({ key }) => {
      this.#key = key;
      if (key === "Enter") this.#turn();
    });
    this.choice.addEventListener("change", () => (this.#key === "" || this.#key === "Enter") && this.#turn());
    this.choice.addEventListener("blur", () => this.#turn());
  }

  async #turn() {
    if (this.#turned || this.choice.value === this.shown) return;
    this.#turned = true;
    const { form } = this.choice;
    form.elements.step.value = document.querySelector("[data-step][data-current]").dataset.step;
    await this.drafts.settle();
    form.submit();
  }
}
