import type { Generated } from 'kysely';

/** Accounts, what stands for them, and what they may do. */
export interface SchemaOfPeople {
  user: UserTable;
  user_group: UserGroupTable;
  user_group_member: UserGroupMemberTable;
  role: RoleTable;
  grant: GrantTable;
  robot: RobotTable;
  token: TokenTable;
  token_scope: TokenScopeTable;
  session: SessionTable;
  login_failure: LoginFailureTable;
  device_login: DeviceLoginTable;
  expiry_notice: ExpiryNoticeTable;
}

type PrincipalKind = 'user' | 'group' | 'robot';

interface UserTable {
  id: Generated<number>;
  username: string;
  email: string | null;
  realname: string;
  /** Argon2's PHC string, bcrypt's or Harbor's (`$pbkdf2-…`), or null for an account that signs in elsewhere. */
  password_hash: string | null;
  /** Rises with each change, so that remembered verifications end. */
  password_version: number;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
  disabled: Generated<number>;
  comment: Generated<string>;
}

interface UserGroupTable {
  id: Generated<number>;
  name: string;
  /** Harbor's: 1 LDAP, 2 HTTP, 3 OIDC; 0: of Berth itself, known to no login provider. */
  type: number;
  created_at: number;
  updated_at: number;
}

interface UserGroupMemberTable {
  group_id: number;
  user_id: number;
  /** Who says so: `local` is an administrator here. */
  source: string;
  created_at: number;
}

interface RoleTable {
  id: Generated<number>;
  name: string;
  level: 'system' | 'project';
  /** Each `resource:action`, in order, with a space between. */
  permissions: string;
  created_at: number;
  updated_at: number;
}

interface GrantTable {
  id: Generated<number>;
  principal_kind: PrincipalKind;
  principal_id: number;
  role: string;
  scope: 'system' | 'project' | 'repository';
  project_id: number | null;
  /** Exact path or `prefix/**`, relative to the project. */
  repository_pattern: string | null;
  /** Exact tag or `prefix*`. */
  tag_pattern: string | null;
  expires_at: number | null;
  created_at: number;
  /** Of robots: what it confers, by itself (`src/access/grants/access-list.ts`); null: what its role does. */
  permissions: Generated<string | null>;
}

interface RobotTable {
  id: Generated<number>;
  /** Without the prefix: `ci`, or `project+ci` of one that belongs to a project. */
  name: string;
  /** Null: of the system. */
  project_id: number | null;
  secret_hash: string;
  disabled: number;
  expires_at: number | null;
  created_at: number;
  description: Generated<string>;
  /** Rises with each new secret, so that remembered verifications and tokens end. */
  secret_version: Generated<number>;
  /** From its creation; -1: it does not end. */
  duration_days: Generated<number>;
  creator_kind: Generated<'user' | 'robot'>;
  creator_id: Generated<number>;
  updated_at: Generated<number>;
  last_used_at: Generated<number | null>;
  last_used_address: Generated<string>;
  last_used_client: Generated<string>;
}

interface TokenTable {
  id: Generated<number>;
  user_id: number;
  name: string;
  secret_hash: string;
  expires_at: number | null;
  last_used_at: number | null;
  created_at: number;
  /** 1: limited to its scopes, of which none may be left; 0: it stands for its owner. */
  narrowed: Generated<number>;
  last_used_address: Generated<string>;
  last_used_client: Generated<string>;
}

interface TokenScopeTable {
  id: Generated<number>;
  token_id: number;
  /** Null: everywhere. */
  project_id: number | null;
  /** Exact path or `prefix/**`, relative to the project; null: the project as such. */
  repository_pattern: string | null;
  /** Of `src/access/personal-tokens/token-scope.ts`, with commas. */
  actions: string;
}

interface SessionTable {
  id_hash: string;
  user_id: number;
  created_at: number;
  expires_at: number;
  /** Of the account, when the session was opened. */
  password_version: number;
  /** To a minute; null until the first use of a session that is older than the column. */
  last_used_at: Generated<number | null>;
  last_used_address: Generated<string>;
  last_used_client: Generated<string>;
}

interface LoginFailureTable {
  /** A name for the user name that was given, whether or not there is such an account; never the text itself. */
  account: string;
  /** IPv6 by its network. */
  address: string;
  /** Attempts that failed, or have not ended yet. */
  failures: number;
  /** Until then no further one is made. */
  free_at: number;
  expires_at: number;
}

interface DeviceLoginTable {
  id: Generated<number>;
  /** Names for the codes, never the codes themselves. */
  device_hash: string;
  user_hash: string;
  /** What asks, in its own words. */
  name: string;
  address: string;
  /** IPv6 by its network. */
  address_block: string;
  client: string;
  state: 'pending' | 'approved' | 'denied';
  /** Who answered. */
  user_id: number | null;
  interval_ms: number;
  /** Whoever asks for the token before is told to slow down. */
  next_poll_at: number;
  created_at: number;
  expires_at: number;
}

interface ExpiryNoticeTable {
  /** `robot:7`, `token:3`, `grant:9`, `certificate:<fingerprint>`. */
  object: string;
  /** The end that was told of: another one is told of anew. */
  expires_at: number;
  /** The nearest threshold that was told of: 30, 14, 7, 1. */
  days: number;
}
