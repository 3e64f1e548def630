import { Agent, request } from 'node:http';
import type { Direct } from './server';

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

/** The same without a socket. */
export const directPut = (direct: Direct) => async (url: string, body: string): Promise<number> => {
  const { pathname, search } = new URL(url);
  const answer = await direct({ method: 'PUT', url: `${pathname}${search}`, headers: { 'content-length': String(Buffer.byteLength(body)) }, body });
  return answer!.status;
};
