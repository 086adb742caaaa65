import { fc } from "../../support/properties";
import { UsageExchange } from "../../../runtime/shared-state/usage-exchange";
import type { Breaker } from "../../../runtime/targets/breaker";
import { TargetState } from "../../../runtime/targets/state";

const targets = new Map(["a", "b"].map((id) => [id, new TargetState(id, {} as Breaker)]));
const [a, b] = [targets.get("a")!, targets.get("b")!];

function exchangeOf() {
  const exchange = new UsageExchange();
  exchange.serve(targets);
  const share = exchange.share();
  const heard: [string, number][] = [];
  share.hear = ({ id }, amount) => heard.push([id, amount]);
  return { exchange, share, heard };
}

test("nothing told is nothing to say", () => {
  const { exchange, share } = exchangeOf();
  share.tell(a, 0);
  share.tell(a, NaN);
  share.tell(a, Infinity);
  expect(exchange.take()).toBe("");
});

test("what was confirmed is not told again", () => {
  const { exchange, share } = exchangeOf();
  share.tell(a, 5);
  expect(exchange.take()).toBe('{"a":[5,5]}');
  share.tell(a, 2);
  share.tell(b, 1);
  exchange.confirmed();
  expect(exchange.take()).toBe('{"a":[7,2],"b":[1,1]}');
  exchange.confirmed();
  expect(exchange.take()).toBe("");
});

test("a listener that comes late hears what is new only", () => {
  const { exchange, heard } = exchangeOf();
  exchange.heard("them", '{"a":[1000,3]}', 0);
  exchange.heard("them", '{"a":[1004,4]}', 0);
  expect(heard).toEqual([
    ["a", 3],
    ["a", 4],
  ]);
});

test("text that is none, and targets that are not in use, are as if not told", () => {
  const { exchange, heard } = exchangeOf();
  for (const text of ["", "{", "null", "[]", "7", '{"c":[1,1]}', '{"a":1}', '{"a":["1","1"]}', '{"a":[1]}', '{"__proto__":[1,1]}']) {
    exchange.heard("them", text, 0);
  }
  expect(heard).toEqual([]);
});

test("what could not be told for 30 s is given up, and told anew under another name", () => {
  const { exchange, share } = exchangeOf();
  const { sender } = exchange;
  share.tell(a, 5);
  exchange.take();
  expect(exchange.failed(1000)).toBe(0);
  exchange.take();
  expect(exchange.failed(30_999)).toBe(0);
  exchange.take();
  expect(exchange.failed(31_000)).toBe(1);
  expect(exchange.sender).not.toBe(sender);
  share.tell(a, 1);
  expect(exchange.take()).toBe('{"a":[1,1]}');
});

test("targets and senders that are gone are forgotten", () => {
  const { exchange, share, heard } = exchangeOf();
  share.tell(a, 5);
  share.tell(b, 5);
  exchange.serve(new Map([["b", b]]));
  expect(exchange.take()).toBe('{"b":[5,5]}');
  for (let sender = 0; sender < 1000; sender++) exchange.heard(`sender ${sender}`, '{"b":[1,1]}', sender);
  exchange.sweep(61_500);
  expect((exchange as unknown as { senders: Map<string, unknown> }).senders.size).toBe(0);
  expect(heard).toHaveLength(1000);
});

test("property: whatever is lost on the way there or back, each amount is heard once in the end", () => {
  const step = fc.record({ amount: fc.integer({ min: -100, max: 100 }), fate: fc.constantFrom("arrives", "request lost", "reply lost") });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const { exchange, share } = exchangeOf();
      const listener = exchangeOf();
      const call = (fate: string): void => {
        const text = exchange.take();
        if (fate !== "request lost" && text !== "") listener.exchange.heard(exchange.sender, text, 0);
        if (fate === "arrives") exchange.confirmed();
        else exchange.failed(0);
      };
      let told = 0;
      for (const { amount, fate } of steps) {
        share.tell(a, amount);
        told += amount;
        call(fate);
      }
      call("arrives");
      expect(listener.heard.reduce((sum, [, amount]) => sum + amount, 0)).toBe(told);
    }),
  );
});
