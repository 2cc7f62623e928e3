// The steps of the account: what each asks for, what it does with it, and where it leads.
//
// `submit` gets what was typed and what the steps so far know (`email` and, until the visitor is signed in,
// `password`). It returns the next step as `{ to, note }`, or nothing when the visitor is signed in. `intro` returns
// texts and elements.

import * as cognito from "./cognito.js";
import { element } from "../dom.js";
import { isLocal, mailCommand } from "../served-from.js";
import { checkNewPassword } from "./password.js";
import { signIn } from "./session.js";

const EMAIL = {
  name: "email",
  label: "E-mail address",
  type: "email",
  autocomplete: "username",
  autocapitalize: "none",
  spellcheck: false,
  tidy: (value) => value.trim(),
  check: (value) => (/^\S+@\S+\.\S+$/.test(value) ? "" : "Type your whole e-mail address, such as ann@example.com."),
};
const PASSWORD = {
  name: "password",
  label: "Password",
  type: "password",
  autocomplete: "current-password",
  check: (value) => (value ? "" : "Type your password."),
};
const NEW_PASSWORD = { ...PASSWORD, autocomplete: "new-password", rules: true, check: checkNewPassword };
const CODE = {
  name: "code",
  label: "Code from the mail",
  type: "text",
  inputMode: "numeric",
  autocomplete: "one-time-code",
  tidy: (value) => value.replaceAll(/\s/g, ""),
  check: (value) => (/^\d+$/.test(value) ? "" : "Type the code from the mail. It is all digits."),
};

// Where a student is stuck who waits for a mail that nobody sends.
const onLocal = () => (isLocal ? [" The local cloud sends no mail: ", element("code", {}, mailCommand()), " prints it."] : []);

const TO_SIGN_IN = { text: "Sign in", to: "sign-in" };

export const STEPS = {
  "sign-in": {
    title: "Sign in",
    intro: () => ["The mysfits have been asking about you."],
    fields: [EMAIL, PASSWORD],
    button: "Sign in",
    submit: ({ email, password }) => signIn(email, password),
    links: [
      { before: "New here?", text: "Register", to: "register" },
      { text: "Forgot your password?", to: "forgot" },
    ],
  },
  register: {
    title: "Register",
    intro: () => ["With an account you can like mysfits, and give one a home."],
    fields: [EMAIL, NEW_PASSWORD],
    button: "Register",
    async submit({ email, password }) {
      const { UserConfirmed: isConfirmed } = await cognito.signUp(email, password);
      return isConfirmed ? enter(email, password) : { to: "confirm" };
    },
    links: [{ before: "Registered already?", ...TO_SIGN_IN }],
  },
  confirm: {
    title: "Confirm your address",
    intro: (email) => [`Type the code from the mail that went to ${email}.`, ...onLocal()],
    fields: [CODE],
    button: "Confirm",
    async submit({ code }, { email, password }) {
      await cognito.confirmSignUp(email, code);
      return enter(email, password, "Your address is confirmed. You can sign in.");
    },
    links: [
      { before: "No mail?", text: "Send a new code", act: ({ email }) => cognito.resendCode(email) },
      { before: "Wrong address?", text: "Register again", to: "register" },
    ],
  },
  forgot: {
    title: "Forgot your password?",
    intro: () => ["We send a code to your address. With it you choose a new password."],
    fields: [EMAIL],
    button: "Send the code",
    async submit({ email }) {
      await cognito.forgotPassword(email);
      return { to: "reset" };
    },
    links: [{ before: "Remembered it?", ...TO_SIGN_IN }],
  },
  reset: {
    title: "Choose a new password",
    // Cognito reveals to nobody whether an address has an account, and neither do we.
    intro: (email) => [`If ${email} has an account, a code is on its way there.`, ...onLocal()],
    fields: [CODE, { ...NEW_PASSWORD, label: "New password" }],
    button: "Change the password",
    async submit({ code, password }, { email }) {
      await cognito.confirmForgotPassword(email, code, password);
      return enter(email, password, "Your password is changed. You can sign in.");
    },
    links: [
      { before: "No mail?", text: "Send a new code", act: ({ email }) => cognito.forgotPassword(email) },
      TO_SIGN_IN,
    ],
  },
};

/** Signs in with a known password. If that fails, the visitor has to, and `note` explains what did work. */
async function enter(email, password, note = "") {
  const isIn = password && (await signIn(email, password).then(() => true, () => false));
  return isIn ? undefined : { to: "sign-in", note };
}
