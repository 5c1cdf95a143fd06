// The solution beside one's own code: compared anew when it is unfolded and when the code has changed.

export class Solution {
  #fold = document.querySelector("details.solution");

  constructor({ partials }) {
    this.#fold?.addEventListener("toggle", () => this.#compare(partials));
    document.addEventListener("draft-saved", () => this.#compare(partials));
  }

  #compare(partials) {
    if (this.#fold?.open) partials.refresh(["draft"]);
  }
}
