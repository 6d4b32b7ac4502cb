import { allClients, type Client, clients, kindOf, limitOf } from './clients.ts';
import { allOperations, type Operation, operations, type Words } from './operations.ts';
import type { Results } from './results.ts';

export type Language = keyof Words;

const words = {
  title: { en: 'Clients', zh: '客户端' },
  intro: {
    en:
      'What each client does with Berth. The table is written by `npm run full:clients`, which runs every one of these ' +
      'programs against a server: a cell is in it only when its test has passed. Nobody edits it by hand.',
    zh:
      '各客户端与 Berth 配合的情况。本表由 `npm run full:clients` 生成：它让下列每个程序都与服务器实际交互，' +
      '只有测试通过的单元格才会写入。请勿手工修改。',
  },
  legend: {
    en:
      '✔ works · a number: the client itself stops there, see the note below the table · – the client has no command ' +
      'for it. No cell is missing because of Berth.',
    zh: '✔ 可用 · 数字：客户端自身的限制，见表后的说明 · – 客户端没有这个命令。没有因 Berth 而缺失的单元格。',
  },
  operation: { en: 'operation', zh: '操作' },
  limits: { en: 'Where a client stops', zh: '客户端自身的限制' },
  says: { en: ' It says:', zh: '它的提示：' },
  versions: { en: 'Versions', zh: '版本' },
  client: { en: 'client', zh: '客户端' },
  version: { en: 'version', zh: '版本' },
  from: { en: 'from', zh: '来源' },
  more: { en: 'How to', zh: '用法' },
} as const satisfies Readonly<Record<string, Words>>;

const advice: readonly Words[] = [
  {
    en: 'Without TLS a registry has to be allowed by each client: `--plain-http` (ORAS, Helm), `--tls-verify=false` (Podman, Buildah, Skopeo), `--tls disabled` (regctl), `--insecure-registry` (Notation), `--allow-http-registry` (Cosign), `insecure-registries` in `daemon.json` (Docker). Loopback addresses need nothing with Docker and crane.',
    zh: '没有 TLS 时，每个客户端都要明确允许：`--plain-http`（ORAS、Helm）、`--tls-verify=false`（Podman、Buildah、Skopeo）、`--tls disabled`（regctl）、`--insecure-registry`（Notation）、`--allow-http-registry`（Cosign）、`daemon.json` 中的 `insecure-registries`（Docker）。Docker 与 crane 访问回环地址时无需设置。',
  },
  {
    en: 'Helm writes the `+` of a version as `_` in the tag, since a tag has no plus; `helm pull --version 1.2.3+meta` finds it.',
    zh: 'Tag 中不能有加号，Helm 会把版本号里的 `+` 写成 `_`；`helm pull --version 1.2.3+meta` 可以找到它。',
  },
  {
    en: 'Notation signs with `--force-referrers-tag=false` as a referrer alone; by itself it also writes a tag `sha256-…`, and then needs the right to push tags.',
    zh: 'Notation 加上 `--force-referrers-tag=false` 时只写引用者；默认还会写 Tag `sha256-…`，需要推送 Tag 的权限。',
  },
  {
    en: 'Podman fetches only the missing parts of zstd:chunked layers with `pull_options = {enable_partial_images = "true"}` in `storage.conf` and the overlay driver.',
    zh: '在 `storage.conf` 中设置 `pull_options = {enable_partial_images = "true"}` 并使用 overlay 驱动时，Podman 只拉取 zstd:chunked 层中缺少的部分。',
  },
  {
    en: 'ORAS for Python with `auth_backend="basic"` sends every body once without a password before it is asked for one: give `do_chunked=True` for files of more than 64 MiB.',
    zh: '使用 `auth_backend="basic"` 的 ORAS for Python 会先不带密码发送一次请求体，被要求后再重发：超过 64 MiB 的文件请加上 `do_chunked=True`。',
  },
  {
    en: 'Helm has no command that lists versions; a range (`--version "~1.0"`) reads all tags and takes the newest that fits.',
    zh: 'Helm 没有列出版本的命令；使用范围（`--version "~1.0"`）时会读取全部 Tag 并选取最新的匹配版本。',
  },
];

/** Of the limits in the order of the table, from 1. */
function numberOf(client: Client, operation: Operation): number {
  return limits().findIndex((each) => each.client === client && each.operation === operation) + 1;
}

function limits(): { readonly client: Client; readonly operation: Operation }[] {
  return allOperations.flatMap((operation) =>
    allClients
      .filter((client) => kindOf(client, operation) === 'limit')
      .map((client) => ({ client, operation })),
  );
}

function cellOf(client: Client, operation: Operation): string {
  switch (kindOf(client, operation)) {
    case 'works':
      return '✔';
    case 'limit':
      return `[${numberOf(client, operation)}](#limit-${numberOf(client, operation)})`;
    case 'lacks':
      return '–';
  }
}

function rowOf(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** It follows from what is declared alone. */
export function renderTable(language: Language): string {
  const titles = allClients.map((client) => clients[client].title);
  const head = [words.operation[language], ...titles];
  const rows = allOperations.map((operation) => [
    operations[operation][language],
    ...allClients.map((client) => cellOf(client, operation)),
  ]);
  return [rowOf(head), rowOf(head.map((_, at) => (at === 0 ? '---' : ':-:'))), ...rows.map(rowOf)].join('\n');
}

/** One that a run has found: its number, whose it is, and why. */
export function renderLimit(language: Language, client: Client, operation: Operation): string {
  const number = numberOf(client, operation);
  const [comma, colon, stop] = language === 'en' ? [', ', ': ', '.'] : ['：', '：', '。'];
  const reason = limitOf(client, operation)?.[language] ?? '';
  const what = `${clients[client].title}${comma}${operations[operation][language]}`;
  return `<a id="limit-${number}"></a>${number}. **${what}**${colon}${reason}${stop}`;
}

export function renderVersion(client: Client, version: string): string {
  return rowOf([clients[client].title, version, clients[client].from]);
}

export function renderPage(language: Language, found: ReadonlyMap<Client, Results>): string {
  const say = (key: keyof typeof words): string => words[key][language];
  const notes = limits().map(({ client, operation }) => {
    const text = found.get(client)?.found[operation]?.text ?? '';
    const reason = renderLimit(language, client, operation);
    return `${reason}${say('says')} \`${text.replaceAll('`', "'")}\``;
  });
  const versions = allClients.map((client) => renderVersion(client, found.get(client)?.version ?? ''));
  return [
    `# ${say('title')}`,
    say('intro'),
    say('legend'),
    renderTable(language),
    `## ${say('limits')}`,
    ...notes,
    `## ${say('more')}`,
    advice.map((each) => `- ${each[language]}`).join('\n'),
    `## ${say('versions')}`,
    [rowOf([say('client'), say('version'), say('from')]), rowOf(['---', '---', '---']), ...versions].join(
      '\n',
    ),
    '',
  ]
    .join('\n\n')
    .replace(/\n+$/, '\n');
}
