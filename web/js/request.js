// A request that does not wait for ever, and reports in words that it failed.

import { record } from "./trace.js";

/** Nobody answered. Its message can follow a colon. */
export class Unreachable extends Error {}

/** Fetches. `name` is whom the message blames; `operation` is what it is called under the hood, if not by its path. */
export async function request(url, { name, patience, signal, operation, ...options }) {
  const timeout = AbortSignal.timeout(patience * 1000);
  const signals = signal ? [signal, timeout] : [timeout];
  const sent = { url, method: options.method, operation, began: performance.now() };
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.any(signals) });
    record({ ...sent, response });
    return response;
  } catch (cause) {
    record({ ...sent, isCancelled: signal?.aborted });
    const why = timeout.aborted ? `: no answer within ${patience} seconds` : "";
    throw new Unreachable(`${name} could not be reached${why}`, { cause });
  }
}
