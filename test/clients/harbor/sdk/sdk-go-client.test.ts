import { operationTests } from './operation-suite.ts';
import { goClient } from './sdks.ts';

await operationTests(goClient);
