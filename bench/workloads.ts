/** What is asked of each subject: one request, repeated as fast as it is answered. */

/** One kind of request and the mock's answer to it. */
export interface Workload {
  readonly name: "chat" | "stream" | "failover";
  /** Path at the mock, the relay, nginx and the gateway alike. */
  readonly path: string;
  /** The request's body, about 1 KB. */
  readonly body: string;
  readonly answerType: string;
  /** Of no interest for the others, which fail over to nobody. */
  readonly gatewayOnly?: true;
}

/** Where the mock answers 503 at once: half of the gateway's targets of the failover workload are there. */
export const DOWN_PATH = "/down";

const messages = [
  { role: "system", content: "You answer briefly." },
  { role: "user", content: "Which target answers this? ".repeat(33) },
];

const answer = {
  id: "chatcmpl-bench",
  object: "chat.completion",
  created: 1_700_000_000,
  model: "gpt-4o-2024-08-06",
  choices: [{ index: 0, message: { role: "assistant", content: "The nearest one. ".repeat(42) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 210, completion_tokens: 168, total_tokens: 378 },
};

const event = (members: object): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1_700_000_000, model: "gpt-4o-2024-08-06", ...members })}\n\n`;

/** Body of the mock's answer to the chat workload, about 1 KB. */
export const chatAnswer = JSON.stringify(answer);

/** The event that the mock repeats, each in an HTTP chunk of its own. */
export const contentEvent = event({ choices: [{ index: 0, delta: { content: " word" }, finish_reason: null }] });

/** How often {@link contentEvent} stands in a stream; with the closing chunk that makes 100 chunks. */
export const contentEvents = 99;

/** The last chunk of a stream: finish, usage, end mark. */
export const closingEvents =
  event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
  event({ choices: [], usage: { prompt_tokens: 210, completion_tokens: 99, total_tokens: 309 } }) +
  "data: [DONE]\n\n";

export const workloads: readonly Workload[] = [
  { name: "chat", path: "/chat", body: JSON.stringify({ model: "gpt-4o", messages }), answerType: "application/json" },
  { name: "stream", path: "/stream", body: JSON.stringify({ model: "gpt-4o", stream: true, messages }), answerType: "text/event-stream" },
  {
    name: "failover",
    path: "/failover",
    body: JSON.stringify({ model: "gpt-4o", messages }),
    answerType: "application/json",
    gatewayOnly: true,
  },
];

/** How a whole answer is told from a cut or an invented one; throws with what was wrong. */
export function assertAnswer(workload: Workload, status: number, body: string): void {
  const complete =
    workload.name !== "stream"
      ? body === chatAnswer
      : body.split(contentEvent).length - 1 === contentEvents && body.endsWith("data: [DONE]\n\n");
  if (status !== 200 || !complete) {
    throw new Error(
      `The ${workload.name} workload must be answered 200 with the mock's whole body, but got ${status}: ${body.slice(0, 300)}`,
    );
  }
}
