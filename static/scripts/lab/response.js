// What the chosen call answered, else the newest one, and a table of the last calls.
import { badge } from "./badges.js";
import { element } from "./dom.js";
import { milliseconds, pretty } from "./text.js";

const NEWEST = 50;
const LONGEST = 20_000;

export class Response {
  #drawn = null;

  constructor(store, { panel }) {
    this.store = store;
    this.panel = panel;
    store.on("rows", () => this.#draw());
    store.on("selection", () => this.#draw());
    panel.addEventListener("click", (event) => this.#click(event));
  }

  #draw() {
    const calls = this.store.calls;
    const chosen = this.#chosen(calls);
    const key = [chosen?.id, ...calls.slice(-NEWEST).map(({ id, status, start }) => `${id} ${status} ${start}`)].join();
    if (key === this.#drawn) return;
    this.#drawn = key;
    const held = this.panel.contains(document.activeElement) ? document.activeElement.dataset.call : null;
    const { scrollTop } = this.panel;
    if (!chosen) this.panel.replaceChildren(element("p", { class: "panel__empty" }, "No answer yet. A call's answer, its time and its bill stand here."));
    else this.panel.replaceChildren(this.#answer(chosen), ...(calls.length > 1 ? [this.#table(calls.slice(-NEWEST).reverse(), chosen)] : []));
    this.panel.scrollTop = scrollTop;
    if (held) this.panel.querySelector(`[data-call="${CSS.escape(held)}"]`)?.focus();
  }

  #chosen(calls) {
    const request = this.store.selected?.request;
    return (request && this.store.invocations.get(request)) ?? calls.at(-1);
  }

  #answer(call) {
    const failed = call.error_type || (call.status !== "ok" && call.status !== "running");
    const head = element("p", { class: "response__head" }, badge(call.status), call.start && badge(call.start), element("strong", {}, `Call ${call.number}`),
      call.environment && element("span", { class: "mono small" }, call.environment));
    const figures = element("dl", { class: "figures-row" });
    for (const [term, text] of this.#figures(call)) figures.append(element("div", {}, element("dt", {}, term), element("dd", {}, text)));
    const body = call.status === "running" ? "" : (call.response ?? "");
    const shown = pretty(body).slice(0, LONGEST);
    return element("div", { class: `response${failed ? " response--error" : ""}` }, head, figures,
      body && element("pre", { class: "code code--plain code--wrap" }, shown),
      !body && failed && element("p", { class: "field__error" }, [call.error_type, call.error_message].filter(Boolean).join(": ")));
  }

  #figures(call) {
    const rows = [
      ["Duration", milliseconds(call.duration)],
      ["Billed", typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""],
      ["Init", milliseconds(call.init_duration)],
      ["Memory", typeof call.max_memory_mb === "number" ? `${call.max_memory_mb} of ${call.memory_mb} MB` : ""],
    ];
    return rows.filter(([, text]) => text);
  }

  #table(calls, chosen) {
    const heads = [["Call"], ["Start"], ["Environment"], ["Duration", "number"], ["Billed", "number"], ["Result"]];
    const head = element("tr", {}, ...heads.map(([text, look]) => element("th", { scope: "col", class: look }, text)));
    const rows = calls.map((call) => this.#row(call, call.id === chosen.id));
    return element("div", { class: "table-scroll calls" }, element("table", { class: "table" },
      element("caption", { class: "visually-hidden" }, "The last calls"), element("thead", {}, head), element("tbody", {}, ...rows)));
  }

  #row(call, isChosen) {
    const button = element("button", { type: "button", class: "plain-link", "data-call": call.id, "aria-label": `Show call ${call.number}` }, String(call.number));
    return element("tr", { class: isChosen ? "is-selected" : null, "aria-current": isChosen ? "true" : null },
      element("td", {}, button), element("td", {}, call.start ? badge(call.start) : ""),
      element("td", { class: "mono" }, call.environment ?? ""),
      element("td", { class: "number" }, milliseconds(call.duration)),
      element("td", { class: "number" }, typeof call.billed_ms === "number" ? `${call.billed_ms} ms` : ""),
      element("td", {}, badge(call.status)));
  }

  #click(event) {
    const id = event.target.closest("[data-call]")?.dataset.call;
    const call = id && this.store.invocations.get(id);
    if (call) this.store.select(call.segment, { by: "response" });
  }
}
