import type { Both, Language } from '../../../ui/text/say.ts';

/** What a verb does, before its object. */
const verbs: Readonly<Record<string, Both<string>>> = {
  create: { en: 'create', zh: '创建' },
  read: { en: 'see', zh: '查看' },
  update: { en: 'change', zh: '修改' },
  delete: { en: 'delete', zh: '删除' },
  list: { en: 'list', zh: '列出' },
  stop: { en: 'stop', zh: '停止' },
};

/** What it is done to, of projects and of the system. */
const objects: Readonly<Record<string, Both<string>>> = {
  accessory: { en: 'signatures and SBOMs', zh: '签名与 SBOM' },
  artifact: { en: 'artifacts', zh: '制品' },
  'artifact-addition': { en: 'what belongs to artifacts', zh: '制品的附加信息' },
  'audit-log': { en: 'the audit log', zh: '审计日志' },
  'blocked-digest': { en: 'blocked digests', zh: '已封禁的摘要' },
  catalog: { en: 'the catalog of all repositories', zh: '所有仓库的目录' },
  configuration: { en: 'the configuration', zh: '配置' },
  'cve-allowlist': { en: 'the list of allowed CVEs', zh: 'CVE 许可名单' },
  'export-cve': { en: 'exports of vulnerabilities', zh: '漏洞导出' },
  'garbage-collection': { en: 'the garbage collection', zh: '垃圾回收' },
  'immutable-tag': { en: 'rules for immutable tags', zh: '不可变 Tag 规则' },
  'in-use': { en: 'which images run where', zh: '镜像的运行情况' },
  'jobservice-monitor': { en: 'the jobs of all', zh: '所有人的作业' },
  label: { en: 'labels', zh: '标签' },
  'ldap-user': { en: 'LDAP users', zh: 'LDAP 用户' },
  member: { en: 'members', zh: '成员' },
  metadata: { en: 'single settings', zh: '单项设置' },
  'notification-policy': { en: 'webhooks', zh: 'Webhook' },
  'preheat-instance': { en: 'preheat instances', zh: '预热实例' },
  'preheat-policy': { en: 'preheat policies', zh: '预热策略' },
  project: { en: 'projects', zh: '项目' },
  'purge-audit': { en: 'the purge of the audit log', zh: '审计日志的清理' },
  quota: { en: 'quotas', zh: '配额' },
  registry: { en: 'connected registries', zh: '已连接的注册中心' },
  replication: { en: 'replications', zh: '复制任务' },
  'replication-adapter': { en: 'the kinds of registries', zh: '注册中心的类型' },
  'replication-policy': { en: 'replication policies', zh: '复制策略' },
  repository: { en: 'repositories', zh: '仓库' },
  robot: { en: 'robot accounts', zh: '机器人账户' },
  role: { en: 'roles', zh: '角色' },
  sbom: { en: 'SBOMs', zh: 'SBOM' },
  scan: { en: 'scans', zh: '扫描' },
  'scan-all': { en: 'the scan of all artifacts', zh: '全部制品的扫描' },
  scanner: { en: 'scanners', zh: '扫描器' },
  'security-hub': { en: 'the security overview', zh: '安全总览' },
  'security-policy': { en: 'the security policy', zh: '安全策略' },
  'system-volumes': { en: 'how full the storage is', zh: '存储用量' },
  tag: { en: 'tags', zh: 'Tag' },
  'tag-retention': { en: 'retention policies', zh: '保留策略' },
  user: { en: 'accounts', zh: '账户' },
  'user-group': { en: 'groups', zh: '用户组' },
};

