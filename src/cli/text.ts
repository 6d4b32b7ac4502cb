import type { StartProblemCode } from '../lib/start-problem.ts';
import type { Text, Texts } from '../lib/text/language.ts';

/** Why a server does not start: what, why, what to do. */
export const problemTexts: Readonly<Record<StartProblemCode, Text>> = {
  configInvalid: { en: '{en}', zh: '{zh}' },
  insecureListen: {
    en: 'plain HTTP on {listen} would let others read passwords and images on the way; add --tls self, or --tls-certificate and --tls-key, or --tls proxy with --trusted-proxies, or --insecure-http',
    zh: '在 {listen} 上提供明文 HTTP 会让他人在途中读取密码和镜像；请加上 --tls self，或 --tls-certificate 与 --tls-key，或 --tls proxy 与 --trusted-proxies，或 --insecure-http',
  },
  certificateUnreadable: {
    en: '{file} cannot be read ({cause}); check tls_certificate, tls_key and tls_client_ca, and who may read the files',
    zh: '无法读取 {file}（{cause}）；请检查 tls_certificate、tls_key、tls_client_ca 以及文件的读取权限',
  },
  weakAdminPassword: {
    en: 'the first administrator password is too easy to guess; use at least 12 characters, or 8 with upper and lower case, digits or signs (or leave it out: one is generated)',
    zh: '初始管理员密码太容易被猜到；请至少使用 12 个字符，或 8 个并混用大小写、数字、符号（也可以不设，由系统生成）',
  },
  networkFileSystem: {
    en: 'the data folder {folder} is on {kind}, where SQLite can lose data; use a local disk for --data (the storage may stay there), or PostgreSQL with BERTH_DATABASE_URL',
    zh: '数据目录 {folder} 位于 {kind} 上，SQLite 在那里可能丢失数据；请为 --data 使用本地磁盘（内容存储可以留在那里），或通过 BERTH_DATABASE_URL 使用 PostgreSQL',
  },
  folderNotWritable: {
    en: 'the folder {folder} cannot be written ({cause}); give its ownership to this user or choose another with --data',
    zh: '目录 {folder} 无法写入（{cause}）；请将其所有权交给当前用户，或用 --data 另选目录',
  },
  secretFileReadable: {
    en: '{file} can be read by everybody on this machine; run: chmod 600 {file}',
    zh: '{file} 可被本机所有用户读取；请运行：chmod 600 {file}',
  },
  secretKeyNeeded: {
    en: 'with PostgreSQL a master key is needed, the same for all instances; make one with: openssl rand -hex 32, and set BERTH_SECRET_KEY or BERTH_SECRET_KEY_FILE',
    zh: '使用 PostgreSQL 时需要主密钥，且所有实例必须相同；请用 openssl rand -hex 32 生成，并设置 BERTH_SECRET_KEY 或 BERTH_SECRET_KEY_FILE',
  },
  secretKeyDamaged: {
    en: 'the key file {file} does not hold a key of 64 hex digits; put it back from a backup of the data folder',
    zh: '密钥文件 {file} 中不是 64 个十六进制数字的密钥；请从数据目录的备份中恢复它',
  },
  secretKeyMissing: {
    en: 'the key file {file}, which the keys in the database are encrypted with, is gone; put it back from a backup, or set BERTH_SECRET_KEY',
    zh: '用于加密数据库中各密钥的密钥文件 {file} 不见了；请从备份中恢复它，或设置 BERTH_SECRET_KEY',
  },
  secretKeyWrong: {
    en: 'the keys in the database are encrypted with another master key than that of {origin}; set BERTH_SECRET_KEY to the one it was used with',
    zh: '数据库中各密钥所用的主密钥与 {origin} 中的不同；请将 BERTH_SECRET_KEY 设为该数据库原来使用的密钥',
  },
  socketFolderUnsafe: {
    en: 'the folder {folder}, in which the socket of the berth commands would lie, is open to others; remove it, or use a data folder with a shorter path',
    zh: '用于 berth 各命令套接字的目录 {folder} 可被他人访问；请删除它，或使用路径更短的数据目录',
  },
  portNotAllowed: {
    en: 'this user may not listen on {address}; choose a port of 1024 or above with {option}, or grant the right to low ports',
    zh: '当前用户不能监听 {address}；请用 {option} 选择 1024 及以上的端口，或授予低端口权限',
  },
  addressUnknown: {
    en: 'this machine has no address {address}; check {option}',
    zh: '本机没有地址 {address}；请检查 {option}',
  },
  portInUse: {
    en: '{address} is taken by another program; stop it or choose another port with {option}',
    zh: '{address} 已被其他程序占用；请停止该程序，或用 {option} 换一个端口',
  },
  dataMissing: {
    en: 'there is no Berth data in {folder}; name the right folder with --data',
    zh: '{folder} 中没有 Berth 数据；请用 --data 指定正确的目录',
  },
  dataInUse: {
    en: 'another Berth is using the data folder {folder}; stop it or choose another folder with --data',
    zh: '另一个 Berth 正在使用数据目录 {folder}；请停止它，或用 --data 另选目录',
  },
  schemaTooNew: {
    en: 'the database was written by a newer Berth (schema {needed}, this one knows {known}); start the newer version, or go back to a backup from before the upgrade',
    zh: '数据库由更新版本的 Berth 写入（结构 {needed}，本版本只认识到 {known}）；请启动较新版本，或恢复升级之前的备份',
  },
  storeOfAnother: {
    en: 'the storage {storage} belongs to another database, or to another state of this one; start with the database it was used with, or choose another --storage; if that database is lost, or an older copy of it was put back: berth storage adopt',
    zh: '存储 {storage} 属于另一个数据库，或属于本数据库的另一状态；请使用与其配套的数据库启动，或另选 --storage；如果该数据库已丢失，或放回的是较旧的副本：berth storage adopt',
  },
  storeMarkerMissing: {
    en: 'the storage {storage} does not hold the marker berth-store.json that it had; is it mounted, and is --storage right?',
    zh: '存储 {storage} 中缺少原有的标记文件 berth-store.json；它是否已挂载，--storage 是否正确？',
  },
  storeMarkerDamaged: {
    en: 'the marker berth-store.json in the storage {storage} is damaged; put it back from a backup of the storage',
    zh: '存储 {storage} 中的标记文件 berth-store.json 已损坏；请从存储的备份中恢复它',
  },
  storeUnmarked: {
    en: "the storage {storage} already holds a registry that is not Berth's; choose an empty folder, or take it over with: berth import distribution --storage {storage}",
    zh: '存储 {storage} 中已有不属于 Berth 的镜像仓库；请选择空目录，或用以下命令接管：berth import distribution --storage {storage}',
  },
  nothingToImport: {
    en: "the storage {storage} holds no repository of Docker's registry (docker/registry/v2/repositories); name the folder that its setting rootdirectory names, with --storage",
    zh: '存储 {storage} 中没有 Docker Registry 的仓库（docker/registry/v2/repositories）；请用 --storage 指定其 rootdirectory 设置所指的目录',
  },
  backupOfAnother: {
    en: 'the backup {file} is of a registry with another storage than {storage}; name the storage it was used with, or another backup',
    zh: '备份 {file} 属于使用另一存储（而非 {storage}）的镜像仓库；请指定与其配套的存储，或另选备份',
  },
  backupDamaged: {
    en: '{file} is no whole backup of a Berth database: {cause}; nothing was changed, choose another one',
    zh: '{file} 不是完整的 Berth 数据库备份：{cause}；未做任何更改，请另选备份',
  },
  backupUnreadable: {
    en: 'the backup {file} cannot be read ({cause}); check the path and who may read it',
    zh: '无法读取备份 {file}（{cause}）；请检查路径及读取权限',
  },
  snapshotMissing: {
    en: 'there is no snapshot of the database, neither in the data folder nor in the storage {storage}; name the right --storage, or a file made by berth backup db',
    zh: '数据目录和存储 {storage} 中都没有数据库快照；请指定正确的 --storage，或由 berth backup db 生成的文件',
  },
  databaseNotEmpty: {
    en: 'the PostgreSQL database holds a registry already, or was made for another version; it stays as it is: make an empty one and name it in BERTH_DATABASE_URL',
    zh: '该 PostgreSQL 数据库中已有镜像仓库，或属于其他版本；它保持原样：请新建空数据库并写入 BERTH_DATABASE_URL',
  },
  databaseMoved: {
    en: 'the database in {folder} was moved to {other}; start with that one: set BERTH_DATABASE_URL and BERTH_SECRET_KEY; if the move was cut off at its very end, run berth db move again',
    zh: '{folder} 中的数据库已迁移到 {other}；请改用该数据库启动：设置 BERTH_DATABASE_URL 和 BERTH_SECRET_KEY；如果迁移在最后一步中断，请再次运行 berth db move',
  },
  moveUnfinished: {
    en: 'this PostgreSQL database holds a part of another database only: a move into it has not come to its end; run berth db move again, or name another database',
    zh: '该 PostgreSQL 数据库中只有另一数据库的一部分：迁移尚未完成；请再次运行 berth db move，或指定其他数据库',
  },
  nothingToMove: {
    en: 'the database belongs to no storage yet: nothing was ever pushed, so simply start with BERTH_DATABASE_URL',
    zh: '该数据库尚未与任何存储绑定：还没有推送过任何内容，直接用 BERTH_DATABASE_URL 启动即可',
  },
  moveTargetTaken: {
    en: '{to} is not empty: it holds a registry, tables of another program, an unfinished move of another registry, or was made for another version of Berth; it stays as it is: make an empty database and name it',
    zh: '{to} 不是空的：其中已有镜像仓库、其他程序的表、另一镜像仓库未完成的迁移，或属于其他版本的 Berth；它保持原样：请新建空数据库并指定它',
  },
  moveTargetServed: {
    en: 'a running Berth, or another move, is using {to}; stop it, and wait for half a minute if it was killed',
    zh: '正在运行的 Berth 或另一次迁移正在使用 {to}；请先停止它；如果它是被强行终止的，请等待半分钟',
  },
  moveTargetUnreachable: {
    en: '{to} cannot be used: {cause}; what was copied stays there: put that right and run the same command again',
    zh: '{to} 无法使用：{cause}；已复制的内容会保留：排除问题后再次运行同一命令即可',
  },
  moveDiffers: {
    en: 'the row {key} of the table {table} is not in {to} as it is here (columns: {columns}): somebody else has written there; this database stays in use, and that one cannot be started on: make an empty one and move again',
    zh: '表 {table} 中键为 {key} 的行在 {to} 中与此处不同（列：{columns}）：有其他人写入过；当前数据库仍可使用，而那个数据库不能用于启动：请新建空数据库后重新迁移',
  },
  moveRowMissing: {
    en: 'the row {key} of the table {table} is missing in {to}: somebody else has written there; this database stays in use, and that one cannot be started on: make an empty one and move again',
    zh: '表 {table} 中键为 {key} 的行在 {to} 中不存在：有其他人写入过；当前数据库仍可使用，而那个数据库不能用于启动：请新建空数据库后重新迁移',
  },
  moveRowAdded: {
    en: 'the table {table} in {to} has a row {key} that is not here: somebody else has written there; this database stays in use, and that one cannot be started on: make an empty one and move again',
    zh: '{to} 的表 {table} 中有一行（键为 {key}）在此处不存在：有其他人写入过；当前数据库仍可使用，而那个数据库不能用于启动：请新建空数据库后重新迁移',
  },
  moveRowRefused: {
    en: 'PostgreSQL does not take a row of the table {table}, {key} or one of those behind it, into {to}: {cause}; this database stays in use: put that row right first',
    zh: 'PostgreSQL 不接受将表 {table} 中的一行（键 {key} 或其后的若干行之一）写入 {to}：{cause}；当前数据库仍可使用：请先修正该行',
  },
  diskFull: {
    en: 'the disk of {folder} is full; free some space and start again',
    zh: '{folder} 所在磁盘已满；请释放空间后重新启动',
  },
  databaseUnreachable: {
    en: 'the database cannot be reached: {cause}; check BERTH_DATABASE_URL and that the server runs',
    zh: '无法连接数据库：{cause}；请检查 BERTH_DATABASE_URL 以及数据库是否在运行',
  },
  schemaBusy: {
    en: 'the database cannot be brought up to date (step {step}): a long transaction, such as a backup, holds a table for more than ten minutes; wait for it or end it, then start again',
    zh: '无法更新数据库结构（步骤 {step}）：某个长事务（例如备份）占用数据表已超过十分钟；请等待或结束该事务，然后重新启动',
  },
  databaseLoginRefused: {
    en: 'PostgreSQL does not let Berth in: {cause}; check the user in BERTH_DATABASE_URL, and the password there or in BERTH_DATABASE_PASSWORD',
    zh: 'PostgreSQL 拒绝 Berth 登录：{cause}；请检查 BERTH_DATABASE_URL 中的用户，以及其中或 BERTH_DATABASE_PASSWORD 中的密码',
  },
  databaseUnknown: {
    en: 'PostgreSQL does not have that database: {cause}; make it with createdb, or name another in BERTH_DATABASE_URL',
    zh: 'PostgreSQL 中没有该数据库：{cause}；请用 createdb 创建，或在 BERTH_DATABASE_URL 中指定另一个',
  },
  databaseRightsMissing: {
    en: 'the user of BERTH_DATABASE_URL may not make tables in the database: {cause}; make that user the owner of the database',
    zh: 'BERTH_DATABASE_URL 中的用户无权在该数据库中建表：{cause}；请将数据库的所有者设为该用户',
  },
  databaseReadOnly: {
    en: 'the database takes no changes: only standbys can be reached; name the primary in BERTH_DATABASE_URL, with all hosts that may become it, or promote one',
    zh: '数据库不接受更改：只能连接到备库；请在 BERTH_DATABASE_URL 中写明主库以及所有可能成为主库的主机，或提升一个备库',
  },
  databaseTooOld: {
    en: 'the server is PostgreSQL {version}, and Berth needs 15 or newer; upgrade it, or name another in BERTH_DATABASE_URL',
    zh: '该服务器是 PostgreSQL {version}，而 Berth 需要 15 或更新版本；请升级，或在 BERTH_DATABASE_URL 中指定另一个',
  },
  databaseOfAnother: {
    en: 'the database holds tables of another program ({tables}); it stays as it is: make an empty one and name it in BERTH_DATABASE_URL',
    zh: '该数据库中有其他程序的表（{tables}）；它保持原样：请新建空数据库并写入 BERTH_DATABASE_URL',
  },
  databaseTlsFailed: {
    en: 'the connection to the database cannot be made as safe as sslmode asks: {cause}; check sslmode, sslrootcert and the host in BERTH_DATABASE_URL, and the certificate of the server',
    zh: '与数据库的连接无法达到 sslmode 所要求的安全性：{cause}；请检查 BERTH_DATABASE_URL 中的 sslmode、sslrootcert 和主机，以及服务器的证书',
  },
  storageUnreachable: {
    en: 'the storage {storage} cannot be used: {cause}; check that it is mounted and belongs to this user',
    zh: '存储 {storage} 无法使用：{cause}；请检查它是否已挂载并属于当前用户',
  },
};

