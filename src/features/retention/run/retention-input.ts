import type { CandidateRepository } from '../store/candidate-store.ts';

/** The first job of a run has no repository: it makes one for each. */
export interface RetentionInput {
  readonly policyId: number;
  readonly dryRun: boolean;
  /** With the system's policy; without a project the job begins a run in each. */
  readonly projectId?: number;
  readonly repository?: CandidateRepository;
}
