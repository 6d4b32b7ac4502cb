import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { LineCounter, parseDocument } from 'yaml';
import { isNameComponent } from '../../lib/oci/repository-name.ts';
import { PostgresUrlProblem, parsePostgresUrl, withPostgresPassword } from '../../lib/postgres-url.ts';
import { Secret } from '../../lib/secret.ts';
import { StartProblem } from '../../lib/start-problem.ts';
import { type Language, languageOf } from '../../lib/text/language.ts';
import type { LogLevel } from '../log/logger.ts';
import { type AddressRange, parseTrustedProxy, partsOf } from './addresses/address-range.ts';
import { type OutgoingConfig, parseOutgoing } from './addresses/outgoing-config.ts';
import { type AdminSocketPath, adminSocketPath } from './admin-socket-path.ts';
import { parseExternalUrl } from './external-url.ts';
import { type ListenAddress, parseListenAddress } from './listen-address.ts';
import { nearest } from './nearest.ts';
import { configFile, type OptionName, type OptionRow, optionRows, options } from './options.ts';
import { parseGcWindow } from './parse-gc-window.ts';
import { parseStorageReserve, type StorageReserve } from './storage-reserve.ts';
import { parseTls, type TlsConfig } from './tls-config.ts';
import {
  type FromDistribution,
  isDistributionConfig,
  translateDistribution,
} from './translate-distribution.ts';

/** Everything the server is told at its start. Secrets are a type of their own, so that the rest can be printed. */
export interface Config {
  readonly listen: ListenAddress;
  /** Nobody asked for this address, so one that cannot be had (`::1`) is only a warning. */
  readonly listenIsDefault: boolean;
  readonly insecureHttp: boolean;
  /** Undefined: nobody is told there. */
  readonly metricsListen: ListenAddress | undefined;
  /** Nobody asked for it, so that it cannot be had is only a warning. */
  readonly metricsListenIsDefault: boolean;
  readonly tls: TlsConfig;
  /** Without a slash at the end. Undefined: by each request. */
  readonly externalUrl: string | undefined;
  readonly trustedProxies: readonly AddressRange[];
  readonly outgoing: OutgoingConfig;
  readonly data: string;
  readonly storage: string;
  readonly storageReserve: StorageReserve;
  /** Where the server of this data folder is talked to from the same machine. */
  readonly adminSocket: AdminSocketPath;
  /** With the password, wherever it came from. */
  readonly databaseUrl: Secret | undefined;
  /** Connections to PostgreSQL. */
  readonly databasePool: number;
  /** Undefined: the key file of the data folder. */
  readonly secretKey: Secret | undefined;
  readonly tokenLifeSeconds: number;
  /** JSON; not looked at yet. */
  readonly configOverwriteJson: Secret | undefined;
  /** Empty: names without a project are refused. */
  readonly defaultProject: string;
  /** Of one account. */
  readonly openUploads: number;
  /** At once, of one address and of one account. */
  readonly clientRequests: number;
  /** Of one address. */
  readonly clientConnections: number;
  /** Daily ones of the database that are kept; 0: none are taken. */
  readonly snapshots: number;
  /** So long garbage collection leaves alone what no artifact needs. */
  readonly gcWindowMs: number;
  readonly drainDelayMs: number;
  readonly logLevel: LogLevel;
  readonly lang: Language;
  readonly adminPassword: Secret | undefined;
  readonly allowWeakAdmin: boolean;
  /** Undefined: the settings are Berth's own. */
  readonly distribution: FromDistribution | undefined;
}

export interface Setting {
  readonly value: string;
  /** `default`, `--flag`, the variable, or the file. */
  readonly origin: string;
}

export type Settings = Readonly<Record<OptionName, Setting>>;

