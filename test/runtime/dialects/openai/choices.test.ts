/** When a stream without its end mark is complete, if it has several choices. */
import { scanObject } from "../../../../runtime/json/scan";
import { choicesAsked } from "../../../../runtime/dialects/openai/choices-asked";
import { streamReader } from "../../../support/openai-dialect";
import type { Ask } from "../../../../runtime/codecs/ask";

function askOf(request: object): Pick<Ask, "body" | "scan"> {
  const body = Buffer.from(JSON.stringify(request));
  const scan = scanObject(body);
  if (!scan.ok) throw new Error("the request must be JSON");
  return { body, scan };
}

const text = (index: number): object => ({ choices: [{ index, delta: { content: "a" }, finish_reason: null }] });
const finish = (index: number): object => ({ choices: [{ index, delta: {}, finish_reason: "stop" }] });
const words = (index: number, finish_reason: string | null): object => ({ choices: [{ index, text: "a", finish_reason }] });

/** Whether a stream of these events is complete without an end mark. */
function isComplete(request: object, events: readonly object[]): boolean {
  const reader = streamReader({
    withholdUsage: false,
    keepText: false,
    resume: undefined,
    maxEventBytes: 1024 * 1024,
    ask: askOf(request),
  });
  for (const event of events) reader.push(Buffer.from(`data: ${JSON.stringify(event)}\n\n`));
  reader.end();
  return reader.complete;
}

describe("a stream is complete when each choice that was asked for has finished", () => {
  test.each<[string, object, readonly object[], boolean]>([
    ["one of one", {}, [text(0), finish(0)], true],
    ["one of two that began", { n: 2 }, [text(0), text(1), finish(0)], false],
    ["both of two", { n: 2 }, [text(0), text(1), finish(1), finish(0)], true],
    ["one before the other began", { n: 2 }, [text(0), finish(0)], false],
    ["one before the other, which began late", { n: 2 }, [text(0), finish(0), text(1)], false],
    ["one after the other", { n: 2 }, [text(0), finish(0), text(1), finish(1)], true],
    [
      "both in one event",
      { n: 2 },
      [
        {
          choices: [
            { index: 0, finish_reason: "stop" },
            { index: 1, finish_reason: "stop" },
          ],
        },
      ],
      true,
    ],
    ["one twice", { n: 2 }, [finish(0), finish(0)], false],
    ["more than were asked for, all that began", {}, [text(0), text(1), finish(0), finish(1)], true],
    ["more than were asked for, not all that began", {}, [text(0), text(1), finish(0)], false],
    ["n is null", { n: null }, [finish(0)], true],
    ["n is no number", { n: "2" }, [finish(0)], true],
    ["n is no count", { n: -1.5 }, [finish(0)], true],
    ["more than are told apart", { n: 1e6 }, Array.from({ length: 300 }, (_, index) => finish(index)), true],
    ["a text for each prompt", { prompt: ["a", "b"] }, [words(0, "stop")], false],
    ["a text for each prompt, and both", { prompt: ["a", "b"] }, [words(0, "stop"), words(1, "length")], true],
    ["two texts for each prompt", { prompt: ["a", "b"], n: 2 }, [0, 1, 2].map((index) => words(index, "stop")), false],
    ["the best of several is one", { prompt: "a", best_of: 4 }, [words(0, "stop")], true],
  ])("%s", (_name, request, events, complete) => {
    expect(isComplete(request, events)).toBe(complete);
  });

  test("the end mark alone completes a stream as well", () => {
    const reader = streamReader({ withholdUsage: false, keepText: false, resume: undefined, maxEventBytes: 1024, ask: askOf({ n: 2 }) });
    reader.push(Buffer.from(`data: ${JSON.stringify(finish(0))}\n\ndata: [DONE]\n\n`));
    expect(reader.complete).toBe(true);
  });
});

test.each<[string, object, number]>([
  ["nothing said", {}, 1],
  ["n", { n: 3 }, 3],
  ["one prompt", { prompt: "a, b" }, 1],
  ["a list of texts", { prompt: ["a, [", 'b"', "c"] }, 3],
  ["tokens", { prompt: [1, 2, 3] }, 1],
  ["lists of tokens", { prompt: [[1, 2], [3]] }, 2],
  ["an empty list", { prompt: [] }, 1],
  ["lists of tokens, several of each", { prompt: [[1, 2], [3]], n: 2 }, 4],
  ["a long list", { prompt: Array<string>(1_000_000).fill("") }, 256],
  ["a list whose first prompt is very long", { prompt: [Array<number>(1_000_000).fill(1), [2]] }, 1],
])("choices that are asked for: %s", (_name, request, choices) => {
  expect(choicesAsked(askOf(request))).toBe(choices);
});
