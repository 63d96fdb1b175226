// The TypeScript samples, as a reader would compile and run them, with the SDK that is installed here.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { key, startServer } from './server.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const samples = path.resolve(here, '../../samples');
const run = promisify(execFile);

test('the samples compile under strict rules and tell their stories', async () => {
  const { url } = await startServer();
  // A place from which the packages installed here are found, and which git does not see.
  const place = path.join(here, 'node_modules/.sample');
  await mkdir(place, { recursive: true });
  for (const file of ['memory.ts', 'quickstart.ts', 'tsconfig.json', 'package.json']) await cp(path.join(samples, 'typescript', file), path.join(place, file));

  await run(process.execPath, [path.join(here, 'node_modules/typescript/bin/tsc'), '--project', place]).catch((flaw) => assert.fail(flaw.stdout));
  for (const [sample, expected] of [['memory', 'expected.txt'], ['quickstart', 'expected-quickstart.txt']]) {
    const { stdout } = await run(process.execPath, [path.join(place, `build/${sample}.js`)], {
      env: { ...process.env, MEMSTORES_URL: url, MEMSTORES_API_KEY: key },
    });
    assert.equal(stdout, await readFile(path.join(samples, expected), 'utf8'));
  }
});
