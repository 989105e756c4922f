/* Shows the tracking page inside a page of the shop. No cookie, nothing kept, nothing from anybody else. */
(() => {
  "use strict";
  const tag = "postpurchase-tracking", own = document.currentScript && document.currentScript.src;
  if (!own || customElements.get(tag) || !("adoptedStyleSheets" in Document.prototype)) return;

  /* Where the page's content is: of the order whose key is known, else the form to find one. */
  function contentOf(element) {
    const key = new URLSearchParams(location.hash.slice(1)).get("parcel") || element.getAttribute("parcel") || "";
    const at = new URL("embedded" + (/^[\w-]{22}$/.test(key) ? "/t/" + key : ""), own);
    const near = element.closest("[lang]"), store = new URL(own).searchParams.get("store");
    if (store) at.searchParams.set("store", store);
    if (near && near.lang) at.searchParams.set("lang", near.lang);
    return at;
  }

  function styleSheet(part, scheme) {
    const dark = /dark/.test(scheme) ? /light/.test(scheme) ? "(prefers-color-scheme: dark)" : "all" : "not all";
    const sheet = new CSSStyleSheet({ media: part.dataset.style === "dark" ? dark : "all" });
    sheet.replaceSync(part.content.textContent);
    return sheet;
  }

  customElements.define(tag, class extends HTMLElement {
    connectedCallback() {
      this.follow = () => this.load(contentOf(this));
      addEventListener("hashchange", this.follow);
      this.follow();
    }

    disconnectedCallback() { removeEventListener("hashchange", this.follow); }

    /* What is inside the element stays in sight until there is something to show. */
    async load(address, body) {
      const turn = this.turn = {}, byHand = body !== undefined, root = this.shadowRoot;
      if (root) root.firstElementChild.ariaBusy = "true";
      try {
        const options = { credentials: "omit", signal: AbortSignal.timeout(20000) };
        if (body) Object.assign(options, { method: "POST", body });
        const answer = await fetch(address, options);
        const page = new DOMParser().parseFromString(await answer.text(), "text/html");
        if (turn === this.turn) this.show(page, answer.url, byHand);
      } catch {
        const sorry = root && turn === this.turn && root.querySelector("[data-failed]");
        if (!sorry) return;
        root.firstElementChild.ariaBusy = null;
        sorry.hidden = false;
        sorry.focus();
      }
    }

    show(page, url, byHand) {
      const part = page.querySelector(".embedded"), root = this.shadowRoot || this.open();
      for (const name of ["href", "src", "action", "data-stay"]) {
        for (const one of part.querySelectorAll(`[${name}]:not([${name}^="#"])`)) {
          one.setAttribute(name, new URL(one.getAttribute(name), url));
        }
      }
      const scheme = this.getAttribute("scheme") || getComputedStyle(this).colorScheme;
      root.adoptedStyleSheets = [...page.querySelectorAll("[data-style]")].map(one => styleSheet(one, scheme));
      root.replaceChildren(part);
      part.style.fontSize = "medium";
      part.style.cssText = "--rem:" + getComputedStyle(part).fontSize;
      if (!byHand) return;
      const first = root.querySelector("[role=alert]:not([hidden])") || root.querySelector("h1");
      first.tabIndex = -1;
      first.focus();
    }

    /* Links and forms that stay here say where their content is; all others lead to the page itself. */
    open() {
      const root = this.attachShadow({ mode: "open" });
      root.addEventListener("submit", event => {
        const form = event.target;
        if (!form.dataset.stay) return;
        event.preventDefault();
        this.load(form.dataset.stay, new URLSearchParams(new FormData(form)));
      });
      root.addEventListener("click", event => {
        const link = event.target.closest("a[data-stay]");
        if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
        event.preventDefault();
        this.load(link.dataset.stay, null);
      });
      return root;
    }
  });
})();
