/** What is asked of each subject: one request, repeated as fast as it is answered. */

/** One kind of request and the mock's answer to it. */
export interface Workload {
  readonly name: "chat" | "stream" | "failover" | "translated";
  /** Path at the mock, the relay, nginx and the gateway alike. */
  readonly path: string;
  /** The request's body, about 1 KB. */
  readonly body: string;
  readonly answerType: string;
  /** The least that the gateway is to reach. */
  readonly goal: Goal;
  /** Who is measured; all if absent. */
  readonly subjects?: readonly string[];
}

/** A speed in times of another one. */
export interface Goal {
  readonly least: number;
  /** Whose speed it is compared with. */
  readonly subject: "relay" | "gateway";
  /** The workload of that speed. */
  readonly workload: Workload["name"];
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

const message = {
  id: "msg_bench",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5-20250929",
  content: [{ type: "text", text: answer.choices[0]?.message.content }],
  stop_reason: "end_turn",
  stop_sequence: null,
  usage: { input_tokens: 210, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 168 },
};

const event = (members: object): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-bench", object: "chat.completion.chunk", created: 1_700_000_000, model: "gpt-4o-2024-08-06", ...members })}\n\n`;

/** Body of the mock's answer to the chat workload, about 1 KB. */
export const chatAnswer = JSON.stringify(answer);

/** Body of the mock's answer to the translated workload: the same text as an Anthropic message. */
export const messageAnswer = JSON.stringify(message);

/** The event that the mock repeats, each in an HTTP chunk of its own. */
export const contentEvent = event({ choices: [{ index: 0, delta: { content: " word" }, finish_reason: null }] });

/** How often {@link contentEvent} stands in a stream; with the closing chunk that makes 100 chunks. */
export const contentEvents = 99;

/** The last chunk of a stream: finish, usage, end mark. */
export const closingEvents =
  event({ choices: [{ index: 0, delta: {}, finish_reason: "stop" }] }) +
  event({ choices: [], usage: { prompt_tokens: 210, completion_tokens: 99, total_tokens: 309 } }) +
  "data: [DONE]\n\n";

/** A part of the speed of a relay that does nothing else. */
const ofRelay = (workload: Workload["name"], least: number): Goal => ({ least, subject: "relay", workload });

const chatBody = JSON.stringify({ model: "gpt-4o", messages });

/** Model of the target of the translated workload; a client may name no other one. */
export const ANTHROPIC_MODEL = "claude-sonnet-4-5";

export const workloads: readonly Workload[] = [
  { name: "chat", path: "/chat", body: chatBody, answerType: "application/json", goal: ofRelay("chat", 0.7) },
  {
    name: "stream",
    path: "/stream",
    body: JSON.stringify({ model: "gpt-4o", stream: true, messages }),
    answerType: "text/event-stream",
    goal: ofRelay("stream", 0.7),
  },
  {
    name: "failover",
    path: "/failover",
    body: chatBody,
    answerType: "application/json",
    // half the targets fail
    goal: { least: 0.6, subject: "gateway", workload: "chat" },
    // the others fail over to nobody
    subjects: ["gateway"],
  },
  {
    name: "translated",
    path: "/translated",
    body: JSON.stringify({ model: ANTHROPIC_MODEL, messages }),
    answerType: "application/json",
    goal: ofRelay("translated", 0.5),
    // the relay hands the same answer on as it is, in turns with the gateway
    subjects: ["relay", "gateway"],
  },
];

/** Whether a translated answer says what the mock's message says; the rest of it is the gateway's. */
function isTranslated(body: string): boolean {
  if (!body.startsWith(`{"id":"${message.id}","object":"chat.completion",`)) return false;
  const { choices } = JSON.parse(body) as typeof answer;
  return choices.length === 1 && choices[0]?.message.content === answer.choices[0]?.message.content;
}

function isComplete({ name }: Workload, subject: string, body: string): boolean {
  switch (name) {
    case "chat":
    case "failover":
      return body === chatAnswer;
    case "stream":
      return body.split(contentEvent).length - 1 === contentEvents && body.endsWith("data: [DONE]\n\n");
    case "translated":
      return subject === "gateway" ? isTranslated(body) : body === messageAnswer;
  }
}

/** Whether a workload is one of the subject's. */
export const isFor = ({ subjects }: Workload, subject: string): boolean => subjects?.includes(subject) ?? true;

/** How a whole answer is told from a cut or an invented one; throws with what was wrong. */
export function assertAnswer(workload: Workload, subject: string, status: number, body: string): void {
  if (status !== 200 || !isComplete(workload, subject, body)) {
    throw new Error(
      `The ${workload.name} workload must be answered 200 with the mock's whole body, but got ${status}: ${body.slice(0, 300)}`,
    );
  }
}
