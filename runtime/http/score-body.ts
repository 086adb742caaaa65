import { AdminError } from "./admin-errors";

/** Longer ones are not ours. */
const MAX_ID_LENGTH = 128;

const FIELDS = ["request_id", "score"];

/**
 * Reads the body of `POST /accuracy`: `{"request_id": <X-Kong-Request-Id>, "score": 1 to 100, 100 = best}`.
 * @throws AdminError (400) with all problems
 */
export function readScore(body: unknown): { readonly requestId: string; readonly score: number } {
  if (typeof body !== "object" || body === null || Array.isArray(body)) throw AdminError.schemaViolation(["body: expected an object"]);
  const { request_id, score } = body as { readonly request_id?: unknown; readonly score?: unknown };
  const problems = Object.keys(body)
    .filter((name) => !FIELDS.includes(name))
    .slice(0, 3)
    .map((name) => `${name.slice(0, 40)}: unknown field`);
  const isId = typeof request_id === "string" && request_id !== "" && request_id.length <= MAX_ID_LENGTH;
  const isScore = typeof score === "number" && score >= 1 && score <= 100;
  if (!isId) problems.push("request_id: expected the answer's X-Kong-Request-Id as a text");
  if (!isScore) problems.push("score: expected a number from 1 to 100");
  if (!isId || !isScore || problems.length > 0) throw AdminError.schemaViolation(problems);
  return { requestId: request_id, score };
}