export const cliTexts = {
  tagline: {
    en: 'A private container registry, all of it in one process.',
    zh: '私有容器镜像仓库，全部功能集于一个进程。',
  },
  serve: { en: 'Run the server.', zh: '运行服务器。' },
  config: { en: 'Look at the settings.', zh: '查看设置。' },
  configCheck: { en: 'Check the settings without starting.', zh: '检查设置而不启动。' },
  configShow: {
    en: 'Print the settings in effect; secrets are left out.',
    zh: '打印生效的设置；不显示机密。',
  },
  origin: { en: 'also where each one comes from', zh: '同时显示每一项的来源' },
  configFine: { en: 'The settings are valid.', zh: '设置有效。' },
  admin: { en: "The operator's emergency tools.", zh: '运维应急工具。' },
  resetPassword: {
    en: "Set an administrator's password, with the server running or stopped.",
    zh: '设置管理员密码，服务器运行或停止时均可。',
  },
  user: { en: 'account (default: admin)', zh: '账户（默认：admin）' },
  passwordStdin: { en: 'read the new password from standard input', zh: '从标准输入读取新密码' },
  passwordFile: { en: 'read the new password from a file', zh: '从文件读取新密码' },
  passwordSet: { en: 'The password of {user} was changed.', zh: '{user} 的密码已更改。' },
  passwordGenerated: {
    en: 'The new password of {user} is shown this once:',
    zh: '{user} 的新密码仅显示这一次：',
  },
  keys: { en: 'The keys that sign tokens.', zh: '用于签发令牌的密钥。' },
  keysRotate: {
    en: 'Sign tokens with a new key from now on; tokens that are out stay valid until they end.',
    zh: '从现在起用新密钥签发令牌；已发出的令牌在到期前仍然有效。',
  },
  keyMade: { en: 'Tokens are signed with a new key: {kid}', zh: '令牌已改用新密钥签发：{kid}' },
  noServer: {
    en: 'no server runs on the data folder {folder}; start it with berth serve, or name the right folder with --data',
    zh: '数据目录 {folder} 上没有运行中的服务器；请用 berth serve 启动，或用 --data 指定正确的目录',
  },
  passwordPrompt: { en: 'New password of {user}: ', zh: '{user} 的新密码：' },
  ownPasswordPrompt: { en: 'Password of {user} at {server}: ', zh: '{user} 在 {server} 的密码：' },
  passwordAgain: { en: 'The same again: ', zh: '再次输入：' },
  passwordsDiffer: {
    en: 'the two passwords differ; nothing was changed',
    zh: '两次输入的密码不同；未做任何更改',
  },
  passwordNeeded: {
    en: 'there is no terminal to ask for the password; give it with --password-stdin or --password-file',
    zh: '没有可用于询问密码的终端；请用 --password-stdin 或 --password-file 提供',
  },
  consentNeeded: {
    en: 'there is no terminal to ask whether you are sure; add --yes if you are',
    zh: '没有可用于确认的终端；如已确定，请加上 --yes',
  },
  noAnswer: { en: 'there was no answer; nothing was changed', zh: '没有得到回答；未做任何更改' },
  next: { en: 'Next: {command}', zh: '下一步：{command}' },
  left: { en: '{time} left', zh: '剩余 {time}' },
  json: { en: 'print JSON', zh: '输出 JSON' },
  version: { en: 'Print the version.', zh: '打印版本。' },
  help: { en: 'Print help.', zh: '打印帮助。' },
  exitCodesTitle: { en: 'Exit codes', zh: '退出码' },
  unknownTopic: {
    en: 'no help on "{topic}"; topics: {topics}',
    zh: '没有关于 "{topic}" 的帮助；可用主题：{topics}',
  },
  ready: { en: 'Berth {version}  ready in {seconds} s', zh: 'Berth {version}  {seconds} 秒就绪' },
  dataLine: {
    en: 'data {data} ({database}), storage {storage}',
    zh: '数据 {data}（{database}），存储 {storage}',
  },
  address: { en: 'Address', zh: '地址' },
  signIn: { en: 'Sign in', zh: '登录' },
  shownOnce: {
    en: '(shown once; change it with berth admin reset-password)',
    zh: '（仅显示一次；可用 berth admin reset-password 更改）',
  },
  inFile: { en: 'password in {file}', zh: '密码在 {file}' },
  asBefore: {
    en: 'with your password (lost it? berth admin reset-password)',
    zh: '使用你的密码（忘记了？berth admin reset-password）',
  },
  push: { en: 'Push', zh: '推送' },
  onlyLocal: {
    en: 'Only this machine can connect. To open it to the network:',
    zh: '目前只有本机可以连接。要对网络开放，请运行：',
  },
  openToAll: {
    en: 'Everybody who reaches this address can connect, without encryption.',
    zh: '任何能访问此地址的人都可以连接，且没有加密。',
  },
  ownAuthority: {
    en: 'Clients have to trust the authority of this server once: berth tls trust --print docker',
    zh: '客户端需要一次性信任本服务器的颁发机构：berth tls trust --print docker',
  },
  stop: { en: 'Stop', zh: '停止' },
  logs: { en: 'logs', zh: '日志' },
  missingAddress: { en: 'warning: {address} could not be listened on', zh: '警告：无法监听 {address}' },
  stopping: {
    en: 'Finishing what was begun; press Ctrl-C again to stop at once.',
    zh: '正在完成进行中的请求；再按一次 Ctrl-C 立即停止。',
  },
  stopped: { en: 'Stopped.', zh: '已停止。' },
  nodeTooOld: {
    en: 'Berth needs Node 26 or newer; this is {version}',
    zh: 'Berth 需要 Node 26 或更新版本；当前为 {version}',
  },
  failed: { en: 'it failed: {message}', zh: '失败：{message}' },
} as const satisfies Texts;

