import { parseDocument } from 'yaml';
import { StartProblem } from '../../lib/start-problem.ts';
import type { Text } from '../../lib/text/language.ts';

/** Part of a settings file: every scalar is text as it is written. */
export type Node = string | null | readonly Node[] | { readonly [key: string]: Node };
type Tree = { [key: string]: Node };

/** A configuration of Docker's registry, in Berth's terms. */
export interface FromDistribution {
  /** By keys of `berth.yml`. */
  readonly values: Readonly<Record<string, string>>;
  /** The file of names and bcrypt hashes; undefined: everybody may push and pull without signing in. */
  readonly htpasswd: string | undefined;
  /** What signing in with one of those names is called; undefined without the file. */
  readonly realm: string | undefined;
  /** Who may push may also delete. */
  readonly deletes: boolean;
  /** What was asked for and is done in another way, or not at all. */
  readonly warnings: readonly Text[];
}

type Variables = Readonly<Record<string, string | undefined>>;

/** Ours have neither of these keys. */
export function isDistributionConfig(document: unknown): document is Tree {
  return isTree(document) && 'version' in document && ('storage' in document || 'http' in document);
}

function isTree(node: unknown): node is Tree {
  return typeof node === 'object' && node !== null && !Array.isArray(node);
}

/**
 * Reads what has a meaning here (distribution, "Configuring a registry"), with `REGISTRY_*` variables over it.
 * @throws StartProblem configInvalid where Berth would do something less safe than what was asked for, or could not
 * serve what is there
 */
export function translateDistribution(document: Tree, env: Variables, where: string): FromDistribution {
  const { tree, ignored } = overridden(document, env);
  const warnings = ignored.map((variable) => noEffect(variable));
  const read = new Reader(tree, where);
  const version = read.text('version');
  if (version !== undefined && version !== '0.1' && version !== '0.10')
    throw problem(where, `version ${version} is not known; right: 0.1`, `不认识版本 ${version}；应为 0.1`);
  const values: Record<string, string> = {
    ...storage(read),
    ...http(read, warnings),
    ...logging(read),
  };
  const { htpasswd, realm } = authentication(read);
  if (htpasswd === undefined) warnings.push(openToAll);
  refuseWhatProtects(read);
  warnings.push(...read.unread().map(noEffect));
  return {
    values,
    htpasswd,
    realm,
    deletes: isOn(read.text('storage.delete.enabled')),
    warnings,
  };
}

const openToAll: Text = {
  en: 'everybody may push and pull without signing in, as the configuration says; an auth section with htpasswd closes that',
  zh: '按配置，任何人无需登录即可推送和拉取；添加带 htpasswd 的 auth 一节即可关闭',
};

/** Keys and sections that distribution knows and that do nothing here: caches, redirects, clean-ups of its own. */
function noEffect(key: string): Text {
  return { en: `${key} has no effect in Berth`, zh: `${key} 在 Berth 中不起作用` };
}

function storage(read: Reader): Record<string, string> {
  const drivers = read
    .keys('storage')
    .filter((key) => !['cache', 'delete', 'redirect', 'maintenance', 'tag', 'middleware'].includes(key));
  if (drivers.length > 1)
    throw problem(
      read.where,
      `storage has several drivers (${drivers.join(', ')}); keep one`,
      `storage 中有多个驱动（${drivers.join('、')}）；请只保留一个`,
    );
  const [driver = 'filesystem'] = drivers;
  if (driver !== 'filesystem')
    throw problem(
      read.where,
      `the storage driver ${driver} is not in this version; right: filesystem`,
      `此版本没有存储驱动 ${driver}；应为 filesystem`,
    );
  const root = read.text('storage.filesystem.rootdirectory') ?? '/var/lib/registry';
  read.skip('storage.filesystem.maxthreads');
  return { storage: root, data: `${root.replace(/\/+$/, '')}/.berth` };
}

