/** A target's record is kept for this long after its last change, or three times `fail_timeout` where that is longer, in milliseconds. */
const RECORD_MS = 60_000;

/** Told usage is kept for this long, in milliseconds; a process that was away for longer hears it with the next amount. */
const USAGE_MS = 5000;

/** What a process saw of a circuit since its last call. */
export const MOVE = { none: 0, opened: 1, openedAgain: 2, closed: 3 } as const;

/** What a process tells of one target. */
export interface TargetNews {
  readonly id: string;
  /** Count of changes that it knows of; what it tells of an earlier state is ignored. */
  readonly epoch: number;
  readonly move: (typeof MOVE)[keyof typeof MOVE];
  /** Milliseconds since the circuit opened; -1 where it is closed. */
  readonly openFor: number;
  /** Milliseconds for which nobody else is to probe; 0 = a right that was held is given back. */
  readonly leaseMs: number;
  readonly failures: number;
  readonly results: number;
  readonly maxFails: number;
  /** Milliseconds. */
  readonly failTimeout: number;
  /** -1 = the number of failures alone decides. */
  readonly minFailureRatio: number;
}

/** What all processes know together of one target. */
export interface TargetRecord {
  readonly epoch: number;
  /** Milliseconds since the circuit opened, by Redis' clock; undefined where it is closed. */
  readonly openFor: number | undefined;
  /** Who has the right to probe. */
  readonly probe: "none" | "mine" | "other";
  /** Milliseconds for which that lasts. */
  readonly probeFor: number;
}

/** One call, of one process for one plugin instance. */
export interface SyncRequest {
  /** Random name of the process. */
  readonly process: string;
  /** Name under which it tells usage. */
  readonly sender: string;
  /** Where it has read usage up to; empty = from now on. */
  readonly cursor: string;
  /** Usage to be told, as text that the script does not read; empty = none. */
  readonly usage: string;
  readonly news: readonly TargetNews[];
}

export interface SyncReply {
  /** Targets that failed lately or whose circuit is not closed; all others have none. */
  readonly records: ReadonlyMap<string, TargetRecord>;
  readonly cursor: string;
  /** Sender and text, in the order of telling. */
  readonly usage: readonly (readonly [string, string])[];
}

/** Arguments after the two keys: the hash of records and the stream of usage. */
export const scriptArguments = ({ process, sender, cursor, usage, news }: SyncRequest): string[] => [
  process,
  sender,
  cursor,
  usage,
  JSON.stringify(
    news.map((one) => [
      ...[one.id, one.epoch, one.move, one.openFor, one.leaseMs, one.failures, one.results],
      ...[one.maxFails, one.failTimeout, one.minFailureRatio],
    ]),
  ),
];

/**
 * Reads the script's reply.
 * @throws TypeError where it is none
 */
export function readReply(reply: unknown): SyncReply {
  if (!Array.isArray(reply)) throw new TypeError("Redis gave no reply of the script");
  const [rows, cursor, usage] = reply as unknown[];
  if (!Array.isArray(rows) || typeof cursor !== "string" || !Array.isArray(usage)) throw new TypeError("Redis gave no reply of the script");
  return { records: new Map(rows.map(readRecord)), cursor, usage: usage as (readonly [string, string])[] };
}

const PROBES = ["none", "mine", "other"] as const;

function readRecord(row: unknown): [string, TargetRecord] {
  const [id, epoch, openFor, probe, probeFor] = row as [string, number, number, number, number];
  return [id, { epoch, openFor: openFor < 0 ? undefined : openFor, probe: PROBES[probe] ?? "none", probeFor }];
}

/**
 * All transitions of all targets of a plugin instance in one step, so that no two processes ever see half of one. A record: `e` count of changes, `o` when
 * the circuit opened (0 = closed), `w` window of [begin, failures, results], `l` and `u` owner and end of the right to probe, `x` when it is forgotten.
 * Needs Redis 6.2 or Valkey.
 */
