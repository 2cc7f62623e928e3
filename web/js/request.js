// A request that does not wait for ever, and reports in words that it failed.

/** Nobody answered. Its message can follow a colon. */
export class Unreachable extends Error {}

/** Fetches. `name` is whom the message blames. */
export async function request(url, { name, patience, signal, ...options }) {
  const timeout = AbortSignal.timeout(patience * 1000);
  const signals = signal ? [signal, timeout] : [timeout];
  try {
    return await fetch(url, { ...options, signal: AbortSignal.any(signals) });
  } catch (cause) {
    const why = timeout.aborted ? `: no answer within ${patience} seconds` : "";
    throw new Unreachable(`${name} could not be reached${why}`, { cause });
  }
}
