// What other pages of the same lesson did: told by the stream, taken over here without moving the focus.
import { TAB } from "../tab.js";

export class News {
  constructor(store, { steps, drafts, models, partials }) {
    this.steps = steps;
    this.models = models;
    this.drafts = drafts;
    this.partials = partials;
    store.on("rows", (message) => this.#hear(message));
  }

  #hear({ reset, refresh = [], told = {} }) {
    if (reset) {
      this.partials.refresh(["all"]);
      this.drafts.pull();
      return;
    }
    const others = Object.entries(told).filter(([, { tab }]) => tab !== TAB);
    for (const [name, { value }] of others) {
      if (name === "step") this.steps.follow(value);
      if (name === "model") this.models.show(value);
      if (name === "draft") this.drafts.pull();
    }
    this.partials.refresh([...new Set([...refresh, ...others.map(([name]) => name)])]);
  }
}