export const SYNC_SCRIPT = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local process, sender, cursor, usage = ARGV[1], ARGV[2], ARGV[3], ARGV[4]

local records = {}
local stored = redis.call('HGETALL', KEYS[1])
for i = 1, #stored, 2 do
  local ok, record = pcall(cjson.decode, stored[i + 1])
  if ok and type(record) == 'table' and type(record.x) == 'number' and record.x > now then
    records[stored[i]] = record
  else
    redis.call('HDEL', KEYS[1], stored[i])
  end
end

local function open(record, at)
  record.e, record.o, record.w, record.l = record.e + 1, at, {}, nil
end

local function count(record, failures, results, maxFails, failTimeout, ratio)
  local window = {}
  local failed, total = failures, results
  for _, part in ipairs(record.w) do
    if part[1] > now - failTimeout then
      window[#window + 1] = part
      failed, total = failed + part[2], total + part[3]
    end
  end
  local last = window[#window]
  if last and now - last[1] < failTimeout / 20 then
    last[2], last[3] = last[2] + failures, last[3] + results
  else
    window[#window + 1] = { now, failures, results }
  end
  record.w = window
  if failed >= maxFails and (ratio < 0 or failed >= ratio * total) then open(record, now) end
end

local told = false
for _, news in ipairs(cjson.decode(ARGV[5])) do
  local id, epoch, move, openFor, lease, failures, results, maxFails, failTimeout, ratio = unpack(news)
  local record = records[id]
  local isNew = record == nil
  if isNew then record = { e = epoch, o = 0, w = {} } end
  if record.o == 0 and record.e == epoch and maxFails > 0 and failures + results > 0 then
    count(record, failures, results, maxFails, failTimeout, ratio)
  end
  if record.o == 0 then
    if move == ${MOVE.opened} and record.e == epoch then
      open(record, now - openFor)
    elseif isNew and openFor >= 0 then
      -- it was known here and got lost
      record.o = now - openFor
    end
  end
  if record.o > 0 and record.e == epoch then
    if move == ${MOVE.closed} then
      record.e, record.o, record.w, record.l = record.e + 1, 0, {}, nil
    elseif move == ${MOVE.openedAgain} then
      open(record, now - openFor)
    end
  end
  if record.o > 0 then
    local isFree = not record.l or record.u <= now
    if lease > 0 and (isFree or record.l == process) then
      record.l, record.u = process, now + lease
    elseif lease == 0 and record.l == process then
      record.l = nil
    end
  end
  if not isNew or record.o > 0 or #record.w > 0 then
    record.x = now + math.max(${RECORD_MS}, 3 * failTimeout)
    records[id] = record
    redis.call('HSET', KEYS[1], id, cjson.encode(record))
    told = true
  end
end

local rows, latest = {}, 0
for id, record in pairs(records) do
  latest = math.max(latest, record.x)
  local openFor, probe, probeFor = -1, 0, 0
  if record.o > 0 then openFor = math.max(0, now - record.o) end
  if record.l and record.u > now then
    probe, probeFor = record.l == process and 1 or 2, record.u - now
  end
  rows[#rows + 1] = { id, record.e, openFor, probe, probeFor }
end
if told then redis.call('PEXPIRE', KEYS[1], latest - now) end

local heard = {}
if cursor == '' then
  local last = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)
  cursor = last[1] and last[1][1] or '0-0'
else
  for _, entry in ipairs(redis.call('XRANGE', KEYS[2], '(' .. cursor, '+', 'COUNT', 500)) do
    cursor = entry[1]
    local fields = entry[2]
    if fields[2] ~= sender then heard[#heard + 1] = { fields[2], fields[4] } end
  end
end
if usage ~= '' then
  redis.call('XADD', KEYS[2], 'MINID', '~', now - ${USAGE_MS}, '*', 'p', sender, 'd', usage)
  redis.call('PEXPIRE', KEYS[2], ${RECORD_MS})
end
return { rows, cursor, heard }
`;
