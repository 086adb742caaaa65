import { t, UNKNOWN, type CtyType, type CtyValue } from "../../../../provider/framework";
import { sortSet } from "../../../../provider/framework/cty/set-order";

describe("sortSet", () => {
  it.each<[string, CtyType, CtyValue[], CtyValue[]]>([
    ["text by its bytes, not by UTF-16", t.string, ["\u{1f600}", "\uffff", "b", "a"], ["a", "b", "\uffff", "\u{1f600}"]],
    ["numbers by value", t.number, [10, 9, -1], [-1, 9, 10]],
    ["false first", t.bool, [true, false], [false, true]],
    ["unknowns after values, nulls last", t.string, [null, UNKNOWN, "z"], ["z", UNKNOWN, null]],
    ["lists by what is in them", t.list(t.number), [[2], [10], [1]], [[10], [1], [2]]],
  ])("puts %s", (_name, element, given, expected) => {
    expect(sortSet(element, given)).toEqual(expected);
  });
});
