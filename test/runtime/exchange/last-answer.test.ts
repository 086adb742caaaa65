import type { AttemptResult } from "../../../runtime/attempt/contract";
import type { ClientSide } from "../../../runtime/client/client-side";
import { LastAnswer } from "../../../runtime/exchange/last-answer";
import type { AttemptOutcome } from "../../../runtime/failover/failure";

interface Failure {
  readonly target?: string;
  /** Headers of a complete answer, names and values in turn; undefined: none came. */
  readonly headers?: readonly string[];
  readonly status?: number;
  readonly waitMs?: number;
}

function resultOf({ target = "A", headers, status = 429, waitMs }: Failure): AttemptResult {
  const body = Buffer.from(target);
  const answer = headers && { status, headers: [...headers], body, coding: undefined, plain: body };
  return { entry: { target: { label: target } }, answer, retryAfterMs: waitMs } as unknown as AttemptResult;
}

interface Sent {
  readonly target: string;
  readonly status: number;
  readonly body: string;
  readonly headers: readonly string[];
}

/** What a client gets after failures; undefined: nothing. */
function sentAfter(failures: readonly Failure[], outcome: AttemptOutcome = "status"): Sent | undefined {
  const last = new LastAnswer();
  for (const failure of failures) last.remember(resultOf(failure));
  let sent: { status: number; headers: readonly string[]; body: string } | undefined;
  const client = {
    attempts: failures.length,
    target: "",
    open: (status: number, headers: readonly string[]) => (sent = { status, headers, body: "" }),
    finish: (body: Buffer) => (sent!.body = body.toString()),
  };
  expect(last.send(client as unknown as ClientSide, outcome)).toBe(sent !== undefined);
  return sent && { ...sent, target: client.target };
}

const waits = (seconds: number): Failure => ({ headers: ["Retry-After", String(seconds)], waitMs: seconds * 1000 });

test("without an answer nothing is sent", () => {
  expect(sentAfter([{}, { waitMs: 5 }])).toBeUndefined();
});

test("the last answer, with the target that gave it", () => {
  const failures = [{ target: "A", headers: ["x", "1"], status: 500 }, { target: "B", headers: ["x", "2"], status: 503 }, { target: "C" }];
  expect(sentAfter(failures)).toEqual({ target: "B", status: 503, body: "B", headers: ["x", "2", "content-length", "1"] });
});

test.each<AttemptOutcome>(["deadline", "draining", "internal"])("%s is no provider's: nothing is sent", (outcome) => {
  expect(sentAfter([{ headers: [] }], outcome)).toBeUndefined();
});

test.each<[string, readonly Failure[], string | undefined]>([
  ["the only one stays", [waits(7)], "7"],
  ["the smallest of an earlier answer", [waits(3), waits(7)], "3"],
  ["the smallest of the last answer", [waits(7), waits(3)], "3"],
  ["nothing is put where the last answer has none", [waits(3), { headers: [] }], undefined],
  ["the smallest wait was asked for by another header", [waits(3), { headers: ["retry-after-ms", "5"], waitMs: 5 }, waits(7)], "7"],
  ["an answer that did not come whole asked for less", [waits(3), { waitMs: 5 }], "3"],
])("Retry-After: %s", (_name, failures, expected) => {
  const { headers } = sentAfter(failures)!;
  const at = headers.indexOf("Retry-After");
  expect(at < 0 ? undefined : headers[at + 1]).toBe(expected);
});
