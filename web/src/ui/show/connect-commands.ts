export const clients = ['docker', 'podman', 'nerdctl', 'helm', 'oras', 'skopeo', 'crane'] as const;

export type Client = (typeof clients)[number];

export interface Registry {
  /** With its port. */
  readonly host: string;
  /** Whether it is reached over plain HTTP, which most clients have to be told. */
  readonly plain: boolean;
}

export interface Image {
  /** With its project. */
  readonly name: string;
  /** Undefined: by its digest. */
  readonly tag?: string | undefined;
  readonly digest?: string | undefined;
}

/** For a shell of POSIX: what needs no quotes stays as it is. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;
}

/** What a client has to be told where there is no TLS; those that know loopback by themselves need nothing there. */
function plainFlag(client: Client, { host, plain }: Registry): readonly string[] {
  if (!plain) return [];
  const isLocal = /^localhost(?::\d+)?$/.test(host);
  switch (client) {
    case 'docker':
      return [];
    case 'podman':
      return ['--tls-verify=false'];
    case 'skopeo':
      return ['--tls-verify=false'];
    case 'nerdctl':
      return isLocal ? [] : ['--insecure-registry'];
    case 'crane':
      return isLocal ? [] : ['--insecure'];
    case 'oras':
      return isLocal ? [] : ['--plain-http'];
    case 'helm':
      return ['--plain-http'];
  }
}

function line(...words: readonly (string | readonly string[])[]): string {
  return words.flat().map(shellWord).join(' ');
}

function lastPart(name: string): string {
  return name.split('/').at(-1) ?? name;
}

/** One command that brings an image here. */
export function pullCommand(client: Client, registry: Registry, { name, tag, digest }: Image): string {
  const flag = plainFlag(client, registry);
  const place = `${registry.host}/${name}`;
  const at = tag === undefined ? `${place}@${digest ?? ''}` : `${place}:${tag}`;
  const file = `${lastPart(name)}.tar`;
  switch (client) {
    case 'helm':
      return line(
        'helm',
        'pull',
        flag,
        `oci://${tag === undefined ? at : place}`,
        tag === undefined ? [] : ['--version', tag],
      );
    case 'skopeo': {
      const verify = flag.length === 0 ? [] : ['--src-tls-verify=false'];
      return line('skopeo', 'copy', verify, `docker://${at}`, `oci-archive:${file}`);
    }
    case 'crane':
      return line('crane', 'pull', flag, at, file);
    default:
      return line(client, 'pull', flag, at);
  }
}

/** From signing in to the image that stands there. */
export function pushCommands(
  client: Client,
  registry: Registry,
  image: Image & { readonly user: string },
): string {
  const flag = plainFlag(client, registry);
  const { host } = registry;
  const { name, tag = '1', user } = image;
  const at = `${host}/${name}:${tag}`;
  const who = user === '' ? [] : ['-u', user];
  switch (client) {
    case 'helm': {
      const [project = ''] = name.split('/');
      return [
        line('helm', 'registry', 'login', flag, host, who),
        line('helm', 'push', flag, 'chart-1.0.0.tgz', `oci://${host}/${project}`),
      ].join('\n');
    }
    case 'oras':
      return [line('oras', 'login', flag, host, who), line('oras', 'push', flag, at, 'file.txt')].join('\n');
    case 'skopeo': {
      const verify = flag.length === 0 ? [] : ['--dest-tls-verify=false'];
      return [
        line('skopeo', 'login', flag, host, who),
        line('skopeo', 'copy', verify, 'oci-archive:image.tar', `docker://${at}`),
      ].join('\n');
    }
    case 'crane':
      return [line('crane', 'auth', 'login', host, who), line('crane', 'push', flag, 'image.tar', at)].join(
        '\n',
      );
    default:
      return [
        line(client, 'login', flag, host, who),
        line(client, 'tag', lastPart(name), at),
        line(client, 'push', flag, at),
      ].join('\n');
  }
}
