// The dialog for the account. It shows one step at a time.

import { byId, element } from "../dom.js";
import { mention } from "../notices.js";
import { inWords } from "./errors.js";
import { buildForm } from "./form.js";
import { onSession, visitor } from "./session.js";
import { STEPS } from "./steps.js";

const NOBODY = { email: "", password: "" };

// A visitor who leaves these to look for the mail comes back to them.
const RESUMED = new Set(["confirm", "reset"]);

const dialog = byId("account");
let current = "sign-in";
let known = NOBODY;
let form;
let afterwards = [];

/** Opens the dialog. `note` is the reason; once the visitor is signed in, it calls `then`. */
export function openAccount({ note = "", then } = {}) {
  afterwards.push(...(then ? [then] : []));
  if (dialog.open) {
    return;
  }
  dialog.showModal();
  show(RESUMED.has(current) ? current : "sign-in", note);
}

/** Wires the dialog. */
export function startAccount() {
  byId("account-close").addEventListener("click", () => dialog.close());
  dialog.addEventListener("close", leave);
  onSession(() => {
    if (visitor()) {
      // Nothing is kept that the session does not need, least of all the password.
      known = NOBODY;
      current = "sign-in";
    }
  });
}

function show(name, note = "") {
  current = name;
  const step = STEPS[name];
  form = buildForm(step, { email: known.email }, submit);
  byId("account-title").textContent = step.title;
  byId("account-intro").replaceChildren(...step.intro(known.email));
  byId("account-note").textContent = note;
  byId("account-step").replaceChildren(form.element);
  byId("account-links").replaceChildren(...step.links.map(link));
  dialog.scrollTop = 0;
  form.focus();
}

function link({ before = "", text, to, act }) {
  const button = element("button", { type: "button", className: "link" }, text);
  button.addEventListener("click", () => (to ? go(to) : run(act)));
  return element("li", {}, before, " ", button);
}

/** Shows another step, with the address that was typed in this one. */
function go(to) {
  learn(form.values());
  show(to);
}

function learn({ email = known.email, password = known.password }) {
  known = { email, password };
}

async function submit(values) {
  learn(values);
  byId("account-note").textContent = "";
  await attempt(async () => {
    const next = await STEPS[current].submit(values, known);
    return () => (next ? show(next.to, next.note) : enter());
  });
}

/** Sends another code. */
async function run(act) {
  byId("account-note").textContent = "";
  await attempt(async () => {
    await act(known);
    return () => {
      form.forgive();
      byId("account-note").textContent = "A new code is on its way.";
    };
  });
}

/** Runs an action that can fail. Its result is not shown to a visitor who has moved on meanwhile. */
async function attempt(act) {
  const asked = form;
  const goOn = await act().catch((error) => () => refuse(error));
  if (form === asked) {
    goOn();
  }
}

function refuse(error) {
  const { to, ...complaint } = inWords(error);
  if (to) {
    show(to, complaint.text);
  } else {
    form.complain(complaint);
  }
}

function enter() {
  const wishes = afterwards;
  afterwards = [];
  dialog.close();
  if (wishes.length === 0) {
    mention(`You are signed in as ${visitor().email}.`);
  }
  wishes.forEach((wish) => wish());
}

function leave() {
  if (dialog.open) {
    // Opened again before the browser reported the closing.
    return;
  }
  form = undefined;
  afterwards = [];
  // What was typed is discarded, except a password that is needed as soon as the address is confirmed.
  byId("account-step").replaceChildren();
  known = current === "confirm" ? known : { ...known, password: "" };
  if (document.activeElement === document.body) {
    // The button that opened the dialog no longer exists.
    byId(visitor() ? "sign-out" : "sign-in").focus();
  }
}
