import type { UpstreamSpeech } from "../../codecs/speech";
import type { JsonObject } from "../../conversation/json";
import type { ChatRequest } from "../../conversation/request";
import { EVENT_STREAM } from "../../framing/sse";
import { SseFraming } from "../../framing/sse-framing";
import { anthropic } from "./index";
import { completeUpstream } from "./complete-upstream";

const streams = { streamType: EVENT_STREAM, framing: (maxFrameBytes: number) => new SseFraming(maxFrameBytes) };

/** `/v1/messages`. */
export const messagesSpeech: UpstreamSpeech<ChatRequest> = { dialect: anthropic.upstream, ...streams };

/** The legacy `/v1/complete`. */
export const completeSpeech: UpstreamSpeech<JsonObject> = { dialect: completeUpstream, ...streams };