function http(read: Reader, warnings: Text[]): Record<string, string> {
  const listen = read.text('http.addr') ?? ':5000';
  const values: Record<string, string> = { listen };
  const net = read.text('http.net') ?? 'tcp';
  if (net !== 'tcp')
    throw problem(
      read.where,
      `http.net ${net} is not in this version; right: tcp`,
      `此版本不支持 http.net ${net}；应为 tcp`,
    );
  const prefix = read.text('http.prefix') ?? '/';
  if (prefix !== '/')
    throw problem(
      read.where,
      `http.prefix ${prefix} is not in this version: the registry has a host of its own`,
      `此版本不支持 http.prefix ${prefix}：镜像仓库需要独立的主机名`,
    );
  const host = read.text('http.host');
  if (host !== undefined && host !== '') values['external_url'] = host;
  const [certificate, key] = [read.text('http.tls.certificate'), read.text('http.tls.key')];
  if (certificate !== undefined) values['tls_certificate'] = certificate;
  if (key !== undefined) values['tls_key'] = key;
  const authorities = read.list('http.tls.clientcas');
  if (authorities.length > 0) values['tls_client_ca'] = authorities.join(',');
  if (certificate !== undefined) Object.assign(values, tlsRest(read, authorities.length > 0, warnings));
  if (read.has('http.tls.letsencrypt.email') || read.has('http.tls.letsencrypt.cachefile'))
    throw problem(
      read.where,
      'http.tls.letsencrypt is not in this version; give a certificate, or put a proxy in front that fetches one',
      '此版本不支持 http.tls.letsencrypt；请提供证书，或在前面放置会自动获取证书的代理',
    );
  if (certificate === undefined) {
    values['insecure_http'] = 'true';
    warnings.push({
      en: `plain HTTP is served on ${listen}, as the configuration says: passwords and images can be read on the way`,
      zh: `按配置在 ${listen} 上提供明文 HTTP：密码和镜像在途中可能被读取`,
    });
  }
  read.skip('http.secret', 'http.relativeurls', 'http.http2.disabled');
  return values;
}

/** What is asked of clients beside the authorities of their certificates. */
function tlsRest(read: Reader, asksForCertificates: boolean, warnings: Text[]): Record<string, string> {
  const clientAuth = asksForCertificates ? read.text('http.tls.clientauth') : undefined;
  if (clientAuth !== undefined && clientAuth !== 'require-and-verify-client-cert')
    warnings.push({
      en: `http.tls.clientauth ${clientAuth} is not in this version: all clients have to show a certificate of http.tls.clientcas`,
      zh: `此版本不支持 http.tls.clientauth ${clientAuth}：所有客户端都必须出示 http.tls.clientcas 签发的证书`,
    });
  const minimum = read.text('http.tls.minimumtls') ?? '';
  if (minimum === '') return {};
  if (!/^tls1\.[0-3]$/.test(minimum))
    throw problem(
      read.where,
      `http.tls.minimumtls ${minimum} is not known; right: tls1.2, tls1.3`,
      `不认识 http.tls.minimumtls ${minimum}；应为 tls1.2、tls1.3`,
    );
  if (minimum !== 'tls1.0' && minimum !== 'tls1.1') return { tls_minimum: minimum };
  warnings.push({
    en: `http.tls.minimumtls ${minimum}: clients need TLS 1.2 all the same, older versions are not spoken`,
    zh: `http.tls.minimumtls ${minimum}：客户端仍需 TLS 1.2，更旧的版本不受支持`,
  });
  return { tls_minimum: 'tls1.2' };
}

function logging(read: Reader): Record<string, string> {
  const level = read.text('log.level') ?? read.text('loglevel');
  return level === undefined ? {} : { log_level: level === 'trace' ? 'debug' : level };
}

function authentication(read: Reader): Pick<FromDistribution, 'htpasswd' | 'realm'> {
  const kinds = read.keys('auth');
  const [kind] = kinds;
  if (kind === undefined || (kinds.length === 1 && kind.toLowerCase() === 'none'))
    return { htpasswd: undefined, realm: undefined };
  const path = read.text('auth.htpasswd.path');
  if (kinds.length > 1 || kind !== 'htpasswd')
    throw problem(
      read.where,
      `auth.${kinds.join(', auth.')} is not in this version; right: htpasswd, or no auth section at all (Berth has accounts and a token service of its own)`,
      `此版本不支持 auth.${kinds.join('、auth.')}；应为 htpasswd，或不写 auth 一节（Berth 自带账户和令牌服务）`,
    );
  if (path === undefined) throw problem(read.where, 'auth.htpasswd needs a path', 'auth.htpasswd 需要 path');
  return { htpasswd: path, realm: read.text('auth.htpasswd.realm') ?? 'Berth' };
}

/** YAML 1.1, which Docker's registry reads, has many words for it. */
function isOn(text: string | undefined): boolean {
  return text !== undefined && /^(?:y|yes|on|true)$/i.test(text);
}

/** Who asked for one of these relies on it. */
function refuseWhatProtects(read: Reader): void {
  if (isOn(read.text('storage.maintenance.readonly.enabled')))
    throw problem(
      read.where,
      'storage.maintenance.readonly is not in this version: the registry would take pushes',
      '此版本不支持 storage.maintenance.readonly：镜像仓库会接受推送',
    );
  if (read.has('proxy.remoteurl'))
    throw problem(
      read.where,
      'proxy.remoteurl (a pull-through cache) is not in this version',
      '此版本不支持 proxy.remoteurl（拉取缓存）',
    );
  if (read.has('notifications.endpoints'))
    throw problem(
      read.where,
      'notifications are not in this version; take the section out if nothing relies on them',
      '此版本不支持 notifications；如果没有程序依赖它们，请删除该节',
    );
}

