import { anyCharacter, fc } from "../../support/properties";
import type { Use } from "../../../config/templates/place";
import { TemplateProblem, compileTemplate, compileTemplates, type TemplateSources } from "../../../runtime/templates/template";
import { parsedUrl } from "../../../config/parsed-url";

function sources(values: Readonly<Record<string, string>>): TemplateSources {
  return {
    header: (name) => values[`headers.${name}`],
    uriCapture: (name) => values[`uri_captures.${name}`],
    queryParam: (name) => values[`query_params.${name}`],
  };
}

function render(text: string, values: Readonly<Record<string, string>> = {}, use?: Use): string | undefined {
  return compileTemplate(text, use)?.render(sources(values));
}

/** Renders a template around the header `x`. */
const withHeader = (text: string, value: string, use?: Use): string | undefined => render(text, { "headers.x": value }, use);

describe("rendering", () => {
  test("texts without an expression need none", () => {
    expect(compileTemplate("gpt-4o")).toBeUndefined();
    expect(compileTemplate("$5 (five)")).toBeUndefined();
  });

  test("any number of expressions of all sources, with the text around them", () => {
    const values = { "headers.x-team": "a", "uri_captures.model": "b", "query_params.Region": "c" };
    expect(render("<$(headers.X-Team)$(uri_captures.model)-$(query_params.Region)>", values)).toBe("<ab-c>");
  });

  test("an inserted value is not rendered again", () => {
    expect(withHeader("$(headers.x)", "$(headers.y)")).toBe("$(headers.y)");
  });

  test.each([
    ["$(headers.x-model)", "headers key x-model was not provided"],
    ["$(uri_captures.model)", "uri_captures key model was not provided"],
    ["a-$(query_params.m)", "query_params key m was not provided"],
    ["$(cookies.x)", "source 'cookies' is not supported"],
    ["$(constructor.x)", "source 'constructor' is not supported"],
    ["$(headers)", "cannot parse expression for field '$(headers)'"],
    ["$(headers.a.b)", "cannot parse expression for field '$(headers.a.b)'"],
    ["$(headers.)", "cannot parse expression for field '$(headers.)'"],
    ["$(.x)", "cannot parse expression for field '$(.x)'"],
    ["a $(headers.x", "cannot parse expression for field 'a $(headers.x'"],
  ])("%j fails: %s", (text, message) => {
    expect(() => render(text)).toThrow(new TemplateProblem(message));
  });

  test("an empty value is none", () => {
    expect(() => withHeader("$(headers.x)", "")).toThrow("headers key x was not provided");
  });
});

const INSTANCE = "https://$(headers.x).openai.azure.com/v1";
const DEPLOYMENT = "https://h/deployments/$(headers.x)/chat";
const MODELS = "https://h/models/$(headers.x)";
const QUERY = "https://h/v1?region=$(headers.x)&v=1";

