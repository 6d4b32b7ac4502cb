import { models, platform, sandbox, unused } from './platform.ts';
import type { DemoProject } from './project.ts';
import { shop } from './shop.ts';

/** All projects of the demo data. Made anew at each call: only two commands need them. */
export function demoProjects(): readonly DemoProject[] {
  return [shop(), platform(), models(), sandbox(), unused()];
}
