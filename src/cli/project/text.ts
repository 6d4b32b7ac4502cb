import type { Texts } from '../../lib/text/language.ts';

export const projectTexts = {
  project: {
    en: 'Projects: what repositories and roles belong to.',
    zh: '管理项目：仓库和角色归属于项目。',
  },
  create: { en: 'Make an empty project.', zh: '新建空项目。' },
  list: { en: 'Show all projects.', zh: '列出所有项目。' },
  show: { en: 'Show one project.', zh: '显示一个项目。' },
  update: { en: 'Change settings of a project.', zh: '修改项目的设置。' },
  set: {
    en: 'such as public=true or severity=high; may be given several times',
    zh: '例如 public=true 或 severity=high；可多次给出',
  },
  unset: {
    en: 'take a setting away: its default counts; may be given several times',
    zh: '移除设置，恢复默认值；可多次给出',
  },
  setWrong: {
    en: '--set has the form key=value, such as public=true',
    zh: '--set 的格式为 键=值，例如 public=true',
  },
  delete: {
    en: 'Delete a project that holds nothing any more.',
    zh: '删除已无内容的项目。',
  },
  rename: {
    en: 'Give a project another name; pulls by the old one go on for former_name_days.',
    zh: '给项目改名；在 former_name_days 天内旧名称仍可拉取。',
  },
  'former-names': {
    en: 'Show names that projects and repositories had, by which pulls go on.',
    zh: '列出项目和仓库仍可用于拉取的旧名称。',
  },
  release: {
    en: 'End pulls by a former name: anybody may take it then.',
    zh: '释放旧名称：不再可拉取，且任何人都可使用。',
  },
  defaults: {
    en: 'Show what new projects begin with, what of it is locked, and who may make them; berth config set changes it.',
    zh: '显示新项目的默认值、锁定项以及谁可创建项目；用 berth config set 修改。',
  },
  newName: { en: 'what it is to be called', zh: '新名称' },
  formerName: { en: 'project, or project/repository', zh: '项目，或 项目/仓库' },
  renamed: {
    en: 'The project {project} is called {name} now.',
    zh: '项目 {project} 现名为 {name}。',
  },
  askRelease: {
    en: 'End pulls by {name}, and let anybody take that name? [y/N] ',
    zh: '停止通过 {name} 拉取，并允许任何人使用该名称？[y/N] ',
  },
  released: { en: 'The name {name} is free.', zh: '名称 {name} 已释放。' },
  notReleased: { en: 'Nothing was released.', zh: '未释放任何名称。' },
  name: { en: "the project's name", zh: '项目名' },
  public: { en: 'everybody may pull, without an account', zh: '任何人无需账户即可拉取' },
  sparse: {
    en: 'take manifests although what they refer to is not there',
    zh: '即使所引用的内容不存在也接受 manifest',
  },
  owner: { en: 'account that becomes projectAdmin [admin]', zh: '成为 projectAdmin 的账户 [admin]' },
  yes: { en: 'do not ask', zh: '不再询问' },
  created: { en: 'The project {project} was made.', zh: '已新建项目 {project}。' },
  deleted: { en: 'The project {project} was deleted.', zh: '项目 {project} 已删除。' },
  kept: { en: 'Nothing was deleted.', zh: '未删除任何内容。' },
  askDelete: {
    en: 'Delete the project {project} with all roles in it? [y/N] ',
    zh: '删除项目 {project} 及其中的所有角色？[y/N] ',
  },
  headName: { en: 'NAME', zh: '名称' },
  headAccess: { en: 'ACCESS', zh: '访问' },
  headOwner: { en: 'OWNER', zh: '所有者' },
  headRepositories: { en: 'REPOSITORIES', zh: '仓库数' },
  headSparse: { en: 'SPARSE MANIFESTS', zh: '稀疏 manifest' },
  headCreated: { en: 'MADE', zh: '创建时间' },
  isPublic: { en: 'public', zh: '公开' },
  isPrivate: { en: 'private', zh: '私有' },
  taken: { en: 'taken', zh: '接受' },
  refused: { en: 'refused', zh: '拒绝' },
} as const satisfies Texts;
