/** Why something of the source was left out. */
export type ProblemReason =
  /** No repository of that name can be here. */
  | 'nameInvalid'
  /** Two names of the source stand for one here. */
  | 'nameTaken'
  | 'tagInvalid'
  /** The text of a link is no digest, or another one than its path says. */
  | 'linkDamaged'
  /** A link to content that is not there. */
  | 'dataMissing'
  /** The bytes of a manifest, or of what has two digests, are not those of their digest. */
  | 'digestWrong'
  | 'manifestInvalid'
  | 'manifestTooLarge'
  /** A tag of a manifest that is not there, or was left out. */
  | 'tagDangling'
  /** What a manifest refers to is not there: the manifest is taken over without it. */
  | 'contentMissing'
  /** A file has another size than a manifest says. */
  | 'sizeWrong'
  /** The database has a reason of its own, such as a storage limit. */
  | 'refused';

export interface Problem {
  /** Below the root of the storage. */
  readonly path: string;
  readonly reason: ProblemReason;
  /** A digest, a name or a sentence; empty where the reason says it all. */
  readonly detail: string;
}

export type Report = (problem: Problem) => void;
