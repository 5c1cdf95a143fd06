// A button whose label has data-busy says what is awaited while its request runs, and remembers
// that it was pressed. The label keeps room for the longer of its two words, so the width stays.
// lab.js presses with `begin` and `finish`, since a run goes on after its request.

function labelOf(event) {
  const { elt, requestConfig } = event.detail;
  const submitter = requestConfig?.triggeringEvent?.submitter ?? elt;
  return submitter?.querySelector?.(":scope > [data-busy]") ?? null;
}

function swap(label) {
  const word = label.textContent;
  label.textContent = label.dataset.busy;
  label.dataset.busy = word;
}

export function begin(label) {
  const button = label.parentElement;
  if (button.getAttribute("aria-busy") === "true") return;
  button.setAttribute("aria-busy", "true");
  swap(label);
}

export function finish(label) {
  const button = label.parentElement;
  if (button.getAttribute("aria-busy") !== "true") return;
  button.removeAttribute("aria-busy");
  button.dataset.pressed = "";
  swap(label);
}

document.addEventListener("htmx:beforeSend", (event) => {
  const label = labelOf(event);
  if (label) begin(label);
});

document.addEventListener("htmx:afterRequest", (event) => {
  const label = labelOf(event);
  if (label) finish(label);
});
