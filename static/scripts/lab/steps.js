// The steps of the text: all are in the page, one is shown; the address names it.
import { TAB, TAB_HEADER } from "../tab.js";

export class Steps {
  #steps = [...document.querySelectorAll("[data-step]")];
  #scroll = document.querySelector(".lesson__scroll");

  constructor({ address }) {
    this.address = address;
    document.addEventListener("click", (event) => this.#click(event));
    document.addEventListener("htmx:load", () => this.#mark());
    addEventListener("popstate", () => this.#show(this.#named(), { focus: false }));
    const hash = this.#steps.find((step) => `#${step.id}` === location.hash);
    if (hash) this.#show(hash, { focus: false });
    else this.#revealHash();
    this.#mark();
  }

  #click(event) {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    const link = event.target.closest?.("a[href]");
    const step = link && this.#target(link);
    if (!step) return;
    event.preventDefault();
    link.closest("[popover]")?.hidePopover();
    history.pushState(null, "", address(step.dataset.step));
    this.#show(step, { focus: true });
    this.#remember(step);
  }

  /** Shows the step to which another page of the lesson went, unless somebody is writing here. */
  follow(name) {
    const step = this.#find(name);
    const isWriting = document.activeElement?.matches(".lesson textarea");
    if (!step || "current" in step.dataset || isWriting) return;
    history.replaceState(null, "", address(name));
    this.#show(step, { focus: false });
  }

  /** The step that a link leads to, by ?step= of this page or by its anchor. */
  #target(link) {
    const to = new URL(link.href);
    if (to.origin + to.pathname !== location.origin + location.pathname) return null;
    if (link.hasAttribute("data-turn")) return this.#find(to.searchParams.get("step"));
    return to.hash.startsWith("#step-") ? this.#find(to.hash.slice("#step-".length)) : null;
  }

  #find(name) {
    return this.#steps.find((step) => step.dataset.step === name) ?? null;
  }

  #named() {
    return this.#find(new URLSearchParams(location.search).get("step")) ?? this.#steps[0];
  }

  #revealHash() {
    const step = location.hash.length > 1 && document.getElementById(location.hash.slice(1))?.closest("[data-step]");
    if (!step) return;
    this.#show(step, { focus: false });
    document.getElementById(location.hash.slice(1)).scrollIntoView({ block: "nearest" });
  }

  #show(step, { focus }) {
    for (const other of this.#steps) other.toggleAttribute("data-current", other === step);
    for (const foot of document.querySelectorAll("[data-foot]")) foot.toggleAttribute("data-current", foot.dataset.foot === step.dataset.step);
    this.#scroll.scrollTop = 0;
    if (getComputedStyle(this.#scroll).overflowY === "visible" && focus) scrollTo({ top: 0 });
    this.#count(Number(step.dataset.number));
    this.#mark();
    if (focus) step.querySelector(".step__title").focus({ preventScroll: true });
  }

  /** In the outline: a list that comes anew doesn't know which step is shown. */
  #mark() {
    const shown = this.#steps.find((step) => "current" in step.dataset)?.dataset.step;
    for (const link of document.querySelectorAll("[data-outline]")) {
      if (link.dataset.outline === shown) link.setAttribute("aria-current", "step");
      else link.removeAttribute("aria-current");
    }
  }

  #count(number) {
    for (const node of document.querySelectorAll("[data-step-number]")) node.textContent = String(number);
    for (const [index, bar] of document.querySelectorAll(".step-bars__bar").entries()) {
      bar.classList.toggle("step-bars__bar--done", index + 1 < number);
      bar.classList.toggle("step-bars__bar--here", index + 1 === number);
    }
  }

  #remember(step) {
    const body = new URLSearchParams({ step: step.dataset.step });
    fetch(this.address, { method: "POST", body, headers: { Accept: "application/json", [TAB_HEADER]: TAB }, keepalive: true }).catch(() => {});
  }
}

/** The address of a step, with the same function in the lab. */
function address(step) {
  const query = new URLSearchParams(location.search);
  query.set("step", step);
  return `?${query}`;
}
