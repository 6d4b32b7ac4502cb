/**
 * Which role may do what in a project, for each way to come by it. A letter stands for a role that may: A projectAdmin,
 * M maintainer, D developer, G guest, L limitedGuest; C a role of the registry's own (`ownRole`); X system-admin,
 * O operator, S security-officer, U auditor, which are given on the system; N nobody who signed in.
 */
export interface RoleMatrixRow {
  readonly permission: string;
  /** An account has the role in the project. */
  readonly project: string;
  /** On repositories of the project (`app/**`), asked about one of them. */
  readonly pattern: string;
  /** In the project, by a group. */
  readonly group: string;
  /** A robot of the project has of the role's permissions what robots can hold. */
  readonly robot: string;
  /** As in the project, by a personal token for pull, push, delete and read in it. */
  readonly token: string;
  /** In another project, asked about a public one. */
  readonly public: string;
  /** In another project. */
  readonly none: string;
}

export const ownRole = {
  name: 'own-role',
  permissions: ['member:list', 'project:read', 'repository:list', 'repository:pull', 'tag:create'],
} as const;

const rows = `
permission                 project    pattern group     robot  token      public      none
project:read               AMDGLCXSU  -       AMDGLCSU  AMDGLC AMDGLCXSU  AMDGLCXOSUN XSU
project:update             AX         -       A         A      -          X           X
project:delete             AX         -       A         A      -          X           X
accessory:list             AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
artifact:create            AMDX       AMD     AMD       AMD    AMDX       X           X
artifact:read              AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
artifact:delete            AMX        AM      AM        AM     AMX        X           X
artifact:list              AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
artifact-addition:read     AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
artifact-label:create      AMDX       AMD     AMD       AMD    AMDX       X           X
artifact-label:delete      AMDX       AMD     AMD       AMD    AMDX       X           X
configuration:read         AMDGLXSU   -       AMDGLSU   -      AMDGLXSU   XSU         XSU
configuration:update       AX         -       A         -      -          X           X
export-cve:create          AMDX       -       AMD       AMD    -          X           X
export-cve:read            AMDXU      -       AMDU      AMD    AMDXU      XU          XU
export-cve:list            AMDXU      -       AMDU      -      AMDXU      XU          XU
immutable-tag:create       AMXS       -       AMS       AM     -          XS          XS
immutable-tag:update       AMXS       -       AMS       AM     -          XS          XS
immutable-tag:delete       AMXS       -       AMS       AM     -          XS          XS
immutable-tag:list         AMXSU      -       AMSU      AM     AMXSU      XSU         XSU
label:create               AMX        -       AM        AM     -          X           X
label:read                 AMDGXU     -       AMDGU     AMDG   AMDGXU     AMDGLCXOSUN XU
label:update               AMX        -       AM        AM     -          X           X
label:delete               AMX        -       AM        AM     -          X           X
label:list                 AMDGXU     -       AMDGU     AMDG   AMDGXU     AMDGLCXOSUN XU
log:list                   AXU        -       AU        A      AXU        XU          XU
member:create              AX         -       A         A      -          X           X
member:read                AMDGXSU    -       AMDGSU    AMDG   AMDGXSU    XSU         XSU
member:update              AX         -       A         A      -          X           X
member:delete              AX         -       A         A      -          X           X
member:list                AMDGCXSU   -       AMDGCSU   AMDGC  AMDGCXSU   XSU         XSU
metadata:create            AX         -       A         A      -          X           X
metadata:read              AMXSU      -       AMSU      AM     AMXSU      XSU         XSU
metadata:update            AX         -       A         A      -          X           X
metadata:delete            AX         -       A         A      -          X           X
metadata:list              AMXSU      -       AMSU      AM     AMXSU      XSU         XSU
notification-policy:create AX         -       A         A      -          X           X
notification-policy:read   AMXU       -       AMU       AM     AMXU       XU          XU
notification-policy:update AX         -       A         A      -          X           X
notification-policy:delete AX         -       A         A      -          X           X
notification-policy:list   AMXU       -       AMU       AM     AMXU       XU          XU
preheat-policy:create      AX         -       A         A      -          X           X
preheat-policy:read        AXU        -       AU        A      AXU        XU          XU
preheat-policy:update      AX         -       A         A      -          X           X
preheat-policy:delete      AX         -       A         A      -          X           X
preheat-policy:list        AXU        -       AU        A      AXU        XU          XU
quota:read                 AMDGLXU    -       AMDGLU    AMDGL  AMDGLXU    XU          XU
repository:create          AMDX       AMD     AMD       -      AMDX       X           X
repository:read            AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    XU          XU
repository:update          AMDX       AMD     AMD       AMD    -          X           X
repository:delete          AMX        AM      AM        AM     AMX        X           X
repository:list            AMDGLCXU   AMDGLC  AMDGLCU   AMDGLC AMDGLCXU   AMDGLCXOSUN XU
repository:pull            AMDGLCXU   AMDGLC  AMDGLCU   AMDGLC AMDGLCXU   AMDGLCXOSUN XU
repository:push            AMDX       AMD     AMD       AMD    AMDX       X           X
robot:create               AX         -       A         A      -          X           X
robot:read                 AMDGXSU    -       AMDGSU    AMDG   AMDGXSU    XSU         XSU
robot:update               AX         -       A         -      -          X           X
robot:delete               AX         -       A         A      -          X           X
robot:list                 AMDGXSU    -       AMDGSU    AMDG   AMDGXSU    XSU         XSU
sbom:create                AMX        AM      AM        AM     -          X           X
sbom:read                  AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    XU          XU
sbom:stop                  AMX        AM      AM        AM     -          X           X
scan:create                AMX        AM      AM        AM     -          X           X
scan:read                  AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
scan:stop                  AMX        AM      AM        AM     -          X           X
scanner:create             AXS        -       AS        A      -          XS          XS
scanner:read               AMDGLXSU   -       AMDGLSU   AMDGL  AMDGLXSU   AMDGLCXOSUN XSU
security-policy:update     AXS        -       AS        -      -          XS          XS
tag:create                 AMDCX      AMDC    AMDC      AMDC   AMDCX      X           X
tag:delete                 AMX        AM      AM        AM     AMX        X           X
tag:list                   AMDGLXU    AMDGL   AMDGLU    AMDGL  AMDGLXU    AMDGLCXOSUN XU
tag-retention:create       AMDX       -       AMD       AMD    -          X           X
tag-retention:read         AMDXU      -       AMDU      AMD    AMDXU      XU          XU
tag-retention:update       AMDX       -       AMD       AMD    -          X           X
tag-retention:delete       AMDX       -       AMD       AMD    -          X           X
tag-retention:list         AMDXU      -       AMDU      AMD    AMDXU      XU          XU
tag-retention:operate      AMDX       -       AMD       -      -          X           X
`;

/** As the table above has it, line by line. */
export const roleMatrix: readonly RoleMatrixRow[] = rows
  .trim()
  .split('\n')
  .slice(1)
  .map((line) => {
    const [permission = '', ...ways] = line.split(/ +/);
    const [project = '', pattern = '', group = '', robot = '', token = '', open = '', none = ''] = ways.map(
      (letters) => (letters === '-' ? '' : letters),
    );
    return { permission, project, pattern, group, robot, token, public: open, none };
  });
