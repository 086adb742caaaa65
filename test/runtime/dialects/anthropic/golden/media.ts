import type { Body, Golden } from "../support";

const model = "claude-haiku-4-5";

/** Pictures and files. */
export const media: readonly Golden[] = [
  {
    title: "pictures by data, address and id",
    model,
    asked: {
      messages: [
        {
          role: "user",
          parts: [
            { type: "text", text: "Compare" },
            { type: "image", source: { kind: "data", mediaType: "image/jpg", data: "AAAA" }, detail: "low" },
            { type: "image", source: { kind: "url", url: "https://example.com/a.png" }, cacheControl: { type: "ephemeral", ttl: "1h" } },
            { type: "image", source: { kind: "id", id: "file_1" }, detail: "auto" },
          ],
        },
      ],
      maxTokens: 10,
    },
    sent: {
      model,
      max_tokens: 10,
      stream: false,
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Compare" },
            { type: "image", source: { type: "base64", media_type: "image/jpeg", data: "AAAA" } },
            { type: "image", source: { type: "url", url: "https://example.com/a.png" }, cache_control: { type: "ephemeral", ttl: "1h" } },
            { type: "image", source: { type: "file", file_id: "file_1" } },
          ],
        },
      ],
    } satisfies Body,
    dropped: ["messages.image_url.detail"],
  },
  {
    title: "files: a PDF, a text, a picture, an address",
    model,
    asked: {
      messages: [
        {
          role: "user",
          parts: [
            { type: "file", name: "a.pdf", source: { kind: "data", mediaType: "application/pdf", data: "JVBERi0=" } },
            { type: "file", name: "a.csv", source: { kind: "data", mediaType: "text/csv", data: Buffer.from("ä,b").toString("base64") } },
            { type: "file", name: "a.png", source: { kind: "data", mediaType: "image/png", data: "AAAA" } },
            { type: "file", source: { kind: "url", url: "https://example.com/a.pdf" } },
          ],
        },
      ],
      maxTokens: 10,
    },
    sent: {
      model,
      max_tokens: 10,
      stream: false,
      messages: [
        {
          role: "user",
          content: [
            { type: "document", source: { type: "base64", media_type: "application/pdf", data: "JVBERi0=" }, title: "a.pdf" },
            { type: "document", source: { type: "text", media_type: "text/plain", data: "ä,b" }, title: "a.csv" },
            { type: "image", source: { type: "base64", media_type: "image/png", data: "AAAA" } },
            { type: "document", source: { type: "url", url: "https://example.com/a.pdf" } },
          ],
        },
      ],
    } satisfies Body,
  },
];
