import { once } from "node:events";
import { connect, createServer, type AddressInfo } from "node:net";
import { VirtualClock } from "./virtual-clock";

test("timers run in the order of their times, each at its own, those of one time as they were started", async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const note = (name: string): void => void ran.push(`${name} at ${clock.now()}`);
  clock.start(note, 300, "late");
  clock.start(note, 100, "early");
  clock.start(note, 200, "first of two");
  clock.start(note, 200, "second of two");
  await clock.advance(250);
  expect(ran).toEqual(["early at 100", "first of two at 200", "second of two at 200"]);
  expect(clock.now()).toBe(250);
  expect(clock.pending).toBe(1);
});

test("a timer that starts another within the time that passes", async () => {
  const clock = new VirtualClock();
  const ran: number[] = [];
  const again = (left: number): void => {
    ran.push(clock.now());
    if (left > 0) clock.start(again, 10, left - 1);
  };
  clock.start(again, 10, 3);
  await clock.advance(35);
  expect(ran).toEqual([10, 20, 30]);
});

test("a cancelled timer does not run; a refreshed one runs its full time from then on", async () => {
  const clock = new VirtualClock();
  const ran: string[] = [];
  const cancelled = clock.start((name: string) => void ran.push(name), 50, "cancelled");
  const refreshed = clock.start((name: string) => void ran.push(`${name} at ${clock.now()}`), 50, "refreshed");
  await clock.advance(40);
  clock.cancel(cancelled);
  refreshed.refresh();
  await clock.advance(49);
  expect(ran).toEqual([]);
  await clock.advance(1);
  expect(ran).toEqual(["refreshed at 90"]);
  refreshed.refresh();
  await clock.advance(50);
  expect(ran).toHaveLength(2);
});

test("dates move with the clock", async () => {
  const clock = new VirtualClock();
  const before = clock.date();
  await clock.advance(1500);
  expect(clock.date() - before).toBe(1500);
});

test("a condition that does not come true in time is an error", async () => {
  const clock = new VirtualClock();
  await expect(clock.advanceUntil(() => false, 10, 50)).rejects.toThrow("within 50 ms");
  expect(clock.now()).toBe(50);
});

test("what a timer sends over loopback and back has arrived before the clock goes on", async () => {
  const clock = new VirtualClock();
  const server = createServer((socket) => socket.pipe(socket));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  await once(socket, "connect");
  const came: string[] = [];
  socket.on("data", (data) => {
    came.push(`${data.toString()} at ${clock.now()}`);
    if (came.length < 5) socket.write("again");
  });
  clock.start((text: string) => void socket.write(text), 10, "hello");
  await clock.advance(1000);
  expect(came).toEqual(["hello at 10", "again at 10", "again at 10", "again at 10", "again at 10"]);
  socket.destroy();
  server.close();
  await once(server, "close");
});
