import { Path } from "../../../../provider/framework";

describe("Path", () => {
  const path = Path.root("targets").key('a"b').attribute("weights").index(2);

  it("reads as in the language", () => {
    expect(path.toString()).toBe('targets["a\\"b"].weights[2]');
    expect(Path.root("set").setElement().attribute("x").toString()).toBe("set[*].x");
  });

  it("goes on the wire step by step, and ends at a set", () => {
    expect(path.toMessage()).toEqual({
      steps: [{ attributeName: "targets" }, { elementKeyString: 'a"b' }, { attributeName: "weights" }, { elementKeyInt: 2 }],
    });
    expect(Path.root("set").setElement().attribute("x").toMessage()).toEqual({ steps: [{ attributeName: "set" }] });
  });

  it("never changes: each step is a new path", () => {
    const root = Path.root("a");
    root.attribute("b");
    expect(root.toString()).toBe("a");
  });

  it("sorts indexes as numbers", () => {
    const list = Path.root("l");
    const sorted = [list.index(10), list.index(9), list, Path.root("a")].sort(Path.compare.bind(Path));
    expect(sorted.map(String)).toEqual(["a", "l", "l[9]", "l[10]"]);
  });
});
