import type { ChatClient } from "../../conversation/dialect";
import { writeAnswer } from "./client-answer";
import { readRequest } from "./client-request";
import { ChunkWriter } from "./client-stream";
import { writeError } from "./errors";

/** Clients that speak OpenAI's chat completions. */
export const client: ChatClient = {
  read: readRequest,
  writeAnswer,
  stream: (options) => new ChunkWriter(options),
  writeError,
};
