/** A sentence or a word in the languages of the manual. */
export interface Words {
  readonly en: string;
  readonly zh: string;
}

/** What people do with a registry, in the order of the table in the manual. */
export const operations = {
  login: { en: 'sign in, with a wrong password and the right one', zh: '登录（错误密码与正确密码）' },
  image: { en: 'push, pull, the same byte for byte', zh: '推送、拉取，逐字节相同' },
  layer: { en: 'a layer of 1 GiB', zh: '1 GiB 的层' },
  index: { en: 'multi-architecture index', zh: '多架构索引' },
  mount: { en: 'blobs mounted from another repository', zh: '从其他仓库挂载数据块' },
  tags: { en: 'more than 10,000 tags listed', zh: '列出 10000 个以上的 Tag' },
  delete: { en: 'delete', zh: '删除' },
  attach: { en: 'attach to an image and discover', zh: '附加到镜像并发现' },
  'copy-referrers': { en: 'copy with everything attached (`cp -r`)', zh: '连同附加内容一起复制（`cp -r`）' },
  'cosign-tag': {
    en: 'Cosign signature under a tag `sha256-….sig`',
    zh: 'Cosign 签名（Tag `sha256-….sig`）',
  },
  'cosign-referrer': { en: 'Cosign signature as a referrer', zh: 'Cosign 签名（引用者）' },
  notation: { en: 'Notation signature', zh: 'Notation 签名' },
  chart: { en: 'Helm chart with provenance', zh: '带来源证明的 Helm Chart' },
  zstd: { en: 'layers of zstd', zh: 'zstd 层' },
  'zstd-chunked': { en: 'layers written as zstd:chunked', zh: '写入 zstd:chunked 层' },
  lazy: {
    en: 'lazy pull: many ranges and several in one request',
    zh: '惰性拉取：多次范围请求与一次多个范围',
  },
  'kill-push': {
    en: 'killed (SIGKILL) in the middle of a push, and again',
    zh: '推送中途被强杀（SIGKILL）后重试',
  },
  'kill-pull': {
    en: 'killed (SIGKILL) in the middle of a pull, and again',
    zh: '拉取中途被强杀（SIGKILL）后重试',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type Operation = keyof typeof operations;

export const allOperations = Object.keys(operations) as Operation[];
