import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';

/** Outcome of one command of Bazel. */
export interface Ran {
  readonly status: number | null;
  readonly text: string;
  readonly seconds: number;
}

const TOOLS: Readonly<Record<string, { readonly args: readonly string[]; readonly package: string }>> = {
  bazel: { args: ['--version'], package: 'bazel-bootstrap' },
  nginx: { args: ['-V'], package: 'nginx-light, in /usr/sbin' },
  cc: { args: ['--version'], package: 'gcc' },
  chmod: { args: ['--version'], package: 'coreutils' },
};

/**
 * Checks the tools that a run needs.
 *
 * @returns what is missing, a sentence each
 */
export function missingTools(): readonly string[] {
  return Object.entries(TOOLS).flatMap(([tool, { args, package: from }]) => {
    const { error, status, stdout, stderr } = spawnSync(tool, args, { encoding: 'utf8' });
    if (error !== undefined) return [`${tool} is not in PATH (Debian: ${from})`];
    if (status !== 0) return [`${[tool, ...args].join(' ')}: ${stderr.trim().split('\n')[0]}`];
    if (tool === 'nginx' && !stderr.includes('http_dav_module')) return ['nginx was built without WebDAV'];
    const major = Number(/bazel (\d+)/.exec(stdout)?.[1] ?? 0);
    return tool === 'bazel' && major > 7
      ? [`${stdout.trim()} does not read a WORKSPACE file: expected Bazel 4 to 7`]
      : [];
  });
}

/** Runs Bazel in a workspace. Each output base has a server of its own, which `stop` ends. */
export class Bazel {
  private running: ChildProcess | null = null;
  private isStopped = false;
  private readonly bases = new Set<string>();

  constructor(
    private readonly folder: string,
    private readonly workspace: string,
    private readonly options: readonly string[],
  ) {}

  async run(base: string, command: string, ...args: string[]): Promise<Ran> {
    if (this.isStopped) throw new Error('interrupted');
    this.bases.add(base);
    const own = [
      `--output_user_root=${join(this.folder, base)}`,
      '--max_idle_secs=900',
      '--batch_cpu_scheduling',
      '--host_jvm_args=-XX:-UsePerfData',
    ];
    const options = command === 'info' ? [] : this.options;
    const started = Date.now();
    const child = spawn('bazel', [...own, command, ...options, ...args], {
      cwd: this.workspace,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.running = child;
    const chunks: Buffer[] = [];
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    const status = await new Promise<number | null>((ended, failed) => {
      child.on('close', ended);
      child.on('error', failed);
    });
    this.running = null;
    if (this.isStopped) throw new Error('interrupted');
    return { status, text: Buffer.concat(chunks).toString(), seconds: (Date.now() - started) / 1000 };
  }

  /** Ends the running command, and the servers. Their actions end with them. */
  async stop(): Promise<void> {
    this.isStopped = true;
    this.running?.kill('SIGKILL');
    for (const base of this.bases) {
      for (const pid of serversBelow(join(this.folder, base))) await end(pid);
    }
  }
}

/** Process ids of the servers of an output user root, which has a folder for each workspace. */
function serversBelow(root: string): readonly number[] {
  if (!existsSync(root)) return [];
  return readdirSync(root)
    .map((entry) => join(root, entry, 'server/server.pid.txt'))
    .filter((file) => existsSync(file))
    .map((file) => Number(readFileSync(file, 'utf8')))
    .filter((pid) => pid > 1);
}

/** Ends a process that is not a child of this one, and waits until it is gone. */
async function end(pid: number): Promise<void> {
  for (let tries = 0; tries < 200; tries++) {
    try {
      process.kill(pid, tries < 100 ? 'SIGTERM' : 'SIGKILL');
    } catch {
      return;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`process ${pid} does not end`);
}

/** A remote cache: nginx with WebDAV, as Bazel's documentation has it. */
export class RemoteCache {
  private constructor(
    private readonly folder: string,
    private readonly server: ChildProcess,
    readonly url: string,
  ) {}

  static async start(folder: string): Promise<RemoteCache> {
    const port = await freePort();
    for (const part of ['cache', 'tmp', 'logs']) mkdirSync(join(folder, part), { recursive: true });
    writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
    const server = spawn('nginx', ['-p', folder, '-c', join(folder, 'nginx.conf')], { stdio: 'ignore' });
    const url = `http://127.0.0.1:${port}`;
    for (let tries = 0; server.exitCode === null && tries < 100; tries++) {
      if (await answers(url)) return new RemoteCache(folder, server, url);
      await new Promise((later) => setTimeout(later, 100));
    }
    server.kill();
    throw new Error(`nginx does not answer: ${readFileSync(join(folder, 'logs/error.log'), 'utf8')}`);
  }

  /** How many requests of a method were answered. */
  requests(method: string): number {
    return readFileSync(join(this.folder, 'logs/access.log'), 'utf8').split(`"${method} `).length - 1;
  }

  async stop(): Promise<void> {
    if (this.server.exitCode !== null) return;
    const ended = new Promise((done) => this.server.on('exit', done));
    this.server.kill();
    await ended;
  }
}

const configuration = (
  folder: string,
  port: number,
) => `worker_processes 1; daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/logs/error.log;
events { worker_connections 512; }
http {
  access_log ${folder}/logs/access.log;
  client_body_temp_path ${folder}/tmp; proxy_temp_path ${folder}/tmp; fastcgi_temp_path ${folder}/tmp;
  uwsgi_temp_path ${folder}/tmp; scgi_temp_path ${folder}/tmp; client_max_body_size 1g;
  server { listen 127.0.0.1:${port}; location / { root ${folder}/cache; dav_methods PUT; create_full_put_path on; dav_access user:rw; } }
}
`;

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    () => true,
    () => false,
  );

async function freePort(): Promise<number> {
  return await new Promise((found) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
