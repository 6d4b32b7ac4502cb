import type { MetricRow } from './metric-row.ts';

const ofHarbor = { en: 'Harbor: ', zh: 'Harbor：' };

function row(
  name: string,
  type: MetricRow['type'],
  labels: readonly string[],
  [en, zh]: readonly [en: string, zh: string],
): MetricRow {
  return { name, type, labels, help: { en: `${ofHarbor.en}${en}`, zh: `${ofHarbor.zh}${zh}` } };
}

/** What Harbor's dashboards ask for, under its names, some of which Prometheus would not give. */
export const harborTable = {
  harborHealth: row('harbor_health', 'gauge', [], ['whether all of it works', '是否全部正常']),
  harborUp: row('harbor_up', 'gauge', ['component'], ['whether that part works', '该组件是否正常']),
  harborInfo: row(
    'harbor_system_info',
    'gauge',
    ['auth_mode', 'harbor_version', 'self_registration'],
    ['always 1', '恒为 1'],
  ),
  harborProjects: row('harbor_project_total', 'gauge', ['public'], ['projects', '项目数']),
  harborRepositories: row(
    'harbor_project_repo_total',
    'gauge',
    ['project_name', 'public'],
    ['repositories of a project', '项目的仓库数'],
  ),
  harborMembers: row(
    'harbor_project_member_total',
    'gauge',
    ['project_name'],
    ['people and groups with a role in a project', '在项目中有角色的用户和用户组数'],
  ),
  harborUsage: row(
    'harbor_project_quota_usage_byte',
    'gauge',
    ['project_name'],
    ['bytes that a project uses', '项目已用字节数'],
  ),
  harborQuota: row(
    'harbor_project_quota_byte',
    'gauge',
    ['project_name'],
    ['bytes that a project may use; -1: any', '项目可用字节数；-1 表示不限'],
  ),
  harborPulled: row(
    'harbor_artifact_pulled',
    'gauge',
    ['project_name'],
    ['pulls of manifests from a project so far', '项目清单的累计拉取次数'],
  ),
  harborArtifacts: row(
    'harbor_project_artifact_total',
    'gauge',
    ['artifact_type', 'project_name', 'public'],
    ['artifacts of a project', '项目的制品数'],
  ),
  harborStorage: row(
    'harbor_statistics_total_storage_consumption',
    'gauge',
    [],
    ['bytes that all projects use; what two share counts in each', '所有项目已用字节数；共享内容分别计入'],
  ),
  harborTotalProjects: row('harbor_statistics_total_project_amount', 'gauge', [], ['projects', '项目数']),
  harborPublicProjects: row(
    'harbor_statistics_public_project_amount',
    'gauge',
    [],
    ['public projects', '公开项目数'],
  ),
  harborPrivateProjects: row(
    'harbor_statistics_private_project_amount',
    'gauge',
    [],
    ['private projects', '私有项目数'],
  ),
  harborTotalRepositories: row(
    'harbor_statistics_total_repo_amount',
    'gauge',
    [],
    ['repositories', '仓库数'],
  ),
  harborPublicRepositories: row(
    'harbor_statistics_public_repo_amount',
    'gauge',
    [],
    ['repositories of public projects', '公开项目的仓库数'],
  ),
  harborPrivateRepositories: row(
    'harbor_statistics_private_repo_amount',
    'gauge',
    [],
    ['repositories of private projects', '私有项目的仓库数'],
  ),
  harborQueueSize: row('harbor_task_queue_size', 'gauge', ['type'], ['jobs that wait', '等待的任务数']),
  harborQueueLatency: row(
    'harbor_task_queue_latency',
    'gauge',
    ['type'],
    ['seconds that the oldest of them has waited', '其中最早一个已等待的秒数'],
  ),
  harborConcurrency: row(
    'harbor_task_concurrency',
    'gauge',
    ['type', 'pool'],
    ['jobs that run, by instance', '各实例正在运行的任务数'],
  ),
  harborScheduled: row('harbor_task_scheduled_total', 'gauge', [], ['schedules', '计划任务数']),
  harborInFlight: row(
    'harbor_core_http_inflight_requests',
    'gauge',
    [],
    ['requests that are being served', '正在处理的请求数'],
  ),
  harborRequests: row(
    'harbor_core_http_request_total',
    'counter',
    ['method', 'code', 'operation'],
    ['requests answered', '已应答的请求数'],
  ),
  harborDurations: row(
    'harbor_core_http_request_duration_seconds',
    'summary',
    ['method', 'operation'],
    [
      'time to the end of the answer; quantiles of all since the start, out of the buckets',
      '到应答结束的时间；分位数由启动以来的分桶估算',
    ],
  ),
  harborJobservice: row(
    'harbor_jobservice_info',
    'gauge',
    ['node', 'pool', 'workers'],
    ['always 1', '恒为 1'],
  ),
  harborTasks: row(
    'harbor_jobservice_task_total',
    'counter',
    ['type', 'status'],
    ['runs of jobs that have ended here', '在本实例结束的任务运行次数'],
  ),
  harborTaskTimes: row(
    'harbor_jobservice_task_process_time_seconds',
    'summary',
    ['type', 'status'],
    ['how long they took', '其耗时'],
  ),
  harborProxied: row(
    'harbor_core_http_registry_proxy_requests_total',
    'counter',
    ['project', 'method'],
    ['requests to proxy projects; there are none yet', '对代理项目的请求数；目前没有代理项目'],
  ),
  harborUpstream: row(
    'harbor_core_http_registry_proxy_upstream_requests_total',
    'counter',
    ['project', 'method'],
    ['of these what went on to the other registry', '其中转发到上游仓库的次数'],
  ),
  guideStorage: {
    name: 'registry_storage_size_bytes',
    type: 'gauge',
    labels: [],
    help: {
      en: 'Bytes of the blobs in the storage, each once, as berth verify storage counts them',
      zh: '存储中 blob 的字节数，每个只计一次，与 berth verify storage 一致',
    },
  },
  guideProjects: {
    name: 'harbor_project_count',
    type: 'gauge',
    labels: [],
    help: { en: 'Projects', zh: '项目数' },
  },
  guidePulls: {
    name: 'harbor_pull_request_total',
    type: 'counter',
    labels: [],
    help: { en: 'Manifests that were pulled by GET', zh: '通过 GET 拉取清单的次数' },
  },
  distributionRequests: {
    name: 'registry_http_requests_total',
    type: 'counter',
    labels: ['handler', 'method', 'code'],
    help: { en: 'Docker’s registry: requests answered', zh: 'Docker registry：已应答的请求数' },
  },
  distributionDurations: {
    name: 'registry_http_request_duration_seconds',
    type: 'histogram',
    labels: ['handler', 'method'],
    help: { en: 'Docker’s registry: time to the end of the answer', zh: 'Docker registry：到应答结束的时间' },
  },
  distributionInFlight: {
    name: 'registry_http_in_flight_requests',
    type: 'gauge',
    labels: ['handler'],
    help: {
      en: 'Docker’s registry: requests that are being served',
      zh: 'Docker registry：正在处理的请求数',
    },
  },
  distributionRequestSizes: {
    name: 'registry_http_request_size_bytes',
    type: 'histogram',
    labels: ['handler'],
    help: { en: 'Docker’s registry: announced sizes of bodies', zh: 'Docker registry：请求正文的声明大小' },
  },
  distributionAnswerSizes: {
    name: 'registry_http_response_size_bytes',
    type: 'histogram',
    labels: ['handler'],
    help: { en: 'Docker’s registry: announced sizes of answers', zh: 'Docker registry：应答正文的声明大小' },
  },
  distributionActions: {
    name: 'registry_storage_action_seconds',
    type: 'histogram',
    labels: ['driver', 'action'],
    help: {
      en: 'Docker’s registry: time that the storage takes, by action; opening for Reader, putting in place for Move',
      zh: 'Docker registry：存储操作的耗时；Reader 为打开，Move 为就位',
    },
  },
  distributionCache: {
    name: 'registry_storage_cache_total',
    type: 'counter',
    labels: ['type'],
    help: { en: 'Docker’s registry: reads by way of memory', zh: 'Docker registry：经内存缓存的读取次数' },
  },
} as const satisfies Record<string, MetricRow>;
