import { counted } from '../../../ui/text/counted.ts';
import type { Texts } from '../../../ui/text/say.ts';

export const robotsTexts = {
  title: { en: 'Robot accounts', zh: '机器人账户' },
  systemText: {
    en: 'Of the whole registry. Those of projects are below, and in the tab “Robot accounts” of each.',
    zh: '属于整个系统。项目的机器人账户见下方，或见该项目的“机器人账户”页。',
  },
  ofProjects: { en: 'Robot accounts of projects', zh: '项目的机器人账户' },
  filterProjects: { en: 'Filter projects by name', zh: '按名称筛选项目' },
  project: { en: 'Project', zh: '项目' },
  noProject: { en: 'No such project', zh: '没有符合条件的项目' },
  noProjectText: {
    en: 'Robot accounts of a project are in its tab “Robot accounts”.',
    zh: '项目的机器人账户见该项目的“机器人账户”页。',
  },
  moreProjects: {
    en: (count: string) => `${counted(count, 'further project')}: filter by name.`,
    zh: (count: string) => `另有 ${count} 个项目，请按名称筛选。`,
  },
  filter: { en: 'Filter by name', zh: '按名称筛选' },
  name: { en: 'Name', zh: '名称' },
  state: { en: 'State', zh: '状态' },
  states: { en: 'State', zh: '状态' },
  any: { en: 'Any state', zh: '全部状态' },
  on: { en: 'enabled', zh: '已启用' },
  off: { en: 'disabled', zh: '已停用' },
  over: { en: 'ended', zh: '已到期' },
  rights: { en: 'May do', zh: '权限' },
  rightsIn: { en: 'Where', zh: '范围' },
  everyProject: { en: 'all projects', zh: '所有项目' },
  system: { en: 'the system', zh: '系统' },
  rightCount: {
    en: (count: number) => (count === 1 ? '1 permission' : `${count} permissions`),
    zh: (count: number) => `${count} 项权限`,
  },
  ends: { en: 'Ends', zh: '到期' },
  lastUsed: { en: 'Last used', zh: '最近使用' },
  created: { en: 'Created', zh: '创建时间' },
  newRobot: { en: 'New robot account', zh: '新建机器人账户' },
  create: { en: 'Create', zh: '创建' },
  noneYet: { en: 'No robot account yet', zh: '还没有机器人账户' },
  noneYetText: {
    en: 'For a program: a build, a cluster that pulls. It has a secret of its own, an end, and only the rights that you name.',
    zh: '供程序使用，例如构建任务或拉取镜像的集群。它有自己的密钥、期限，且只拥有指定的权限。',
  },
  needs: {
    en: 'Only administrators of the project make and change robot accounts. Ask one of them.',
    zh: '只有项目管理员可以创建和修改机器人账户。请联系项目管理员。',
  },
  nameHelp: {
    en: 'Its own part of the name, such as ci: the server puts the prefix before it.',
    zh: '仅填写自身名称，例如 ci；服务器会加上前缀。',
  },
  description: { en: 'Description', zh: '描述' },
  days: { en: 'Days until it ends', zh: '有效天数' },
  daysHelp: { en: 'From 1; -1: it does not end.', zh: '至少 1 天；-1 表示永不过期。' },
  preset: { en: 'May do', zh: '权限' },
  pull: { en: 'Pull only', zh: '仅拉取' },
  pullHelp: {
    en: 'Pulls images and reads what they are. For clusters that run them.',
    zh: '拉取镜像并读取其信息，适用于运行镜像的集群。',
  },
  pushOnly: { en: 'Push only (CI)', zh: '仅推送（CI）' },
  pushOnlyHelp: {
    en: 'Pushes images and lists nothing. As in Harbor, who may push to a project may also pull there.',
    zh: '推送镜像，不能列出内容。与 Harbor 相同：能推送到项目的机器人账户也能从中拉取。',
  },
  push: { en: 'Push and pull', zh: '推送和拉取' },
  pushHelp: {
    en: 'Pushes and pulls images, sets and lists tags. For builds that begin from images of here.',
    zh: '推送和拉取镜像，设置并列出 Tag，适用于以此处镜像为基础的构建。',
  },
  remove: { en: 'Push, pull and delete', zh: '推送、拉取和删除' },
  removeHelp: {
    en: 'Also deletes tags and artifacts. For builds that clean up after themselves.',
    zh: '还可删除 Tag 和制品，适用于会自行清理的构建。',
  },
  all: { en: 'Everything in the project', zh: '项目内的全部权限' },
  allHelp: {
    en: 'All that a robot account can do in a project, members and settings too. You have to hold all of it yourself.',
    zh: '机器人账户在项目中可拥有的全部权限，包括成员和设置。你自己须拥有这些权限。',
  },
  custom: { en: 'What I choose', zh: '自行选择' },
  customHelp: { en: 'Only the permissions that you tick below.', zh: '仅限下方勾选的权限。' },
  choose: { en: 'Permissions', zh: '权限列表' },
  projects: { en: 'Projects', zh: '项目' },
  projectsHelp: {
    en: 'Names with commas between them; * for all projects.',
    zh: '以逗号分隔的项目名；* 表示所有项目。',
  },
  repositories: { en: 'Only these repositories (optional)', zh: '仅限这些仓库（可选）' },
  repositoriesHelp: {
    en: 'Such as api, team/** with commas between them; empty: all of the project.',
    zh: '例如 api, team/**，以逗号分隔；留空表示项目的全部仓库。',
  },
  secretOf: { en: (name: string) => `Secret of ${name}`, zh: (name: string) => `${name} 的密钥` },
  rotate: { en: 'New secret', zh: '更换密钥' },
  rotateText: {
    en: (name: string) =>
      `${name} gets another secret, shown once. The old one, and every token that was got with it, are refused at once: programs that have it stop until they get the new one.`,
    zh: (name: string) =>
      `${name} 将获得新密钥，仅显示一次。旧密钥及用其取得的令牌立即失效，使用旧密钥的程序在更新之前将无法工作。`,
  },
  rotateUndo: { en: 'the old secret cannot be brought back.', zh: '旧密钥无法恢复。' },
  disable: { en: 'Disable', zh: '停用' },
  disableText: {
    en: (name: string) =>
      `${name} cannot sign in any more, at once and everywhere. Its rights and its secret stay.`,
    zh: (name: string) => `${name} 将立即在所有位置无法登录。其权限和密钥保留。`,
  },
  disableUndo: { en: 'enable it again; the secret is the same.', zh: '重新启用即可，密钥不变。' },
  enable: { en: 'Enable', zh: '启用' },
  enableText: {
    en: (name: string) => `${name} can sign in again with the secret that it has.`,
    zh: (name: string) => `${name} 可以继续使用原有密钥登录。`,
  },
  enableUndo: { en: 'disable it again.', zh: '再次停用即可。' },
  delete: { en: 'Delete', zh: '删除' },
  deleteText: {
    en: (name: string) => `${name} is gone with its secret and rights. What it pushed stays.`,
    zh: (name: string) => `${name} 及其密钥、权限将被删除。其推送的内容保留。`,
  },
  deleteUndo: {
    en: 'not at all; disabling keeps it.',
    zh: '无法撤销；停用则可以保留。',
  },
} as const satisfies Texts;
