import type { VirtualClock } from './clock';
import type { Random } from './random';
import { Direct, LoopbackServer, ServerAnswer, ServerRequest } from './server';

/** One PUT to a ResponseURL. */
export interface Answer {
  readonly at: number;
  readonly body: string;
  readonly bytes: number;
  /** Status that the PUT was given. */
  readonly status: number;
  /** Whether CloudFormation takes it: the first one, while it still listens. */
  readonly counted: boolean;
  /** Why it was not taken. */
  readonly ignored?: 'late' | 'not the first' | 'refused';
  /** What makes CloudFormation take it for a failure whatever it says. */
  readonly problem?: string;
  readonly content?: AnswerContent;
}

export interface AnswerContent {
  readonly Status: 'SUCCESS' | 'FAILED';
  readonly Reason?: string;
  readonly PhysicalResourceId: string;
  readonly Data?: Readonly<Record<string, unknown>>;
  readonly NoEcho?: boolean;
}

/** What CloudFormation asked of the function. */
export interface StackRequest {
  readonly requestId: string;
  readonly stackId: string;
  readonly logicalId: string;
  readonly requestType: 'Create' | 'Update' | 'Delete';
  readonly event: Readonly<Record<string, unknown>>;
  readonly sentAt: number;
  readonly answers: Answer[];
  /** How it came out, once it has. */
  outcome?: 'SUCCESS' | 'FAILED' | 'INVALID' | 'TIMEOUT' | 'CANCELLED';
  reason?: string;
  closedAt?: number;
}

/** `v4` has X-Amz-Date in its query, `v2` has not. */
export type UrlStyle = 'v4' | 'v2';

const LIFETIME = 7200;
const MAX_BYTES = 4096;
const MAX_ID = 1024;

/** Takes what is PUT to the ResponseURLs. */
export class ResponseUrlServer {
  static async open(clock: VirtualClock, random: () => Random): Promise<ResponseUrlServer> {
    const listener = await LoopbackServer.listen(request => responseUrls.receive(request));
    const responseUrls: ResponseUrlServer = new ResponseUrlServer(clock, random, listener);
    return responseUrls;
  }

  readonly requests: StackRequest[] = [];
  urlStyle: UrlStyle = 'v4';
  private readonly byPath = new Map<string, { request: StackRequest; expires: number; style: UrlStyle; deliver: (answer: Answer) => void }>();

  readonly direct: Direct;

  private constructor(private readonly clock: VirtualClock, private readonly random: () => Random, private readonly server: LoopbackServer) {
    this.direct = server.direct;
  }

  get url(): string {
    return this.server.url;
  }

  /** An address for the answer to a request, and the first answer. */
  expect(about: Pick<StackRequest, 'requestId' | 'stackId' | 'logicalId' | 'requestType'>, event: Record<string, unknown>) {
    const request: StackRequest = { ...about, event, sentAt: this.clock.now(), answers: [] };
    const path = `/${encodeURIComponent(`${about.stackId}|${about.logicalId}|${about.requestId}`)}`;
    let deliver!: (answer: Answer) => void;
    const answered = new Promise<Answer>(resolve => { deliver = resolve; });
    this.byPath.set(path, { request, expires: request.sentAt + LIFETIME * 1000, style: this.urlStyle, deliver });
    this.requests.push(request);
    event.ResponseURL = `${this.server.url}${path}?${this.query(request.sentAt)}`;
    return { request, answered };
  }

  clear(): void {
    this.requests.length = 0;
    this.byPath.clear();
    this.urlStyle = 'v4';
  }

  close(): Promise<void> {
    return this.server.close();
  }

  private query(now: number): string {
    const date = new Date(now).toISOString().replace(/[-:]|\.\d+/g, '');
    const query: Record<string, string | number> = this.urlStyle === 'v4' ? {
      'X-Amz-Algorithm': 'AWS4-HMAC-SHA256',
      'X-Amz-Date': date,
      'X-Amz-SignedHeaders': 'host',
      'X-Amz-Expires': LIFETIME,
      'X-Amz-Credential': `AKIDEXAMPLE/${date.slice(0, 8)}/us-east-1/s3/aws4_request`,
      'X-Amz-Signature': this.random().text(64, '0123456789abcdef'),
    } : {
      AWSAccessKeyId: 'AKIDEXAMPLE',
      Expires: Math.floor(now / 1000) + LIFETIME,
      Signature: `${this.random().text(27, 'ABCDEFabcdef0123456789')}=`,
    };
    return Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  }

  private receive({ method, url, headers, body }: ServerRequest): ServerAnswer {
    const entry = this.byPath.get(url.split('?')[0]);
    if (!entry) return { status: 404 };
    const refused = rejection(method, headers, entry.style) ?? (this.clock.now() > entry.expires ? 403 : undefined);
    const { request } = entry;
    const closed = request.closedAt !== undefined;
    const first = !request.answers.some(({ status }) => status === 200);
    let ignored: Answer['ignored'];
    if (refused) ignored = 'refused';
    else if (!first) ignored = 'not the first';
    else if (closed) ignored = 'late';
    const answer: Answer = {
      at: this.clock.now(),
      body,
      bytes: Buffer.byteLength(body),
      status: refused ?? 200,
      counted: !ignored,
      ...(ignored && { ignored }),
      ...classifyState(body, request),
    };
    request.answers.push(answer);
    if (answer.counted) entry.deliver(answer);
    return { status: answer.status };
  }
}

/** What S3 does not take under an address that was signed beforehand. */
function rejection(method: string, headers: ServerRequest['headers'], style: UrlStyle): number | undefined {
  if (method !== 'PUT') return 403;
  if (headers['transfer-encoding']) return 501;
  if (headers['content-length'] === undefined) return 411;
  if (style === 'v2' && headers['content-type']) return 403;
  return undefined;
}

function classifyState(body: string, request: StackRequest): Pick<Answer, 'problem' | 'content'> {
  if (Buffer.byteLength(body) > MAX_BYTES) return { problem: 'Response object is too long.' };
  let content: Record<string, unknown>;
  try {
    content = JSON.parse(body) as Record<string, unknown>;
  } catch {
    return { problem: 'Response is not valid JSON' };
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) return { problem: 'Response is not a valid JSON object' };
  const { Status, Reason, PhysicalResourceId, StackId, RequestId, LogicalResourceId, Data, NoEcho } = content;
  const wrong = (field: string) => ({ problem: `Invalid response object: Value of property ${field} is not valid` });
  if (Status !== 'SUCCESS' && Status !== 'FAILED') return wrong('Status');
  if (Status === 'FAILED' && (typeof Reason !== 'string' || Reason === '')) return wrong('Reason');
  if (Reason !== undefined && typeof Reason !== 'string') return wrong('Reason');
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '' || Buffer.byteLength(PhysicalResourceId) > MAX_ID) {
    return { problem: 'Invalid PhysicalResourceId' };
  }
  if (StackId !== request.stackId) return wrong('StackId');
  if (RequestId !== request.requestId) return wrong('RequestId');
  if (LogicalResourceId !== request.logicalId) return wrong('LogicalResourceId');
  if (Data !== undefined && (typeof Data !== 'object' || Data === null || Array.isArray(Data))) return wrong('Data');
  if (NoEcho !== undefined && typeof NoEcho !== 'boolean') return wrong('NoEcho');
  return { content: content as unknown as AnswerContent };
}