describe("what a value may hold", () => {
  test.each<[string, string, Use, string]>([
    ["$(headers.x)", "meta-llama/Llama-3.1-8B:free", "text", "meta-llama/Llama-3.1-8B:free"],
    ["$(headers.x)", "gpt..4", "text", "gpt..4"],
    ["$(headers.x)", "a...", "text", "a..."],
    ["$(headers.x)", "ünï & more", "text", "ünï & more"],
    ["$(headers.x)", ".", "text", "."],
    ["$(headers.x)", "2023-06-01 é", "header", "2023-06-01 é"],
    ["$(headers.x)", "llama3:8b", "segment", "llama3:8b"],
    ["$(headers.x)", "a b?c#d;e%zz", "segment", "a%20b%3Fc%23d%3Be%25zz"],
    [INSTANCE, "my-instance", "url", "https://my-instance.openai.azure.com/v1"],
    [INSTANCE, "münchen", "url", "https://xn--mnchen-3ya.openai.azure.com/v1"],
    ["https://$(headers.x)/v1", "api.example.com", "url", "https://api.example.com/v1"],
    ["https://h:$(headers.x)/v1", "8443", "url", "https://h:8443/v1"],
    ["$(headers.x)://h/v1", "http", "url", "http://h/v1"],
    ["$(headers.x)/v1/chat", "https://api.example.com:8443", "url", "https://api.example.com:8443/v1/chat"],
    [MODELS, "meta-llama/Llama-3", "url", "https://h/models/meta-llama/Llama-3"],
    [MODELS, "a?key=b", "url", "https://h/models/a%3Fkey=b"],
    [MODELS, "ünï", "url", "https://h/models/%C3%BCn%C3%AF"],
    ["https://h/../$(headers.x)", "a", "url", "https://h/../a"],
    [DEPLOYMENT, "gpt-4o", "url", "https://h/deployments/gpt-4o/chat"],
    [DEPLOYMENT, "a b", "url", "https://h/deployments/a%20b/chat"],
    [QUERY, "a&b=c#d+e", "url", "https://h/v1?region=a%26b%3Dc%23d%2Be&v=1"],
    ["/models/$(headers.x)", "a#b", "path", "/models/a%23b"],
    ["$(headers.x)", "v1/a b", "path", "v1/a%20b"],
  ])("%j with %j as %s is %j", (text, value, use, expected) => {
    expect(withHeader(text, value, use)).toBe(expected);
  });

  test.each<[string, string, string, Use]>([
    ["$(headers.x)", "a\r\nb", "control characters", "text"],
    ["$(headers.x)", "a%0d%0ab", "control characters", "text"],
    ["$(headers.x)", "a\u007f", "control characters", "text"],
    ["$(headers.x)", "a\u0085", "control characters", "text"],
    ["$(headers.x)", "a\ud800", "halves of characters", "text"],
    ["$(headers.x)", "模", "characters beyond Latin-1", "header"],
    ["$(headers.x)", "a\u2028b", "characters beyond Latin-1", "header"],
    ["$(headers.x)", "a\r\nb", "control characters", "header"],
    ["$(headers.x)", "..", "'..' segments", "text"],
    ["$(headers.x)", "..;", "'..' segments", "text"],
    ["$(headers.x)", "a/..;v=1/b", "'..' segments", "text"],
    ["$(headers.x)", "a/../b", "'..' segments", "text"],
    ["$(headers.x)", "a\\..\\b", "'..' segments", "text"],
    ["$(headers.x)", "%2e%2E/b", "'..' segments", "text"],
    ["$(headers.x)", "%252e%252e/b", "'..' segments", "text"],
    ["$(headers.x)", "a%2f..", "'..' segments", "text"],
    ["$(headers.x)", " ..", "'..' segments", "text"],
    ["$(headers.x)", "http://evil.example/", "a scheme", "text"],
    ["$(headers.x)", "//evil.example/", "a scheme", "text"],
    ["$(headers.x)", "/\\evil.example/", "a scheme", "text"],
    ["$(headers.x)", "http:evil", "a scheme", "text"],
    ["$(headers.x)", " HTTPS:evil", "a scheme", "text"],
    ["$(headers.x)", "http:%2f%2fevil.example", "a scheme", "text"],
    [MODELS, ".", "'.' or '..' segments", "url"],
    [MODELS, "a/.;x/b", "'.' or '..' segments", "url"],
    [MODELS, "http:evil", "a scheme", "url"],
    ["$(headers.x)", "a/b", "'/'", "segment"],
    ["$(headers.x)", "a%2Fb", "'/'", "segment"],
    ["$(headers.x)", "a\\b", "'/'", "segment"],
    ["$(headers.x)", "a%255cb", "'/'", "segment"],
    [INSTANCE, "evil.example/", "host name", "url"],
    [INSTANCE, "evil.example#", "host name", "url"],
    [INSTANCE, "a.b", "host name", "url"],
    [INSTANCE, "me@evil.example", "host name", "url"],
    [INSTANCE, "ｅｖｉｌ．example／", "host name", "url"],
    [INSTANCE, "%65vil", "host name", "url"],
    [INSTANCE, "é/x", "host name", "url"],
    [INSTANCE, "a／b", "host name", "url"],
    ["https://a-$(headers.x):8080/v1", "b:1", "host name", "url"],
    ["https:$(headers.x)", "evil.example/", "host name", "url"],
    ["https://h:$(headers.x)/v1", "80@evil.example", "a port", "url"],
    ["https://h:$(headers.x)/v1", "", "was not provided", "url"],
    ["$(headers.x)://h/v1", "http:", "scheme", "url"],
    ["$(headers.x)/v1/chat", "http:evil", "an origin", "url"],
    ["$(headers.x)/v1/chat", "evil.example", "an origin", "url"],
    ["$(headers.x)/v1/chat", "http://me@evil.example", "an origin", "url"],
    ["$(headers.x)/v1/chat", "http://evil.example/", "an origin", "url"],
    [DEPLOYMENT, "a/b", "'/'", "url"],
  ])("%j refuses %j: %s", (text, value, message, use) => {
    expect(() => withHeader(text, value, use)).toThrow(TemplateProblem);
    expect(() => withHeader(text, value, use)).toThrow(message);
    // The name of the value, never the value.
    expect(() => withHeader(text, value, use)).toThrow(/^headers key x (?:must not|was not)/);
  });

  test.each<[string, string, Use]>([
    ["$(headers.x)$(headers.x)", ".", "text"],
    ["/a/v$(headers.x)/../..$(headers.x)", ";x", "path"],
    ["https://h/./a/.$(headers.x)/b", ";", "url"],
  ])("%j with %j forms '..'", (text, value, use) => {
    expect(() => withHeader(text, value, use)).toThrow("must not form '.' or '..' segments");
  });

  const odd = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          "..",
          ".",
          ";",
          "/",
          "\\",
          "a",
          "%2e",
          "%2f",
          "%25",
          ":",
          "//",
          "@",
          "?",
          "#",
          "&",
          "=",
          "+",
          " ",
          "http:",
          "evil.example",
          "é",
          "．",
        ),
        fc.string({ unit: anyCharacter, maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 6 },
    )
    .map((parts) => parts.join(""));

  /** The URL that a value gives; undefined if it is refused. */
  const urlOf = (text: string, value: string): URL | undefined => {
    let rendered: string | undefined;
    try {
      rendered = withHeader(text, value, "url");
    } catch (error) {
      expect(error).toBeInstanceOf(TemplateProblem);
      return undefined;
    }
    return new URL(rendered ?? "");
  };

  test("any value in one segment is refused, or is that segment and changes nothing else", () => {
    let taken = 0;
    fc.assert(
      fc.property(odd, (value) => {
        const url = urlOf("https://good.example/base/$(headers.x)/v1?a=b", value);
        if (url === undefined) return;
        taken++;
        const segments = url.pathname.split("/");
        expect([url.origin, segments.length, segments[1], segments[3], url.search, url.hash]).toEqual([
          "https://good.example",
          4,
          "base",
          "v1",
          "?a=b",
          "",
        ]);
        expect(decodeURIComponent(segments[2] ?? "")).toBe(value);
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("any value at the end of a path is refused, or stays below it", () => {
    let taken = 0;
    fc.assert(
      fc.property(odd, (value) => {
        const url = urlOf("https://good.example/base/$(headers.x)", value);
        if (url === undefined) return;
        taken++;
        expect([url.origin, url.search, url.hash, url.username]).toEqual(["https://good.example", "", "", ""]);
        expect(decodeURIComponent(url.pathname)).toBe(`/base/${value}`);
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("any value in a query is refused, or is that parameter alone", () => {
    let taken = 0;
    fc.assert(
      fc.property(odd, (value) => {
        const url = urlOf("https://good.example/v1?x=$(headers.x)&v=1", value);
        if (url === undefined) return;
        taken++;
        expect([url.origin, url.pathname, url.hash]).toEqual(["https://good.example", "/v1", ""]);
        expect([...url.searchParams]).toEqual([
          ["x", value],
          ["v", "1"],
        ]);
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  test("any value in a host is refused, or is a label below the same name", () => {
    let taken = 0;
    fc.assert(
      fc.property(fc.oneof(odd, fc.stringMatching(/^[a-zA-Zé-]{1,5}$/)), (value) => {
        const rendered = (() => {
          try {
            return withHeader("https://$(headers.x).good.example/v1?a=b", value, "url");
          } catch {
            return undefined;
          }
        })();
        if (rendered === undefined || parsedUrl(rendered) === undefined) return;
        taken++;
        const url = new URL(rendered);
        expect(url.hostname).toMatch(/^[^.]+\.good\.example$/);
        expect([url.protocol, url.port, url.username, url.pathname, url.search, url.hash]).toEqual(["https:", "", "", "/v1", "?a=b", ""]);
      }),
      { numRuns: 600 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});

describe("compileTemplates", () => {
  const request = sources({ "headers.model": "gpt-4o", "headers.slash": "a/b", "headers.host": "evil.example/", "headers.dotted": "a.b" });

  test.each([[{ upstream_url: "http://x/", max_tokens: 5, gemini: null }], ["text"], [undefined], [null], [[1, "a"]]])(
    "gives %j itself back",
    (value) => {
      const compiled = compileTemplates(value);
      expect(compiled.templated).toBe(false);
      expect(compiled.render(request)).toBe(value);
    },
  );

  test("fills strings at any depth and leaves the original and the rest alone", () => {
    const untouched = { a: 1 };
    const value = { bedrock: { aws_region: "$(headers.model)", other: untouched }, list: ["x", "$(headers.model)!"], n: 1, untouched };
    const before = structuredClone(value);
    const compiled = compileTemplates(value);
    const rendered = compiled.render(request);
    expect(compiled.templated).toBe(true);
    expect(rendered).toEqual({ bedrock: { aws_region: "gpt-4o", other: { a: 1 } }, list: ["x", "gpt-4o!"], n: 1, untouched: { a: 1 } });
    expect(rendered.untouched).toBe(untouched);
    expect(value).toEqual(before);
  });

  test.each([
    ["azure_deployment_id", "slash", "one path segment"],
    ["project_id", "slash", "one path segment"],
    ["azure_instance", "host", "host name"],
    ["aws_region", "host", "host name"],
    ["azure_instance", "dotted", "one part of a host name"],
  ])("%s is part of an address", (field, header, message) => {
    expect(() => compileTemplates({ nested: { [field]: `$(headers.${header})` } }).render(request)).toThrow(message);
  });

  test.each([
    ["azure_instance", "dotted", "a.b"],
    ["azure_instance", "model", "gpt-4o"],
  ])("beside an address of the target's own, %s is no part of one", (field, header, expected) => {
    const compiled = compileTemplates({ upstream_url: "http://h/", [field]: `$(headers.${header})` });
    expect(compiled.render(request)).toEqual({ upstream_url: "http://h/", [field]: expected });
  });

  test("other fields may hold slashes", () => {
    expect(compileTemplates({ video_output_s3_uri: "s3://bucket/$(headers.slash)" }).render(request)).toEqual({
      video_output_s3_uri: "s3://bucket/a/b",
    });
  });
});
