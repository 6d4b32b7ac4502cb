import type { Texts } from '../../ui/text/say.ts';

export const harborTexts = {
  title: { en: "An address of Harbor's portal", zh: 'Harbor 门户的地址' },
  unknown: { en: 'This page of Harbor has no counterpart here', zh: 'Harbor 的这个页面在此没有对应页面' },
  toProjects: { en: 'Go to the projects', zh: '前往项目列表' },
} as const satisfies Texts;
