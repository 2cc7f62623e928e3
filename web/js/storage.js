// What the browser stores for this site. If it stores nothing, because the visitor forbids it or there is no room,
// values last as long as the page.

const memory = new Map();

/** Returns what was written under this key, or `null`. */
export function read(key) {
  try {
    return JSON.parse(memory.get(key) ?? localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Stores a value. */
export function write(key, value) {
  const text = JSON.stringify(value);
  try {
    localStorage.setItem(key, text);
    memory.delete(key);
  } catch {
    memory.set(key, text);
  }
}

/** Forgets what is under this key. */
export function forget(key) {
  memory.delete(key);
  try {
    localStorage.removeItem(key);
  } catch {
    // Then nothing was stored there.
  }
}
