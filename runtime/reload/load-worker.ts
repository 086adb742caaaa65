/** Entry of the thread that reads and checks one configuration file; it hands the result over piece by piece, each when it is asked for. */
import { parentPort, workerData } from "node:worker_threads";
import { loadDeclarative } from "../../config/declarative/load";
import { createReferenceSource } from "../../config/references";
import { toPieces } from "./pieces";

/** What the thread is started with. */
export interface LoadTask {
  /** The file, in UTF-8. In shared memory it is not copied. */
  readonly content: Uint8Array;
  readonly secretsDir: string | undefined;
  readonly ignorePlugins: readonly string[];
}

const { content, secretsDir, ignorePlugins } = workerData as LoadTask;
const result = loadDeclarative(Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString("utf8"), {
  // The thread begins with a copy of the process's environment.
  references: createReferenceSource({ env: process.env, secretsDir }),
  ignorePlugins,
});
const pieces = toPieces(result);

const handOver = (): void => {
  const { value } = pieces.next();
  if (value !== undefined) parentPort?.postMessage(value);
};
parentPort?.on("message", handOver);
handOver();
