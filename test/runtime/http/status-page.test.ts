import { statusPage } from "../../../runtime/http/status-page";
import { fullStatusOf, type FullStatus, type TargetStatus } from "../../../runtime/status";
import { SERVED } from "../metrics/support";

const NOW = new Date(Date.UTC(2026, 0, 2, 3, 4, 5));
const EVIL = `"><script>alert('x')</script>&`;

const target = (parts: Partial<TargetStatus> = {}): TargetStatus => ({
  target: "0:openai/gpt-4o",
  weight: 70,
  breaker: { phase: "closed", failures: 0, opens_again_in_ms: 0 },
  resting_ms: 0,
  in_flight: 2,
  queue: 0,
  attempts: 30,
  failures: 3,
  figures: {},
  ...parts,
});

const page = (targets: readonly TargetStatus[], parts: Partial<FullStatus> = {}): string =>
  statusPage({ ...fullStatusOf(SERVED, [{ plugin: "route:chat", routes: ["chat"], algorithm: "round-robin", targets }]), ...parts }, NOW);

test("targets with their circuits, shares and figures", () => {
  const html = page([
    target({ alias: "fast", figures: { ewma_ms: 12.34567 } }),
    target({
      target: "1:openai/b",
      attempts: 10,
      breaker: { phase: "open", failures: 0, opens_again_in_ms: 4_200, workers: { closed: 1, open: 1 } },
      resting_ms: 900,
    }),
  ]);
  expect(html).toContain("width:75%");
  expect(html).toContain("width:25%");
  expect(html).toContain("alias fast");
  expect(html).toContain("ewma_ms 12.35");
  expect(html).toContain('<span class="pill bad">open</span>');
  expect(html).toContain("1 closed, 1 open");
  expect(html).toContain("next probe in 5 s");
  expect(html).toContain("rests for 1 s");
  expect(html).toContain("10 %");
  expect(html).toContain("2026-01-02 03:04:05 UTC");
});

test("a credential that cannot be refreshed says why, and whether there is still one", () => {
  const problem = { cause: "the token service answered <500>", since: "2026-01-01T00:00:00.000Z" };
  const shown = (valid_ms: number) => page([target({ credential: { valid_ms, problem } })]);
  expect(shown(5)).toContain('<small class="warn">credential: the token service answered &lt;500&gt;</small>');
  expect(shown(0)).toContain('<small class="bad">credential:');
  expect(page([target({ credential: { valid_ms: 5 } })])).not.toContain("credential:");
});

test("every text is escaped", () => {
  const evil: FullStatus = {
    version: 1,
    ready: true,
    draining: false,
    configuration: { state: "refused", reason: EVIL, problems: [EVIL], digest: EVIL },
    plugins: [
      {
        ...{ plugin: EVIL, routes: [EVIL], algorithm: EVIL },
        targets: [
          target({
            ...{ target: EVIL, alias: EVIL, figures: { [EVIL]: 1 }, last_error: { outcome: EVIL, status: 500, at: EVIL } },
            breaker: { phase: "closed", failures: 0, opens_again_in_ms: 0, workers: { closed: 1, [EVIL]: 1 } as never },
          }),
        ],
      },
    ],
  };
  const html = statusPage(evil, NOW);
  expect(html).not.toMatch(/<script|alert\('/);
  // each of the texts that were cut keeps its first quote escaped too
  expect(html.match(/&quot;&gt;&lt;script/g)?.length).toBeGreaterThanOrEqual(9);
});

test("the page needs nothing else and loads itself anew", () => {
  const html = page([target()]);
  expect(html).toContain('<meta http-equiv="refresh" content="5">');
  expect(html).not.toMatch(/<script|<link|src=|href=|url\(/);
});

test.each<[Partial<FullStatus>, string]>([
  [{}, '<span class="pill good">ready</span>'],
  [{ ready: false, draining: true }, '<span class="pill warn">draining</span>'],
  [{ ready: false }, '<span class="pill bad">not ready</span>'],
  [{ workers: { expected: 4, answered: 3 } }, '<span class="pill bad">3 of 4 workers</span>'],
  [{ plugins: [] }, "No plugin is served."],
])("%j", (parts, part) => expect(page([target()], parts)).toContain(part));
