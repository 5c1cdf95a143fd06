// The one live connection of the page: closed while the page is hidden, reopened after the last
// cursor, tried again with growing waits.

const WAITS = [1, 2, 4, 8, 15];
const MISSED_SHOWN = 20_000;

export class Stream {
  #source = null;
  #timer = 0;
  #tries = 0;
  #lostAt = 0;
  #missed = "";

  constructor(store, { address, status }) {
    this.store = store;
    this.address = address;
    this.status = status;
    document.addEventListener("visibilitychange", () => (document.hidden ? this.close() : this.open()));
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.open());
  }

  open() {
    if (this.#source || document.hidden) return;
    clearTimeout(this.#timer);
    this.#source = new EventSource(`${this.address}?after=${encodeURIComponent(this.store.cursor)}`);
    this.#source.addEventListener("rows", (event) => this.#hear(event));
    this.#source.addEventListener("bye", () => this.#lose());
    this.#source.addEventListener("error", () => this.#lose());
  }

  close() {
    clearTimeout(this.#timer);
    this.#source?.close();
    this.#source = null;
  }

  #hear(event) {
    const message = JSON.parse(event.data);
    this.#tries = 0;
    this.#lostAt = 0;
    if (message.missed) this.#tellMissed(message.missed);
    this.status.connection(this.#missed);
    this.store.apply(message);
  }

  #tellMissed(count) {
    this.#missed = missedText(count);
    setTimeout(() => {
      this.#missed = "";
      if (!this.#lostAt) this.status.connection("");
    }, MISSED_SHOWN);
  }

  #lose() {
    this.close();
    if (document.hidden) return;
    this.#lostAt ||= Date.now();
    const wait = WAITS[Math.min(this.#tries, WAITS.length - 1)];
    this.#tries += 1;
    this.#countDown(wait);
  }

  #countDown(seconds) {
    if (seconds <= 0) return this.open();
    const ago = Math.round((Date.now() - this.#lostAt) / 1000);
    const since = ago < 1 ? "" : ` ${ago} s ago`;
    this.status.connection(`The lab stopped answering${since}. Your draft is saved. Trying again in ${seconds} s.`);
    this.#timer = setTimeout(() => this.#countDown(seconds - 1), 1000);
    return undefined;
  }
}

function missedText(count) {
  const facts = count === 1 ? "1 fact" : `${count} facts`;
  return `You missed ${facts}: the server stopped before ${count === 1 ? "it was" : "they were"} written down.`;
}
