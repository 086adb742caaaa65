import { request } from "node:http";
import { CannotRun, describeError, EXIT } from "./errors";
import type { Io } from "./io";

/** Longest time for the whole answer, in milliseconds; shorter than a container healthcheck's usual timeout. */
const TIMEOUT_MS = 2500;

/** Arguments of `signalbox health`. */
export interface HealthOptions {
  readonly adminHost: string;
  /** Undefined where the gateway runs without an admin port, which cannot be asked. */
  readonly adminPort: number | undefined;
  /** Print the gateway's own JSON answer. */
  readonly json: boolean;
}

interface Answer {
  readonly status: number;
  readonly body: string;
}

/**
 * Asks a running gateway whether it is ready. Returns the exit code: 0 ready, 1 not ready or not reachable.
 * @throws CannotRun where there is no admin port to ask.
 */
export async function health(options: HealthOptions, io: Io): Promise<number> {
  const { adminPort } = options;
  if (adminPort === undefined || adminPort === 0)
    throw new CannotRun("health needs the number of the gateway's admin port: give it with --admin-port.");
  const host = reachable(options.adminHost);
  try {
    const answer = await ask(host, adminPort);
    if (options.json) io.stdout(`${answer.body.trim()}\n`);
    else io.stdout(answer.status === 200 ? "ready\n" : `not ready (${answer.status})\n`);
    return answer.status === 200 ? EXIT.ok : EXIT.problems;
  } catch (error) {
    io.stderr(`signalbox: no answer from the admin port ${host}:${adminPort}: ${describeError(error)}\n`);
    return EXIT.problems;
  }
}

/** A wildcard address can be listened at, but not connected to. */
function reachable(host: string): string {
  return host === "0.0.0.0" ? "127.0.0.1" : host === "::" ? "::1" : host;
}

function ask(host: string, port: number): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host, port, path: "/readyz", agent: false, signal: AbortSignal.timeout(TIMEOUT_MS) }, (response) => {
      let body = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (body += body.length < 65_536 ? chunk : ""));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body });
      });
      response.on("error", reject);
    });
    outgoing.on("error", (error) => {
      reject(error.name === "AbortError" || error.name === "TimeoutError" ? new Error(`no answer within ${TIMEOUT_MS / 1000} s`) : error);
    });
    outgoing.end();
  });
}
