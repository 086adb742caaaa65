import type { ModelOptions } from "../../../config/types.generated";
import { endpointOf } from "../../../runtime/providers/endpoint";
import { chat } from "../../../runtime/surfaces/chat";
import { preserve } from "../../../runtime/surfaces/preserve";

const endpoint = (options: object, surface = chat) => endpointOf("https://api.example.com", options as ModelOptions, surface);

test.each<[object, typeof chat, string, string, string]>([
  [{}, chat, "https://api.example.com", "/v1/chat/completions", ""],
  [{ upstream_url: "http://h:8080//a b/ü?x=1 2#z" }, chat, "http://h:8080", "/a%20b/%C3%BC", "x=1%202"],
  [{ upstream_url: "http://h:8080/a?x=1" }, preserve, "http://h:8080", "", ""],
  [{ upstream_path: "a b\\c?x=ü#z" }, preserve, "https://api.example.com", "/a%20b/c", "x=%C3%BC"],
  [{ upstream_path: "//evil.example/a" }, preserve, "https://api.example.com", "/evil.example/a", ""],
  [{ upstream_path: "\\\\evil.example/a" }, preserve, "https://api.example.com", "/evil.example/a", ""],
])("%j on %o leads to %s%s?%s", (options, surface, origin, path, query) => {
  expect(endpoint(options, surface)).toMatchObject({ origin, path, query });
});

test.each(["", "h/v1", "//h/v1", "ftp://h", "http://", "http://a b/", "evil/v1/chat", "http:// "])("%j is no address", (upstream_url) => {
  expect(() => endpoint({ upstream_url })).toThrow(expect.objectContaining({ code: "bad_endpoint", status: 400 }) as Error);
});
