import { existsSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { loadDeclarative, type LoadResult } from "../../config/declarative/load";
import type { ReferenceSource } from "../../config/references";
import type { LoadTask } from "./load-worker";
import { Assembly, type Piece } from "./pieces";

/** How files are read. */
export interface DeclarativeLoaderOptions {
  /** Reads the references of small files. */
  readonly references: ReferenceSource;
  /** Folder of `{vault://file/…}`; a thread reads the references of large files from there and from the environment. */
  readonly secretsDir: string | undefined;
  /** See LoadOptions. */
  readonly ignorePlugins: readonly string[];
  /** How long a thread may take, in milliseconds. Default two minutes. */
  readonly timeoutMs?: number;
  /** How much memory its objects may take, in MiB. Default 768, but no more than 40 % of what the process may have. */
  readonly memoryMb?: number;
}

/** A file that could not be read to its end; the message says why and names nothing of its content. */
class LoadFailure extends Error {
  override readonly name = "LoadFailure";
}

/** Files up to this size in bytes are read on the event loop, which takes less than starting a thread. */
const SMALL_BYTES = 16 * 1024;
const DEFAULT_TIMEOUT_MS = 120_000;
const DEFAULT_MEMORY_MB = 768;
const MEMORY_SHARE = 0.4;
/** Built, the thread's program lies beside the command; from the sources it is TypeScript. */
const BUILT_PROGRAM = join(__dirname, "load-worker.js");
const SOURCE_PROGRAM = join(__dirname, "load-worker.ts");

/**
 * Reads and checks declarative files. Only a small one without anchors (which could make much of little) is read on the event loop; any other has a thread
 * of its own, whose memory and time are limited, so that no file stops or ends the gateway.
 */
export class DeclarativeLoader {
  private running: { readonly worker: Worker; readonly fail: (error: Error) => void } | undefined;
  private closed = false;

  constructor(private readonly options: DeclarativeLoaderOptions) {}

  /**
   * Calls must not overlap.
   * @throws LoadFailure if the thread takes too much time or memory, or ends otherwise
   */
  async load(content: Buffer): Promise<LoadResult> {
    const { references, ignorePlugins } = this.options;
    if (content.length <= SMALL_BYTES && !content.includes("&"))
      return loadDeclarative(content.toString("utf8"), { references, ignorePlugins });
    if (this.closed) throw new LoadFailure("the gateway is closing");
    return this.loadInThread(content);
  }

  /** Gives up the file that is being read, if any. */
  close(): void {
    this.closed = true;
    this.running?.fail(new LoadFailure("the gateway is closing"));
  }

  private async loadInThread(content: Buffer): Promise<LoadResult> {
    const { timeoutMs = DEFAULT_TIMEOUT_MS, memoryMb = defaultMemoryMb() } = this.options;
    const worker = this.startWorker(content, memoryMb);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<LoadResult>((resolve, reject) => {
        this.running = { worker, fail: reject };
        timer = setTimeout(() => reject(new LoadFailure(`reading it took more than ${timeoutMs / 1000} s`)), timeoutMs);
        const assembly = new Assembly();
        worker.on("message", (piece: Piece) => {
          const result = assembly.add(piece);
          if (result !== undefined) resolve(result);
          // In a turn of its own: the next piece must not be taken over in this one.
          else setImmediate(() => worker.postMessage("next"));
        });
        worker.on("error", (error) => reject(failureOf(error, memoryMb)));
        worker.on("exit", () => reject(new LoadFailure("reading it ended without a result")));
      });
    } finally {
      clearTimeout(timer);
      this.running = undefined;
      await worker.terminate();
    }
  }

  private startWorker(content: Buffer, memoryMb: number): Worker {
    const { secretsDir, ignorePlugins } = this.options;
    const task: LoadTask = { content, secretsDir, ignorePlugins };
    const limits = { workerData: task, resourceLimits: { maxOldGenerationSizeMb: memoryMb } };
    if (existsSync(BUILT_PROGRAM)) return new Worker(BUILT_PROGRAM, limits);
    const compiles = process.execArgv.some((argument) => argument.includes("tsx"));
    return new Worker(SOURCE_PROGRAM, compiles ? limits : { ...limits, execArgv: ["--require", "tsx/cjs"] });
  }
}

function failureOf(error: unknown, memoryMb: number): LoadFailure {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ERR_WORKER_OUT_OF_MEMORY")
    return new LoadFailure(`reading it took more than ${memoryMb} MiB of memory: make the file smaller`);
  // The text of an unknown error may quote the file.
  return new LoadFailure(`reading it failed${error instanceof Error ? ` (${error.name})` : ""}`);
}

function defaultMemoryMb(): number {
  const allowed = process.constrainedMemory();
  const total = allowed > 0 ? Math.min(allowed, totalmem()) : totalmem();
  return Math.min(DEFAULT_MEMORY_MB, Math.floor((total * MEMORY_SHARE) / 2 ** 20));
}
