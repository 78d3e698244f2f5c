/**
 * The one place that chooses the browser, its flags, and the Vulkan driver that Dawn (npm `webgpu`) uses in Node.
 * Both test configurations and the command line import it. Run directly it reports what was chosen, and installs
 * a Chromium where there is none.
 *
 *   CHROMIUM_PATH=/path      use this browser
 *   VK_ICD_FILENAMES=/path   use this Vulkan driver in Node
 *   GPU=hardware             use the machine's GPU instead of a software adapter
 *   GPU=lavapipe             in Node, prefer Mesa's software driver: worth it for hours of evaluation, not for tests
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

const isLinux = process.platform === 'linux';
const isRoot = isLinux && process.getuid?.() === 0;
const hardware = process.env.GPU === 'hardware';

/** Path of the browser that is used, or undefined. An explicit CHROMIUM_PATH that does not exist is an error. */
export const executablePath = findChromium();

/**
 * Flags for Chromium. Without the two last SwiftShader flags a WebGPU canvas loses its device in headless mode;
 * the crash flags let a test kill the GPU process more than twice without being refused a new adapter.
 */
export const args = [
  ...(isRoot ? ['--no-sandbox'] : []),
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-domain-blocking-for-3d-apis',
  '--disable-gpu-process-crash-limit',
  '--enable-unsafe-webgpu',
  ...(hardware ? hardwareFlags() : softwareFlags()),
  '--font-render-hinting=none',
  '--force-color-profile=srgb',
];

function softwareFlags() {
  return ['--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan', '--use-vulkan=swiftshader', '--use-angle=swiftshader'];
}

/** Headless Chromium on Linux reaches the GPU only through Vulkan: https://developer.chrome.com/blog/supercharge-web-ai-testing */
function hardwareFlags() {
  return isLinux ? ['--enable-features=Vulkan', '--use-angle=vulkan', '--disable-vulkan-surface', '--ignore-gpu-blocklist'] : ['--enable-gpu'];
}

function findChromium() {
  const explicit = process.env.CHROMIUM_PATH;
  if (explicit !== undefined && explicit !== '') {
    if (!existsSync(explicit)) throw new Error(`CHROMIUM_PATH names ${explicit}, which does not exist.`);
    return explicit;
  }
  const installed = [
    '/usr/bin/chromium',
    '/usr/bin/google-chrome',
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  ].find((path) => existsSync(path));
  return installed ?? playwrightChromium();
}

function playwrightChromium() {
  try {
    const path = createRequire(import.meta.url)('playwright-core').chromium.executablePath();
    return existsSync(path) ? path : undefined;
  } catch {
    return undefined;
  }
}

/** Folders that may hold Chromium's own SwiftShader driver and Vulkan loader. */
function chromiumFolders() {
  return ['/usr/lib/chromium', '/usr/lib64/chromium-browser', executablePath && dirname(realpathSync(executablePath))].filter(
    (folder) => folder !== undefined && existsSync(folder),
  );
}

/**
 * Environment for a Node process that uses WebGPU. It has to be in place before that process starts: the dynamic
 * linker reads LD_LIBRARY_PATH, and the Vulkan loader VK_ICD_FILENAMES, only once.
 *
 * On Linux each candidate is tried in a child process, because some drivers are installed and yield no adapter
 * (Mesa 22.3's lavapipe): with the system's Vulkan loader, and then with the one that Chromium ships. The answer is
 * remembered until one of the files changes.
 *
 * Chromium's SwiftShader comes first. It starts about ten times sooner than lavapipe, which needs 40 s of processor
 * time to compile the kernels of one small model at its first dispatch (3.6 s here), and the process sometimes died
 * in it; and it is the adapter that the page's tests use. Once its kernels are in Mesa's cache, lavapipe is faster.
 * @returns {Record<string, string>} variables to add to process.env; empty where the system's default is right
 */
export function nodeGpuEnv() {
  if (!isLinux) return {};
  const candidates = environmentCandidates();
  const key = JSON.stringify(candidates.map((env) => Object.values(env).map(stamp)));
  const memory = readMemory();
  if (memory[key] !== undefined) return memory[key];
  const env = candidates.find(yieldsAdapter);
  if (env === undefined) return candidates[0] ?? {};
  writeMemory({ ...memory, [key]: env });
  return env;
}

