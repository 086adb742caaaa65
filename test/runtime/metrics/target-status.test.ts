import type { RouteAction } from "../../../runtime/snapshot/route-plan";
import { servedPlugins } from "../../../runtime/metrics/served-plugins";
import { attempt, metricsOf, plan, served } from "./support";

test("a target's status has its circuit, its load and what became of its calls", () => {
  const { metrics, serve, clock } = metricsOf();
  const target = plan({ phase: "open", alias: "fast", weight: 70 });
  serve(served([target], { balancer: { figures: () => ({ ewma_ms: 5 }) } as never }));
  target.state.inFlight = 3;
  target.state.waiting = 1;
  target.state.restingUntil = 1_000.2;
  metrics.attemptEnded("chat", attempt({ target }));
  clock.time = 10;
  metrics.attemptEnded("chat", attempt({ target, outcome: "read_timeout", status: 0 }));
  metrics.attemptEnded("chat", attempt({ target, outcome: "client_gone" }));
  expect(metrics.plugins()).toEqual([
    {
      plugin: "route:chat",
      routes: ["chat"],
      algorithm: "round-robin",
      targets: [
        {
          target: "0:openai/gpt-4o",
          alias: "fast",
          weight: 70,
          breaker: { phase: "open", failures: 3, opens_again_in_ms: 5_000 },
          resting_ms: 991,
          in_flight: 3,
          queue: 1,
          attempts: 3,
          failures: 1,
          figures: { ewma_ms: 5 },
          last_error: { outcome: "read_timeout", status: 0, at: "2026-01-01T00:00:00.010Z" },
        },
      ],
    },
  ]);
});

test("a target without traffic", () => {
  const { metrics, serve } = metricsOf();
  serve(served([plan()]));
  expect(metrics.plugins()[0]?.targets).toEqual([
    {
      target: "0:openai/gpt-4o",
      weight: 100,
      breaker: { phase: "closed", failures: 3, opens_again_in_ms: 0 },
      resting_ms: 0,
      in_flight: 0,
      queue: 0,
      attempts: 0,
      failures: 0,
      figures: {},
    },
  ]);
});

test("a plugin of several routes is served once, with its targets in the order of the file", () => {
  const { plugin } = served([]);
  const [first, second] = [plan({ index: 0 }), plan({ index: 1 })];
  const action = (key: string): RouteAction =>
    ({
      kind: "serve",
      plan: {
        plugin,
        route: { key },
        state: { balancer: {} },
        groups: [{ candidates: { targets: [second] } }, { candidates: { targets: [first] } }],
      },
    }) as unknown as RouteAction;
  const found = servedPlugins([action("a"), { kind: "no-plugin" } as RouteAction, action("b")]);
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ plugin, routes: ["a", "b"], targets: [first, second] });
});
