/** No attributes, or no blocks: the default where a schema has none. */
// eslint-disable-next-line @typescript-eslint/no-generated-empty-object-type -- a record without keys is what is meant
export type None = Readonly<Record<never, never>>;
