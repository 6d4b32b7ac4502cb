import type { Texts } from '../../lib/text/language.ts';

export const auditTexts = {
  audit: { en: 'What happened, and by whom.', zh: '发生了什么，由谁所为。' },
  list: { en: 'Show the newest rows of the audit log.', zh: '显示审计日志中最新的记录。' },
  export: {
    en: 'Write all rows of the audit log that match into a file.',
    zh: '将审计日志中所有匹配的记录写入文件。',
  },
  verify: {
    en: 'Prove that no closed part of the audit log was changed, with the server running or stopped.',
    zh: '证明审计日志中已封存的部分未被改动，服务器运行或停止时均可。',
  },
  actor: { en: 'only what this user or robot did', zh: '仅限此用户或机器人所为' },
  object: {
    en: 'only what happened to this, such as team/app:v1',
    zh: '仅限对此对象的操作，例如 team/app:v1',
  },
  type: {
    en: 'only these kinds of events: tag.deleted,tag.moved',
    zh: '仅限这些事件类型：tag.deleted,tag.moved',
  },
  project: { en: 'only in this project', zh: '仅限此项目' },
  from: {
    en: 'not before this time: 2027-01-31, 2027-01-31T18:00:00Z',
    zh: '不早于此时间：2027-01-31、2027-01-31T18:00:00Z',
  },
  to: { en: 'before this time', zh: '早于此时间' },
  limit: { en: 'so many rows', zh: '记录条数' },
  limitWrong: { en: '--limit takes a number from 1 to 10000', zh: '--limit 的取值为 1 到 10000' },
  file: { en: 'the file to write; - is standard output', zh: '要写入的文件；- 表示标准输出' },
  fileMissing: {
    en: 'name the file to write with -o, or -o - for standard output',
    zh: '请用 -o 指定要写入的文件，或用 -o - 输出到标准输出',
  },
  format: { en: 'ndjson or csv; default: by the ending of the file', zh: 'ndjson 或 csv；默认按文件扩展名' },
  formatWrong: { en: '--format is ndjson or csv', zh: '--format 须为 ndjson 或 csv' },
  known: {
    en: 'a period whose hash is known from elsewhere, as NUMBER:HASH',
    zh: '从别处得知其哈希的封存段，形如 编号:哈希',
  },
  knownWrong: {
    en: '--known takes the number of a period and its hash, as berth audit verify prints them: 12:9f86d0…',
    zh: '--known 的取值为封存段编号及其哈希，与 berth audit verify 的输出相同：12:9f86d0…',
  },
  periods: { en: 'periods      {periods}   rows: {rows}', zh: '封存段     {periods}   记录数：{rows}' },
  last: { en: 'last         {number}:{hash}', zh: '最后一段   {number}:{hash}' },
  purged: { en: 'purged       {count}', zh: '已清理     {count}' },
  open: { en: 'not closed   {count}', zh: '未封存     {count}' },
  broken: { en: 'broken       {count}', zh: '不符       {count}' },
  brokenRows: {
    en: 'period {number}, rows {fromId} to {toId}: rows were changed, removed or added ({before} then, {now} now)',
    zh: '封存段 {number}，记录 {fromId} 到 {toId}：记录被修改、删除或添加（当时 {before} 条，现在 {now} 条）',
  },
  brokenSeal: {
    en: 'period {number}, rows {fromId} to {toId}: the period itself was changed, or sealed with another master key',
    zh: '封存段 {number}，记录 {fromId} 到 {toId}：封存段本身被修改，或由另一把主密钥封存',
  },
  brokenGap: {
    en: 'period {number}, rows {fromId} to {toId}: it does not follow the one before it; periods are missing',
    zh: '封存段 {number}，记录 {fromId} 到 {toId}：与前一段不衔接，有封存段缺失',
  },
  brokenEnd: {
    en: 'period {number}, rows from {fromId}: periods at the end are missing, or the row that counts them is',
    zh: '封存段 {number}，记录 {fromId} 起：末尾的封存段或其计数记录缺失',
  },
  brokenKnown: {
    en: 'period {number}: it is not the one that --known names; the chain was replaced or cut off',
    zh: '封存段 {number}：与 --known 所给不符，整条链被替换或截断',
  },
  whole: {
    en: 'Nothing in the closed periods was changed. Keep the last line elsewhere, and give it to --known next time.',
    zh: '已封存的部分均未被改动。请将最后一段的那一行保存在别处，下次交给 --known。',
  },
} as const satisfies Texts;
