// The contents of an ID token.

/** Returns a token's claims, or `{}`. They are for display: whether they are true is for the server to check. */
export function claims(token) {
  try {
    const [, payload] = token.split(".");
    const bytes = atob(payload.replaceAll("-", "+").replaceAll("_", "/"));
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(bytes, (byte) => byte.codePointAt(0))));
  } catch {
    return {};
  }
}
