import type { Manner, PrefillForm, Resumption } from "../../runtime/codecs/resumption";
import type { ResumePoint } from "../../runtime/codecs/stream-reader";

/** How most providers continue a text: from its very end, and without any mark. */
export const FORM: PrefillForm = { message: {}, request: {}, echoes: false, trims: false };

export const RESTART: Manner = { kind: "restart" };
export const CONTINUE: Manner = { kind: "continue" };
export const PREFILL: Manner = { kind: "prefill", form: FORM };

/** A call that goes on with a text. */
export const resumptionOf = (text: string, manner: Manner = RESTART, more: Partial<ResumePoint> = {}): Resumption => ({
  point: { id: "first", model: "model of the first", text, usage: undefined, ...more },
  manner,
  by: "1:openai/second",
});
