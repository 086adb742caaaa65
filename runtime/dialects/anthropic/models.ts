/** What differs between Anthropic's models. The API refuses what a model does not know, so that it has to be known before. */

export interface ModelTraits {
  /** The most tokens that it answers with. Unit: tokens. */
  readonly maxTokens: number;
  /** Whether it thinks within a budget, by an effort, or either way. */
  readonly thinking: "none" | "budget" | "both" | "adaptive";
  /** How thinking is turned off. `omit`: it is off unless it is asked for; `never`: it cannot be. */
  readonly off: "omit" | "disabled" | "between_tools" | "never";
  /** Whether it knows the effort `xhigh`. */
  readonly xhigh: boolean;
  /** Of `temperature`, `top_p` and `top_k`: all, not temperature and `top_p` together, none. */
  readonly sampling: "all" | "one" | "none";
  /** Whether it can be made to call a tool. */
  readonly forcedTools: boolean;
  /** Whether it goes on with a last message of the assistant. */
  readonly prefill: boolean;
  /** Whether it takes a JSON schema for its answer (`output_config.format`), and strict tools. */
  readonly schemas: boolean;
  /** Whether a system message may follow a user's turn. */
  readonly systemTurns: boolean;
}

/** A model that is not known, of whoever speaks like Anthropic: what the API took from its beginning. */
const UNKNOWN: ModelTraits = {
  maxTokens: 4096,
  thinking: "budget",
  off: "omit",
  xhigh: false,
  sampling: "all",
  forcedTools: true,
  prefill: true,
  schemas: false,
  systemTurns: false,
};

const CLAUDE_3: ModelTraits = { ...UNKNOWN, thinking: "none" };
const CLAUDE_3_5: ModelTraits = { ...CLAUDE_3, maxTokens: 8192 };
const CLAUDE_3_7: ModelTraits = { ...UNKNOWN, maxTokens: 64_000 };
const OPUS_4: ModelTraits = { ...UNKNOWN, maxTokens: 32_000 };
const OPUS_4_1: ModelTraits = { ...OPUS_4, sampling: "one" };
const CLAUDE_4_5: ModelTraits = { ...CLAUDE_3_7, sampling: "one", schemas: true };
const CLAUDE_4_6: ModelTraits = { ...CLAUDE_4_5, maxTokens: 128_000, thinking: "both", prefill: false };
const OPUS_4_7: ModelTraits = { ...CLAUDE_4_6, thinking: "adaptive", xhigh: true, sampling: "none" };
const OPUS_4_8: ModelTraits = { ...OPUS_4_7, systemTurns: true };
const SONNET_5: ModelTraits = { ...OPUS_4_7, off: "disabled" };
const CLAUDE_5: ModelTraits = { ...OPUS_4_8, off: "disabled" };
const FABLE_5: ModelTraits = { ...CLAUDE_5, off: "never" };
const OPUS_5_5: ModelTraits = { ...FABLE_5, forcedTools: false };
const SONNET_5_5: ModelTraits = { ...OPUS_5_5, off: "between_tools" };

/** Version 4.5 is 405. */
const version = (major: string | undefined, minor: string | undefined): number => Number(major ?? 0) * 100 + Number(minor ?? 0);

/**
 * From which version of a family on the traits hold, the newest first; later versions have them too.
 * Source: platform.claude.com, "Models overview", "Thinking", "Effort", "Structured outputs", "Mid-conversation system messages" and the migration guides of
 * the models, read 2026-11.
 */
const FAMILIES: ReadonlyMap<string, readonly (readonly [from: number, traits: ModelTraits])[]> = new Map([
  [
    "opus",
    [
      [505, OPUS_5_5],
      [500, CLAUDE_5],
      [408, OPUS_4_8],
      [407, OPUS_4_7],
      [406, CLAUDE_4_6],
      [405, CLAUDE_4_5],
      [401, OPUS_4_1],
      [400, OPUS_4],
      [300, CLAUDE_3],
    ],
  ],
  [
    "sonnet",
    [
      [505, SONNET_5_5],
      [500, SONNET_5],
      [406, CLAUDE_4_6],
      [405, CLAUDE_4_5],
      [307, CLAUDE_3_7],
      [305, CLAUDE_3_5],
      [300, CLAUDE_3],
    ],
  ],
  [
    "haiku",
    [
      [505, CLAUDE_5],
      [405, CLAUDE_4_5],
      [305, CLAUDE_3_5],
      [300, CLAUDE_3],
    ],
  ],
  [
    "fable",
    [
      [501, OPUS_5_5],
      [500, FABLE_5],
    ],
  ],
  [
    "mythos",
    [
      [501, OPUS_5_5],
      [500, FABLE_5],
      // the preview has no version
      [0, CLAUDE_4_6],
    ],
  ],
]);

/** `claude-opus-4-1-20250805`, `claude-sonnet-4@20250514`, `anthropic.claude-haiku-4-5-v1:0`. */
const FAMILY_FIRST = /claude-(opus|sonnet|haiku|fable|mythos)(?:-(\d{1,2})(?!\d)(?:[-.](\d{1,2})(?!\d))?)?/;
/** `claude-3-5-sonnet-20241022`, `claude-4.7-opus`. */
const VERSION_FIRST = /claude-(\d)(?:[-.](\d))?-(opus|sonnet|haiku)/;

/** No model has a longer name. */
const LONGEST_NAME = 256;

/** Traits by the names that were asked for lately. */
const known = new Map<string, ModelTraits>();
const MAX_KNOWN = 256;

/** What a model can do, by its name. */
export function traitsOf(model: string): ModelTraits {
  let traits = known.get(model);
  if (traits === undefined) {
    if (model.length > LONGEST_NAME) return UNKNOWN;
    if (known.size === MAX_KNOWN) known.clear();
    known.set(model, (traits = findTraits(model)));
  }
  return traits;
}

function findTraits(model: string): ModelTraits {
  let match = FAMILY_FIRST.exec(model);
  let family = match?.[1];
  let given = version(match?.[2], match?.[3]);
  if (match === null) {
    match = VERSION_FIRST.exec(model);
    family = match?.[3];
    given = version(match?.[1], match?.[2]);
  }
  const rows = family === undefined ? undefined : FAMILIES.get(family);
  if (rows === undefined) return UNKNOWN;
  for (const [from, traits] of rows) if (given >= from) return traits;
  return UNKNOWN;
}
