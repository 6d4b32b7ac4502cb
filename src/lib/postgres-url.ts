import { Secret } from './secret.ts';
import type { Text } from './text/language.ts';

/** One of the servers that an address names. */
export interface PostgresHost {
  /** A name, an address, or with a `/` at the front the folder of a socket. */
  readonly host: string;
  readonly port: number;
}

/** libpq's modes without those that encrypt only perhaps. */
export const tlsModes = ['disable', 'require', 'verify-ca', 'verify-full'] as const;
export type TlsMode = (typeof tlsModes)[number];

export interface PostgresTls {
  readonly mode: TlsMode;
  /** A file, or `system` for the certificate authorities of the machine. */
  readonly rootCert: string | undefined;
  readonly cert: string | undefined;
  readonly key: string | undefined;
}

/** Where a database is: what a URL in libpq's form says. */
export interface PostgresAddress {
  /** In the order in which they are tried; at least one. */
  readonly hosts: readonly PostgresHost[];
  /** Undefined: the name of the user who runs the program. */
  readonly user: string | undefined;
  readonly password: Secret | undefined;
  /** Undefined: the one with the user's name. */
  readonly database: string | undefined;
  readonly tls: PostgresTls;
  /** For each host; undefined: by how many there are. */
  readonly connectSeconds: number | undefined;
  readonly applicationName: string;
}

/** The URL cannot be used. Its text never repeats a part that may be a secret. */
export class PostgresUrlProblem extends Error {
  override readonly name = 'PostgresUrlProblem';
  readonly text: Text;

  constructor(en: string, zh: string) {
    super(en);
    this.text = { en, zh };
  }
}

export const postgresUrlForm = 'postgres://user:password@host1:5432,host2/database?sslmode=verify-full';
const defaultPort = 5432;

/**
 * libpq's form (PostgreSQL manual, 34.1.1.2), several hosts included.
 * @throws PostgresUrlProblem
 */
export function parsePostgresUrl(url: string): PostgresAddress {
  const { userinfo, hosts, path, query } = partsOf(url);
  const [user = '', ...rest] = userinfo.split(':');
  const password = decoded(rest.join(':'));
  const parameters = parametersOf(query);
  const target = parameters.get('target_session_attrs');
  if (target !== undefined && target !== 'read-write' && target !== 'primary') {
    throw new PostgresUrlProblem(
      'target_session_attrs can only be read-write or primary, since Berth works on the primary',
      'target_session_attrs 只能是 read-write 或 primary，因为 Berth 只使用主库',
    );
  }
  return {
    hosts: hosts.split(',').map(hostOf),
    user: orUndefined(decoded(user)),
    password: password === '' ? undefined : new Secret(password),
    database: orUndefined(decoded(path)),
    tls: tlsOf(parameters),
    connectSeconds: secondsOf(parameters.get('connect_timeout')),
    applicationName: parameters.get('application_name') ?? 'berth',
  };
}

/**
 * The same URL with a password, unless it has one.
 * @throws PostgresUrlProblem
 */
export function withPostgresPassword(url: string, password: string): string {
  if (parsePostgresUrl(url).password !== undefined) return url;
  const { scheme, userinfo, rest } = partsOf(url);
  return `${scheme}${userinfo.replace(/:$/, '')}:${encodeURIComponent(password)}@${rest}`;
}

interface Parts {
  readonly scheme: string;
  readonly userinfo: string;
  readonly hosts: string;
  readonly path: string;
  readonly query: string;
  /** Everything behind the user. */
  readonly rest: string;
}

const shape =
  /^(?<scheme>postgres(?:ql)?:\/\/)(?:(?<userinfo>[^/?]*)@)?(?<rest>(?<hosts>[^/?@]*)(?:\/(?<path>[^?@]*))?(?:\?(?<query>[^@]*))?)$/;

function partsOf(url: string): Parts {
  const {
    scheme,
    userinfo = '',
    hosts = '',
    path = '',
    query = '',
    rest = '',
  } = shape.exec(url)?.groups ?? {};
  // A sign of the password that was not encoded would be taken for the end of the host, or of the name of the database.
  if (scheme === undefined) throw malformed();
  return { scheme, userinfo, hosts, path, query, rest };
}

