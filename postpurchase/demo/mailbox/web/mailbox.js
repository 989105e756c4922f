// Shows new post without reloading, and gives the mail's frame the height of its content.
"use strict";

const frame = () => document.querySelector("iframe");

function fit() {
  const page = frame() && frame().contentDocument;
  if (page && page.documentElement) {
    frame().style.height = "0"; // else the content is never measured smaller than the frame
    frame().style.height = `${page.documentElement.scrollHeight + 2}px`;
  }
}

function watchFrame() {
  if (frame()) {
    frame().addEventListener("load", fit);
    fit();
  }
}

function take(fresh, id) {
  document.getElementById(id).replaceChildren(...fresh.getElementById(id).children);
}

async function refresh() {
  const known = new Set([...document.querySelectorAll("[data-mail]")].map((row) => row.dataset.mail));
  const wasEmpty = known.size === 0;
  const answer = await fetch(location.href);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  document.title = fresh.title;
  const open = document.querySelector("[data-mail][aria-current]");
  take(fresh, "list");
  take(fresh, "phone");
  for (const row of document.querySelectorAll("[data-mail]")) {
    row.classList.toggle("fresh", !known.has(row.dataset.mail));
    if (open && row.dataset.mail === open.dataset.mail) {
      row.setAttribute("aria-current", "true");
    } else if (open) {
      row.removeAttribute("aria-current");
    }
  }
  if (wasEmpty) {
    take(fresh, "reader");
    watchFrame();
  }
}

let last = "";

async function look() {
  try {
    const now = await (await fetch("/changes.json")).text();
    if (last && now !== last) {
      await refresh();
    }
    last = now;
  } catch {
    // The demo was stopped or is starting: look again.
  }
  setTimeout(look, 1500);
}

watchFrame();
window.addEventListener("resize", fit);
look();
