import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { Acceptor, type ConnectionTaker } from "../../../runtime/workers/acceptor";
import { until } from "../../support/gateway";

class FakeTaker implements ConnectionTaker {
  readonly sent: Socket[] = [];
  fail: () => void = () => undefined;
  sendConnection(socket: Socket, onFailure: () => void): void {
    this.sent.push(socket);
    this.fail = onFailure;
  }
}

/** A worker that takes what it gets. */
class PromptTaker extends FakeTaker {
  override sendConnection(socket: Socket, onFailure: () => void): void {
    super.sendConnection(socket, onFailure);
    setImmediate(() => acceptor.taken(this));
  }
}

const clients: Socket[] = [];
let acceptor: Acceptor;
beforeEach(async () => {
  acceptor = new Acceptor(20);
  await acceptor.listen("127.0.0.1", 0);
});
afterEach(() => {
  acceptor.close();
  for (const client of clients.splice(0)) client.destroy();
});

async function dial(count: number): Promise<Socket[]> {
  const made = Array.from({ length: count }, () => connect(acceptor.port, "127.0.0.1"));
  for (const client of made) client.on("error", () => undefined);
  clients.push(...made);
  await Promise.all(made.map((client) => once(client, "connect")));
  return made;
}

const portsOf = (sockets: readonly Socket[]): (number | undefined)[] => sockets.map(({ remotePort }) => remotePort);

test("workers get connections in turn", async () => {
  const [one, two] = [new PromptTaker(), new PromptTaker()];
  acceptor.add(one);
  acceptor.add(two);
  for (let count = 1; count <= 6; count++) {
    await dial(1);
    await until(() => one.sent.length + two.sent.length === count && [...one.sent, ...two.sent].every(({ destroyed }) => destroyed));
  }
  expect([one.sent.length, two.sent.length]).toEqual([3, 3]);
});

test("connections wait for the first worker that serves", async () => {
  const waiting = await dial(3);
  const one = new PromptTaker();
  acceptor.add(one);
  await until(() => one.sent.length === 3);
  expect(portsOf(one.sent).sort()).toEqual(waiting.map(({ localPort }) => localPort).sort());
});

test("what a worker did not take goes to another when it is gone; what it took is its own", async () => {
  const [one, two] = [new FakeTaker(), new PromptTaker()];
  acceptor.add(one);
  await dial(3);
  await until(() => one.sent.length === 1);
  acceptor.taken(one);
  await until(() => one.sent.length === 2);
  expect(one.sent.map(({ destroyed }) => destroyed)).toEqual([true, false]);
  acceptor.remove(one);
  acceptor.add(two);
  await until(() => two.sent.length === 2);
  expect(two.sent[0]).toBe(one.sent[1]);
});

test("a connection that cannot be handed over is closed, and the worker gets the next one", async () => {
  const one = new FakeTaker();
  acceptor.add(one);
  await dial(2);
  await until(() => one.sent.length === 1);
  one.fail();
  await until(() => one.sent.length === 2);
  expect(one.sent.map(({ destroyed }) => destroyed)).toEqual([true, false]);
});

test("a worker that takes nothing holds up one connection, and the others go on", async () => {
  const [stuck, other] = [new FakeTaker(), new PromptTaker()];
  acceptor.add(stuck);
  acceptor.add(other);
  await dial(15);
  await until(() => other.sent.length === 14);
  expect(stuck.sent).toHaveLength(1);
});

test("what waits is bounded: connections beyond are closed at once", async () => {
  const made = await dial(25);
  await until(() => made.filter(({ closed }) => closed).length === 5);
  const one = new PromptTaker();
  acceptor.add(one);
  await until(() => one.sent.length === 20);
});

test("close ends what waits, and the port", async () => {
  const made = await dial(2);
  const { port } = acceptor;
  acceptor.close();
  await until(() => made.every(({ closed }) => closed));
  const [error] = (await once(connect(port, "127.0.0.1"), "error")) as [NodeJS.ErrnoException];
  expect(error.code).toBe("ECONNREFUSED");
});

test("a port that is taken is told", async () => {
  await expect(new Acceptor(1).listen("127.0.0.1", acceptor.port)).rejects.toMatchObject({ code: "EADDRINUSE" });
});
