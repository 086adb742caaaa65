import type { Resumption } from "../../runtime/codecs/resumption";
import type { StreamReader } from "../../runtime/codecs/stream-reader";
import type { StreamReaderOptions } from "../../runtime/dialects/openai/reader-options";
import { ResumedStreamReader } from "../../runtime/dialects/openai/resume";
import { OpenAiStreamReader } from "../../runtime/dialects/openai/stream";

/** The reader that a passing exchange makes. */
export const streamReader = ({ resume, ...options }: StreamReaderOptions & { readonly resume: Resumption | undefined }): StreamReader =>
  resume === undefined ? new OpenAiStreamReader(options) : new ResumedStreamReader(resume, options);
