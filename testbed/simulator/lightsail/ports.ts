import { isIPv4, isIPv6 } from 'node:net';
import { invalidInput, notNow } from '../errors';
import type { Context, Handler } from '../model/context';
import { get } from '../model/lookup';
import { startOperation, viewOperation } from '../model/operations';
import type { InstanceRecord, PortRecord } from '../model/records';

type PortInput = Partial<PortRecord>;

/** Closes whatever is not in the request. */
export const PutInstancePublicPorts: Handler = c => change(c, () => {
  const ports = (c.input.portInfos as PortInput[]).map(readPort);
  if (new Set(ports.map(keyOf)).size < ports.length) {
    throw invalidInput('The same ports are given more than once');
  }
  return ports;
});

export const OpenInstancePublicPorts: Handler = c => change(c, ({ ports }) => {
  const port = readPort(c.input.portInfo);
  return [...ports.filter(other => keyOf(other) !== keyOf(port)), port];
});

export const CloseInstancePublicPorts: Handler = c => change(c, ({ ports }) => {
  const port = readPort(c.input.portInfo);
  if (!ports.some(other => keyOf(other) === keyOf(port))) {
    throw invalidInput(`The ports are not open: ${keyOf(port)}`);
  }
  return ports.filter(other => keyOf(other) !== keyOf(port));
});

export const GetInstancePortStates: Handler = c => {
  const instance = get(c, 'Instance', c.input.instanceName);
  return { portStates: instance.ports.map(port => ({ ...port, state: 'open' })) };
};

function change(c: Context, next: (instance: InstanceRecord) => PortRecord[]): object {
  const instance = get(c, 'Instance', c.input.instanceName);
  if (instance.deleting || (instance.state === 'pending' && c.options.portsPendingRefused)) {
    throw notNow(c.options, `You can't change the ports right now. The state of this instance is: ${instance.state}`);
  }
  instance.ports = next(instance);
  // One operation here, not a list.
  return {
    operation: viewOperation(c, startOperation(c, {
      resourceName: instance.name,
      resourceType: instance.resourceType,
      operationType: c.operation,
      operationDetails: instance.ports.map(keyOf).join(', '),
      zone: instance.zone,
      doneAt: c.now + c.model.durations.ports,
    })),
  };
}

const keyOf = ({ protocol, fromPort, toPort }: PortRecord): string => `${protocol} ${fromPort}-${toPort}`;

function readPort({ protocol, fromPort, toPort, cidrs, ipv6Cidrs, cidrListAliases }: PortInput): PortRecord {
  if (!protocol) {
    throw invalidInput('A protocol is needed');
  }
  const [from, to] = protocol === 'all' ? [fromPort ?? 0, toPort ?? 65535] : [fromPort, toPort];
  if (from === undefined || to === undefined) {
    throw invalidInput('fromPort and toPort are needed');
  }
  if (!protocol.startsWith('icmp') && (from < 0 || to < from)) {
    throw invalidInput(`The port range is not valid: ${from}-${to}`);
  }
  const badAlias = (cidrListAliases ?? []).find(alias => alias !== 'lightsail-connect');
  if (badAlias !== undefined) {
    throw invalidInput(`The CIDR list alias does not exist: ${badAlias}`);
  }
  const bad = [...(cidrs ?? []).filter(cidr => !isCidr(cidr, isIPv4, 32)), ...(ipv6Cidrs ?? []).filter(cidr => !isCidr(cidr, isIPv6, 128))];
  if (bad.length > 0) {
    throw invalidInput(`The CIDR block is not valid: ${bad[0]}`);
  }
  // Without any restriction the ports are open to everybody.
  const open = !cidrs && !ipv6Cidrs && !cidrListAliases;
  return {
    protocol,
    fromPort: from,
    toPort: to,
    cidrs: cidrs ?? (open ? ['0.0.0.0/0'] : []),
    ipv6Cidrs: ipv6Cidrs ?? (open ? ['::/0'] : []),
    cidrListAliases: cidrListAliases ?? [],
  };
}

function isCidr(cidr: string, isAddress: (address: string) => boolean, maxLength: number): boolean {
  const [address, length, ...rest] = cidr.split('/');
  return rest.length === 0 && isAddress(address) && (length === undefined || (/^\d+$/.test(length) && Number(length) <= maxLength));
}