function malformed(): PostgresUrlProblem {
  return new PostgresUrlProblem(
    `the address is not valid; right: ${postgresUrlForm}, with signs such as @ / ? # in a password written as %40 %2F %3F %23`,
    `地址无效；应为：${postgresUrlForm}，密码中的 @ / ? # 等符号须写成 %40 %2F %3F %23`,
  );
}

function decoded(text: string): string {
  try {
    const plain = decodeURIComponent(text);
    if (!plain.includes('\0')) return plain;
  } catch {
    // Said below.
  }
  throw malformed();
}

function orUndefined(text: string): string | undefined {
  return text === '' ? undefined : text;
}

const hostShape = /^(?:\[(?<six>[\da-f:.%]+)\]|(?<name>[^:[\]]*))(?::(?<port>\d*))?$/i;

function hostOf(text: string): PostgresHost {
  const groups = hostShape.exec(text)?.groups;
  if (groups === undefined) throw malformed();
  const { six, name = '', port = '' } = groups;
  const host = decoded(six ?? name);
  const number = port === '' ? defaultPort : Number(port);
  if (number < 1 || number > 65_535) throw malformed();
  return { host: host === '' ? 'localhost' : host, port: number };
}

const known = [
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'connect_timeout',
  'application_name',
  'target_session_attrs',
];

function parametersOf(query: string): Map<string, string> {
  const parameters = new Map<string, string>();
  if (query === '') return parameters;
  for (const pair of query.split('&')) {
    const [name = '', value] = pair.split('=', 2);
    if (value === undefined || parameters.has(name) || pair.split('=').length > 2) throw malformed();
    if (!known.includes(name)) {
      // Only what looks like a name is repeated.
      const shown = /^\w{1,40}$/.test(name) ? ` "${name}"` : '';
      throw new PostgresUrlProblem(
        `there is no parameter${shown} of the address; known are ${known.join(', ')}`,
        `地址没有参数${shown}；可用的参数有 ${known.join('、')}`,
      );
    }
    parameters.set(name, decoded(value));
  }
  return parameters;
}

function tlsOf(parameters: ReadonlyMap<string, string>): PostgresTls {
  const rootCert = orUndefined(parameters.get('sslrootcert') ?? '');
  const cert = orUndefined(parameters.get('sslcert') ?? '');
  const key = orUndefined(parameters.get('sslkey') ?? '');
  const asked = parameters.get('sslmode') ?? (rootCert === 'system' ? 'verify-full' : 'disable');
  const mode = tlsModes.find((each) => each === asked);
  if (mode === undefined) {
    throw new PostgresUrlProblem(
      `sslmode can be ${tlsModes.join(', ')}; allow and prefer would encrypt only perhaps`,
      `sslmode 可以是 ${tlsModes.join('、')}；allow 和 prefer 不能保证加密`,
    );
  }
  if (mode.startsWith('verify') && rootCert === undefined) {
    throw new PostgresUrlProblem(
      `sslmode=${mode} needs sslrootcert=, the file of the certificate authority, or system`,
      `sslmode=${mode} 需要 sslrootcert=，即证书颁发机构的文件，或 system`,
    );
  }
  if (rootCert === 'system' && mode !== 'verify-full') {
    throw new PostgresUrlProblem(
      'sslrootcert=system goes with sslmode=verify-full only: anybody can have a certificate of a public authority',
      'sslrootcert=system 只能与 sslmode=verify-full 一起使用：任何人都能取得公共机构的证书',
    );
  }
  if ((cert === undefined) !== (key === undefined)) {
    throw new PostgresUrlProblem(
      'sslcert and sslkey go together; give both or none',
      'sslcert 与 sslkey 必须同时给出，或都不给',
    );
  }
  if (mode === 'disable' && (rootCert ?? cert) !== undefined) {
    throw new PostgresUrlProblem(
      'sslrootcert, sslcert and sslkey need an sslmode: require, verify-ca or verify-full',
      'sslrootcert、sslcert 和 sslkey 需要同时设置 sslmode：require、verify-ca 或 verify-full',
    );
  }
  // As libpq does: who names an authority wants it to be asked.
  return { mode: mode === 'require' && rootCert !== undefined ? 'verify-ca' : mode, rootCert, cert, key };
}

function secondsOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,3}$/.test(text) && Number(text) > 0) return Number(text);
  throw new PostgresUrlProblem(
    'connect_timeout is a number of seconds from 1 to 999',
    'connect_timeout 是 1 到 999 之间的秒数',
  );
}
