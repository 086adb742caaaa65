import type { Json } from "../../../../runtime/conversation/json";
import { readReturnedReasoning } from "../../../../runtime/dialects/openai/reasoning";

const text = (said: string, signature?: string, index?: number): Json => ({
  type: "reasoning.text",
  text: said,
  ...(signature !== undefined && { signature }),
  ...(index !== undefined && { index }),
});
const hidden = (data: string, index?: number): Json => ({ type: "reasoning.encrypted", data, ...(index !== undefined && { index }) });

const signed = (said: string, signature: string): object => ({ type: "reasoning", text: said, signature });
const unsigned = (said: string): object => ({ type: "reasoning", text: said });
const redacted = (data: string): object => ({ type: "reasoning", text: "", redacted: data });

test.each<[string, Json, readonly object[]]>([
  ["the text alone", { reasoning_content: "a" }, [unsigned("a")]],
  ["details without a text", { reasoning_details: [text("a", "proof")] }, [signed("a", "proof")]],
  [
    "details and their text",
    { reasoning_content: "ab", reasoning_details: [text("a", "1", 0), hidden("x", 1), text("b", "2", 2)] },
    [signed("a", "1"), redacted("x"), signed("b", "2")],
  ],
  ["a proof of a text that was never told", { reasoning_details: [text("", "proof", 0)] }, [signed("", "proof")]],
  ["a proof whose text is lost", { reasoning_content: "end", reasoning_details: [text("", "proof", 0)] }, [unsigned("end")]],
  ["a last block, the others being lost", { reasoning_content: "b", reasoning_details: [text("b", "2", 1)] }, [unsigned("b")]],
  ["a last block that is hidden", { reasoning_content: "end", reasoning_details: [hidden("x", 1)] }, [unsigned("end")]],
  ["a hidden block that was not the first", { reasoning_details: [hidden("x", 1)] }, []],
  ["details without a proof that differ", { reasoning_content: "b", reasoning_details: [text("a")] }, [unsigned("a")]],
  ["an index that is none", { reasoning_details: [{ type: "reasoning.text", text: "a", signature: "1", index: "1" }] }, [signed("a", "1")]],
])("%s", (_name, message, expected) => {
  expect(readReturnedReasoning(message)).toEqual(expected);
});
