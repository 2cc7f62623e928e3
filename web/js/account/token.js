// What is in an ID token.

/** The claims of a token, or `{}`. They are for show: whether they are true is for the server to check. */
export function claims(token) {
  try {
    const [, payload] = token.split(".");
    const bytes = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0))));
  } catch {
    return {};
  }
}
