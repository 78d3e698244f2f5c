/**
 * Runs a command of `src/cli/` in Node: `node scripts/run.mjs src/cli/trace.ts ARGUMENTS`. Vite transforms the
 * TypeScript and the imports of WGSL text. The entry exports `run(args)`, which gives the exit code.
 */
import { spawnSync } from 'node:child_process';
import { createServer } from 'vite';
import { nodeGpuEnv } from './browser.mjs';

const [entry = '', ...args] = process.argv.slice(2);

// The Vulkan driver reads its variables only when a process starts, so a process without them starts another.
const missing = Object.entries(entry.startsWith('src/cli/') ? nodeGpuEnv() : {}).filter(([name, value]) => process.env[name] !== value);
if (missing.length > 0) {
  const { status } = spawnSync(process.execPath, process.argv.slice(1), { stdio: 'inherit', env: { ...process.env, ...Object.fromEntries(missing) } });
  process.exit(status ?? 1);
}

// Not `runnerImport`: it closes its runner before a module can import another one on demand.
const server = await createServer({
  configFile: false,
  logLevel: 'error',
  appType: 'custom',
  server: { middlewareMode: true, watch: null, ws: false },
  optimizeDeps: { noDiscovery: true },
});
const module = await server.ssrLoadModule(`/${entry}`);
// Dawn's instance keeps the event loop alive.
process.exit(await module.run(args));
