import { fc } from "../support/properties";
import { camelName, snakeName, terraformName } from "../../constructs/names";
import { snakeNames } from "../../constructs/props.generated";

describe("names", () => {
  it("are Kong's, for every generated property", () => {
    for (const [camel, snake] of Object.entries(snakeNames)) {
      expect(snakeName(camel)).toBe(snake);
      expect(camelName(snake)).toBe(camel);
    }
  });

  it.each([
    ["Gateway", "gateway"],
    ["EdgeEU", "edge_eu"],
    ["EUEdge", "eu_edge"],
    ["Semantic Chat", "semantic_chat"],
    ["a--b", "a_b"],
    ["9to5", "_9to5"],
    ["GPT4Chat", "gpt4_chat"],
  ])("of Terraform are readable: %s becomes %s", (id, name) => {
    expect(terraformName(id)).toBe(name);
  });

  it("of Terraform are always valid", () => {
    fc.assert(fc.property(fc.string(), (id) => expect(terraformName(id)).toMatch(/^[a-z_][a-z0-9_]*$/)));
  });
});
