import { operationTests } from './operation-suite.ts';
import { harborapi } from './sdks.ts';

await operationTests(harborapi);