/** Finds values by their paths, and knows which were never asked for. */
class Reader {
  readonly where: string;
  readonly #tree: Tree;
  readonly #read = new Set<string>();

  constructor(tree: Tree, where: string) {
    this.#tree = tree;
    this.where = where;
  }

  text(path: string): string | undefined {
    const node = this.#find(path);
    if (node === undefined || node === null) return undefined;
    if (typeof node === 'string') return node;
    throw problem(this.where, `${path} must be a single value`, `${path} 必须是单个值`);
  }

  list(path: string): string[] {
    const node = this.#find(path) ?? [];
    if (Array.isArray(node) && node.every((each) => typeof each === 'string')) return node;
    throw problem(this.where, `${path} must be a list`, `${path} 必须是列表`);
  }

  has(path: string): boolean {
    const node = this.#find(path);
    return node !== undefined && node !== null && node !== '' && !(Array.isArray(node) && node.length === 0);
  }

  keys(path: string): string[] {
    const node = this.#find(path);
    if (typeof node === 'string') return node === '' ? [] : [node];
    return isTree(node) ? Object.keys(node) : [];
  }

  /** These do nothing here, and nobody has to be told. */
  skip(...paths: readonly string[]): void {
    for (const path of paths) this.#read.add(path);
  }

  /** What is set and was never asked for. */
  unread(): string[] {
    return leaves(this.#tree, '').filter(
      (path) => ![...this.#read].some((known) => path === known || path.startsWith(`${known}.`)),
    );
  }

  #find(path: string): Node | undefined {
    let node: Node | undefined = this.#tree;
    for (const key of path.split('.')) node = isTree(node) ? node[key] : undefined;
    // A section that was listed is not read by that.
    if (node !== undefined && !isTree(node)) this.#read.add(path);
    return node;
  }
}

function leaves(node: Node, path: string): string[] {
  if (!isTree(node)) return path === '' ? [] : [path];
  return Object.entries(node).flatMap(([key, value]) => leaves(value, path === '' ? key : `${path}.${key}`));
}

/** Kubernetes sets these for a service called `registry`. */
const serviceLink =
  /^REGISTRY_(SERVICE_HOST|SERVICE_PORT(_\w+)?|PORT(_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)?)$/;

/**
 * `REGISTRY_HTTP_TLS_CLIENTCAS_0` is the element 0 of `http.tls.clientcas`; its value is YAML. Shorter paths come
 * first, and a path that ends at a section replaces it.
 */
function overridden(document: Tree, env: Variables): { readonly tree: Tree; readonly ignored: string[] } {
  const tree: Tree = structuredClone(document);
  const ignored: string[] = [];
  for (const [variable, value] of Object.entries(env).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    if (value === undefined || !variable.startsWith('REGISTRY_') || serviceLink.test(variable)) continue;
    const path = variable.slice('REGISTRY_'.length).toLowerCase().split('_');
    if (path[0] === 'version' || !put(tree, path, parsed(value))) ignored.push(variable);
  }
  return { tree, ignored };
}

function isList(node: Node | undefined): node is readonly Node[] {
  return Array.isArray(node);
}

function parsed(value: string): Node {
  const document = parseDocument(value, { schema: 'failsafe', prettyErrors: false });
  if (document.errors.length > 0) return value;
  try {
    return document.toJS() as Node;
  } catch {
    // A secret that begins like an alias: `*x`.
    return value;
  }
}

function put(tree: Tree, path: readonly string[], value: Node): boolean {
  const [key = '', ...rest] = path;
  if (key === '' || ['__proto__', 'constructor', 'prototype'].includes(key)) return false;
  const here = tree[key];
  if (rest.length === 0) {
    // `REGISTRY_STORAGE=filesystem` names a driver.
    tree[key] = typeof value === 'string' && isTree(here) ? { [value]: {} } : value;
    return true;
  }
  if (isList(here) || /^\d+$/.test(rest[0] ?? '')) {
    const list: Node[] = isList(here) ? [...here] : [];
    const place = Number(rest[0]);
    // Elements are replaced, or added at the end; there are no gaps.
    if (rest.length > 1 || !Number.isInteger(place) || place > list.length) return false;
    list[place] = value;
    tree[key] = list;
    return true;
  }
  const below: Tree = isTree(here) ? here : {};
  tree[key] = below;
  return put(below, rest, value);
}

function problem(where: string, en: string, zh: string): StartProblem {
  return new StartProblem('configInvalid', { en: `${where}: ${en}`, zh: `${where}：${zh}` });
}
