const SECONDS = 8;
const SECONDS_WITH_UNDO = 20;

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${new URL("../icons.svg", import.meta.url).pathname}#${name}`);
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  svg.append(use);
  return svg;
}

function undoButton(address) {
  const button = element("button", "button button--quiet button--small", "Undo");
  button.type = "button";
  button.prepend(icon("undo-2"));
  button.setAttribute("hx-post", address);
  button.setAttribute("hx-swap", "none");
  button.dataset.dismiss = "";
  return button;
}

function dismissButton() {
  const button = element("button", "button button--quiet button--icon button--small");
  button.type = "button";
  button.setAttribute("aria-label", "Dismiss");
  button.dataset.dismiss = "";
  button.append(icon("x"));
  return button;
}

function draw({ title, text = "", undo = null, kind = "ok", seconds = null }) {
  const toast = element("div", `toast toast--${kind}`);
  const body = element("div", "toast__body");
  const actions = element("div", "toast__actions");
  body.append(element("div", "toast__title", title), element("div", "toast__text", text));
  actions.append(...(undo ? [undoButton(undo)] : []), dismissButton());
  toast.append(icon(kind === "error" ? "triangle-alert" : "circle-check"), body, actions);
  toast.dataset.seconds = seconds ?? (undo ? SECONDS_WITH_UNDO : SECONDS);
  return toast;
}

/**
 * <toast-region> is a polite live region. A toast comes by `show({title, text, undo, kind, seconds})`,
 * by an event `toast` with the same detail (htmx sends one for HX-Trigger), or as markup appended by
 * the server (`<div class="toast" data-seconds="20">`). It leaves after its seconds; while the pointer
 * or the focus is on it, it stays.
 */
class ToastRegion extends HTMLElement {
  #watch = new MutationObserver((changes) => this.#arm(changes));

  connectedCallback() {
    this.setAttribute("role", "status");
    this.setAttribute("aria-live", "polite");
    this.#watch.observe(this, { childList: true });
    document.addEventListener("toast", this.#hear);
    this.addEventListener("click", this.#dismiss);
  }

  disconnectedCallback() {
    this.#watch.disconnect();
    document.removeEventListener("toast", this.#hear);
    this.removeEventListener("click", this.#dismiss);
  }

  show(detail) {
    const toast = draw(detail);
    this.append(toast);
    window.htmx?.process(toast);
    return toast;
  }

  #hear = (event) => this.show(event.detail);

  // The undo button still has to send its request, so it goes after the click has done its work.
  #dismiss = (event) => {
    const button = event.target.closest("[data-dismiss]");
    if (button) setTimeout(() => button.closest(".toast").remove());
  };

  #arm(changes) {
    for (const toast of changes.flatMap((change) => [...change.addedNodes])) {
      if (toast instanceof Element && toast.matches(".toast")) leaveAfter(toast);
    }
  }
}

function leaveAfter(toast) {
  const seconds = Number(toast.dataset.seconds ?? SECONDS);
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveAfter(toast);
    else toast.remove();
  }, seconds * 1000);
}

customElements.define("toast-region", ToastRegion);
