/** Exit codes of the command line; `berth help exit-codes` lists them. */
export const exitCodes = {
  done: 0,
  failed: 1,
  usage: 2,
  /** What could be done is; some things were left out, and named. */
  partly: 3,
  signIn: 4,
  permission: 5,
  notFound: 6,
  conflict: 7,
  problemsFound: 8,
  unreachable: 9,
  /** The server ended itself because it could no longer know what is on the disk. */
  storageLost: 11,
} as const;

/** Why a server does not start, with the code that the process ends with. */
export const startProblems = {
  configInvalid: exitCodes.usage,
  insecureListen: exitCodes.usage,
  certificateUnreadable: exitCodes.usage,
  weakAdminPassword: exitCodes.usage,
  networkFileSystem: exitCodes.usage,
  folderNotWritable: exitCodes.permission,
  secretFileReadable: exitCodes.permission,
  secretKeyNeeded: exitCodes.usage,
  secretKeyDamaged: exitCodes.conflict,
  secretKeyMissing: exitCodes.conflict,
  secretKeyWrong: exitCodes.conflict,
  socketFolderUnsafe: exitCodes.permission,
  portNotAllowed: exitCodes.permission,
  addressUnknown: exitCodes.usage,
  portInUse: exitCodes.conflict,
  dataMissing: exitCodes.notFound,
  dataInUse: exitCodes.conflict,
  schemaTooNew: exitCodes.conflict,
  storeOfAnother: exitCodes.conflict,
  storeMarkerMissing: exitCodes.conflict,
  storeMarkerDamaged: exitCodes.conflict,
  storeUnmarked: exitCodes.conflict,
  nothingToImport: exitCodes.notFound,
  backupOfAnother: exitCodes.conflict,
  backupDamaged: exitCodes.problemsFound,
  backupUnreadable: exitCodes.notFound,
  snapshotMissing: exitCodes.notFound,
  databaseNotEmpty: exitCodes.conflict,
  databaseMoved: exitCodes.conflict,
  moveUnfinished: exitCodes.conflict,
  nothingToMove: exitCodes.notFound,
  moveTargetTaken: exitCodes.conflict,
  moveTargetServed: exitCodes.conflict,
  moveTargetUnreachable: exitCodes.unreachable,
  moveDiffers: exitCodes.problemsFound,
  moveRowMissing: exitCodes.problemsFound,
  moveRowAdded: exitCodes.problemsFound,
  moveRowRefused: exitCodes.problemsFound,
  diskFull: exitCodes.failed,
  databaseUnreachable: exitCodes.unreachable,
  schemaBusy: exitCodes.unreachable,
  databaseLoginRefused: exitCodes.permission,
  databaseUnknown: exitCodes.notFound,
  databaseRightsMissing: exitCodes.permission,
  databaseReadOnly: exitCodes.unreachable,
  databaseTooOld: exitCodes.conflict,
  databaseOfAnother: exitCodes.conflict,
  databaseTlsFailed: exitCodes.unreachable,
  storageUnreachable: exitCodes.unreachable,
} as const;

export type StartProblemCode = keyof typeof startProblems;

/** Thrown before anything is served; the command line says it in the user's language and ends. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem';
  readonly code: StartProblemCode;
  /** For the `{names}` of the problem's text. */
  readonly values: Readonly<Record<string, string | number>>;

  constructor(
    code: StartProblemCode,
    values: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(`${code} ${JSON.stringify(values)}`, options);
    this.code = code;
    this.values = values;
  }

  get exitCode(): number {
    return startProblems[this.code];
  }
}
