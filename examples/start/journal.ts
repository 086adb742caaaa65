/** Follows the gateway's log: one entry per request, told by the statistics that the gateway itself wrote. */
import { closeSync, openSync, readSync } from "node:fs";

/** What the log says of one request. */
export interface JournalEntry {
  readonly requestId: string;
  readonly status: number;
  /** From the request's arrival to the answer's end. */
  readonly milliseconds: number;
  /** The model that answered; undefined where the gateway itself did, or where the target logs no statistics. */
  readonly model: string | undefined;
  /** In the currency of the configured prices. */
  readonly cost: number | undefined;
}

interface LogLine {
  readonly request_id?: string;
  readonly status?: number;
  readonly ms?: number;
  readonly ai?: { readonly proxy?: { readonly meta?: { readonly request_model?: string }; readonly usage?: { readonly cost?: number } } };
}

/** The entry of a line of the log; undefined for lines that are about something else than a request. */
export function readEntry(line: string): JournalEntry | undefined {
  if (!line.startsWith("{")) return undefined;
  const { request_id: requestId, status, ms, ai } = JSON.parse(line) as LogLine;
  if (requestId === undefined || status === undefined || ms === undefined) return undefined;
  return { requestId, status, milliseconds: ms, model: ai?.proxy?.meta?.request_model, cost: ai?.proxy?.usage?.cost };
}

/** Reads `file` from where it stopped, ten times a second, and hands on every new entry; returns what ends it. */
export function follow(file: string, take: (entry: JournalEntry) => void): () => void {
  const descriptor = openSync(file, "a+");
  const buffer = Buffer.alloc(64 * 1024);
  let rest = "";
  let position = 0;
  const timer = setInterval(() => {
    for (;;) {
      const length = readSync(descriptor, buffer, 0, buffer.length, position);
      if (length === 0) return;
      position += length;
      const lines = (rest + buffer.toString("utf8", 0, length)).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const entry = readEntry(line);
        if (entry !== undefined) take(entry);
      }
    }
  }, 100);
  return () => {
    clearInterval(timer);
    closeSync(descriptor);
  };
}
