import { runnerImport } from 'vite';
const [entry, ...args] = process.argv.slice(2);
const { module } = await runnerImport(entry, { configFile: false, logLevel: 'error' });
process.exit(await module.run(args));
