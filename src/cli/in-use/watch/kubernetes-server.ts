import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import type { ArchiveServer } from '../../../archives.ts';
import { readSecretFile } from '../../../platform/config/load-config.ts';
import { type Cli, say } from '../../cli.ts';
import { Refused } from '../../client/refused.ts';
import { watchTexts } from './text.ts';

type Json = Readonly<Record<string, unknown>>;

/** Where Kubernetes puts what a Pod signs in with. */
const accountFolder = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The API server that a kubeconfig's current context means, and who asks it; without a file the one of the cluster in which
 * this runs as a Pod.
 * @throws Refused for what cannot be read or used
 */
export function kubernetesServer(cli: Cli, file: string | undefined): ArchiveServer {
  return file === undefined ? ofPod(cli) : ofFile(cli, resolve(cli.cwd, file));
}

function ofPod(cli: Cli): ArchiveServer {
  const { KUBERNETES_SERVICE_HOST: host, KUBERNETES_SERVICE_PORT: port = '443' } = cli.env;
  if (host === undefined) throw new Refused(say(cli, watchTexts.noCluster), 400);
  const read = (name: string): string => readSecretFile(`${accountFolder}/${name}`, cli.cwd, name);
  return {
    url: new URL(`https://${host.includes(':') ? `[${host}]` : host}:${port}`),
    authorities: read('ca.crt'),
    authorization: `Bearer ${read('token').trim()}`,
  };
}

function ofFile(cli: Cli, file: string): ArchiveServer {
  const bad = (what: string): Refused => new Refused(say(cli, watchTexts.badConfig, { file, what }), 400);
  let config: Json;
  try {
    config = record(parse(readSecretFile(file, cli.cwd, '--kubeconfig')));
  } catch (cause) {
    if (cause instanceof Error && cause.name.startsWith('YAML'))
      throw bad(cause.message.split('\n')[0] ?? '');
    throw cause;
  }
  const named = (list: string, part: string, name: unknown): Json => {
    const all = config[list];
    const found = (Array.isArray(all) ? all : []).map(record).find((each) => each['name'] === name);
    if (found === undefined) throw bad(`${list}: ${String(name)}`);
    return record(found[part]);
  };
  const context = named('contexts', 'context', config['current-context']);
  const cluster = named('clusters', 'cluster', context['cluster']);
  const user = named('users', 'user', context['user']);
  if (cluster['insecure-skip-tls-verify'] === true) throw bad('insecure-skip-tls-verify');
  const means = ['exec', 'auth-provider'].find((each) => user[each] !== undefined);
  if (means !== undefined) throw bad(`users: ${means}`);
  /** Given in the file, or in one beside it. */
  const given = (of: Json, name: string): string | undefined => {
    const [data, path] = [of[`${name}-data`], of[name]];
    if (typeof data === 'string') return Buffer.from(data, 'base64').toString();
    return typeof path === 'string' ? readSecretFile(resolve(dirname(file), path), cli.cwd, name) : undefined;
  };
  const [url, token] = [URL.parse(String(cluster['server'])), tokenOf(cli, file, user)];
  if (url?.protocol !== 'https:') throw bad(`server: ${String(cluster['server'])}`);
  const [certificate, key] = [given(user, 'client-certificate'), given(user, 'client-key')];
  return {
    url,
    authorities: given(cluster, 'certificate-authority'),
    authorization: token === undefined ? undefined : `Bearer ${token}`,
    ...(certificate === undefined || key === undefined ? {} : { identity: { certificate, key } }),
  };
}

function tokenOf(cli: Cli, file: string, user: Json): string | undefined {
  const { token, tokenFile } = user;
  if (typeof token === 'string') return token;
  if (typeof tokenFile !== 'string') return undefined;
  return readSecretFile(resolve(dirname(file), tokenFile), cli.cwd, 'tokenFile').trim();
}

function record(value: unknown): Json {
  return typeof value === 'object' && value !== null ? (value as Json) : {};
}
