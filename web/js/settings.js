// The values of `config.js`. One that `mysfits deploy` has not filled in counts as empty.

const filled = (value = "") => (value.startsWith("REPLACE_ME") ? "" : value);

export const bucket = filled(window.MYSFITS.bucket);
export const region = filled(window.MYSFITS.region);

/** The address of the backend, or nothing while part 3 is not deployed. */
export const backend = filled(window.MYSFITS.backend);
