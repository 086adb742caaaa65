/**
 * What counting costs per exchange: one exchange with one attempt (stream, usage, prices) over four targets, both calls together, as the gateway
 * makes them. Run it with `npx tsx test/runtime/metrics/cost.ts`; it prints the best of five rounds.
 */
import { attempt, metricsOf, plan, route } from "./support";

const { metrics } = metricsOf();
const chat = route("chat");
const entries = [0, 1, 2, 3].map((index) => attempt({ target: plan({ index, prices: { input: 1, output: 2 } }), firstTokenMs: 180 }));

function round(exchanges: number): number {
  const start = process.hrtime.bigint();
  for (let index = 0; index < exchanges; index++) {
    metrics.attemptEnded("chat", entries[index & 3]!);
    metrics.exchangeEnded({ route: chat, status: 200, milliseconds: 700 + (index & 255) });
  }
  return Number(process.hrtime.bigint() - start) / exchanges;
}

const rounds = Array.from({ length: 6 }, () => round(1_000_000)).slice(1);
console.log(`${Math.round(Math.min(...rounds))} ns per exchange`);
