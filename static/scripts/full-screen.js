// data-full-screen="id" gives a part the whole window and takes it back. On a phone a press on a tab
// of a part with data-phone="full-screen" does so too: there the editor has no room in the column.
const phone = matchMedia("(width < 600px)");

function mark(part, open) {
  part.classList.toggle("is-full-screen", open);
  for (const button of document.querySelectorAll(`[data-full-screen="${CSS.escape(part.id)}"]`)) {
    button.setAttribute("aria-expanded", String(open));
  }
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-full-screen]");
  const part = button && document.getElementById(button.dataset.fullScreen);
  if (part) mark(part, !part.classList.contains("is-full-screen"));
  const host = event.target.closest("[role=tab]")?.closest("[data-phone=full-screen]");
  if (host && phone.matches) mark(host, true);
});

phone.addEventListener("change", () => {
  for (const part of document.querySelectorAll("[data-phone=full-screen].is-full-screen")) {
    mark(part, false);
  }
});