export interface ConfigSources {
  /** By option name, as the command line gave them. */
  readonly flags: Readonly<Partial<Record<OptionName | 'config', string>>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/** @throws StartProblem configInvalid, naming the option, where it was set and what would be right */
export function loadConfig(sources: ConfigSources): { config: Config; settings: Settings } {
  const { flags, env } = sources;
  refuseUnknownVariables(env);
  const file = readConfigFile(flags.config ?? env[configFile.env], sources);
  const all = optionRows.map(([name, row]) => [name, settingOf(name, row, sources, file)] as const);
  const settings = Object.fromEntries(all) as Record<OptionName, Setting>;
  return { config: { ...toConfig(settings, sources), distribution: file?.distribution }, settings };
}

interface ConfigFile {
  readonly path: string;
  readonly values: Readonly<Record<string, unknown>>;
  /** What Docker's registry was configured to do; `values` is then ours. */
  readonly distribution?: FromDistribution;
}

function settingOf(
  name: OptionName,
  row: OptionRow,
  sources: ConfigSources,
  file: ConfigFile | undefined,
): Setting {
  const flag = sources.flags[name];
  if (flag !== undefined) return { value: flag, origin: (row.flag ?? '').split(' ')[0] ?? '' };
  for (const variable of [row.env, ...(row.aliases ?? [])]) {
    const fromEnv = fromVariable(variable, row, sources);
    if (fromEnv !== undefined) return fromEnv;
  }
  return (
    (file === undefined ? undefined : fromFile(row, file, sources.cwd)) ?? {
      value: row.fallback,
      origin: 'default',
    }
  );
}

function fromVariable(variable: string, row: OptionRow, { env, cwd }: ConfigSources): Setting | undefined {
  // Set to nothing is not set: that is how variables are taken back in a compose file.
  const value = env[variable] === '' ? undefined : env[variable];
  const pointer = row.secret === true ? env[`${variable}_FILE`] : undefined;
  if (value !== undefined && pointer !== undefined) {
    throw invalid(
      `${variable} and ${variable}_FILE are both set; keep one`,
      `同时设置了 ${variable} 和 ${variable}_FILE；请只保留一个`,
    );
  }
  if (pointer !== undefined)
    return { value: readSecretFile(pointer, cwd, `${variable}_FILE`), origin: `${variable}_FILE` };
  return value === undefined ? undefined : { value, origin: variable };
}

function fromFile(row: OptionRow, file: ConfigFile, cwd: string): Setting | undefined {
  const value = file.values[row.key];
  const pointer = row.secret === true ? file.values[`${row.key}_file`] : undefined;
  const where = `${file.path}: ${row.key}`;
  if (value !== undefined && pointer !== undefined) {
    throw invalid(
      `${where} and ${row.key}_file are both set; keep one`,
      `${where} 与 ${row.key}_file 同时设置；请只保留一个`,
    );
  }
  if (pointer !== undefined)
    return { value: readSecretFile(textOf(pointer, where), cwd, `${where}_file`), origin: `${where}_file` };
  if (value === undefined || value === null) return undefined;
  const one =
    row.kind === 'list' && Array.isArray(value) ? value.map((each) => textOf(each, where)).join(',') : value;
  return { value: textOf(one, where), origin: where };
}

function textOf(value: unknown, where: string): string {
  if (typeof value === 'string') return value;
  throw invalid(`${where} must be a single value`, `${where} 必须是单个值`);
}

/** One final newline is the editor's, not the secret's. */
export function readSecretFile(path: string, cwd: string, where: string): string {
  let text: string;
  try {
    text = readFileSync(resolve(cwd, path), 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw invalid(`${where}: ${path} cannot be read`, `${where}：无法读取 ${path}`, cause);
  }
  if (text === '') throw invalid(`${where}: ${path} is empty`, `${where}：${path} 是空的`);
  return text;
}

function readConfigFile(given: string | undefined, { cwd, env }: ConfigSources): ConfigFile | undefined {
  const path = resolve(cwd, given ?? configFile.fallback);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (given === undefined && (cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw invalid(`the settings file ${path} cannot be read`, `无法读取配置文件 ${path}`, cause);
  }
  const values = parseYaml(text, path) ?? {};
  if (isDistributionConfig(values)) {
    const { htpasswd, ...rest } = translateDistribution(values, env, path);
    const distribution = { ...rest, htpasswd: htpasswd === undefined ? undefined : resolve(cwd, htpasswd) };
    return { path, values: distribution.values, distribution };
  }
  if (typeof values !== 'object' || values === null || Array.isArray(values)) {
    throw invalid(`${path} must hold keys and values`, `${path} 必须由键和值组成`);
  }
  refuseUnknownKeys(path, Object.keys(values));
  return { path, values: values as Record<string, unknown> };
}

/**
 * Every value is text as it is written: `007` and `1e5` are passwords too. What is wrong is named by code and line
 * only, because the parser's own messages quote the file, and with it its secrets.
 */
function parseYaml(text: string, path: string): unknown {
  const lines = new LineCounter();
  const document = parseDocument(text, {
    schema: 'failsafe',
    customTags: ['null'],
    lineCounter: lines,
    prettyErrors: false,
  });
  const problem = document.errors[0] ?? document.warnings[0];
  const why =
    problem === undefined ? undefined : `${problem.code}, line ${lines.linePos(problem.pos[0]).line}`;
  if (why !== undefined)
    throw invalid(`${path} is not valid YAML: ${why}`, `${path} 不是有效的 YAML：${why}`);
  try {
    return document.toJS();
  } catch {
    throw invalid(`${path} has an alias that cannot be resolved`, `${path} 中有无法解析的别名`);
  }
}

function refuseUnknownKeys(path: string, keys: readonly string[]): void {
  const known = optionRows.flatMap(([, row]) =>
    row.secret === true ? [row.key, `${row.key}_file`] : [row.key],
  );
  const unknown = keys.find((key) => !known.includes(key));
  if (unknown === undefined) return;
  throw invalid(
    `${path}: there is no setting "${unknown}"${hint(unknown, known, 'en')}`,
    `${path}：没有名为 "${unknown}" 的设置${hint(unknown, known, 'zh')}`,
  );
}

/** Kubernetes sets these for a service called `berth` or `berth-db`: `BERTH_SERVICE_HOST`, `BERTH_DB_PORT_5432_TCP_ADDR`. */
const serviceLink =
  /^BERTH(_[A-Z0-9]+)*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

function isServiceLink(variable: string, value: string | undefined): boolean {
  return (
    serviceLink.test(variable) || (variable.endsWith('_PORT') && /^(tcp|udp|sctp):\/\//.test(value ?? ''))
  );
}

function refuseUnknownVariables(env: ConfigSources['env']): void {
  const known = [
    configFile.env,
    ...optionRows.flatMap(([, row]) => (row.secret === true ? [row.env, `${row.env}_FILE`] : [row.env])),
  ];
  for (const variable of Object.keys(env)) {
    if (!variable.startsWith('BERTH_') || known.includes(variable) || isServiceLink(variable, env[variable]))
      continue;
    throw invalid(
      `there is no setting for the variable ${variable}${hint(variable, known, 'en')}`,
      `没有与环境变量 ${variable} 对应的设置${hint(variable, known, 'zh')}`,
    );
  }
}

function hint(word: string, known: readonly string[], lang: Language): string {
  const near = nearest(word, known);
  if (near === undefined) return '';
  return lang === 'en' ? `; did you mean ${near}?` : `；是否想写 ${near}？`;
}

function toConfig(settings: Settings, { env, cwd }: ConfigSources): Omit<Config, 'distribution'> {
  if (settings.data.value === '') bad('data', settings, 'a folder');
  const data = resolve(cwd, settings.data.value);
  const storage =
    settings.storage.value === '' ? join(data, 'storage') : resolve(cwd, settings.storage.value);
  if (storage === data) throw invalid('data and storage are the same folder', 'data 与 storage 是同一目录');
  const listen =
    parseListenAddress(settings.listen.value) ?? bad('listen', settings, 'host:port, such as localhost:5000');
  const insecureHttp = flag('insecureHttp', settings);
  const allowWeakAdmin = flag('allowWeakAdmin', settings);
  const tls = tlsOf(settings, cwd);
  if (!listen.loopback && tls.mode === 'off' && !insecureHttp)
    throw new StartProblem('insecureListen', { listen: settings.listen.value });
  if (allowWeakAdmin && !listen.loopback) {
    throw invalid(
      'allow_weak_admin only goes with a loopback address',
      'allow_weak_admin 只能与回环地址一起使用',
    );
  }
  return {
    listen,
    listenIsDefault: settings.listen.origin === 'default',
    insecureHttp,
    metricsListen: metricsListen(settings),
    metricsListenIsDefault: settings.metricsListen.origin === 'default',
    tls,
    externalUrl: externalUrl(settings),
    trustedProxies: trustedProxies(settings),
    outgoing: outgoing(settings),
    data,
    storage,
    storageReserve: storageReserve(settings),
    adminSocket: adminSocketPath(data),
    databaseUrl: databaseUrl(settings),
    databasePool: databasePool(settings),
    secretKey: secretKey(settings),
    tokenLifeSeconds: tokenLife(settings),
    configOverwriteJson: secret(settings.configOverwriteJson),
    defaultProject: project(settings),
    openUploads: count('openUploads', settings),
    clientRequests: count('clientRequests', settings),
    clientConnections: count('clientConnections', settings),
    snapshots: snapshots(settings),
    gcWindowMs: parseGcWindow(settings.gcWindow.value) ?? bad('gcWindow', settings, '0s … 168h, such as 30m'),
    drainDelayMs: seconds('drainDelay', settings) * 1000,
    logLevel: oneOf('logLevel', settings, ['debug', 'info', 'warn', 'error'] as const),
    lang:
      settings.lang.value === '' ? languageOf(locale(env)) : oneOf('lang', settings, ['en', 'zh'] as const),
    adminPassword: secret(settings.adminPassword),
    allowWeakAdmin,
  };
}

function metricsListen(settings: Settings): ListenAddress | undefined {
  const { value } = settings.metricsListen;
  if (value === 'off' || value === '') return undefined;
  return (
    parseListenAddress(value) ?? bad('metricsListen', settings, 'host:port, such as localhost:9090, or off')
  );
}

/** POSIX's order: the first that is set decides. */
export function locale(env: ConfigSources['env']): string | undefined {
  return [env['LC_ALL'], env['LC_MESSAGES'], env['LANG']].find(
    (value) => value !== undefined && value !== '',
  );
}

function storageReserve(settings: Settings): StorageReserve {
  const reserve = parseStorageReserve(settings.storageReserve.value);
  return reserve === 'invalid'
    ? bad('storageReserve', settings, 'a size such as 1GiB, or 5%, or 0')
    : reserve;
}

function databaseUrl({ databaseUrl: url, databasePassword: password }: Settings): Secret | undefined {
  if (url.value === '') return undefined;
  try {
    parsePostgresUrl(url.value);
    return new Secret(password.value === '' ? url.value : withPostgresPassword(url.value, password.value));
  } catch (error) {
    if (!(error instanceof PostgresUrlProblem)) throw error;
    const { en, zh } = error.text;
    throw invalid(`database_url (${url.origin}): ${en}`, `database_url（${url.origin}）：${zh}`);
  }
}

function databasePool(settings: Settings): number {
  const { value } = settings.databasePool;
  const count = /^\d{1,4}$/.test(value) ? Number(value) : 0;
  // A dump holds one for as long as it takes.
  return count >= 2 && count <= 1000 ? count : bad('databasePool', settings, '2 … 1000');
}

/** 32 bytes as 64 hex digits or base64. */
function secretKey(settings: Settings): Secret | undefined {
  const { value } = settings.secretKey;
  if (value !== '' && !/^([0-9a-f]{64}|[\w+/-]{43}=?)$/i.test(value.trim()))
    bad('secretKey', settings, '64 hex digits, or 32 bytes in base64');
  return secret(settings.secretKey);
}

function tokenLife(settings: Settings): number {
  const life = seconds('tokenLife', settings);
  return life >= 60 && Number.isInteger(life) ? life : bad('tokenLife', settings, '60 … 3600');
}

function externalUrl(settings: Settings): string | undefined {
  const { value } = settings.externalUrl;
  if (value === '') return undefined;
  return (
    parseExternalUrl(value) ??
    bad('externalUrl', settings, 'http://host or https://host:port, without a path')
  );
}

function tlsOf(settings: Settings, cwd: string): TlsConfig {
  const at = (file: string): string => (file === '' ? '' : resolve(cwd, file));
  const tls = parseTls({
    mode: settings.tls.value,
    certificate: at(settings.tlsCertificate.value),
    key: at(settings.tlsKey.value),
    names: partsOf(settings.tlsNames.value),
    clientAuthorities: partsOf(settings.tlsClientCa.value).map(at),
    minimum: settings.tlsMinimum.value,
    hsts: flag('tlsHsts', settings),
    trustsProxies: settings.trustedProxies.value !== '',
  });
  if ('en' in tls) throw invalid(tls.en, tls.zh);
  return tls;
}

function trustedProxies(settings: Settings): AddressRange[] {
  const { value, origin } = settings.trustedProxies;
  return partsOf(value).map((part) => {
    const range = parseTrustedProxy(part, origin);
    if ('en' in range) throw invalid(range.en, range.zh);
    return range;
  });
}

function outgoing({ outgoingAddresses, outgoingHosts }: Settings): OutgoingConfig {
  const given = { addresses: partsOf(outgoingAddresses.value), hosts: partsOf(outgoingHosts.value) };
  const parsed = parseOutgoing(given);
  if ('en' in parsed) throw invalid(parsed.en, parsed.zh);
  return parsed;
}

function secret(setting: Setting): Secret | undefined {
  return setting.value === '' ? undefined : new Secret(setting.value);
}

function project(settings: Settings): string {
  const { value } = settings.defaultProject;
  if (value === 'none' || value === '') return '';
  return isNameComponent(value) ? value : bad('defaultProject', settings, 'a project name, or none');
}

function seconds(name: OptionName, settings: Settings): number {
  const value = Number(settings[name].value);
  return settings[name].value.trim() !== '' && value >= 0 && value <= 3600
    ? value
    : bad(name, settings, '0 … 3600');
}

function count(name: OptionName, settings: Settings): number {
  const { value } = settings[name];
  return /^[1-9]\d{0,6}$/.test(value) ? Number(value) : bad(name, settings, '1 … 9999999');
}

/** PostgreSQL has its own ways, and a dump of it is no small thing. */
function snapshots(settings: Settings): number {
  const { value } = settings.snapshots;
  if (value === '') return settings.databaseUrl.value === '' ? 7 : 0;
  return /^\d{1,3}$/.test(value) ? Number(value) : bad('snapshots', settings, '0 … 999');
}

function flag(name: OptionName, settings: Settings): boolean {
  return oneOf(name, settings, ['true', 'false'] as const) === 'true';
}

function oneOf<T extends string>(name: OptionName, settings: Settings, allowed: readonly T[]): T {
  return allowed.find((value) => value === settings[name].value) ?? bad(name, settings, allowed.join(', '));
}

function bad(name: OptionName, settings: Settings, right: string): never {
  const { value, origin } = settings[name];
  const row: OptionRow = options[name];
  const shown = row.secret === true ? '' : ` "${value}"`;
  throw invalid(
    `${row.key}${shown} (${origin}) is not valid; right: ${right}`,
    `${row.key}${shown}（${origin}）无效；应为：${right}`,
  );
}

function invalid(en: string, zh: string, cause?: unknown): StartProblem {
  return new StartProblem('configInvalid', { en, zh }, { cause });
}
