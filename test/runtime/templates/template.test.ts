import { fc } from "../../support/properties";
import {
  TemplateProblem,
  compileTemplate,
  compileTemplates,
  type RenderOptions,
  type TemplateSources,
} from "../../../runtime/templates/template";

function sources(values: Readonly<Record<string, string>>): TemplateSources {
  return {
    header: (name) => values[`headers.${name}`],
    uriCapture: (name) => values[`uri_captures.${name}`],
    queryParam: (name) => values[`query_params.${name}`],
  };
}

function render(text: string, values: Readonly<Record<string, string>> = {}, options?: RenderOptions): string | undefined {
  return compileTemplate(text)?.render(sources(values), options);
}

/** Renders a template around the header `x`. */
const withHeader = (text: string, value: string, options?: RenderOptions): string | undefined =>
  render(text, { "headers.x": value }, options);

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

describe("what a value may hold", () => {
  const segment = { singleSegment: true };

  test.each<[string, string, RenderOptions | undefined]>([
    ["$(headers.x)", "meta-llama/Llama-3.1-8B:free", undefined],
    ["$(headers.x)", "gpt..4", undefined],
    ["$(headers.x)", "a...", undefined],
    ["$(headers.x)", "ünï", undefined],
    ["$(headers.x)", "llama3:8b", segment],
    ["https://$(headers.x).openai.azure.com/v1", "my-instance", undefined],
    ["https://h/models/$(headers.x)", "meta-llama/Llama-3", undefined],
    ["https://h/../$(headers.x)", "a", undefined],
    ["https://h/deployments/$(headers.x)/chat", "gpt-4o", undefined],
  ])("%j takes %j", (text, value, options) => {
    expect(withHeader(text, value, options)).toBe(text.replace("$(headers.x)", value));
  });

  test.each<[string, string, string, RenderOptions | undefined]>([
    ["$(headers.x)", "a\r\nb", "control characters", undefined],
    ["$(headers.x)", "a%0d%0ab", "control characters", undefined],
    ["$(headers.x)", "a\u007f", "control characters", undefined],
    ["$(headers.x)", "..", "'..' segments", undefined],
    ["$(headers.x)", "a/../b", "'..' segments", undefined],
    ["$(headers.x)", "a\\..\\b", "'..' segments", undefined],
    ["$(headers.x)", "%2e%2E/b", "'..' segments", undefined],
    ["$(headers.x)", "a%2f..", "'..' segments", undefined],
    ["$(headers.x)", "http://evil.example/", "a scheme", undefined],
    ["$(headers.x)", "//evil.example/", "a scheme", undefined],
    ["$(headers.x)", "http:%2f%2fevil.example", "a scheme", undefined],
    ["$(headers.x)", "a/b", "'/'", segment],
    ["$(headers.x)", "a%2Fb", "'/'", segment],
    ["$(headers.x)", "a\\b", "'/'", segment],
    ["$(headers.x)", "a?b", "'?'", segment],
    ["$(headers.x)", "a%23b", "'?'", segment],
    ["https://$(headers.x).openai.azure.com/v1", "evil.example/", "host name", undefined],
    ["https://$(headers.x).openai.azure.com/v1", "evil.example#", "host name", undefined],
    ["https://$(headers.x).openai.azure.com/v1", "me@evil.example", "host name", undefined],
    ["https://a-$(headers.x):8080/v1", "b:1", "host name", undefined],
    ["https://h/deployments/$(headers.x)/chat", "a/b", "'/'", undefined],
    ["https://h/models/$(headers.x)", "a?key=b", "'?'", undefined],
    ["/models/$(headers.x)", "a#b", "'?'", undefined],
  ])("%j refuses %j: %s", (text, value, message, options) => {
    expect(() => withHeader(text, value, options)).toThrow(TemplateProblem);
    expect(() => withHeader(text, value, options)).toThrow(message);
    // The name of the value, never the value.
    expect(() => withHeader(text, value, options)).toThrow(/^headers key x must not/);
  });

  test.each([
    ["$(headers.x)$(headers.x)", "."],
    ["/a/.$(headers.x)/b", "."],
    ["/a/%2e$(headers.x)", "."],
    ["/a/$(headers.x)./b", "."],
  ])("%j with %j forms '..'", (text, value) => {
    expect(() => withHeader(text, value)).toThrow("must not form '..' segments");
  });

  test("no value of a header reaches another host or climbs, in any kind of text", () => {
    const value = fc
      .array(fc.constantFrom("..", ".", "/", "\\", "a", "%2e", "%2f", ":", "//", "@", "?", "#", "evil.example"), {
        minLength: 1,
        maxLength: 6,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(
        value,
        fc.constantFrom(
          "https://$(headers.x).good.example/base/v1",
          "https://good.example/base/$(headers.x)/v1",
          "https://good.example/base/$(headers.x)",
        ),
        (given, text) => {
          let url: URL;
          try {
            url = new URL(withHeader(text, given) ?? "");
          } catch {
            return;
          }
          expect(url.hostname.endsWith("good.example")).toBe(true);
          expect(url.pathname.startsWith("/base/")).toBe(true);
          expect(url.search + url.hash + url.username).toBe("");
        },
      ),
      { numRuns: 3000 },
    );
  });
});

describe("compileTemplates", () => {
  const request = sources({ "headers.model": "gpt-4o", "headers.slash": "a/b", "headers.host": "evil.example/" });

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
  ])("%s is part of an address", (field, header, message) => {
    expect(() => compileTemplates({ nested: { [field]: `$(headers.${header})` } }).render(request)).toThrow(message);
  });

  test("other fields may hold slashes", () => {
    expect(compileTemplates({ video_output_s3_uri: "s3://bucket/$(headers.slash)" }).render(request)).toEqual({
      video_output_s3_uri: "s3://bucket/a/b",
    });
  });
});
