import { fullStatusOf, type FullStatus, type TargetStatus } from "../../../runtime/status";
import { combineFullStatuses } from "../../../runtime/workers/full-status";
import { SERVED } from "../metrics/support";

const target = (parts: Partial<TargetStatus> = {}): TargetStatus => ({
  target: "0:openai/a",
  weight: 70,
  breaker: { phase: "closed", failures: 0, opens_again_in_ms: 0 },
  resting_ms: 0,
  in_flight: 1,
  queue: 2,
  attempts: 10,
  failures: 1,
  figures: { mean: 4 },
  ...parts,
});

const worker = (...targets: TargetStatus[]): FullStatus =>
  fullStatusOf(SERVED, [{ plugin: "route:chat", routes: ["chat"], algorithm: "round-robin", targets }]);

test("loads are added up, the worst circuit is named with all phases, the newest failure is kept", () => {
  const combined = combineFullStatuses(
    SERVED,
    [
      worker(target({ last_error: { outcome: "reset", status: 0, at: "2026-01-01T00:00:00.000Z" } })),
      worker(
        target({
          breaker: { phase: "open", failures: 3, opens_again_in_ms: 900 },
          resting_ms: 50,
          figures: { mean: 8, other: 1 },
          last_error: { outcome: "status", status: 500, at: "2026-01-02T00:00:00.000Z" },
        }),
        target({ target: "1:openai/b", alias: "b" }),
      ),
      worker(target({ breaker: { phase: "half-open", failures: 0, opens_again_in_ms: 0 } })),
    ],
    4,
  );
  expect(combined).toEqual({
    version: 1,
    ...SERVED,
    workers: { expected: 4, answered: 3 },
    plugins: [
      {
        plugin: "route:chat",
        routes: ["chat"],
        algorithm: "round-robin",
        targets: [
          {
            target: "0:openai/a",
            weight: 70,
            breaker: { phase: "open", workers: { closed: 1, open: 1, "half-open": 1 }, failures: 3, opens_again_in_ms: 900 },
            resting_ms: 50,
            in_flight: 3,
            queue: 6,
            attempts: 30,
            failures: 3,
            figures: { mean: 16 / 3, other: 1 },
            last_error: { outcome: "status", status: 500, at: "2026-01-02T00:00:00.000Z" },
          },
          {
            target: "1:openai/b",
            alias: "b",
            weight: 70,
            breaker: { phase: "closed", workers: { closed: 1 }, failures: 0, opens_again_in_ms: 0 },
            resting_ms: 0,
            in_flight: 1,
            queue: 2,
            attempts: 10,
            failures: 1,
            figures: { mean: 4 },
          },
        ],
      },
    ],
  });
});

test("no answer", () => {
  expect(combineFullStatuses(SERVED, [], 2)).toEqual({ version: 1, ...SERVED, workers: { expected: 2, answered: 0 }, plugins: [] });
});

test("of a fetched credential the shortest life is told, and why any worker cannot refresh it", () => {
  const problem = { cause: "the token service answered 500", since: "2026-01-01T00:00:00.000Z" };
  const combined = combineFullStatuses(
    SERVED,
    [worker(target({ credential: { valid_ms: 900 } })), worker(target({ credential: { valid_ms: 0, problem } })), worker(target())],
    3,
  );
  expect(combined.plugins[0]?.targets[0]?.credential).toEqual({ valid_ms: 0, problem });
  expect("credential" in combineFullStatuses(SERVED, [worker(target())], 1).plugins[0]!.targets[0]!).toBe(false);
});
