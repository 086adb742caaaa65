import { LinkedList, type Linked } from "../linked-list";

/** Somebody who may have to wait for credentials. */
export interface Waiting {
  /** Aborts as soon as they are of no use any longer. Nothing is made for it before it is called. */
  signal(): AbortSignal;
}

/** Waiters that go on in one turn of the event loop: each of them makes a call, and thousands may wait for one token. */
const GO_ON_IN_A_TURN = 32;

class Waiter<T> implements Linked<Waiter<T>> {
  previous: Waiter<T> | undefined = undefined;
  next: Waiter<T> | undefined = undefined;

  constructor(
    public list: LinkedList<Waiter<T>> | undefined,
    readonly signal: AbortSignal,
    readonly resolve: (value: T) => void,
    readonly reject: (error: unknown) => void,
  ) {}

  /** Its signal was aborted: it leaves at once. */
  readonly leave = (): void => {
    this.list?.remove(this);
    this.list = undefined;
    this.reject(this.signal.reason);
  };
}

/** Those who wait for one thing that comes, or fails, for all of them. Each may leave before. */
export class Waiters<T> {
  private list = new LinkedList<Waiter<T>>();

  /** How many wait for what is to come. */
  get size(): number {
    return this.list.size;
  }

  /** Waits until the signal is aborted at the latest; rejects then. */
  add(signal: AbortSignal): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const waiter = new Waiter<T>(this.list, signal, resolve, reject);
      if (signal.aborted) {
        reject(signal.reason as Error);
        return;
      }
      this.list.add(waiter);
      signal.addEventListener("abort", waiter.leave);
    });
  }

  /** All who wait now get the value, those first who have waited for longest. */
  release(value: T): void {
    this.settle((waiter) => waiter.resolve(value));
  }

  /** All who wait now are told that it failed. */
  fail(error: unknown): void {
    this.settle((waiter) => waiter.reject(error));
  }

  private settle(tell: (waiter: Waiter<T>) => void): void {
    const { list } = this;
    if (list.size === 0) return;
    this.list = new LinkedList();
    someGoOn(list, tell);
  }
}

function someGoOn<T>(list: LinkedList<Waiter<T>>, tell: (waiter: Waiter<T>) => void): void {
  for (let count = 0; count < GO_ON_IN_A_TURN; count++) {
    const waiter = list.oldest;
    if (waiter === undefined) return;
    list.remove(waiter);
    waiter.list = undefined;
    waiter.signal.removeEventListener("abort", waiter.leave);
    tell(waiter);
  }
  setImmediate(someGoOn, list, tell);
}
