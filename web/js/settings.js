// The values of `config.js`. One that `mysfits deploy` has not filled in counts as empty.

const filled = (value = "") => (value.startsWith("REPLACE_ME") ? "" : value);

export const bucket = filled(window.MYSFITS.bucket);
export const region = filled(window.MYSFITS.region);

/** The address of the backend, or nothing while part 3 is not deployed. */
export const backend = filled(window.MYSFITS.backend);

/** The address of the API that guards the backend, or nothing while part 4 is not deployed. */
export const api = filled(window.MYSFITS.api);

/** The address of Cognito, and the client as which the page calls it. */
export const cognito = filled(window.MYSFITS.cognito);
export const userPoolClient = filled(window.MYSFITS.userPoolClient);

/** Whether visitors can sign in. That takes all of part 4. */
export const hasAccounts = Boolean(api && cognito && userPoolClient);

/** Where the mysfits come from: `{ name, url }`, or nothing while only the site's own file does. */
export const service = hasAccounts ? { name: "API", url: api } : backend && { name: "backend", url: backend };
