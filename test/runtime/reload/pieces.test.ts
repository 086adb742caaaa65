import type { Configuration } from "../../../config/configuration";
import type { LoadResult } from "../../../config/declarative/load";
import { Assembly, toPieces } from "../../../runtime/reload/pieces";
import { fc } from "../../support/properties";

const counts = fc.record({ routes: fc.nat(3000), plugins: fc.array(fc.constantFrom(1, 2, 30, 900), { maxLength: 40 }) });

function made({ routes, plugins }: { routes: number; plugins: readonly number[] }): Configuration {
  return {
    services: [{ key: "s", enabled: true }],
    routes: Array.from({ length: routes }, (_, index) => ({ key: `r${index}`, paths: [`/r${index}`] })),
    consumers: [],
    consumer_groups: [],
    plugins: plugins.map((targets, index) => ({
      id: `p${index}`,
      name: "ai-proxy-advanced",
      config: { targets: Array.from({ length: targets }, (_, place) => ({ weight: place, model: { provider: "openai" } })) },
    })),
  } as unknown as Configuration;
}

test("what is cut into pieces and put together again is the same, and no piece is large", () => {
  fc.assert(
    fc.property(counts, (sizes) => {
      const result: LoadResult = { problems: [{ severity: "warning", path: ["x"], message: "x." }], configuration: made(sizes) };
      const assembly = new Assembly();
      let whole: LoadResult | undefined;
      for (const piece of toPieces(result)) {
        expect(JSON.stringify(piece).length).toBeLessThan(100_000);
        whole = assembly.add(piece);
      }
      expect(whole).toEqual(result);
    }),
    { numRuns: 20 },
  );
});

test("a refused file comes without a configuration", () => {
  const problems = [{ severity: "error", path: [], message: "no." }] as const;
  const [only, ...more] = toPieces({ problems: [...problems] });
  expect([new Assembly().add(only!), more]).toEqual([{ problems }, []]);
});
