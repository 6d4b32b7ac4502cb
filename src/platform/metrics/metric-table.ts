import { harborTable } from './harbor-table.ts';
import type { MetricRow } from './metric-row.ts';

/** Every metric. Only Harbor's have the names of projects in them; none has that of a repository or an account. */
export const metricTable = {
  build: {
    name: 'berth_build_info',
    type: 'gauge',
    labels: ['version'],
    help: { en: 'Always 1; its label is the version that runs', zh: '恒为 1；标签为正在运行的版本' },
  },
  component: {
    name: 'berth_component_up',
    type: 'gauge',
    labels: ['component'],
    help: {
      en: 'Whether that part works, as in the health of the API: 1 or 0',
      zh: '该组件是否正常（与 API 的 health 一致）：1 或 0',
    },
  },
  requests: {
    name: 'berth_http_requests_total',
    type: 'counter',
    labels: ['face', 'route', 'method', 'code'],
    help: {
      en: 'Requests answered, by the pattern of their address and the class of the status',
      zh: '已应答的请求数，按地址模式和状态码类别区分',
    },
  },
  requestDurations: {
    name: 'berth_http_request_duration_seconds',
    type: 'histogram',
    labels: ['route', 'method'],
    help: {
      en: 'From the head of a request to the end of its answer, bodies included',
      zh: '从收到请求头到应答结束的时间，含传输正文',
    },
  },
  requestsInFlight: {
    name: 'berth_http_requests_in_flight',
    type: 'gauge',
    labels: [],
    help: { en: 'Requests that are being served', zh: '正在处理的请求数' },
  },
  connections: {
    name: 'berth_http_connections',
    type: 'gauge',
    labels: [],
    help: { en: 'Open connections of clients', zh: '客户端的打开连接数' },
  },
  received: {
    name: 'berth_http_received_bytes_total',
    type: 'counter',
    labels: [],
    help: { en: 'Bytes received from clients, heads included', zh: '从客户端接收的字节数，含头部' },
  },
  sent: {
    name: 'berth_http_sent_bytes_total',
    type: 'counter',
    labels: [],
    help: { en: 'Bytes sent to clients, heads included', zh: '发送给客户端的字节数，含头部' },
  },
  lag: {
    name: 'berth_event_loop_lag_p99_seconds',
    type: 'gauge',
    labels: [],
    help: {
      en: 'How late one in a hundred turns of the event loop came, over the last 10 seconds',
      zh: '最近 10 秒内事件循环延迟的第 99 百分位数',
    },
  },
  auditForwardWaiting: {
    name: 'berth_audit_forward_waiting',
    type: 'gauge',
    labels: [],
    help: {
      en: 'Rows of the audit log that the syslog server has not got, counted up to 10,000',
      zh: '尚未转发到 syslog 服务器的审计记录数，最多计到 10,000',
    },
  },
  auditForwardLag: {
    name: 'berth_audit_forward_lag_seconds',
    type: 'gauge',
    labels: [],
    help: { en: 'How old the first of them is', zh: '其中最早一条的存在时间' },
  },
  transactions: {
    name: 'berth_database_transactions_total',
    type: 'counter',
    labels: ['result'],
    help: {
      en: 'Transactions that changed or read the database, done or failed',
      zh: '数据库事务数，按完成（done）或失败（failed）区分',
    },
  },
  transactionDurations: {
    name: 'berth_database_transaction_duration_seconds',
    type: 'histogram',
    labels: [],
    help: {
      en: 'From asking for a transaction until it was durable, waiting included',
      zh: '从发起事务到其持久化的时间，含等待',
    },
  },
  groupCommits: {
    name: 'berth_database_group_commits_total',
    type: 'counter',
    labels: [],
    help: { en: 'Commits, each of the transactions that waited (SQLite)', zh: '组提交次数（SQLite）' },
  },
  logFlushes: {
    name: 'berth_database_log_flushes_total',
    type: 'counter',
    labels: [],
    help: { en: 'Times the log was brought to stable storage (SQLite)', zh: '日志落盘次数（SQLite）' },
  },
  poolConnections: {
    name: 'berth_database_connections',
    type: 'gauge',
    labels: ['state'],
    help: {
      en: 'Connections to the database, used and idle (PostgreSQL)',
      zh: '数据库连接数，按使用中（used）和空闲（idle）区分（PostgreSQL）',
    },
  },
  poolLimit: {
    name: 'berth_database_connections_max',
    type: 'gauge',
    labels: [],
    help: { en: 'Connections that there may be (PostgreSQL)', zh: '连接数上限（PostgreSQL）' },
  },
  poolWaiting: {
    name: 'berth_database_connection_waiters',
    type: 'gauge',
    labels: [],
    help: { en: 'Queries that wait for a connection (PostgreSQL)', zh: '等待连接的查询数（PostgreSQL）' },
  },
  hashThreads: {
    name: 'berth_hash_threads',
    type: 'gauge',
    labels: [],
    help: { en: 'Threads that write and hash content', zh: '写入并计算摘要的线程数' },
  },
  hashJobs: {
    name: 'berth_hash_jobs',
    type: 'gauge',
    labels: [],
    help: { en: 'Contents that are being hashed', zh: '正在计算摘要的内容数' },
  },
  hashPending: {
    name: 'berth_hash_pending_bytes',
    type: 'gauge',
    labels: [],
    help: { en: 'Bytes that wait for such a thread', zh: '等待这些线程处理的字节数' },
  },
  passwordsRunning: {
    name: 'berth_password_checks_running',
    type: 'gauge',
    labels: [],
    help: { en: 'Passwords that are being hashed', zh: '正在计算的密码校验数' },
  },
  passwordsWaiting: {
    name: 'berth_password_checks_waiting',
    type: 'gauge',
    labels: [],
    help: { en: 'Passwords that wait for their turn', zh: '排队等待的密码校验数' },
  },
  cacheRequests: {
    name: 'berth_cache_requests_total',
    type: 'counter',
    labels: ['cache', 'result'],
    help: {
      en: 'Contents that were in memory (hit), or had to be read (miss)',
      zh: '内存中命中（hit）或需读取（miss）的次数',
    },
  },
  cacheBytes: {
    name: 'berth_cache_bytes',
    type: 'gauge',
    labels: ['cache'],
    help: { en: 'Bytes that are kept in memory', zh: '内存中缓存的字节数' },
  },
  cacheEntries: {
    name: 'berth_cache_entries',
    type: 'gauge',
    labels: ['cache'],
    help: { en: 'Contents that are kept in memory', zh: '内存中缓存的内容数' },
  },
  storageFree: {
    name: 'berth_storage_free_bytes',
    type: 'gauge',
    labels: [],
    help: { en: 'Free space of the storage', zh: '存储的剩余空间' },
  },
  storageSize: {
    name: 'berth_storage_size_bytes',
    type: 'gauge',
    labels: [],
    help: { en: 'Size of the disk of the storage', zh: '存储所在磁盘的容量' },
  },
  uploadsOpen: {
    name: 'berth_uploads_open',
    type: 'gauge',
    labels: [],
    help: {
      en: 'Uploads that nobody has finished, of all instances',
      zh: '尚未完成的上传数，所有实例合计',
    },
  },
  leasesHeld: {
    name: 'berth_leases_held',
    type: 'gauge',
    labels: [],
    help: { en: 'Uploads that this instance is writing', zh: '本实例正在写入的上传数' },
  },
  blobsMissing: {
    name: 'berth_blobs_missing',
    type: 'gauge',
    labels: [],
    help: {
      en: 'Blobs that are damaged or gone, counted up to 100000',
      zh: '损坏或丢失的 blob 数，最多计到 100000',
    },
  },
  instances: {
    name: 'berth_instances',
    type: 'gauge',
    labels: ['version'],
    help: {
      en: 'Instances that live, by version',
      zh: '存活的实例数，按版本区分',
    },
  },
  instanceRequests: {
    name: 'berth_instance_requests_per_second',
    type: 'gauge',
    labels: ['name', 'host'],
    help: {
      en: 'Requests of each living instance over its last 10 seconds',
      zh: '各存活实例最近 10 秒的请求速率',
    },
  },
  instanceLag: {
    name: 'berth_instance_event_loop_lag_p99_seconds',
    type: 'gauge',
    labels: ['name', 'host'],
    help: { en: 'The same of the lag of its event loop', zh: '各存活实例的事件循环延迟' },
  },
  instancePool: {
    name: 'berth_instance_database_connections_used',
    type: 'gauge',
    labels: ['name', 'host'],
    help: { en: 'The same of its connections in use', zh: '各存活实例使用中的数据库连接数' },
  },
  instanceLeases: {
    name: 'berth_instance_leases_held',
    type: 'gauge',
    labels: ['name', 'host'],
    help: { en: 'The same of the uploads it is writing', zh: '各存活实例正在写入的上传数' },
  },
  instanceMemory: {
    name: 'berth_instance_resident_memory_bytes',
    type: 'gauge',
    labels: ['name', 'host'],
    help: { en: 'The same of its memory', zh: '各存活实例的常驻内存' },
  },
  ...harborTable,
} as const satisfies Record<string, MetricRow>;

export type MetricKey = keyof typeof metricTable;

export const metricRows: readonly (readonly [MetricKey, MetricRow])[] = Object.entries(metricTable) as [
  MetricKey,
  MetricRow,
][];
