import { counted } from '../../ui/text/counted.ts';
import type { Texts } from '../../ui/text/say.ts';

export const settingsTexts = {
  name: { en: 'Name', zh: '名称' },
  moveText: {
    en: (days: string) =>
      `The repository gets another name, also in another project, with its tags, history and what was granted on it. Pulls by the old name go on for ${days}.`,
    zh: (days: string) =>
      `为仓库更换名称，也可移至其他项目；Tag、历史和授权随之保留。此后 ${days}内仍可用旧名称拉取。`,
  },
  newName: { en: 'New name', zh: '新名称' },
  newNameHelp: { en: 'project/repository', zh: '项目/仓库' },
  move: { en: 'Move', zh: '移动' },
  moveTo: { en: (name: string) => `Move to ${name}?`, zh: (name: string) => `移动到 ${name}？` },
  moved: { en: (name: string) => `It is called ${name} now`, zh: (name: string) => `现已命名为 ${name}` },
  sameName: { en: 'Type another name first', zh: '请先填写另一个名称' },
  mayNotMove: {
    en: 'Who moves a repository may push and delete in it. An administrator of the project can give you that.',
    zh: '移动仓库需要推送和删除权限，可请项目管理员授予。',
  },
  deleteRepository: { en: 'Delete the repository…', zh: '删除仓库…' },
  effectRepository: {
    en: (artifacts: string) =>
      `The repository goes with all that is in it: ${counted(artifacts, 'artifact')} with all tags.`,
    zh: (artifacts: string) => `仓库及其全部内容将被删除：${artifacts} 个制品及其 Tag。`,
  },
  danger: { en: 'Delete', zh: '删除' },
  dangerText: {
    en: 'Takes the repository with all its artifacts and tags to the trash.',
    zh: '将仓库及其全部制品与 Tag 移入回收站。',
  },
  mayNotDelete: {
    en: 'You have no role here that may delete. An administrator of the project can give you one.',
    zh: '你在此处的角色没有删除权限，可请项目管理员授予。',
  },
  cancel: { en: 'Cancel', zh: '取消' },
} as const satisfies Texts;
