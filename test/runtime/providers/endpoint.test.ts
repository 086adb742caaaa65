import type { ModelOptions } from "../../../config/types.generated";
import { endpointOf } from "../../../runtime/providers/endpoint";

const CHAT = "/v1/chat/completions";

const endpoint = (options: object) => endpointOf("https://api.example.com", CHAT, options as ModelOptions);

test.each<[object, string | null, string, string, string]>([
  [{}, CHAT, "https://api.example.com", "/v1/chat/completions", ""],
  [{ upstream_url: "http://h:8080//a b/ü?x=1 2#z" }, CHAT, "http://h:8080", "/a%20b/%C3%BC", "x=1%202"],
  [{ upstream_url: "http://h:8080/a?x=1" }, null, "http://h:8080", "", ""],
  [{ upstream_path: "a b\\c?x=ü#z" }, null, "https://api.example.com", "/a%20b/c", "x=%C3%BC"],
  [{ upstream_path: "//evil.example/a" }, null, "https://api.example.com", "/evil.example/a", ""],
  [{ upstream_path: "\\\\evil.example/a" }, null, "https://api.example.com", "/evil.example/a", ""],
])("%j at %j leads to %s%s?%s", (options, own, origin, path, query) => {
  expect(endpointOf("https://api.example.com", own ?? undefined, options as ModelOptions)).toMatchObject({ origin, path, query });
});

test.each(["", "h/v1", "//h/v1", "ftp://h", "http://", "http://a b/", "evil/v1/chat", "http:// "])("%j is no address", (upstream_url) => {
  expect(() => endpoint({ upstream_url })).toThrow(expect.objectContaining({ code: "bad_endpoint", status: 400 }) as Error);
});