/** @returns {Record<string, string>[]} */
function environmentCandidates() {
  const chosen = process.env.VK_ICD_FILENAMES ?? process.env.VK_DRIVER_FILES;
  const folders = chromiumFolders();
  const lavapipe = ['', '.x86_64', '.aarch64'].map((suffix) => `/usr/share/vulkan/icd.d/lvp_icd${suffix}.json`);
  const swiftshader = folders.map((folder) => join(folder, 'vk_swiftshader_icd.json'));
  const preferred = process.env.GPU === 'lavapipe' ? [...lavapipe, ...swiftshader] : [...swiftshader, ...lavapipe];
  const drivers = preferred.filter((path) => existsSync(path));
  const driverEnvs = hardware || chosen ? [chosen ? { VK_ICD_FILENAMES: chosen } : {}] : drivers.map((path) => ({ VK_ICD_FILENAMES: path }));
  const loaders = [{}, ...folders.filter((folder) => existsSync(join(folder, 'libvulkan.so.1'))).map(libraryPath)];
  return driverEnvs.flatMap((driver) => loaders.map((loader) => ({ ...driver, ...loader })));
}

/** @param {string} folder */
function libraryPath(folder) {
  const before = process.env.LD_LIBRARY_PATH;
  return { LD_LIBRARY_PATH: before ? `${before}:${folder}` : folder };
}

/** @param {string} path */
function stamp(path) {
  return existsSync(path) ? `${path} ${statSync(path).mtimeMs}` : path;
}

/** @param {Record<string, string>} env */
function yieldsAdapter(env) {
  const program = `
    const { create } = await import(${JSON.stringify(import.meta.resolve('webgpu'))});
    const adapter = await create([]).requestAdapter();
    const device = await adapter?.requestDevice();
    process.exit(device ? 0 : 1);`;
  const child = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
    env: { ...process.env, ...env },
    stdio: 'ignore',
    timeout: 30_000,
  });
  return child.status === 0;
}

const memoryFile = join(dirname(fileURLToPath(import.meta.url)), '../node_modules/.cache/moe-playground/drivers.json');

/** @returns {Record<string, Record<string, string>>} environment by what it was chosen from */
function readMemory() {
  try {
    return JSON.parse(readFileSync(memoryFile, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {Record<string, Record<string, string>>} memory */
function writeMemory(memory) {
  try {
    mkdirSync(dirname(memoryFile), { recursive: true });
    writeFileSync(memoryFile, JSON.stringify(memory));
  } catch {
    // A read-only checkout only costs the probe again.
  }
}

const installHelp = `No Chromium found. Install one of
  Debian, Ubuntu:  apt-get update && apt-get install -y chromium
  anywhere:        npx playwright install --no-shell chromium
or set CHROMIUM_PATH=/path/to/chrome`;

function installChromium() {
  const run = (/** @type {string} */ command) => spawnSync(command, { shell: true, stdio: 'inherit' }).status === 0;
  const hasApt = isRoot && existsSync('/usr/bin/apt-get');
  if (hasApt && run('apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends chromium fonts-liberation') && findChromium()) return;
  run('npx playwright install --no-shell chromium');
}

function main() {
  if (executablePath === undefined) {
    console.log('No Chromium found, installing one.');
    installChromium();
    const installed = findChromium();
    if (installed === undefined) {
      console.error(installHelp);
      process.exit(1);
    }
    // Start again, so that the driver next to the new browser is seen.
    process.exit(spawnSync(process.execPath, [fileURLToPath(import.meta.url)], { stdio: 'inherit' }).status ?? 1);
  }
  const env = nodeGpuEnv();
  console.log(`chromium: ${executablePath}`);
  console.log(`Vulkan driver in Node: ${env.VK_ICD_FILENAMES ?? "the system's"}`);
  if (env.LD_LIBRARY_PATH) console.log(`Vulkan loader in Node: ${env.LD_LIBRARY_PATH}`);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) main();
