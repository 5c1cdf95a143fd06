// Making a call again, as it was or edited first, and going to the new one; stopping one that runs.
import { post } from "./status.js";

export class Reruns {
  #awaited = null;

  constructor(store, { address, editors, models, status }) {
    this.store = store;
    this.address = address;
    this.editors = editors;
    this.models = models;
    this.status = status;
    store.on("rows", () => this.#arrive());
  }

  /** Makes a call again with the event that it had. */
  async again(id) {
    this.status.clear();
    try {
      const { run } = await post(`${this.address}/calls/${encodeURIComponent(id)}/again`, new URLSearchParams());
      this.#awaited = run;
      this.#arrive();
    } catch (error) {
      this.status.fail(error);
    }
  }

  /** Puts a call's event into the editor, to be invoked from there as the call was. */
  edit({ model, payload, payload_is_whole: isWhole }) {
    if (!isWhole) this.status.fail({ message: "The event was longer than a trace keeps (64 KB), so it is not here whole." });
    else {
      this.editors.write(payload, { show: true });
      if (model !== this.models.model) this.models.choose(model);
    }
  }

  async stop(id) {
    try {
      await post(`${this.address}/stop`, new URLSearchParams({ request_id: id }));
    } catch (error) {
      this.status.fail(error);
    }
  }

  /** Selects the new call as soon as it is on the timeline, and once more when its handler is. */
  #arrive() {
    const event = this.#awaited && [...this.store.events.values()].find(({ run }) => run === this.#awaited);
    if (event) return this.#arriveAt(event);
    const call = this.#awaited && this.store.calls.find(({ run }) => run === this.#awaited);
    if (!call?.segment) return undefined;
    this.store.select(call.segment, { by: "rerun" });
    if (call.start !== null || call.status !== "running") this.#awaited = null;
    return undefined;
  }

  #arriveAt({ segment, state }) {
    this.store.select(segment, { by: "rerun" });
    if (state !== "queued") this.#awaited = null;
  }
}
