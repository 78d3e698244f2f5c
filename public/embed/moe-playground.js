/**
 * <moe-playground>: MoE Playground as a part of your page. The element holds one frame of the page that this script comes
 * from, passes on what you ask of it, and is as high as what the frame shows. Attributes, methods and events are described
 * in docs/EMBEDDING.md. MIT licence.
 */
const PAGE = new URL('../', import.meta.url);
/** Attributes that are keys of the page's link under the same name; all other keys go into `keys`. */
const KEYS = ['trace', 'view', 'lang', 'theme', 'hide'];
/** Between two pings: a message to a page that is still starting is lost, and nobody tells. */
const PING_MS = 100;

class MoePlayground extends HTMLElement {
  static observedAttributes = ['keys', ...KEYS];
  #frame;
  #timer;
  #ready = false;
  #waiting = [];
  #state = null;

  /** What the frame last said about itself; null before it has. */
  get state() {
    return this.#state;
  }

  connectedCallback() {
    const keys = new URLSearchParams(`v=1&embed=1&${this.getAttribute('keys') ?? ''}`);
    for (const name of KEYS) if (this.hasAttribute(name)) keys.set(name, this.getAttribute(name));
    const address = new URL(PAGE);
    if (location.origin !== 'null') address.searchParams.set('origin', location.origin);
    address.hash = keys;

    const frame = document.createElement('iframe');
    frame.title = this.title || 'MoE Playground';
    frame.loading = 'lazy';
    frame.sandbox = 'allow-scripts allow-same-origin allow-popups';
    frame.allow = 'clipboard-write; fullscreen';
    Object.assign(frame.style, { display: 'block', width: '100%', height: `${Number(this.getAttribute('height')) || 480}px`, border: '0' });
    frame.addEventListener('load', () => {
      clearInterval(this.#timer);
      this.#ready = false;
      this.#timer = setInterval(() => this.#post({ type: 'ping' }), PING_MS);
    });
    frame.src = address;
    this.#frame = frame;
    this.style.display ||= 'block';
    (this.shadowRoot ?? this.attachShadow({ mode: 'open' })).replaceChildren(frame);
    addEventListener('message', this.#listen);
  }

  disconnectedCallback() {
    clearInterval(this.#timer);
    removeEventListener('message', this.#listen);
    this.#frame = undefined;
    this.#ready = false;
  }

  attributeChangedCallback(name, before, value) {
    if (this.#frame === undefined || before === value) return;
    if (name === 'trace') this.load(value);
    else if (name === 'keys') for (const [key, text] of new URLSearchParams(value ?? '')) this.set(key, text);
    else this.set(name, value ?? { view: 'main', lang: 'auto', theme: 'system' }[name] ?? '');
  }

  /** Opens a trace: the address of a file on the page's own origin, or the trace itself, about which the reader is asked once. */
  load(trace) {
    this.#send(typeof trace === 'string' ? { type: 'load', url: trace } : { type: 'load', trace });
  }

  /** Moves the playhead; 0 is the first token. */
  seek(token) {
    this.#send({ type: 'seek', token });
  }

  /** Puts a layer, and in it an expert, in focus. */
  select(layer, expert) {
    this.#send({ type: 'select', layer, ...(expert === undefined ? {} : { expert }) });
  }

  /** Sets a key of the page's link. */
  set(key, value) {
    this.#send({ type: 'set', key, value });
  }

  play() {
    this.#send({ type: 'play' });
  }

  pause() {
    this.#send({ type: 'pause' });
  }

  /** Runs the prompt on the reader's own machine; the model is loaded with the first run. */
  run() {
    this.#send({ type: 'run' });
  }

  #send(message) {
    if (this.#ready) this.#post(message);
    else this.#waiting.push(message);
  }

  #post(message) {
    this.#frame?.contentWindow?.postMessage({ moe: 1, ...message }, PAGE.origin);
  }

  #listen = ({ data, origin, source }) => {
    if (source !== this.#frame?.contentWindow || origin !== PAGE.origin || data?.moe !== 1) return;
    const { moe: _, type, ...detail } = data;
    if (type === 'ready' && !this.#ready) {
      clearInterval(this.#timer);
      this.#ready = true;
      for (const message of this.#waiting.splice(0)) this.#post(message);
    } else if (type === 'height') this.#frame.style.height = `${detail.px}px`;
    else if (type === 'state') this.#state = detail;
    this.dispatchEvent(new CustomEvent(`moe-${type}`, { detail, bubbles: true }));
  };
}

if (customElements.get('moe-playground') === undefined) customElements.define('moe-playground', MoePlayground);
