/** A provider that answers without network, key or cost: the third-party mock `@copilotkit/aimock`. */
import { LLMock } from "@copilotkit/aimock";

/** A running mock. */
export interface MockProvider {
  /** Origin, e.g. `http://127.0.0.1:40123`. */
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts the mock on a free port of the loopback interface; it answers every chat with the name of the model that was asked. */
export async function startMockProvider(): Promise<MockProvider> {
  const mock = new LLMock({ host: "127.0.0.1", port: 0, logLevel: "silent", latency: 2, journalMaxEntries: 10 });
  mock.onMessage(/[\s\S]*/, ({ model }) => ({
    content: `Hello! This is ${model}, as played by the mock provider: what you deploy asks the real one.`,
  }));
  await mock.start();
  return { url: mock.url, stop: () => mock.stop() };
}
