import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

export const projectsTexts = {
  title: { en: 'Projects', zh: '项目' },
  filter: { en: 'Filter by name', zh: '按名称筛选' },
  name: { en: 'Name', zh: '名称' },
  access: { en: 'Access', zh: '访问级别' },
  public: { en: 'public', zh: '公开' },
  private: { en: 'private', zh: '私有' },
  role: { en: 'Your role', zh: '你的角色' },
  noRole: { en: 'none', zh: '无' },
  ofSome: {
    en: (count: string) => counted(count, 'repository', 'repositories'),
    zh: (count: string) => `${count} 个仓库`,
  },
  inPart: { en: 'in part', zh: '部分可见' },
  inPartTitle: {
    en: 'You were given some of its repositories. Only these are shown and counted.',
    zh: '你只被授予其中部分仓库的权限，仅显示和统计这些仓库。',
  },
  repositories: { en: 'Repositories', zh: '仓库' },
  stored: { en: 'Used', zh: '用量' },
  created: { en: 'Created', zh: '创建时间' },
  changed: { en: 'Changed', zh: '更新时间' },
  all: { en: 'Any access', zh: '全部级别' },
  newProject: { en: 'New project', zh: '新建项目' },
  create: { en: 'Create', zh: '创建' },
  cancel: { en: 'Cancel', zh: '取消' },
  nameHelp: {
    en: 'Small letters, digits, and single . _ - between them. Images are then pushed below this name.',
    zh: '小写字母与数字，中间可用单个 . _ - 连接。镜像将推送到此名称之下。',
  },
  publicHelp: { en: 'Everybody may pull, without signing in.', zh: '任何人无需登录即可拉取。' },
  makePublic: { en: 'Public', zh: '公开' },
  made: { en: (name: string) => `Project ${name} was made`, zh: (name: string) => `已创建项目 ${name}` },
  noneYet: { en: 'No project that you may see', zh: '没有你可以查看的项目' },
  noneYetText: {
    en: 'A project holds repositories, and says who may push and pull there.',
    zh: '项目包含仓库，并规定谁可以推送和拉取。',
  },
  roleProjectAdmin: { en: 'Project Admin', zh: '项目管理员' },
  roleMaintainer: { en: 'Maintainer', zh: '维护人员' },
  roleDeveloper: { en: 'Developer', zh: '开发者' },
  roleGuest: { en: 'Guest', zh: '访客' },
  roleLimitedGuest: { en: 'Limited Guest', zh: '受限访客' },
} as const satisfies Texts;
