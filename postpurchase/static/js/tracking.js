/* Puts news on the page while somebody looks at it. Only adds: a link there does the same. */
"use strict";
const main = document.querySelector("main[data-follow]"), line = document.getElementById("news"), minute = 60000;
const list = (part, selector) => [...part.querySelectorAll(selector)];
const nameOf = details => details.dataset.part || details.firstElementChild.textContent;
/* News: other first words or moments. "Today" becoming "yesterday" further down is none. */
const signs = part => list(part, ".hero, time").map(one => one.dateTime || one.textContent).join();
let seen, known, pause = minute, due = 0, asking, done, timer;

const changed = field => field.options
  ? field.selectedIndex > 0
  : field.value !== field.defaultValue || field.checked !== field.defaultChecked;

/* Somebody types, has typed, is about to press or copy. */
function inUse() {
  const at = document.activeElement, marked = getSelection();
  return line.contains(at) || main.contains(at) && at.localName !== "summary"
    || !marked.isCollapsed && marked.containsNode(main, true)
    || list(main, "input, select, textarea").some(changed);
}

function swap(fresh) {
  const at = document.activeElement, held = main.contains(at) && nameOf(at.parentNode), top = scrollY;
  const open = list(main, "[open]").map(nameOf);
  main.replaceChildren(...fresh.childNodes);
  for (const one of list(main, "details")) {
    one.open = open.includes(nameOf(one));
    if (held === nameOf(one)) one.firstElementChild.focus({ preventScroll: true });
  }
  scrollTo(0, top);
}

function say(words, href) {
  if (href && line.querySelector("a")) return;
  const part = document.createElement(href ? "a" : "p");
  part.textContent = words;
  if (href) part.href = href;
  line.replaceChildren(part);
}

function read(page) {
  const fresh = page.querySelector("main"), news = page.getElementById("news"), now = signs(fresh);
  const isNews = now !== known, html = fresh.innerHTML;
  done = !news; /* another page: a code was given, or is asked for */
  if (done || html === seen) return;
  if (inUse()) return isNews && say(line.dataset.waiting, location.href);
  done = !fresh.dataset.follow;
  seen = html;
  known = now;
  swap(fresh);
  if (isNews) say(news.dataset.news);
}

const later = wait => { timer = setTimeout(ask, wait); };

async function ask() {
  clearTimeout(timer);
  if (asking || done || document.hidden) return;
  if (Date.now() < due) return later(due - Date.now());
  asking = true;
  try {
    const answer = await fetch("", { cache: "no-cache", signal: AbortSignal.timeout(20000) });
    if (!answer.ok) throw answer;
    read(new DOMParser().parseFromString(await answer.text(), "text/html"));
    pause = minute;
    due = 0;
  } catch {
    pause = Math.min(2 * pause, 30 * minute);
    due = Date.now() + pause;
  }
  asking = false;
  later(pause);
}

if (main && line) {
  seen = main.innerHTML;
  known = signs(main);
  document.addEventListener("visibilitychange", ask);
  later(minute);
}
