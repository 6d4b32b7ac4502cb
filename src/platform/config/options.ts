import type { Text } from '../../lib/text/language.ts';

export type OptionKind =
  | 'text'
  | 'path'
  | 'seconds'
  | 'count'
  | 'flag'
  | 'level'
  | 'language'
  | 'listen'
  | 'project'
  | 'list';

export interface OptionRow {
  /** In `berth.yml`. */
  readonly key: string;
  readonly env: string;
  /** Other variables that mean the same, for people who come from elsewhere. */
  readonly aliases?: readonly string[];
  /** On the command line; secrets have none, since everybody can read a process's arguments. */
  readonly flag?: string;
  readonly kind: OptionKind;
  /** Also read from the file that `<env>_FILE` or `<key>_file` names. Never printed. */
  readonly secret?: true;
  readonly fallback: string;
  readonly doc: Text;
}

/** Every option of the server: where it can be set, its default, what it is for. */
export const options = {
  listen: {
    key: 'listen',
    env: 'BERTH_LISTEN',
    flag: '--listen <host:port>',
    kind: 'listen',
    fallback: 'localhost:5000',
    doc: {
      en: 'Address to listen on; localhost means 127.0.0.1 and ::1, no host means every interface.',
      zh: '监听地址；localhost 表示 127.0.0.1 和 ::1，省略主机表示所有网络接口。',
    },
  },
  insecureHttp: {
    key: 'insecure_http',
    env: 'BERTH_INSECURE_HTTP',
    flag: '--insecure-http',
    kind: 'flag',
    fallback: 'false',
    doc: {
      en: 'Serve plain HTTP beyond this machine: passwords and images can be read on the way.',
      zh: '允许对本机以外提供明文 HTTP：密码和镜像在途中可能被读取。',
    },
  },
  tls: {
    key: 'tls',
    env: 'BERTH_TLS',
    flag: '--tls <mode>',
    kind: 'text',
    fallback: '',
    doc: {
      en: 'files: HTTPS with tls_certificate and tls_key; self: with an authority of its own; proxy: a proxy in front encrypts; off: plain HTTP. Default: files when a certificate is given, else off.',
      zh: 'files：使用 tls_certificate 和 tls_key 提供 HTTPS；self：使用自建的证书颁发机构；proxy：由前面的代理加密；off：明文 HTTP。默认：给出证书时为 files，否则为 off。',
    },
  },
  tlsCertificate: {
    key: 'tls_certificate',
    env: 'BERTH_TLS_CERTIFICATE',
    aliases: ['REGISTRY_HTTP_TLS_CERTIFICATE'],
    flag: '--tls-certificate <file>',
    kind: 'path',
    fallback: '',
    doc: {
      en: "The server's certificate and those of its issuers behind it, in PEM form; a new one is noticed within seconds.",
      zh: '服务器证书及其后的各级签发者证书，PEM 格式；更换后数秒内生效。',
    },
  },
  tlsKey: {
    key: 'tls_key',
    env: 'BERTH_TLS_KEY',
    aliases: ['REGISTRY_HTTP_TLS_KEY'],
    flag: '--tls-key <file>',
    kind: 'path',
    fallback: '',
    doc: { en: 'The private key of tls_certificate, in PEM form.', zh: 'tls_certificate 的私钥，PEM 格式。' },
  },
  tlsNames: {
    key: 'tls_names',
    env: 'BERTH_TLS_NAMES',
    flag: '--tls-names <list>',
    kind: 'list',
    fallback: '',
    doc: {
      en: 'With tls=self: further names and addresses that clients use, with commas between.',
      zh: 'tls=self 时：客户端使用的其他主机名和地址，以逗号分隔。',
    },
  },
  tlsClientCa: {
    key: 'tls_client_ca',
    env: 'BERTH_TLS_CLIENT_CA',
    flag: '--tls-client-ca <files>',
    kind: 'list',
    fallback: '',
    doc: {
      en: 'Clients must show a certificate that one of these authorities issued, beside signing in; PEM files, with commas between.',
      zh: '客户端除登录外还必须出示由这些机构签发的证书；PEM 文件，以逗号分隔。',
    },
  },
  tlsMinimum: {
    key: 'tls_minimum',
    env: 'BERTH_TLS_MINIMUM',
    aliases: ['REGISTRY_HTTP_TLS_MINIMUMTLS'],
    flag: '--tls-minimum <version>',
    kind: 'text',
    fallback: 'tls1.2',
    doc: {
      en: 'The oldest version of TLS that is spoken: tls1.2 or tls1.3. Older ones never are.',
      zh: '所用 TLS 的最低版本：tls1.2 或 tls1.3。更旧的版本一律不用。',
    },
  },
  tlsHsts: {
    key: 'tls_hsts',
    env: 'BERTH_TLS_HSTS',
    flag: '--tls-hsts',
    kind: 'flag',
    fallback: 'false',
    doc: {
      en: 'Tell browsers to use HTTPS only for this host, for a year.',
      zh: '告知浏览器在一年内对此主机只使用 HTTPS。',
    },
  },
  metricsListen: {
    key: 'metrics_listen',
    env: 'BERTH_METRICS_LISTEN',
    flag: '--metrics-listen <host:port>',
    kind: 'listen',
    fallback: 'localhost:9090',
    doc: {
      en: 'Address of the metrics for Prometheus, which need no sign-in there; off: none. Where the default is taken, there are none.',
      zh: '供 Prometheus 采集指标的地址，在该地址上无需登录；off 表示不开放。默认地址被占用时不开放。',
    },
  },
  externalUrl: {
    key: 'external_url',
    env: 'BERTH_EXTERNAL_URL',
    flag: '--external-url <url>',
    kind: 'text',
    fallback: '',
    doc: {
      en: 'Where clients reach the server, such as https://registry.example; default: by each request.',
      zh: '客户端访问本服务器的地址，例如 https://registry.example；默认取自各个请求。',
    },
  },
  trustedProxies: {
    key: 'trusted_proxies',
    env: 'BERTH_TRUSTED_PROXIES',
    flag: '--trusted-proxies <list>',
    kind: 'list',
    fallback: '',
    doc: {
      en: 'Addresses and networks, with commas between, whose X-Forwarded headers count, such as 10.0.0.0/8,fd00::/8.',
      zh: '可信代理的地址或网段，以逗号分隔，例如 10.0.0.0/8,fd00::/8；仅采信它们发送的 X-Forwarded 头。',
    },
  },
  outgoingAddresses: {
    key: 'outgoing_addresses',
    env: 'BERTH_OUTGOING_ADDRESSES',
    flag: '--outgoing-addresses <list>',
    kind: 'list',
    fallback: '',
    doc: {
      en: 'Addresses and networks beyond the public internet that Berth may send requests to, such as 10.0.0.0/8; an address of its own machine has to be named alone.',
      zh: '除公共互联网外，Berth 可以向其发送请求的地址或网段，例如 10.0.0.0/8；本机自身的地址须单独列出。',
    },
  },
  outgoingHosts: {
    key: 'outgoing_hosts',
    env: 'BERTH_OUTGOING_HOSTS',
    flag: '--outgoing-hosts <list>',
    kind: 'list',
    fallback: '',
    doc: {
      en: 'The only names of hosts that Berth sends requests to, with commas between; by default all.',
      zh: 'Berth 可以向其发送请求的主机名，以逗号分隔，此外一律不可；默认不限。',
    },
  },
  data: {
    key: 'data',
    env: 'BERTH_DATA',
    flag: '--data <folder>',
    kind: 'path',
    fallback: 'data',
    doc: {
      en: 'Private folder of this instance: database, logs, sockets.',
      zh: '本实例的私有目录：数据库、日志、套接字。',
    },
  },
  storage: {
    key: 'storage',
    env: 'BERTH_STORAGE',
    flag: '--storage <folder>',
    kind: 'path',
    fallback: '',
    doc: {
      en: 'Folder of the content, shared between instances; default: storage inside the data folder.',
      zh: '内容目录，可由多个实例共享；默认为数据目录中的 storage。',
    },
  },
  storageReserve: {
    key: 'storage_reserve',
    env: 'BERTH_STORAGE_RESERVE',
    flag: '--storage-reserve <size>',
    kind: 'text',
    fallback: '',
    doc: {
      en: 'Free space below which pushes are refused, such as 1GiB or 5%; default: the larger of 2% and 1GiB, at most 10% of the disk; 0: none.',
      zh: '剩余空间低于此值时拒绝推送，例如 1GiB 或 5%；默认取 2% 与 1GiB 中较大者，且不超过磁盘的 10%；0 表示不保留。',
    },
  },
  databaseUrl: {
    key: 'database_url',
    env: 'BERTH_DATABASE_URL',
    kind: 'text',
    secret: true,
    fallback: '',
    doc: {
      en: 'postgres://user:password@host/database, with commas between several hosts; empty: SQLite in the data folder.',
      zh: 'postgres://用户:密码@主机/数据库，多个主机以逗号分隔；留空则使用数据目录中的 SQLite。',
    },
  },
  databasePassword: {
    key: 'database_password',
    env: 'BERTH_DATABASE_PASSWORD',
    kind: 'text',
    secret: true,
    fallback: '',
    doc: {
      en: 'Password for the database, where the address has none.',
      zh: '数据库密码；仅当地址中没有密码时使用。',
    },
  },
  databasePool: {
    key: 'database_pool',
    env: 'BERTH_DATABASE_POOL',
    flag: '--database-pool <count>',
    kind: 'count',
    fallback: '20',
    doc: {
      en: 'Connections to PostgreSQL that one server opens at most, 2 to 1000.',
      zh: '一台服务器最多打开的 PostgreSQL 连接数，2 到 1000。',
    },
  },
  secretKey: {
    key: 'secret_key',
    env: 'BERTH_SECRET_KEY',
    kind: 'text',
    secret: true,
    fallback: '',
    doc: {
      en: 'Master key of the keys in the database: 32 bytes as 64 hex digits or base64; empty: secret.key in the data folder. Needed with PostgreSQL, the same for all instances.',
      zh: '数据库中各密钥的主密钥：32 字节，写成 64 个十六进制数字或 base64；留空则使用数据目录中的 secret.key。使用 PostgreSQL 时必须设置，且所有实例相同。',
    },
  },
  tokenLife: {
    key: 'token_life',
    env: 'BERTH_TOKEN_LIFE',
    flag: '--token-life <seconds>',
    kind: 'seconds',
    fallback: '1800',
    doc: {
      en: 'How long a token of the token service is valid, 60 to 3600; clients fetch a new one by themselves.',
      zh: '令牌服务所发令牌的有效秒数，60 到 3600；客户端会自行获取新令牌。',
    },
  },
  defaultProject: {
    key: 'default_project',
    env: 'BERTH_DEFAULT_PROJECT',
    flag: '--default-project <name>',
    kind: 'project',
    fallback: 'library',
    doc: {
      en: 'Project of repository names without one (localhost:5000/nginx); "none" refuses such names.',
      zh: '仓库名不含项目时所用的项目（localhost:5000/nginx）；"none" 表示拒绝这样的名称。',
    },
  },
  openUploads: {
    key: 'open_uploads',
    env: 'BERTH_OPEN_UPLOADS',
    flag: '--open-uploads <count>',
    kind: 'count',
    fallback: '1000',
    doc: {
      en: 'Uploads that one account may have begun and not finished, over all instances; further ones get 429.',
      zh: '一个账户在所有实例上最多可同时拥有的未完成上传数；超出时返回 429。',
    },
  },
  clientRequests: {
    key: 'client_requests',
    env: 'BERTH_CLIENT_REQUESTS',
    flag: '--client-requests <count>',
    kind: 'count',
    fallback: '2000',
    doc: {
      en: 'Requests that one address, and one account, may have at once on one server, transfers included; further ones get 429.',
      zh: '在一台服务器上，一个地址或一个账户最多可同时进行的请求数（含传输中的请求）；超出时返回 429。',
    },
  },
  clientConnections: {
    key: 'client_connections',
    env: 'BERTH_CLIENT_CONNECTIONS',
    flag: '--client-connections <count>',
    kind: 'count',
    fallback: '4000',
    doc: {
      en: 'Connections that one address may have open to one server, idle ones included; trusted proxies have no limit.',
      zh: '一个地址在一台服务器上最多可打开的连接数（含空闲连接）；可信代理不受限制。',
    },
  },
  configOverwriteJson: {
    key: 'config_overwrite_json',
    env: 'BERTH_CONFIG_OVERWRITE_JSON',
    aliases: ['CONFIG_OVERWRITE_JSON'],
    kind: 'text',
    secret: true,
    fallback: '',
    doc: {
      en: 'Settings of the run time that are fixed, as one JSON object; then none of them can be changed by the API. They stay as they are when it is taken away.',
      zh: '以一个 JSON 对象固定运行时设置；给出后，任何运行时设置都不能再通过 API 修改。撤去后这些值保持不变。',
    },
  },
  snapshots: {
    key: 'snapshots',
    env: 'BERTH_SNAPSHOTS',
    flag: '--snapshots <count>',
    kind: 'count',
    fallback: '',
    doc: {
      en: 'How many daily snapshots of the database are kept, in the data folder and in the storage; 0: none are taken. Default: 7, with PostgreSQL 0.',
      zh: '数据目录和存储中各保留多少份每日数据库快照；0 表示不做快照。默认 7，使用 PostgreSQL 时为 0。',
    },
  },
  gcWindow: {
    key: 'gc_window',
    env: 'BERTH_GC_WINDOW',
    flag: '--gc-window <duration>',
    kind: 'text',
    fallback: '2h',
    doc: {
      en: 'How long garbage collection leaves alone what was pushed, mounted or asked for and no image needs: 90s, 30m, 2h; 0s only where nobody pushes. The same for all instances.',
      zh: '垃圾回收对已推送、挂载或查询过但尚无镜像引用的内容保留多久：90s、30m、2h；0s 仅用于无人推送时。所有实例必须相同。',
    },
  },
  drainDelay: {
    key: 'drain_delay',
    env: 'BERTH_DRAIN_DELAY',
    flag: '--drain-delay <seconds>',
    kind: 'seconds',
    fallback: '5',
    doc: {
      en: 'Time between "not ready" and the end of serving when stopped by SIGTERM, for balancers to notice.',
      zh: '收到 SIGTERM 后，从"未就绪"到停止服务之间的秒数，供负载均衡器察觉。',
    },
  },
  logLevel: {
    key: 'log_level',
    env: 'BERTH_LOG_LEVEL',
    flag: '--log-level <level>',
    kind: 'level',
    fallback: 'info',
    doc: { en: 'debug, info, warn or error.', zh: 'debug、info、warn 或 error。' },
  },
  lang: {
    key: 'lang',
    env: 'BERTH_LANG',
    flag: '--lang <en|zh>',
    kind: 'language',
    fallback: '',
    doc: { en: 'Language of the terminal; default: by LANG.', zh: '终端语言；默认取自 LANG。' },
  },
  adminPassword: {
    key: 'admin_password',
    env: 'BERTH_ADMIN_PASSWORD',
    aliases: ['HARBOR_ADMIN_PASSWORD'],
    kind: 'text',
    secret: true,
    fallback: '',
    doc: {
      en: "The first administrator's password; generated when empty, ignored once there is an administrator.",
      zh: '首个管理员的密码；留空则自动生成，已有管理员后忽略。',
    },
  },
  allowWeakAdmin: {
    key: 'allow_weak_admin',
    env: 'BERTH_ALLOW_WEAK_ADMIN',
    flag: '--allow-weak-admin',
    kind: 'flag',
    fallback: 'false',
    doc: {
      en: "Accept a weak first password; only while listening on this machine's own addresses.",
      zh: '接受弱的初始密码；仅限只监听本机地址时。',
    },
  },
} as const satisfies Record<string, OptionRow>;

export type OptionName = keyof typeof options;

export const optionRows: readonly (readonly [OptionName, OptionRow])[] = Object.entries(options) as [
  OptionName,
  OptionRow,
][];

/** The file of settings itself. */
export const configFile = { env: 'BERTH_CONFIG', flag: '--config <file>', fallback: 'berth.yml' } as const;
