import {
  NoMatch,
  type Balancer,
  type CandidateSet,
  type Choice,
  type ChoiceRequest,
  type Chosen,
} from "../../../runtime/balancers/balancer";
import { roundRobin } from "../../../runtime/balancers/round-robin";
import type { TargetPlan } from "../../../runtime/targets/target-plan";
import { chat } from "../../../runtime/surfaces/chat";
import { CHAT, document, post, startTestGateway, target, until, type TestGateway } from "../../support/gateway";
import { TestUpstream } from "../../support/upstream";

type Choose = (candidates: CandidateSet, request: ChoiceRequest) => Chosen | Promise<Chosen>;

/** A balancer that chooses as a test wants, and notes what becomes of it. */
class Fake implements Balancer {
  choose: Choose = first;
  readonly prepared: (readonly TargetPlan[])[] = [];
  closed = 0;
  started(): void {
    // learns nothing
  }
  finished(): void {
    // learns nothing
  }
  figures(): Readonly<Record<string, number>> {
    return {};
  }
  prepare(targets: readonly TargetPlan[]): void | Promise<void> {
    this.prepared.push(targets);
  }
  close(): void {
    this.closed++;
  }
}

const choiceOf = (target: TargetPlan): Choice => ({ target, next: () => undefined });
const first = ({ targets }: CandidateSet): Choice => choiceOf(targets[0]!);
const later = <T>(value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, 5, value));

let upstream: TestUpstream;
let gateway: TestGateway | undefined;
let fakes: Fake[];

beforeAll(async () => {
  upstream = await TestUpstream.start();
});
beforeEach(() => {
  upstream.calls.length = 0;
  fakes = [];
});
afterEach(async () => {
  await gateway?.close();
  gateway = undefined;
  jest.restoreAllMocks();
});
afterAll(() => upstream.close());

const config = (more: object = {}, plugin: object = {}): object =>
  document({ ...plugin, targets: ["a", "b"].map((name) => target(upstream.url, { name, ...more })) });

/** A gateway whose `round-robin` is a fake. */
async function start(choose: Choose = first, made?: (fake: Fake) => void, plugin: object = {}): Promise<TestGateway> {
  jest.spyOn(roundRobin, "create").mockImplementation(() => {
    const fake = new Fake();
    fake.choose = choose;
    made?.(fake);
    fakes.push(fake);
    return fake;
  });
  return (gateway = await startTestGateway(config({}, plugin)));
}

const ask = async (body: unknown = CHAT): Promise<[number, unknown]> => {
  const response = await post(`${gateway!.url}/chat`, body);
  const { error } = (await response.json()) as { error?: { code: string; message: string } };
  return [response.status, error];
};

describe("a choice", () => {
  test.each<[string, Choose, number, object | undefined]>([
    ["at once", first, 200, undefined],
    ["promised", (candidates) => later(first(candidates)), 200, undefined],
    ["of none", () => undefined, 503, { code: "all_open" }],
    ["of none, promised", () => later(undefined), 503, { code: "all_open" }],
    ["that nothing matches", () => new NoMatch("no target is about that"), 404, { code: "no_match", message: "no target is about that" }],
    ["that nothing matches, promised", () => later(new NoMatch("nothing near")), 404, { code: "no_match", message: "nothing near" }],
    ["that throws", () => fail(), 500, { code: "internal" }],
    ["whose promise is broken", () => later(undefined).then(fail), 500, { code: "internal" }],
  ])("%s", async (_, choose, status, error) => {
    await start(choose);
    const [got, what] = await ask();
    expect(got).toBe(status);
    if (error === undefined) expect(what).toBeUndefined();
    else expect(what).toMatchObject(error);
    expect(upstream.calls).toHaveLength(status === 200 ? 1 : 0);
  });

  test("that is made at once is followed at once", async () => {
    const order: string[] = [];
    await start(
      (candidates) => {
        queueMicrotask(() => order.push("microtask"));
        return first(candidates);
      },
      (fake) => (fake.started = () => void order.push("started")),
    );
    await ask();
    expect(order).toEqual(["started", "microtask"]);
  });

  test("knows id, headers and prompt; the prompt is read only if it is asked for", async () => {
    const prompt = jest.spyOn(chat, "prompt");
    const seen: unknown[] = [];
    await start();
    await ask();
    expect(prompt).not.toHaveBeenCalled();
    fakes[0]!.choose = (candidates, request) => {
      seen.push(request.header("Content-Type"), request.requestId, request.prompt());
      return first(candidates);
    };
    const response = await post(`${gateway!.url}/chat`, CHAT);
    expect(seen).toEqual(["application/json", response.headers.get("x-kong-request-id"), "What is 1 + 1?"]);
  });

  test("makes no signal unless it is asked for one", async () => {
    const controllers = jest.spyOn(globalThis, "AbortController");
    await start();
    await ask();
    expect(controllers).not.toHaveBeenCalled();
    fakes[0]!.choose = (candidates, request) => {
      expect(request.signal()).toBe(request.signal());
      return first(candidates);
    };
    await ask();
    expect(controllers).toHaveBeenCalledTimes(1);
  });
});

