// The panel "under the hood": each request of the page, and which services of AWS answered it. It is closed until a
// visitor opens it, and no dialog: the page stays in use beside it.

import { byId, element } from "./dom.js";
import { command } from "./served-from.js";
import { servicesOf } from "./services.js";
import { onRequest, pageLoad, requests } from "./trace.js";
import { counted } from "./words.js";

const panel = byId("hood");
const opener = byId("hood-open");

/** Wires the panel and the button in the footer that opens it. */
export function startHood() {
  opener.addEventListener("click", () => (panel.hidden ? open() : close()));
  byId("hood-close").addEventListener("click", close);
  addEventListener("keydown", (event) => {
    // An open dialog closes by the same key, and is in front.
    if (event.key === "Escape" && !panel.hidden && !document.querySelector("dialog[open]")) {
      close();
    }
  });
  onRequest(() => {
    if (!panel.hidden) {
      show();
    }
  });
}

function open() {
  panel.hidden = false;
  opener.setAttribute("aria-expanded", "true");
  show();
  byId("hood-title").focus();
}

function close() {
  const hadFocus = panel.contains(document.activeElement);
  panel.hidden = true;
  opener.setAttribute("aria-expanded", "false");
  if (hadFocus) {
    opener.focus();
  }
}

function show() {
  byId("hood-requests").replaceChildren(...requests().map(row), pageRow());
}

function row(request) {
  const { method, url, operation, status, isCancelled, milliseconds } = request;
  const what = operation || `${url.pathname}${url.search}`;
  const outcome = status ?? (isCancelled ? "cancelled" : "no answer");
  const line = entry(`${method} ${what}`, outcome, milliseconds, status === undefined ? [url.host] : servicesOf(request));
  line.append(...trail(request));
  return line;
}

/** The request's id, and where it leads. */
function trail({ id, reachedBackend }) {
  if (!id) {
    return [];
  }
  const where = reachedBackend ? element("code", {}, command(`logs --request ${id}`)) : element("code", {}, id);
  return [element("p", { className: "trail" }, reachedBackend ? "Its lines in the log: " : "Request id: ", where)];
}

function pageRow() {
  const { url, status, milliseconds, files } = pageLoad();
  return entry(`GET ${url.pathname} and ${counted(files, "file")} of the page`, status || "", milliseconds, ["S3 static website"]);
}

function entry(what, outcome, milliseconds, services) {
  const failed = !(outcome < 400);
  const head = element("p", { className: "request" },
    element("span", { className: "what" }, what), " ",
    element("span", { className: failed ? "outcome failed" : "outcome" }, String(outcome)), " ",
    element("span", { className: "took" }, `${Math.round(milliseconds)} ms`));
  return element("li", {}, head, element("p", { className: "chain" }, services.join(" → ")));
}
