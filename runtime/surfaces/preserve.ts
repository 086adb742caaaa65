import { promptOf } from "../dialects/openai/prompt";
import { GatewayError } from "../errors";
import { duplicated, findMember, parseMember, scanObject } from "../json/scan";
import { ALL_METHODS, type Surface } from "./surface";

const MODEL: ReadonlySet<string> = new Set(["model"]);

/** A model's name longer than this is none, in bytes. */
const LONGEST_MODEL = 4096;

/** Whatever the client sends, unchanged (`preserve`, deprecated by Kong since 3.10). The model is read where the body is a JSON object. */
export const preserve: Surface = {
  routeType: "preserve",
  methods: ALL_METHODS,
  body: "bytes",
  streams: false,
  texts: undefined,
  accepts: () => true,
  recognises: () => true,
  read(body, scanned) {
    const scan = scanned ?? scanObject(body);
    if (!scan.ok) return { body, scan: undefined, model: undefined, stream: false, wantsUsage: false, reading: undefined };
    if (duplicated(scan, MODEL) !== undefined) {
      throw new GatewayError("duplicate_key", "the request body must hold 'model' once, but it is given more than once");
    }
    const member = findMember(scan, "model");
    const model = member === undefined || member.valueEnd - member.valueStart > LONGEST_MODEL ? undefined : parseMember(body, member);
    return { body, scan, model: typeof model === "string" ? model : undefined, stream: false, wantsUsage: false, reading: undefined };
  },
  prompt: ({ body, scan }) => promptOf(body, scan),
};
