/** A provider that breaks rules of core, found when it is started. Every mistake is in the message. */
export class ProviderDefinitionError extends Error {
  constructor(readonly mistakes: readonly string[]) {
    super(
      `The provider's definition has ${mistakes.length} mistake${mistakes.length === 1 ? "" : "s"}:\n${mistakes.map((mistake) => `- ${mistake}`).join("\n")}`,
    );
    this.name = "ProviderDefinitionError";
  }
}
