/** What can be wrong with an archive of images, or with one of its images, or with what a registry says to it. */
export type ArchiveProblemCode =
  | 'missing'
  | 'unreadable'
  | 'notTar'
  | 'compressionDamaged'
  | 'headerDamaged'
  | 'truncated'
  | 'entryOutside'
  | 'entryKind'
  | 'tooManyEntries'
  | 'documentsTooLarge'
  | 'notOciLayout'
  | 'notDockerArchive'
  | 'documentInvalid'
  | 'nothingInside'
  | 'blobMissing'
  | 'sizeWrong'
  | 'digestWrong'
  | 'digestUnknown'
  | 'manifestInvalid'
  | 'tooManyManifests'
  | 'layersDiffer'
  | 'nameNeeded'
  | 'nameInvalid'
  | 'tagTwice'
  | 'subjectMissing'
  | 'platformMissing'
  | 'fileExists'
  | 'unwritable'
  | 'unreachable'
  | 'cut'
  | 'signInRefused'
  | 'refused';

/** Of an import or an export; the command line says it in the user's language. */
export class ArchiveProblem extends Error {
  override readonly name = 'ArchiveProblem';
  readonly code: ArchiveProblemCode;
  /** For the `{names}` of the problem's text. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Of the registry's answer, where it said no. */
  readonly status: number | undefined;

  constructor(
    code: ArchiveProblemCode,
    values: Readonly<Record<string, string | number>> = {},
    options: ErrorOptions & { readonly status?: number } = {},
  ) {
    super(`${code} ${JSON.stringify(values)}`, options);
    this.code = code;
    this.values = values;
    this.status = options.status;
  }
}
