import { ChildProcess, spawn } from 'child_process';
import { createHash, createHmac } from 'crypto';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'fs';
import { createServer } from 'net';
import { tmpdir } from 'os';
import { delimiter, dirname, join } from 'path';
import type { DemoClock } from './demo-clock';
import { EC2_RESOURCES } from './emulated-ec2-resources';
import { installFromPyPi } from '../support/python';

const VERSION = '1.5.33';
const HOST = '127.0.0.1';
const START_TIMEOUT_MS = 30_000;

/** Standard input closes when the parent ends, however it ends, and takes the emulator and the functions it runs along. */
const launcher = (first: string) => `${first}
import os, shutil, signal, threading
def follow_parent():
    os.read(0, 1)
    shutil.rmtree(os.environ['TMPDIR'], ignore_errors=True)
    os.killpg(0, signal.SIGKILL)
threading.Thread(target=follow_parent, daemon=True).start()
from ministack.app import main
${EC2_RESOURCES}
main()
`;

export interface EmulatorOptions {
  /** A free port unless given. */
  readonly port?: number;
  /** Takes the progress lines. */
  readonly log?: (line: string) => void;
  /** Scales the waits of state machines: 0.1 is ten times faster. @default - by the clock's speed, if there is one */
  readonly waitScale?: number;
  /** The clock of functions and of Scheduler. All else goes by the real one. */
  readonly clock?: DemoClock;
  /** Address that functions find Lightsail at. */
  readonly lightsail?: string;
  /** Enforces the policies of IAM, that of a function's role too; then stacks need the `CliCredentialsStackSynthesizer`. */
  readonly enforceIam?: boolean;
}

/** `ministack`, a local AWS emulator, in a virtual environment of this project; it listens on the loopback address only. */
export class Emulator {
  public static async start(options: EmulatorOptions = {}): Promise<Emulator> {
    const log = options.log ?? (() => {});
    const python = join(installFromPyPi('ministack', VERSION, 'emulator', log), 'python');
    const port = options.port === undefined ? await freePort() : await checkPort(options.port);
    const emulator = new Emulator(python, port, options);
    try {
      await emulator.healthy();
    } catch (error) {
      await emulator.stop();
      throw error;
    }
    log(`ministack ${VERSION} answers on ${emulator.url}`);
    return emulator;
  }

  public readonly url: string;
  public readonly region = 'us-east-1';
  public readonly account = '000000000000';
  /** Home and temporary folder of the emulator and of the CDK CLI: they neither see nor leave anything elsewhere. */
  public readonly home: string;
  /** Log of the emulator; gone after `stop()`. That of a function is in its log group. */
  public readonly logFile: string;
  /** All that the CDK CLI needs, with nothing that could reach a real account. */
  public readonly env: Record<string, string>;

  private readonly child: ChildProcess;
  private readonly exited: Promise<void>;
  private stopped = false;

  private constructor(python: string, port: number, options: EmulatorOptions) {
    this.url = `http://${HOST}:${port}`;
    this.home = mkdtempSync(join(tmpdir(), 'emulator-'));
    this.logFile = join(this.home, 'ministack.log');
    const common = {
      // Functions run on the `node` found first, whatever their runtime says.
      PATH: [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter),
      HOME: this.home,
      TMPDIR: this.home,
    };
    this.env = {
      ...common,
      AWS_ENDPOINT_URL: this.url,
      AWS_ENDPOINT_URL_S3: this.url,
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_REGION: this.region,
      // what version 1 of the AWS CLI reads
      AWS_DEFAULT_REGION: this.region,
      AWS_EC2_METADATA_DISABLED: 'true',
      CDK_DISABLE_CLI_TELEMETRY: 'true',
      CDK_VALIDATION: 'false',
      CI: 'true',
    };

    const output = openSync(this.logFile, 'w');
    this.child = spawn(python, ['-c', launcher(options.clock?.launcher ?? '')], {
      cwd: this.home,
      detached: true,
      stdio: ['pipe', output, output],
      // Functions inherit this environment, so nothing of ours may be in it.
      env: {
        ...common,
        BIND_HOST: HOST,
        ...options.lightsail && { AWS_ENDPOINT_URL_LIGHTSAIL: options.lightsail },
        ...options.clock?.writeTo(this.home),
        MINISTACK_HOST: HOST,
        // It is CloudFormation as well, and gives addresses of its own to answer to.
        TEST_RESPONSE_HOST: HOST,
        GATEWAY_PORT: `${port}`,
        MINISTACK_REGION: this.region,
        MINISTACK_ACCOUNT_ID: this.account,
        SFN_WAIT_SCALE: `${options.waitScale ?? 1 / (options.clock?.speed ?? 1)}`,
        AUTH: `${options.enforceIam ?? false}`,
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        // It would look for containers of its own on the machine's Docker daemon, and remove them.
        DOCKER_HOST: `unix://${join(this.home, 'no-docker.sock')}`,
      },
    });
    closeSync(output);
    this.exited = new Promise(done => this.child.once('exit', () => done()).once('error', () => done()));
    process.once('exit', this.onExit).once('SIGINT', this.onSignal).once('SIGTERM', this.onSignal);
  }

