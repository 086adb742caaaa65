import {
  attribute,
  block,
  defineSchema,
  forClient,
  t,
  timeouts,
  type Model,
  type Outcome,
  type Unknown,
} from "../../../../provider/framework";

/** Types that are equal, not only assignable to each other. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
const holds = (proofs: readonly true[]): void => {
  expect(proofs).not.toContain(false);
};

const schema = defineSchema({
  attributes: {
    name: attribute.string({ required: true }),
    note: attribute.string({ optional: true }),
    size: attribute.number({ optional: true, default: 1 }),
    id: attribute.string({ computed: true }),
    host: attribute.string({ optional: true, computed: true }),
    key: attribute.string({ required: true, writeOnly: true }),
    tags: attribute.map(t.string, { optional: true }),
    items: attribute.listNested({
      required: true,
      attributes: { label: attribute.string({ required: true }), serial: attribute.number({ computed: true }) },
    }),
    timeouts: timeouts(["create"]),
  },
  blocks: { rule: block.list({ attributes: { on: attribute.bool({ required: true }) } }), place: block.single({ attributes: {} }) },
});
type A = typeof schema.attributes;
type B = typeof schema.blocks;

describe("the types of a resource come from its schema", () => {
  it("without a cast", () => {
    type Plan = Model<A, B, "plan">;
    holds([true satisfies Same<Plan["name"], string>]);
    holds([true satisfies Same<Plan["note"], string | null>]);
    holds([true satisfies Same<Plan["size"], number>]);
    holds([true satisfies Same<Plan["id"], string | null | undefined>]);
    holds([true satisfies Same<Plan["host"], string | null | undefined>]);
    holds([true satisfies Same<Plan["key"], null>]);
    holds([true satisfies Same<Plan["items"][number]["serial"], number | null | undefined>]);
    holds([true satisfies Same<Plan["rule"][number]["on"], boolean>]);
    type Config = Model<A, B, "config">;
    holds([true satisfies Same<Config["name"], string | Unknown>]);
    holds([true satisfies Same<Config["id"], Unknown | null>]);
    holds([true satisfies Same<Config["tags"], Readonly<Record<string, string | Unknown>> | Unknown | null>]);
    type Applied = Model<A, B, "applied">;
    holds([true satisfies Same<Applied["key"], string>]);
    holds([true satisfies Same<Applied["size"], number | null>]);
    type State = Model<A, B, "state">;
    holds([true satisfies Same<State["id"], string | null>]);
    holds([true satisfies Same<State["items"][number]["label"], string>]);
    type Stored = Model<A, B, "stored">;
    holds([true satisfies Same<Stored["name"], string | null>]);
    type Result = Outcome<A, B>;
    holds([true satisfies Same<Result["id"], string | null>]);
    holds([true satisfies Same<Result["name"], string | undefined>]);
    expect(schema.attributes.timeouts.nested?.attributes).toHaveProperty("create");
  });

  it("so that a resource that forgets a computed value does not compile", () => {
    const { defineResource } = forClient<{ ping(): string }>();
    const resource = defineResource({
      schema,
      // @ts-expect-error -- id and host are computed and missing
      create: ({ plan, client }) => ({ note: plan.name.toUpperCase() + client.ping() }),
      read: () => null,
      delete: () => undefined,
    });
    expect(resource.schema).toBe(schema);
  });
});
