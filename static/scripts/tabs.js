/**
 * <tab-group> around one role="tablist" and the panels that its tabs name in `aria-controls`.
 *
 * Roving tabindex; arrow keys, Home and End move and select. Sends `tab-change` with `{tab, panel}`.
 * A tab that a breakpoint hides is skipped, and gives way when it was the selected one.
 */
class TabGroup extends HTMLElement {
  #watch = new ResizeObserver(() => this.#settle());

  connectedCallback() {
    this.addEventListener("click", this.#click);
    this.addEventListener("keydown", this.#press);
    this.#watch.observe(this);
    this.#settle();
  }

  disconnectedCallback() {
    this.removeEventListener("click", this.#click);
    this.removeEventListener("keydown", this.#press);
    this.#watch.disconnect();
  }

  get #tabs() {
    const tabs = [...this.querySelectorAll("[role=tab]")];
    return tabs.filter((tab) => tab.closest("tab-group") === this && tab.checkVisibility());
  }

  get selected() {
    return this.#tabs.find((tab) => tab.getAttribute("aria-selected") === "true") ?? null;
  }

  /** Selects the tab of the panel with this id; false when no visible tab has it. */
  select(panelId, { focus = false } = {}) {
    const tab = this.#tabs.find((candidate) => candidate.getAttribute("aria-controls") === panelId);
    if (!tab) return false;
    const changed = tab !== this.selected;
    this.#mark(tab);
    if (focus) tab.focus();
    if (changed) this.#tell(tab);
    return true;
  }

  #tell(tab) {
    const detail = { tab: tab.id, panel: tab.getAttribute("aria-controls") };
    this.dispatchEvent(new CustomEvent("tab-change", { bubbles: true, detail }));
  }

  #mark(selected) {
    for (const tab of this.querySelectorAll("[role=tab]")) {
      if (tab.closest("tab-group") !== this) continue;
      const chosen = tab === selected;
      tab.setAttribute("aria-selected", String(chosen));
      tab.tabIndex = chosen ? 0 : -1;
      const panel = document.getElementById(tab.getAttribute("aria-controls"));
      if (panel) panel.hidden = !chosen;
    }
  }

  #settle() {
    const tab = this.selected ?? this.#tabs[0];
    if (tab) this.#mark(tab);
  }

  #click = (event) => {
    const tab = event.target.closest("[role=tab]");
    if (this.#tabs.includes(tab)) this.select(tab.getAttribute("aria-controls"));
  };

  #press = (event) => {
    const tabs = this.#tabs;
    const at = tabs.indexOf(event.target);
    if (at < 0) return;
    const targets = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: tabs.length - 1 };
    if (!(event.key in targets)) return;
    event.preventDefault();
    const target = tabs[(targets[event.key] + tabs.length) % tabs.length];
    this.select(target.getAttribute("aria-controls"), { focus: true });
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  };
}

customElements.define("tab-group", TabGroup);
