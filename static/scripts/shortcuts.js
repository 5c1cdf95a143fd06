// Keys of the whole page: "?" opens the key sheet (<dialog id="keys">), Ctrl or Cmd with Enter
// presses the invoke button (data-invoke), also from inside the editor.

function isTyping(event) {
  const target = event.composedPath()[0];
  return target.isContentEditable || target.matches?.("input, textarea, select");
}

function openKeys() {
  const sheet = document.getElementById("keys");
  if (sheet && !document.querySelector("dialog[open]")) sheet.showModal();
}

function invoke() {
  const buttons = [...document.querySelectorAll("[data-invoke]")];
  buttons.find((button) => !button.disabled && button.checkVisibility())?.click();
}

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  const command = event.ctrlKey || event.metaKey;
  if (event.key === "Enter" && command && !document.querySelector("dialog[open]")) {
    event.preventDefault();
    invoke();
  } else if (event.key === "?" && !command && !event.altKey && !isTyping(event)) {
    event.preventDefault();
    openKeys();
  }
});
