import { AppError } from '../../../lib/errors.ts';
import { auditEventTypes, auditKindOf, auditNameOf } from '../audit-kinds.ts';

/** What is purged: as it was asked for, so that it is shown again as it was. */
export interface PurgeParameters {
  readonly retentionHours: number;
  /** Names of the audit log, `create_artifact,other`, divided by commas. */
  readonly eventTypes: string;
  /** Of pulls, where they go earlier or later than the rest. */
  readonly pullHours?: number | undefined;
  readonly dryRun: boolean;
}

const hourMs = 3_600_000;
export const hoursOfDay = 24;
export const mostHours = 240_000;
const longestTypes = 4096;

/** harbor `src/common/const.go`: what its page shows as other events is all but these. */
const notOther: readonly string[] = ['create_artifact', 'delete_artifact', 'pull_artifact'];
const other = 'other';
const pull = 'pull_artifact';
const pulled = 'artifact.pulled';

export const defaultParameters: PurgeParameters = {
  retentionHours: 400 * hoursOfDay,
  eventTypes: [...notOther, other].join(','),
  pullHours: 30 * hoursOfDay,
  dryRun: false,
};

/** Of what was stored, too. @throws AppError BAD_REQUEST */
export function readParameters(given: Partial<Record<keyof PurgeParameters, unknown>>): PurgeParameters {
  const { retentionHours, eventTypes, pullHours, dryRun } = given;
  if (retentionHours === undefined) throw missing('audit_retention_hour', 'after how many hours rows go');
  if (eventTypes === undefined)
    throw missing(
      'include_event_types',
      'which rows go, such as create_artifact,delete_artifact,pull_artifact,other',
    );
  if (typeof eventTypes !== 'string' || eventTypes.length > longestTypes)
    throw new AppError('BAD_REQUEST', {
      message: `include_event_types is no text of at most ${longestTypes} characters`,
    });
  return {
    retentionHours: hoursOf('audit_retention_hour', retentionHours),
    eventTypes,
    ...(pullHours === undefined ? {} : { pullHours: hoursOf('pull_retention_hour', pullHours) }),
    dryRun: dryRun === true,
  };
}

function missing(name: string, what: string): AppError {
  return new AppError('BAD_REQUEST', {
    message: `parameters.${name} is missing`,
    detail: `say ${what}`,
  });
}

function hoursOf(name: string, value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= -1 && value <= mostHours)
    return value;
  throw new AppError('BAD_REQUEST', {
    message: `parameters.${name} is ${String(value)}`,
    detail: `give hours as a whole number up to ${mostHours}; with 0 or -1 nothing is purged`,
  });
}

/**
 * Nobody takes rows away that the registry has to keep.
 * @throws AppError BAD_REQUEST
 */
export function requireKept({ retentionHours, pullHours }: PurgeParameters, minDays: number): void {
  const least = minDays * hoursOfDay;
  for (const [name, hours] of [
    ['audit_retention_hour', retentionHours],
    ['pull_retention_hour', pullHours],
  ] as const) {
    if (hours === undefined || hours <= 0 || hours >= least) continue;
    throw new AppError('BAD_REQUEST', {
      message: `parameters.${name} is ${hours}, and the setting audit_min_days keeps ${minDays} days (${least} hours)`,
      detail: `give ${least} or more, or lower audit_min_days first`,
    });
  }
}

/** Before which time the rows of a type go; undefined: they stay. */
export type PurgeRule = (type: string) => number | undefined;

export function purgeRuleOf(
  { retentionHours, eventTypes, pullHours }: PurgeParameters,
  { now, minDays }: { readonly now: number; readonly minDays: number },
): PurgeRule {
  const known = new Set([...auditEventTypes(), other]);
  const names = new Set(eventTypes.split(',').map((name) => name.trim()));
  const cutoff = (hours: number): number | undefined =>
    hours <= 0 ? undefined : now - Math.max(hours, minDays * hoursOfDay) * hourMs;
  const rest = cutoff(retentionHours);
  const pulls = pullHours === undefined ? rest : cutoff(pullHours);
  return (type) => {
    const kind = auditKindOf(type);
    // A step of something that has a row, or what an older version wrote.
    const name = kind === undefined ? other : auditNameOf(kind);
    if (name === pull && pullHours !== undefined && type === pulled)
      return names.has(pull) ? pulls : undefined;
    const isMeant = (known.has(name) && names.has(name)) || (names.has(other) && !notOther.includes(name));
    return isMeant ? rest : undefined;
  };
}
