import type { UpstreamSpeech } from "../../../../../runtime/codecs/speech";
import type { ChatRequest } from "../../../../../runtime/conversation/request";
import { SseFraming } from "../../../../../runtime/framing/sse-framing";
import { tinyUpstream } from "./upstream";

export const tinySpeech: UpstreamSpeech<ChatRequest> = {
  dialect: tinyUpstream,
  streamType: "text/event-stream",
  framing: (maxFrameBytes) => new SseFraming(maxFrameBytes),
};
