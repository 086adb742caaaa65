import type { Socket } from "node:net";
import { isToWorker, StartFailure, type Answers, type FromWorker, type Question } from "./messages";
import type { MetricJson } from "../metrics/series";
import type { FullStatus, GatewayStatus } from "../status";

/** The part of a gateway that a worker process deals with. */
export interface WorkerGateway {
  status(): GatewayStatus;
  fullStatus(): FullStatus;
  /** All metrics as plain data. */
  metrics(): Promise<readonly MetricJson[]>;
  /** Takes the score of an answer; false where it is not known. */
  score(requestId: string, score: number): boolean;
  /** Takes a connection that another process accepted. */
  accept(socket: Socket): void;
  /** Finishes what is open; not ready from the first moment on. */
  drain(): Promise<void>;
  close(): Promise<void>;
}

/** The worker's end of the channel to the primary process. */
export interface Channel {
  send(message: FromWorker): void;
  /** A message, with the connection that came with it. */
  on(event: "message", listener: (message: unknown, connection?: Socket) => void): void;
  on(event: "disconnect", listener: () => void): void;
}

/**
 * Runs a gateway for the primary process: reports its status, and ends when it is told to or when the primary is gone.
 * Resolves with the exit code.
 */
export async function runWorker(
  start: (onStatusChange: (status: GatewayStatus) => void) => Promise<WorkerGateway>,
  channel: Channel,
): Promise<number> {
  let isEnding = false;
  let endEarly: () => void = () => undefined;
  let gateway: WorkerGateway | undefined;
  const stopped = new Promise<"drain" | "stop">((resolve) => {
    channel.on("message", (message, connection) => {
      if (!isToWorker(message)) return;
      if (message.signalbox === "connection") {
        // told before anything is read of it: untaken ones are handed to another worker if this one dies
        channel.send({ signalbox: "taken" });
        // one that the client closed meanwhile comes without a handle
        if (connection !== undefined) take(connection, gateway);
        return;
      }
      if (message.signalbox === "ask") {
        const { id, question } = message;
        void answerTo(question, gateway).then((answer) => {
          channel.send({ signalbox: "answer", id, ...(answer === undefined ? {} : { answer }) });
        });
        return;
      }
      // "stop" also cuts a drain short that is on its way.
      if (isEnding && message.signalbox === "stop") endEarly();
      isEnding = true;
      resolve(message.signalbox);
    });
    channel.on("disconnect", () => {
      resolve("drain");
    });
  });
  try {
    gateway = await start((status) => {
      channel.send({ signalbox: "status", status });
    });
  } catch (error) {
    const fault =
      error instanceof StartFailure ? error.fault : { message: error instanceof Error ? error.message : String(error), problems: [] };
    channel.send({ signalbox: "failed", failure: fault });
    return 1;
  }
  channel.send({ signalbox: "started", status: gateway.status() });
  if ((await stopped) === "drain") await Promise.race([gateway.drain(), new Promise<void>((resolve) => (endEarly = resolve))]);
  await gateway.close();
  return 0;
}

function take(connection: Socket, gateway: WorkerGateway | undefined): void {
  if (gateway === undefined) connection.destroy();
  else gateway.accept(connection);
}

/** Undefined where there is no answer: the primary process counts this worker as missing then. */
async function answerTo(question: Question, gateway: WorkerGateway | undefined): Promise<Answers[keyof Answers] | undefined> {
  try {
    switch (question.kind) {
      case "metrics":
        return await gateway?.metrics();
      case "status":
        return gateway?.fullStatus();
      case "score":
        return gateway?.score(question.requestId, question.score);
    }
  } catch {
    return undefined;
  }
}
