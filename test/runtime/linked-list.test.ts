import { fc } from "../support/properties";
import { LinkedList, type Linked } from "../../runtime/linked-list";

class Member implements Linked<Member> {
  previous: Member | undefined;
  next: Member | undefined;
  constructor(readonly name: number) {}
}

const names = (list: LinkedList<Member>): number[] => {
  const all: number[] = [];
  list.forEach((member) => all.push(member.name));
  return all.sort((a, b) => a - b);
};

test("property: it holds what was added and not removed, and a removed member links to nothing", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (steps) => {
      const list = new LinkedList<Member>();
      const held = new Map<number, Member>();
      for (const name of steps) {
        const member = held.get(name);
        if (member === undefined) {
          const added = new Member(name);
          held.set(name, added);
          list.add(added);
        } else {
          held.delete(name);
          list.remove(member);
          expect(member).toMatchObject({ previous: undefined, next: undefined });
        }
        expect(list.size).toBe(held.size);
        expect(names(list)).toEqual([...held.keys()].sort((a, b) => a - b));
        // a Map tells its entries in the order in which they came
        expect(list.oldest).toBe(held.values().next().value);
      }
    }),
  );
});

test("a member may be removed while it is visited", () => {
  const list = new LinkedList<Member>();
  for (let name = 0; name < 5; name++) list.add(new Member(name));
  list.forEach((member) => list.remove(member));
  expect(list.size).toBe(0);
});