/** Those that no verb and object make; `{at}` is the place. */
const wholes: Readonly<Record<string, Both<string>>> = {
  'repository:pull': { en: 'pull from {at}', zh: '从 {at} 拉取' },
  'repository:push': { en: 'push to {at}', zh: '向 {at} 推送' },
  'repository:read': { en: 'see {at}', zh: '查看 {at}' },
  'repository:update': { en: 'change the description of {at}', zh: '修改 {at} 的描述' },
  'repository:delete': { en: 'delete {at}', zh: '删除 {at}' },
  'project:read': { en: 'see {at}', zh: '查看 {at}' },
  'project:update': { en: 'change the settings of {at}', zh: '修改 {at} 的设置' },
  'project:delete': { en: 'delete {at}', zh: '删除 {at}' },
  'artifact-label:create': { en: 'put labels on artifacts in {at}', zh: '为 {at} 中的制品添加标签' },
  'artifact-label:delete': { en: 'take labels from artifacts in {at}', zh: '从 {at} 中的制品移除标签' },
  'log:list': { en: 'see the activity of {at}', zh: '查看 {at} 的活动记录' },
  'member:create': { en: 'add members to {at}', zh: '为 {at} 添加成员' },
  'member:update': { en: 'change the roles of members of {at}', zh: '修改 {at} 成员的角色' },
  'member:delete': { en: 'remove members from {at}', zh: '从 {at} 移除成员' },
  'quota:read': { en: 'see the quota of {at}', zh: '查看 {at} 的配额' },
  'sbom:create': { en: 'make SBOMs in {at}', zh: '在 {at} 中生成 SBOM' },
  'sbom:stop': { en: 'stop the making of SBOMs in {at}', zh: '停止在 {at} 中生成 SBOM' },
  'scanner:create': { en: 'choose the scanner of {at}', zh: '选择 {at} 的扫描器' },
  'scanner:read': { en: 'see the scanner of {at}', zh: '查看 {at} 的扫描器' },
  'configuration:read': { en: 'see the configuration of {at}', zh: '查看 {at} 的配置' },
  'configuration:update': { en: 'change the configuration of {at}', zh: '修改 {at} 的配置' },
  'scan:create': { en: 'scan artifacts in {at}', zh: '扫描 {at} 中的制品' },
  'scan:read': { en: 'see the results of scans in {at}', zh: '查看 {at} 中的扫描结果' },
  'security-policy:update': { en: 'change the security policy of {at}', zh: '修改 {at} 的安全策略' },
  'tag-retention:operate': { en: 'run the retention of {at}', zh: '执行 {at} 的保留策略' },
  'artifact:create': { en: 'copy artifacts to {at}', zh: '将制品复制到 {at}' },
};

/** Of the system alone. */
const wholesOfSystem: Readonly<Record<string, Both<string>>> = {
  'audit-log:list': { en: 'see the audit log', zh: '查看审计日志' },
  'garbage-collection:create': { en: 'start the garbage collection', zh: '启动垃圾回收' },
  'garbage-collection:list': { en: 'see the runs of the garbage collection', zh: '查看垃圾回收的执行记录' },
  'in-use:list': { en: 'see which images run where', zh: '查看镜像的运行情况' },
  'in-use:update': { en: 'report which images run where', zh: '上报镜像的运行情况' },
  'in-use:delete': { en: 'delete reports of which images run where', zh: '删除上报的镜像运行情况' },
  'jobservice-monitor:list': { en: 'see the jobs of all', zh: '查看所有人的作业' },
  'ldap-user:create': { en: 'take in LDAP users', zh: '导入 LDAP 用户' },
  'project:list': { en: 'list the projects of all', zh: '列出所有人的项目' },
  'purge-audit:create': { en: 'purge the audit log', zh: '清理审计日志' },
  'purge-audit:list': { en: 'see the purges of the audit log', zh: '查看审计日志的清理记录' },
  'quota:read': { en: 'see quotas', zh: '查看配额' },
  'replication:create': { en: 'start replications', zh: '启动复制任务' },
  'scan-all:create': { en: 'scan all artifacts', zh: '扫描全部制品' },
  'security-hub:list': { en: 'list the findings of all scans', zh: '列出全部扫描结果' },
  'trash:purge': { en: 'purge the trash of all', zh: '清除所有人的回收站内容' },
};

/** What somebody may, so that it goes on from "bob may": `repository:pull` at `shop/api` is "pull from shop/api". */
export function actionPhrase(action: string, where: string, language: Language): string {
  const isSystem = where === 'system';
  const whole = isSystem ? wholesOfSystem[action] : wholes[action];
  if (whole !== undefined) {
    const text = whole[language].replace('{at}', () => where);
    return isSystem ? onSystem[language](text) : text;
  }
  const colon = action.indexOf(':');
  const verb = verbs[action.slice(colon + 1)]?.[language];
  const object = objects[action.slice(0, colon)]?.[language];
  if (verb === undefined || object === undefined) return others[language](action, where);
  const does = language === 'en' || /^\w/.test(object) ? `${verb} ${object}` : `${verb}${object}`;
  if (isSystem) return onSystem[language](does);
  return language === 'en' ? `${does} in ${where}` : `在 ${where} 中${does}`;
}

const onSystem = {
  en: (text: string) => `${text} (whole registry)`,
  zh: (text: string) => `${text}（整个系统）`,
};

const others = {
  en: (action: string, where: string) => `do ${action} in ${where}`,
  zh: (action: string, where: string) => `在 ${where} 执行 ${action}`,
};

/** Whether there are words for it: an action of the server without them is shown by its code. */
export function hasPhrase(action: string, where: string): boolean {
  return actionPhrase(action, where, 'en') !== others.en(action, where);
}