/** What each exit code means; `berth help exit-codes`. */
export const exitCodeTexts: Readonly<Record<number, Text>> = {
  0: { en: 'done', zh: '完成' },
  1: { en: 'failed', zh: '失败' },
  2: { en: 'wrong usage or invalid settings', zh: '用法错误或设置无效' },
  3: { en: 'done, but some things were left out', zh: '已完成，但有部分内容被略过' },
  4: { en: 'sign-in needed, or refused', zh: '需要登录，或登录被拒绝' },
  5: { en: 'permission denied, by the system or by a server', zh: '被系统或服务器拒绝权限' },
  6: { en: 'not found', zh: '未找到' },
  7: {
    en: 'conflict: exists or in use already, belongs to another, or still needed',
    zh: '冲突：已存在或被占用、属于他者，或仍被需要',
  },
  8: { en: 'a check found problems', zh: '检查发现问题' },
  9: { en: 'the database, the storage or a server cannot be reached', zh: '无法连接数据库、存储或服务器' },
  11: {
    en: 'the server ended itself: a write could not be made durable; start it again',
    zh: '服务器自行终止：写入无法确保持久；请重新启动',
  },
  130: {
    en: 'stopped at once by Ctrl-C, a server by a second one',
    zh: '按 Ctrl-C 立即停止（服务器需按第二次）',
  },
  143: { en: 'stopped at once by a second SIGTERM', zh: '收到第二次 SIGTERM 后立即停止' },
};
