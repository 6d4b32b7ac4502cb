import type { Operation, Words } from './operations.ts';

/** What a client is expected to do; what is in neither list it has no command for. */
interface Expected {
  readonly title: string;
  readonly works: readonly Operation[];
  /** What it is asked for and cannot do, by its own fault or choice. */
  readonly limits?: Readonly<Partial<Record<Operation, Words>>>;
}

/** In the order of the table in the manual. */
export const clients = {
  docker: {
    title: 'Docker',
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
    works: ['image', 'layer', 'index', 'mount', 'tags', 'delete', 'zstd', 'kill-push', 'kill-pull'],
    limits: {
      login: {
        en: 'it keeps what it is told without asking the registry; a wrong password shows at the first use',
        zh: '登录时不询问仓库而直接保存；错误的密码在首次使用时才显现',
      },
    },
  },
  oras: {
    title: 'ORAS',
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
    works: ['login', 'image', 'layer', 'index', 'mount', 'zstd', 'kill-push', 'kill-pull'],
  },
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
