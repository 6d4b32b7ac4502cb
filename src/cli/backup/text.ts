import type { Texts } from '../../lib/text/language.ts';

export const backupTexts = {
  backup: { en: 'Copies of the database.', zh: '数据库的备份。' },
  backupDb: {
    en: 'Write all of the database to a file, with the server running or stopped, and read it back.',
    zh: '将整个数据库写入文件并读回校验，服务器运行或停止时均可。',
  },
  file: { en: 'the file to write, such as berth.jsonl.gz', zh: '要写入的文件，例如 berth.jsonl.gz' },
  force: { en: 'replace a file of that name', zh: '替换同名文件' },
  backedUp: {
    en: '{file}   {size}, {rows} rows, {seconds} s; read back whole',
    zh: '{file}   {size}，{rows} 行，{seconds} 秒；已完整读回校验',
  },
  headTable: { en: 'TABLE', zh: '表' },
  headRows: { en: 'ROWS', zh: '行数' },
  keepKey: {
    en: 'Keep the master key in another place: it is not in the backup.',
    zh: '请将主密钥另行保存：备份中不含主密钥。',
  },
} as const satisfies Texts;
