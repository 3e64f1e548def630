import { Agent, request } from 'node:http';

/** Leaves an answer, plainly. */
export function plainPut(url: string, body: string, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': '', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'PUT', agent, headers }, answer => {
      answer.resume().on('end', () => resolve(answer.statusCode ?? 0)).on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}
