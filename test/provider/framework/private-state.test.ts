import { PrivateState } from "../../../provider/framework";

describe("PrivateState", () => {
  it("gives back what was stored", () => {
    const state = PrivateState.decode(undefined);
    expect(state.encode()).toHaveLength(0);
    state.set("etag", { value: ["x", 1, null] });
    state.set("gone", true);
    state.delete("gone");
    expect(PrivateState.decode(state.encode()).get("etag")).toEqual({ value: ["x", 1, null] });
    expect(PrivateState.decode(state.encode()).get("gone")).toBeUndefined();
  });

  it.each(["not json", "[1]", "null"])("counts foreign bytes as empty: %s", (text) => {
    expect(PrivateState.decode(Buffer.from(text)).get("length")).toBeUndefined();
  });
});
