import { AppError } from '../../lib/errors.ts';
import type { JobKind, JobProgress } from '../../platform/jobs/job-kind.ts';
import type { VerifyDeps } from './judge-blob.ts';
import type { VerifyReport } from './verify-report.ts';
import { type VerifyProgress, verifyStorage } from './verify-storage.ts';

export interface VerificationInput {
  /** How much of the content is read and hashed: 0 … 100. */
  readonly hashPercent: number;
  /** Otherwise nothing is changed. */
  readonly repair: boolean;
}

export type VerificationKind = JobKind<VerificationInput>;

export const verificationKind = 'STORAGE_VERIFICATION';
/** There is one storage; Harbor's number for what there is one of. */
export const verificationVendor = -1;

/** Compares database and storage while others are served. A run that is begun again starts from the beginning. */
export function createVerificationJob(deps: VerifyDeps): VerificationKind {
  return {
    name: verificationKind,
    parallelism: 1,
    // What it found does not change by looking again.
    attempts: 1,
    kept: 50,
    parse: readVerification,
    run: async ({ input, signal, progress, log, result }) => {
      const { hashPercent, repair } = input;
      log(`compares database and storage; reads ${hashPercent} % of the content${repair ? ', repairs' : ''}`);
      const onProgress = (now: VerifyProgress): void => progress(progressOf(now));
      const report = await verifyStorage(deps, {
        hashShare: hashPercent / 100,
        repair,
        gently: true,
        onProgress,
        signal,
      });
      const { damaged, ...counts } = report;
      for (const { digest, problem } of damaged) log(`${digest} ${problem}`);
      for (const [name, count] of Object.entries(counts)) log(`${name} ${count}`);
      result(counts);
      requireSound(report);
    },
  };
}

/**
 * Also of what comes from outside.
 * @throws AppError BAD_REQUEST
 */
export function readVerification(input: unknown): VerificationInput {
  const { hashPercent = 0, repair = false } = input as Partial<VerificationInput>;
  if (!(hashPercent >= 0 && hashPercent <= 100))
    throw new AppError('BAD_REQUEST', {
      message: `hash_percent is ${hashPercent}`,
      detail: 'give how much of the content is to be read: 0 to 100',
    });
  return { hashPercent, repair };
}

function progressOf({ blobs, totalBlobs, bytes, totalBytes }: VerifyProgress): JobProgress {
  const counted = { done: blobs, total: totalBlobs, unit: 'blobs and manifests' };
  return totalBytes === 0 ? counted : { ...counted, bytes: { done: bytes, total: totalBytes } };
}

/** Lost content is an error, so that nobody has to read each result. */
function requireSound({ missing, wrongSize, corrupt }: VerifyReport): void {
  const lost = missing + wrongSize + corrupt;
  if (lost === 0) return;
  throw new AppError('BLOB_UNKNOWN', {
    message: `${lost} blobs are damaged: ${missing} missing, ${wrongSize} of a wrong size, ${corrupt} corrupt`,
  });
}
