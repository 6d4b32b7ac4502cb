import type { Texts } from '../../lib/text/language.ts';

export const storageTexts = {
  storage: { en: 'The storage itself.', zh: '存储本身。' },
  adopt: {
    en: 'Bring a lost database back as far as the storage tells, and name what it holds beyond that; while no server runs.',
    zh: '在服务器停止时，根据存储尽可能恢复丢失的数据库，并列出其中多出的内容。',
  },
  into: {
    en: 'put what is found into this repository, by digest and without tags (project/repository)',
    zh: '将找到的内容按摘要放入此仓库，不带 Tag（项目/仓库）',
  },
  yes: { en: 'do not ask', zh: '不询问' },
  intoWrong: {
    en: '--into takes project/repository, such as --into lost/found',
    zh: '--into 的取值为 项目/仓库，例如 --into lost/found',
  },
  planRestore: {
    en: 'There is no database in {data}. The snapshot {snapshot} is put in its place; what happened since is not in it.',
    zh: '{data} 中没有数据库。将用快照 {snapshot} 代替；其后发生的事情不在其中。',
  },
  planBegin: {
    en: 'There is no database in {data}, and no snapshot. A new one begins, with a new administrator and without any project, repository or tag: the storage does not tell them.',
    zh: '{data} 中没有数据库，也没有快照。将新建一个数据库和新的管理员，不含任何项目、仓库或 Tag：存储中没有这些信息。',
  },
  planTakeOver: {
    en: 'The database in {data} is an older state than the storage. It is taken as it is; if a snapshot is newer, berth restore db newest brings back more.',
    zh: '{data} 中的数据库比存储旧。将按其现状使用；如有更新的快照，berth restore db newest 能恢复更多内容。',
  },
  planEpoch: {
    en: 'The storage {storage} gets a new epoch: every other database that was used with it is refused from then on, and a server that runs on one stops serving within 30 seconds. No file is removed.',
    zh: '存储 {storage} 将进入新的纪元：此后拒绝曾与其配套的所有其他数据库，正在使用它们的服务器会在 30 秒内停止服务。不会删除任何文件。',
  },
  askTakeOver: { en: 'Go on? [y/N] ', zh: '继续吗？[y/N] ' },
  askInto: {
    en: 'Put what is whole, with all it needs, into {into} (manifests: {count})? [y/N] ',
    zh: '将 {count} 个 manifest 及其所需内容放入 {into} 吗？[y/N] ',
  },
  kept: { en: 'Nothing was changed.', zh: '未做任何更改。' },
  notAdopted: { en: 'Nothing was put into {into}.', zh: '没有内容被放入 {into}。' },
  tookRestore: {
    en: 'The database is that of the snapshot {snapshot}.',
    zh: '数据库已恢复为快照 {snapshot}。',
  },
  tookBegin: {
    en: 'A new database was begun; its first password is in {file}',
    zh: '已新建数据库；初始密码在 {file}',
  },
  tookTakeOver: { en: 'The storage belongs to this database now.', zh: '存储现在属于此数据库。' },
  nothing: {
    en: 'The storage holds nothing that the database does not know.',
    zh: '存储中没有数据库不知道的内容。',
  },
  manifests: {
    en: 'manifests that no repository knows   {count}',
    zh: '没有仓库知道的 manifest   {count}',
  },
  blobs: {
    en: 'blobs that none of them needs        {count}   {size}',
    zh: '其中均不需要的 blob   {count}   {size}',
  },
  others: { en: 'other files                          {count}', zh: '其他文件   {count}' },
  whole: { en: 'whole', zh: '完整' },
  lacks: { en: 'lacks {missing}', zh: '缺少 {missing}' },
  unknowable: {
    en: 'In which repository they were, and under which tag, only the database knew. They are in none now; this puts them into one: berth storage adopt --into lost/found',
    zh: '它们原来在哪个仓库、带哪个 Tag，只有数据库知道。它们现在不属于任何仓库；放入某个仓库：berth storage adopt --into lost/found',
  },
  adopted: { en: 'adopted   {digest}', zh: '已收入   {digest}' },
  failed: { en: 'left      {digest}   {problem}', zh: '未收入   {digest}   {problem}' },
  done: {
    en: 'Manifests in {into} now, by digest: {count}; give them tags with a client, such as: crane tag <registry>/{into}@<digest> <tag>',
    zh: '{count} 个 manifest 已按摘要放入 {into}；可用客户端为其加 Tag，例如：crane tag <registry>/{into}@<digest> <tag>',
  },
} as const satisfies Texts;
