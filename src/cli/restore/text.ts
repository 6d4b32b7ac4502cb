import type { Texts } from '../../lib/text/language.ts';

export const restoreTexts = {
  restore: { en: 'Put a copy of the database in its place.', zh: '用备份恢复数据库。' },
  restoreDb: {
    en: 'Put a backup or snapshot in place of the database, while no server runs; the present one is kept.',
    zh: '在服务器停止时用备份或快照替换数据库；当前数据库会保留。',
  },
  from: {
    en: 'a file of berth backup db, or "newest": the newest snapshot of data folder and storage',
    zh: 'berth backup db 生成的文件，或 "newest"：数据目录与存储中最新的快照',
  },
  restored: {
    en: 'The database is that of {taken}: {rows} rows from {from}, epoch {epoch}.',
    zh: '数据库已恢复到 {taken} 的状态：来自 {from} 的 {rows} 行，纪元 {epoch}。',
  },
  kept: { en: 'The one before is kept in {kept}', zh: '之前的数据库保留在 {kept}' },
  renewedKeys: {
    en: 'The master key is not the one of that database: the keys that sign tokens are made anew, and secrets that were stored encrypted have to be entered again.',
    zh: '主密钥与该数据库所用的不同：签发令牌的密钥将重新生成，加密存储的机密需要重新填写。',
  },
  newerContent: {
    en: 'What was pushed after that is in the storage, but in no row: count it with berth verify storage, bring it back with berth storage adopt.',
    zh: '此后推送的内容仍在存储中，但数据库中没有记录：用 berth verify storage 统计，用 berth storage adopt 找回。',
  },
} as const satisfies Texts;