  /** Calls a service with a JSON protocol: `call('states', 'AWSStepFunctions.ListStateMachines', {})`. */
  public async call<T = any>(service: string, target: string, body: object, region = this.region): Promise<T> {
    const text = await this.signed(service, region, JSON.stringify(body), {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': target,
    });
    return JSON.parse(text || '{}');
  }

  /** Calls a service with the Query protocol: `query('ec2', 'DescribeImages', '2016-11-15', { 'Owner.1': 'self' })`. Answers XML. */
  public async query(service: string, action: string, version: string, parameters: Record<string, string>, region = this.region): Promise<string> {
    return this.signed(service, region, new URLSearchParams({ Action: action, Version: version, ...parameters }).toString(), {
      'content-type': 'application/x-www-form-urlencoded',
    });
  }

  /** Forgets everything, in all services. */
  public async reset(): Promise<void> {
    await this.fetch('/_ministack/reset', { method: 'POST' });
  }

  /** Ends the emulator and every function it runs, and waits for that. */
  public async stop(): Promise<void> {
    this.kill();
    await this.exited;
    this.clean();
    process.off('exit', this.onExit).off('SIGINT', this.onSignal).off('SIGTERM', this.onSignal);
  }

  private readonly onExit = () => this.kill();

  private readonly onSignal = (signal: NodeJS.Signals) => {
    this.kill();
    // What was killed may be writing still, and nothing here must find out that it is gone.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
    this.clean();
    // As if this listener had not been there, unless somebody else wants a say.
    if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
  };

  /** Ends the whole process group; it keeps no state that would be worth a shutdown. */
  private kill(): void {
    if (this.stopped || this.child.pid === undefined) return;
    this.stopped = true;
    try {
      process.kill(-this.child.pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
    this.clean();
  }

  private clean(): void {
    rmSync(this.home, { recursive: true, force: true, maxRetries: 3 });
  }

  private async healthy(): Promise<void> {
    const deadline = Date.now() + START_TIMEOUT_MS;
    while (this.child.exitCode === null && this.child.signalCode === null && Date.now() < deadline) {
      if (await this.fetch('/_ministack/health').then(() => true, () => false)) return;
      await new Promise(next => setTimeout(next, 50));
    }
    const tail = readFileSync(this.logFile, 'utf8').trim().split('\n').slice(-20).join('\n');
    throw new Error(`ministack ${VERSION} did not come up on ${this.url}. The end of its log:\n${tail}`);
  }

  /** Signature version 4: it tells the emulator the service and the region, which checks it when it enforces permissions. */
  private async signed(service: string, region: string, body: string, headers: Record<string, string>): Promise<string> {
    const hash = (text: string) => createHash('sha256').update(text).digest('hex');
    const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
    const date = new Date().toISOString().replace(/[-:]|\.\d+/g, '');
    const scope = [date.slice(0, 8), region, service, 'aws4_request'];
    const all: Record<string, string> = { ...headers, 'host': new URL(this.url).host, 'x-amz-date': date };
    const names = Object.keys(all).sort();
    const request = ['POST', '/', '', ...names.map(name => `${name}:${all[name]}`), '', names.join(';'), hash(body)].join('\n');
    const key = scope.reduce<string | Buffer>(mac, `AWS4${this.env.AWS_SECRET_ACCESS_KEY}`);
    const signature = mac(key, ['AWS4-HMAC-SHA256', date, scope.join('/'), hash(request)].join('\n')).toString('hex');
    const credential = `${this.env.AWS_ACCESS_KEY_ID}/${scope.join('/')}`;
    const authorization = `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`;
    return this.fetch('/', { method: 'POST', headers: { ...headers, 'x-amz-date': date, authorization }, body });
  }

  private async fetch(path: string, init?: RequestInit): Promise<string> {
    const response = await fetch(this.url + path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`The emulator answered ${response.status}: ${text}`);
    return text;
  }
}

async function freePort(): Promise<number> {
  return listen(0);
}

async function checkPort(port: number): Promise<number> {
  return listen(port).catch(error => {
    throw new Error(`Port ${port} of ${HOST} cannot be used (${error.code}). Stop what listens there, or choose another port.`);
  });
}

async function listen(port: number): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer().once('error', fail);
    server.listen(port, HOST, () => {
      const address = server.address() as { port: number };
      server.close(() => done(address.port));
    });
  });
}
