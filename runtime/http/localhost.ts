import { lookup } from "node:dns/promises";

/** The addresses besides `first` that a server of this host listens at: "localhost" has one of each kind, every other host one alone. */
export async function furtherAddresses(host: string, first: string): Promise<readonly string[]> {
  if (host !== "localhost") return [];
  const all = await lookup(host, { all: true });
  return all.map(({ address }) => address).filter((address) => address !== first);
}
