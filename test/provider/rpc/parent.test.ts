import { watchParent } from "../../../provider/rpc/parent";

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

test("tells once when the parent is another one, and looks no further", () => {
  let parent = 42;
  const looks = jest.fn(() => parent);
  const onGone = jest.fn();
  watchParent({ parent, parentId: looks, everyMs: 1000, onGone });
  jest.advanceTimersByTime(5000);
  expect(onGone).not.toHaveBeenCalled();
  parent = 1;
  jest.advanceTimersByTime(1000);
  expect(onGone).toHaveBeenCalledTimes(1);
  const count = looks.mock.calls.length;
  jest.advanceTimersByTime(5000);
  expect(onGone).toHaveBeenCalledTimes(1);
  expect(looks).toHaveBeenCalledTimes(count);
});

test("a parent that is 1 from the start, as in a container, is a parent", () => {
  const onGone = jest.fn();
  watchParent({ parent: 1, parentId: () => 1, everyMs: 1000, onGone });
  jest.advanceTimersByTime(10_000);
  expect(onGone).not.toHaveBeenCalled();
});

test("can be ended", () => {
  let parent = 42;
  const onGone = jest.fn();
  const end = watchParent({ parent, parentId: () => parent, everyMs: 1000, onGone });
  end();
  parent = 1;
  jest.advanceTimersByTime(5000);
  expect(onGone).not.toHaveBeenCalled();
  expect(jest.getTimerCount()).toBe(0);
});

test("a parent that went before the watch began is gone", () => {
  const onGone = jest.fn();
  watchParent({ parent: 42, parentId: () => 1, everyMs: 1000, onGone });
  jest.advanceTimersByTime(1000);
  expect(onGone).toHaveBeenCalledTimes(1);
});
