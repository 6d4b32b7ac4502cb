export interface CandidateTag {
  readonly name: string;
  readonly pushedAt: number;
  readonly pulledAt: number | null;
}

/** An artifact of a repository that a policy decides about: no accessory, no untagged child of an index. */
export interface Candidate {
  readonly id: number;
  readonly digest: string;
  readonly kind: string;
  readonly tags: readonly CandidateTag[];
  readonly labels: readonly string[];
  readonly pushedAt: number;
  /** By clients; null: never. */
  readonly pulledAt: number | null;
  /** Ids of the artifacts of the repository that list it. */
  readonly heldBy: readonly number[];
}
