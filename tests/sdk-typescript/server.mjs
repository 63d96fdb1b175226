// The real program, started for one file of tests on a free port and with data of its own, and stopped by its process id.
import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import readline from 'node:readline';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';
import Anthropic from '@anthropic-ai/sdk';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const program = process.env.MEMSTORES_PROGRAM || path.join(root, 'artifacts/memstores/memstores');
export const key = 'test-key-0123456789';

/** Starts a server that ends with the file's last test. */
export async function startServer() {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'memstores-sdk-'));
  const arguments_ = ['serve', '--data', path.join(directory, 'data'), '--listen', 'http://127.0.0.1:0', '--bootstrap-key', key];
  const server = spawn(program, arguments_, { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise((resolve, reject) => {
    server.on('exit', resolve);
    server.on('error', reject);
  });
  let log = '';
  server.stderr.on('data', (more) => { log += more; });
  after(async () => {
    server.kill('SIGTERM');
    const code = await ended;
    await rm(directory, { recursive: true });
    if (code !== 0) throw new Error(`The server ended with exit code ${code}: ${log}`);
  });
  for await (const line of readline.createInterface({ input: server.stdout })) {
    if (line.startsWith('listening on ')) return { url: line.slice('listening on '.length), directory };
  }
  await ended;
  throw new Error(`The server did not start: ${log}`);
}

/** A client, and every request it sends. */
export function connect(url, options = {}) {
  const requests = [];
  const client = new Anthropic({
    baseURL: url,
    apiKey: key,
    logLevel: 'off',
    fetch: (target, init) => {
      requests.push({ method: init?.method ?? 'GET', url: new URL(target), headers: new Headers(init?.headers) });
      return fetch(target, init);
    },
    ...options,
  });
  return { client, requests };
}

export async function collect(items) {
  const all = [];
  for await (const item of items) all.push(item);
  return all;
}
