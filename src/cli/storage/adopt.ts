import { AppError } from '../../lib/errors.ts';
import { type ParsedName, readRepositoryName } from '../../lib/oci/repository-name.ts';
import { exitCodes } from '../../lib/start-problem.ts';
import { formatBytes } from '../../lib/text/format-bytes.ts';
import type { Adoption, Takeover } from '../../offline.ts';
import type { Config } from '../../platform/config/load-config.ts';
import { createLog } from '../../platform/log/logger.ts';
import { type Cli, configOf, type Flags, note, print, say } from '../cli.ts';
import { refusedBy } from '../client/refused.ts';
import { dieOffline } from '../client/with-server.ts';
import { promptForConsent } from '../prompt.ts';
import { WrongUsage } from '../wrong-usage.ts';
import { storageTexts } from './text.ts';

type Strays = Awaited<ReturnType<Adoption['find']>>;

/** Somebody was asked, and said no. */
class NotAgreed extends Error {
  override readonly name = 'NotAgreed';
}

/** `berth storage adopt` */
export async function adoptStorageCommand(cli: Cli, flags: Flags): Promise<number> {
  const into = intoOf(flags);
  const { config } = configOf(cli, flags);
  const { openAdoption } = await import('../../offline.ts');
  await using log = createLog('warn', undefined);
  try {
    const deps = { log, entry: cli.entry, die: dieOffline };
    await using adoption = await openAdoption(config, deps, (takeover) =>
      agree(cli, flags, config, takeover),
    );
    return await report(cli, flags, adoption, into);
  } catch (cause) {
    if (cause instanceof NotAgreed) {
      note(say(cli, storageTexts.kept));
      return exitCodes.failed;
    }
    throw cause instanceof AppError ? refusedBy(cause) : cause;
  }
}

/** @throws WrongUsage */
function intoOf(flags: Flags): ParsedName | undefined {
  const text = flags['into'];
  if (typeof text !== 'string') return undefined;
  const name = readRepositoryName(text, '');
  if (name === undefined) throw new WrongUsage(storageTexts.intoWrong);
  return name;
}

/** @throws NotAgreed, and then nothing was changed */
async function agree(cli: Cli, flags: Flags, config: Config, takeover: Takeover): Promise<void> {
  const { data, storage } = config;
  switch (takeover.kind) {
    case 'restore':
      note(say(cli, storageTexts.planRestore, { data, snapshot: takeover.snapshot }));
      break;
    case 'begin':
      note(say(cli, storageTexts.planBegin, { data }));
      break;
    case 'takeOver':
      note(say(cli, storageTexts.planTakeOver, { data }));
  }
  note(say(cli, storageTexts.planEpoch, { storage }));
  const agreed = flags['yes'] === true || (await promptForConsent(say(cli, storageTexts.askTakeOver)));
  if (!agreed) throw new NotAgreed();
}

async function report(
  cli: Cli,
  flags: Flags,
  adoption: Adoption,
  into: ParsedName | undefined,
): Promise<number> {
  const json = flags['json'] === true;
  const strays = await adoption.find();
  if (!json) printFound(cli, adoption, strays);
  const whole = strays.manifests.filter((manifest) => manifest.missing.length === 0);
  const adopted = await putInto(cli, flags, { adoption, strays, into, count: whole.length });
  if (json) print(JSON.stringify(asJson(adoption, strays, adopted, into), null, 2));
  else if (into === undefined && strays.manifests.length > 0) note(say(cli, storageTexts.unknowable));
  return adopted.some(({ problem }) => problem !== undefined) ? exitCodes.problemsFound : exitCodes.done;
}

function printFound(cli: Cli, { takeover, initialPasswordFile }: Adoption, strays: Strays): void {
  if (takeover?.kind === 'restore')
    print(say(cli, storageTexts.tookRestore, { snapshot: takeover.snapshot }));
  if (takeover?.kind === 'begin')
    print(say(cli, storageTexts.tookBegin, { file: initialPasswordFile ?? '' }));
  if (takeover?.kind === 'takeOver') print(say(cli, storageTexts.tookTakeOver));
  const { manifests, unneeded, others } = strays;
  if (manifests.length + unneeded.count + others === 0) {
    print(say(cli, storageTexts.nothing));
    return;
  }
  print(say(cli, storageTexts.manifests, { count: manifests.length }));
  print(say(cli, storageTexts.blobs, { count: unneeded.count, size: formatBytes(unneeded.bytes) }));
  print(say(cli, storageTexts.others, { count: others }));
  for (const { digest, mediaType, missing, hints } of manifests) {
    const state =
      missing.length === 0
        ? say(cli, storageTexts.whole)
        : say(cli, storageTexts.lacks, { missing: missing.join(' ') });
    print(`${digest}  ${mediaType}  ${state}`);
    for (const [name, value] of Object.entries(hints)) print(`    ${name}: ${value}`);
  }
}

interface Wanted {
  readonly adoption: Adoption;
  readonly strays: Strays;
  readonly into: ParsedName | undefined;
  /** How many are whole. */
  readonly count: number;
}

interface Outcome {
  readonly digest: string;
  readonly problem: string | undefined;
}

async function putInto(cli: Cli, flags: Flags, wanted: Wanted): Promise<Outcome[]> {
  const { adoption, strays, into, count } = wanted;
  if (into === undefined || count === 0) return [];
  const question = say(cli, storageTexts.askInto, { count, into: into.fullName });
  if (flags['yes'] !== true && !(await promptForConsent(question))) {
    note(say(cli, storageTexts.notAdopted, { into: into.fullName }));
    return [];
  }
  const outcomes: Outcome[] = [];
  for await (const outcome of adoption.into(strays, into)) {
    outcomes.push(outcome);
    const { digest, problem } = outcome;
    if (flags['json'] === true) continue;
    if (problem === undefined) print(say(cli, storageTexts.adopted, { digest }));
    else print(say(cli, storageTexts.failed, { digest, problem }));
  }
  const done = outcomes.filter(({ problem }) => problem === undefined).length;
  note(say(cli, storageTexts.done, { count: done, into: into.fullName }));
  return outcomes;
}

function asJson(
  { takeover }: Adoption,
  strays: Strays,
  outcomes: readonly Outcome[],
  into: ParsedName | undefined,
): object {
  const problems = new Map(outcomes.map(({ digest, problem }) => [digest, problem ?? null]));
  return {
    database: takeover?.kind ?? 'present',
    ...(takeover?.kind === 'restore' ? { snapshot: takeover.snapshot } : {}),
    into: into?.fullName ?? null,
    manifests: strays.manifests.map(({ digest, mediaType, sizeBytes, missing, hints }) => ({
      digest,
      mediaType,
      sizeBytes,
      missing,
      hints,
      adopted: problems.get(digest) === null,
      problem: problems.get(digest) ?? null,
    })),
    blobs: strays.blobs.size,
    unneededBlobs: strays.unneeded.count,
    unneededBytes: strays.unneeded.bytes,
    otherFiles: strays.others,
  };
}
