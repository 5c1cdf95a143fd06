// The name of this page among all that are open: what it changes is told to the others, not to it.
export const TAB = Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, "0")).join("");
export const TAB_HEADER = "X-Coldstart-Tab";

document.addEventListener("htmx:configRequest", ({ detail }) => (detail.headers[TAB_HEADER] = TAB));
