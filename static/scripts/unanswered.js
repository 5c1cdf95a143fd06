// What a form still wants is said beside the field, in our words, until it is given: the browser's own
// bubble goes by itself, speaks its own language and says "please".
import { element, icon } from "./lab/dom.js";

const WORDS = {
  "radio": "No answer is chosen. Choose one first.",
  "select-one": "Nothing is chosen here. Choose one first.",
  "file": "No file is chosen. Choose one first.",
};
const EMPTY = "Nothing stands here. Fill it in first.";

/** Fields of one name, or that belong together, are told once, at the end of what holds them. */
function placeOf(control) {
  return control.closest("fieldset, .field") ?? control.parentElement;
}

function tell(control) {
  const place = placeOf(control);
  if (place.querySelector(":scope > [data-unanswered]")) return;
  const isFirst = !control.form.querySelector("[data-unanswered]");
  place.append(element("p", { class: "field__error", role: "alert", "data-unanswered": true }, icon("x"), WORDS[control.type] ?? EMPTY));
  place.addEventListener("input", () => place.querySelector(":scope > [data-unanswered]")?.remove(), { once: true });
  if (isFirst) control.focus();
}

document.addEventListener("invalid", (event) => {
  if (!event.target.validity.valueMissing) return;
  event.preventDefault();
  tell(event.target);
}, true);
