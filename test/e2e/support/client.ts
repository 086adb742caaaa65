import type { Script } from "./upstream";

/** A client of the gateway's published port. */
export class Client {
  constructor(private readonly url: string) {}

  /** One chat; resolves to the model that answered. Throws on any status but 200. */
  async chat(script: Script = {}): Promise<string> {
    const response = await this.post(script, false);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}: ${text}`);
    return (JSON.parse(text) as { model: string }).model;
  }

  /** How many of `count` chats, one after the other, each model answered. */
  async shares(count: number): Promise<Record<string, number>> {
    const shares: Record<string, number> = {};
    for (let sent = 0; sent < count; sent++) {
      const model = await this.chat();
      shares[model] = (shares[model] ?? 0) + 1;
    }
    return shares;
  }

  /** One stream, read to its end; resolves to its text. */
  async stream(script: Script): Promise<string> {
    const response = await this.post(script, true);
    const text = await response.text();
    if (response.status !== 200) throw new Error(`status ${response.status}: ${text}`);
    return text;
  }

  /** Opens a stream and hangs up after the first bytes. */
  async abortedStream(script: Script): Promise<void> {
    const abort = new AbortController();
    const response = await this.post(script, true, abort.signal);
    await response.body!.getReader().read();
    abort.abort();
  }

  private post(script: Script, stream: boolean, signal?: AbortSignal): Promise<Response> {
    const body = JSON.stringify({ messages: [{ role: "user", content: JSON.stringify(script) }], stream });
    return fetch(this.url, { method: "POST", headers: { "content-type": "application/json" }, body, signal: signal ?? null });
  }
}

/** Requests that go on until they are stopped. */
export interface Load {
  readonly succeeded: number;
  /** Messages of the failed requests; each ends one of the load's workers. */
  readonly failures: readonly string[];
  /** Ends the load; resolves once the last request is answered. */
  stop(): Promise<void>;
}

/** Sends chats, `concurrency` at a time, one after the other each. */
export function startLoad(client: Client, concurrency: number, script: Script): Load {
  return repeat(concurrency, () => client.chat(script));
}

/** Does something again and again, `concurrency` times at once, until it is stopped. */
export function repeat(concurrency: number, once: () => Promise<unknown>): Load {
  const failures: string[] = [];
  let loading = true;
  let succeeded = 0;
  const work = async (): Promise<void> => {
    while (loading) {
      await once();
      succeeded++;
    }
  };
  const workers = Array.from({ length: concurrency }, () => work().catch((error: unknown) => failures.push(String(error))));
  return {
    failures,
    get succeeded() {
      return succeeded;
    },
    stop: async () => {
      loading = false;
      await Promise.all(workers);
    },
  };
}
