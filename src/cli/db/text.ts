import type { Texts } from '../../lib/text/language.ts';

export const dbTexts = {
  db: { en: 'The database as a whole.', zh: '整个数据库。' },
  move: {
    en: 'Move the database from SQLite to an empty PostgreSQL database, while no server runs; run it again after it was cut off, and it goes on.',
    zh: '在服务器停止时将数据库从 SQLite 迁移到空的 PostgreSQL 数据库；中断后再次运行即可继续。',
  },
  to: {
    en: 'address of the database without a password, such as postgres://berth@db.example/berth',
    zh: '数据库地址，不含密码，例如 postgres://berth@db.example/berth',
  },
  toFile: {
    en: 'file that holds the address with its password, as BERTH_DATABASE_URL_FILE will name it',
    zh: '存放含密码的数据库地址的文件，与 BERTH_DATABASE_URL_FILE 所指的相同',
  },
  dryRun: { en: 'only say what would be done', zh: '仅说明将要执行的操作' },
  toNeeded: {
    en: 'say where to: --to-file with a file that holds the address of an empty PostgreSQL database, or --to with an address without a password',
    zh: '请指定目标：--to-file 指定存放空 PostgreSQL 数据库地址的文件，或用 --to 给出不含密码的地址',
  },
  toWrong: {
    en: 'that is no address of a PostgreSQL database; it looks like postgres://berth@db.example/berth',
    zh: '这不是 PostgreSQL 数据库的地址；其形式如 postgres://berth@db.example/berth',
  },
  toSqlite: {
    en: 'back to SQLite go berth backup db, with PostgreSQL set, and then berth restore db, without it',
    zh: '要回到 SQLite，请在设置了 PostgreSQL 时运行 berth backup db，然后在未设置时运行 berth restore db',
  },
  passwordShown: {
    en: 'everybody on this machine can read the arguments of a program: put the address with its password into a file and name that with --to-file',
    zh: '本机所有用户都能读取程序的参数：请将含密码的地址写入文件，并用 --to-file 指定该文件',
  },
  notSqlite: {
    en: 'the database of these settings is PostgreSQL already; leave BERTH_DATABASE_URL out to move the SQLite database of the data folder',
    zh: '当前设置的数据库已是 PostgreSQL；要迁移数据目录中的 SQLite 数据库，请去掉 BERTH_DATABASE_URL',
  },
  copying: { en: 'copying', zh: '复制' },
  comparing: { en: 'comparing', zh: '比对' },
  wouldMove: {
    en: '{rows} rows would be copied to {to}, which is empty, and compared. Nothing was written there.',
    zh: '将复制 {rows} 行到空数据库 {to} 并进行比对。尚未向其写入任何内容。',
  },
  wouldGoOn: {
    en: 'A move to {to} was begun and would go on; all {rows} rows would be compared. Nothing was written there.',
    zh: '到 {to} 的迁移已开始，将会继续；并比对全部 {rows} 行。尚未向其写入任何内容。',
  },
  moved: {
    en: '{to}   {rows} rows, copied in {copySeconds} s ({copied} by this run), each compared in {compareSeconds} s; all the same',
    zh: '{to}   {rows} 行，复制用时 {copySeconds} 秒（本次 {copied} 行），逐行比对用时 {compareSeconds} 秒；全部一致',
  },
  movedBefore: {
    en: '{to} has all {rows} rows already; the storage is bound to it.',
    zh: '{to} 已有全部 {rows} 行；存储已与其绑定。',
  },
  headTable: { en: 'TABLE', zh: '表' },
  headRows: { en: 'ROWS', zh: '行数' },
  nextStart: {
    en: 'Start the server with these from now on, and with the same storage; it does not start on the SQLite database any more:',
    zh: '今后请用以下设置及同一存储启动服务器；SQLite 数据库将不能再用于启动：',
  },
  keyAsNow: {
    en: 'BERTH_SECRET_KEY: the one that is set now ({origin}), for every instance',
    zh: 'BERTH_SECRET_KEY：与现在设置的相同（{origin}），所有实例一致',
  },
  stopped: {
    en: 'Stopped; what was copied is kept. Run the same command again to go on.',
    zh: '已停止；已复制的内容会保留。再次运行同一命令即可继续。',
  },
} as const satisfies Texts;