describe("a choice that is waited for", () => {
  /** Promises nothing before it is told to, and notes its signal. */
  const waiting = (signals: AbortSignal[], settle: { now?: () => void } = {}): Choose => {
    return (candidates, request) => {
      signals.push(request.signal());
      return new Promise((resolve) => (settle.now = () => resolve(first(candidates))));
    };
  };

  test("is given up when the client goes away, and comes to nothing then", async () => {
    const signals: AbortSignal[] = [];
    const settle: { now?: () => void } = {};
    await start(waiting(signals, settle));
    const client = new AbortController();
    const asked = post(`${gateway!.url}/chat`, CHAT, { signal: client.signal });
    await until(() => signals.length === 1);
    expect(signals[0]!.aborted).toBe(false);
    client.abort();
    await expect(asked).rejects.toThrow();
    await until(() => signals[0]!.aborted);
    settle.now!();
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(upstream.calls).toHaveLength(0);
  });

  test("is given up at the deadline", async () => {
    const signals: AbortSignal[] = [];
    await start(waiting(signals), undefined, { extensions: { deadline: 50 } });
    expect(await ask()).toMatchObject([504, { code: "deadline" }]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test("does not abort its signal once the choice is made", async () => {
    const signals: AbortSignal[] = [];
    await start((candidates, request) => {
      signals.push(request.signal());
      return later(first(candidates));
    });
    expect(await ask()).toMatchObject([200, undefined]);
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
  });
});

describe("a balancer's life", () => {
  const named = (targets: readonly TargetPlan[]) => targets.map(({ model }) => model);

  test("it makes ready for each configuration that comes into use, and is closed when one drops it and at the end", async () => {
    const { reconfigure, close } = await start();
    expect(fakes[0]!.prepared.map(named)).toEqual([["a", "b"]]);
    await reconfigure(config({ weight: 7 }));
    expect(fakes).toHaveLength(1);
    expect(fakes[0]!.prepared.map((targets) => targets.map(({ weight }) => weight))).toEqual([
      [100, 100],
      [7, 7],
    ]);
    await reconfigure(document({ balancer: { algorithm: "priority" }, targets: [target(upstream.url)] }));
    expect(fakes[0]!.closed).toBe(1);
    await reconfigure(config());
    expect(fakes.map(({ closed }) => closed)).toEqual([1, 0]);
    await close();
    gateway = undefined;
    expect(fakes.map(({ closed }) => closed)).toEqual([1, 1]);
  });

  test("a configuration that is refused leaves it as it is", async () => {
    const { reconfigure } = await start();
    await reconfigure(config({ auth: { header_name: "x", header_value: "{vault://env/SIGNALBOX_THAT_IS_NOT_SET}" } }));
    expect(fakes.map(({ prepared, closed }) => [prepared.length, closed])).toEqual([[1, 0]]);
    expect(await ask()).toMatchObject([200, undefined]);
  });

  test("nobody waits until it is ready", async () => {
    await start(first, (fake) => (fake.prepare = () => new Promise(() => undefined)));
    expect(await ask()).toMatchObject([200, undefined]);
  });

  test.each<[string, () => void | Promise<void>]>([
    ["throws", () => fail()],
    ["breaks its promise", () => later(undefined).then(fail)],
  ])("that it cannot make ready is logged: it %s", async (_, prepare) => {
    const { log } = await start(first, (fake) => (fake.prepare = prepare));
    expect(await ask()).toMatchObject([200, undefined]);
    expect(await log("a balancer could not make ready for its targets")).toMatchObject([{ err: { message: "not today" } }]);
  });

  test("one that cannot be closed holds up nothing", async () => {
    const { reconfigure, log } = await start(first, (fake) => (fake.close = fail));
    await reconfigure(document({ balancer: { algorithm: "priority" }, targets: [target(upstream.url)] }));
    expect(await ask()).toMatchObject([200, undefined]);
    expect(await log("a balancer was not closed as it should")).toMatchObject([{ err: { message: "not today" } }]);
  });
});

function fail(): never {
  throw new Error("not today");
}
