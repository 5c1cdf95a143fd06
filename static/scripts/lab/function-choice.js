// The choice among a lab's functions: what is typed is kept, then the page comes with the other one.
export class FunctionChoice {
  constructor({ drafts }) {
    const choice = document.getElementById("function");
    choice?.addEventListener("change", () => this.#turn(choice.form, drafts));
  }

  async #turn(form, drafts) {
    form.elements.step.value = document.querySelector("[data-step][data-current]").dataset.step;
    await drafts.settle();
    form.submit();
  }
}
