import type { Operation, Words } from './operations.ts';

/** What a client is expected to do; what is in neither list it has no command for. */
interface Expected {
  readonly title: string;
  /** Where the program comes from. */
  readonly from: string;
  readonly works: readonly Operation[];
  /** What it is asked for and cannot do, by its own fault or choice. */
  readonly limits?: Readonly<Partial<Record<Operation, Words>>>;
}

const wordsKept: Words = {
  en: 'it keeps what it is told without asking the registry; a wrong password shows at the first use',
  zh: '登录时不询问仓库而直接保存；错误的密码在首次使用时才显现',
};

const helmLimits = {
  layer: {
    en: 'it reads no chart of more than 100 MiB',
    zh: '不能读取超过 100 MiB 的 Chart',
  },
} as const satisfies Readonly<Partial<Record<Operation, Words>>>;

/** In the order of the table in the manual. */
export const clients = {
  docker: {
    title: 'Docker',
    from: 'Debian (dockerd)',
    works: ['login', 'image', 'layer', 'index', 'mount', 'kill-push', 'kill-pull'],
    limits: {
      zstd: {
        en: 'dockerd before version 23 reads no layers of zstd',
        zh: '23 版之前的 dockerd 不能读取 zstd 层',
      },
    },
  },
  podman: {
    title: 'Podman',
    from: 'Debian',
    works: [
      'login',
      'image',
      'layer',
      'index',
      'mount',
      'tags',
      'zstd',
      'zstd-chunked',
      'lazy',
      'kill-push',
      'kill-pull',
    ],
  },
  skopeo: {
    title: 'Skopeo',
    from: 'Debian',
    works: [
      'login',
      'image',
      'layer',
      'index',
      'mount',
      'tags',
      'delete',
      'zstd',
      'zstd-chunked',
      'kill-push',
      'kill-pull',
    ],
  },
  crane: {
    title: 'crane',
    from: 'Go',
    works: ['image', 'layer', 'index', 'mount', 'tags', 'delete', 'zstd', 'kill-push', 'kill-pull'],
    limits: {
      login: wordsKept,
    },
  },
  oras: {
    title: 'ORAS',
    from: 'Go',
    works: [
      'login',
      'image',
      'layer',
      'index',
      'mount',
      'tags',
      'delete',
      'attach',
      'copy-referrers',
      'zstd',
      'kill-push',
      'kill-pull',
    ],
  },
  containerd: {
    title: 'containerd (ctr)',
    from: 'Go',
    works: ['login', 'image', 'layer', 'index', 'mount', 'zstd', 'kill-push', 'kill-pull'],
  },
  buildah: {
    title: 'Buildah',
    from: 'Debian',
    works: ['login', 'image', 'layer', 'index', 'mount', 'zstd', 'zstd-chunked', 'kill-push', 'kill-pull'],
  },
  regclient: {
    title: 'regctl',
    from: 'Go',
    works: [
      'login',
      'image',
      'layer',
      'index',
      'mount',
      'tags',
      'delete',
      'attach',
      'copy-referrers',
      'zstd',
      'kill-push',
      'kill-pull',
    ],
  },
  helm3: {
    title: 'Helm 3',
    from: 'Go',
    works: ['login', 'chart', 'tags', 'kill-push', 'kill-pull'],
    limits: helmLimits,
  },
  helm4: {
    title: 'Helm 4',
    from: 'Go',
    works: ['login', 'chart', 'tags', 'kill-push', 'kill-pull'],
    limits: helmLimits,
  },
  cosign: {
    title: 'Cosign',
    from: 'Go',
    works: ['attach', 'cosign-tag', 'cosign-referrer', 'delete'],
    limits: {
      login: wordsKept,
      'copy-referrers': {
        en: '`cosign copy` brings along what is under tags, not what refers to the image; it names `oras copy -r` instead',
        zh: '`cosign copy` 只复制 Tag 下的签名，不复制引用者；它建议改用 `oras copy -r`',
      },
    },
  },
  notation: {
    title: 'Notation',
    from: 'Go',
    works: ['notation'],
    limits: {
      login: {
        en: 'it keeps a password only in a credential helper; without one, give `--username` and `--password` with each command',
        zh: '只能把密码保存在凭据助手中；没有时，请在每条命令中给出 `--username` 和 `--password`',
      },
    },
  },
  'oras-py': {
    title: 'ORAS for Python',
    from: 'PyPI',
    works: ['image', 'layer', 'tags', 'delete', 'attach', 'kill-push', 'kill-pull'],
    limits: {
      login: {
        en: 'it keeps what it is told without asking the registry, and uses its first token for everything: create the client with `auth_backend="basic"`',
        zh: '登录时不询问仓库而直接保存，并且一直使用第一个令牌：请用 `auth_backend="basic"` 创建客户端',
      },
    },
  },
  stargz: { title: 'stargz-snapshotter', from: 'Go', works: ['lazy'] },
} as const satisfies Readonly<Record<string, Expected>>;

export type Client = keyof typeof clients;

export const allClients = Object.keys(clients) as Client[];

export type Kind = 'works' | 'limit' | 'lacks';

export function kindOf(client: Client, operation: Operation): Kind {
  const { works, limits = {} }: Expected = clients[client];
  if (works.includes(operation)) return 'works';
  return operation in limits ? 'limit' : 'lacks';
}

export function limitOf(client: Client, operation: Operation): Words | undefined {
  const { limits = {} }: Expected = clients[client];
  return limits[operation];
}
