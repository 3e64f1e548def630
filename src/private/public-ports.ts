/** Ports as Lightsail takes them, checked at synthesis. */
import { isIP } from 'net';
import { Construct } from 'constructs';
import { checkGiven } from './given';
import { validationError, isKnown, quote } from './validate';
import { PortProperties } from '../functions/deployment/contract';
import { PublicPort } from '../public-port';

/** Lightsail's names for EC2's protocols. */
const PROTOCOLS: Readonly<Record<string, string>> = { '-1': 'all', 'tcp': 'tcp', 'udp': 'udp', 'icmp': 'icmp', 'icmpv6': 'icmpv6' };

/** Ports as Lightsail takes them. */
export function publicPorts(scope: Construct, ports: PublicPort[]): PortProperties[] {
  const rendered = ports.map(port => publicPort(scope, port));
  const ranges = rendered.map(describe);
  const twice = ranges.find((range, index) => range !== undefined && ranges.indexOf(range) !== index);
  if (twice !== undefined) throw validationError(scope, `publicPorts must differ from each other, got ${twice} more than once: put all cidrs into one`);
  return rendered;
}

function publicPort(scope: Construct, options: PublicPort): PortProperties {
  const { port, cidrs, ipv6Cidrs, cidrListAliases } = options;
  checkGiven(scope, 'port', port);
  if (typeof port.toRuleJson !== 'function') throw validationError(scope, `port must be an ec2.Port, such as ec2.Port.tcp(443), got ${quote(String(port))}`);
  checkAddresses(scope, options);
  const { ipProtocol, fromPort, toPort } = port.toRuleJson();
  const protocol = PROTOCOLS[ipProtocol];
  if (!protocol) throw validationError(scope, `publicPorts must be of TCP, UDP, ICMP, ICMPv6 or all traffic, got protocol ${quote(String(ipProtocol))}`);
  const given = { Protocol: protocol, FromPort: fromPort, ToPort: toPort, Cidrs: cidrs, Ipv6Cidrs: ipv6Cidrs, CidrListAliases: cidrListAliases };
  checkRange(scope, given);
  const [wrong] = wrongCidrs(cidrs, 4);
  if (wrong !== undefined) throw validationError(scope, `cidrs must be IPv4 addresses or ranges of them, such as 192.0.2.0/24, got ${quote(wrong)}`);
  const [wrongIpv6] = wrongCidrs(ipv6Cidrs, 6);
  if (wrongIpv6 !== undefined) throw validationError(scope, `ipv6Cidrs must be IPv6 addresses or ranges of them, such as 2001:db8::/32, got ${quote(wrongIpv6)}`);
  return given;
}

/** The lists that limit who may connect. */
const ADDRESSES = ['cidrs', 'ipv6Cidrs', 'cidrListAliases'] as const;

/** Rejects addresses that got lost: a port without any is open to everybody. */
function checkAddresses(scope: Construct, port: PublicPort): void {
  const given = ADDRESSES.filter(property => property in port);
  for (const property of given) {
    const list: unknown = port[property] ?? [];
    if (!isKnown(list)) return;
    if (!Array.isArray(list)) throw validationError(scope, `${property} must be a list, got ${quote(String(list))}`);
    list.forEach(item => checkGiven(scope, `an item of ${property}`, item));
  }
  if (given.length === 0 || given.some(property => port[property]?.length)) return;
  const got = port[given[0]];
  throw validationError(scope, `${given[0]} must have an item or be left out, got ${got ? '[]' : String(got)}: is a variable missing? `
    + 'without addresses, the port is open to everybody');
}

function checkRange(scope: Construct, port: PortProperties): void {
  const [from, to] = [port.FromPort, port.ToPort];
  if (!isKnown(from) || !isKnown(to)) return;
  const icmp = port.Protocol.startsWith('icmp');
  const [least, most] = icmp ? [-1, 255] : [0, 65535];
  const between = [from, to].map(Number).every(number => Number.isInteger(number) && number >= least && number <= most);
  if (!between) throw validationError(scope, `ports must be ${least} to ${most} for ${port.Protocol}, got ${describe(port)}`);
  if (!icmp && to < from) throw validationError(scope, `the last port must not be less than the first, got ${describe(port)}`);
}

function wrongCidrs(cidrs: string[] | undefined, version: 4 | 6): string[] {
  return cidrs && isKnown(cidrs) ? cidrs.filter(cidr => isKnown(cidr) && !isCidr(cidr, version)) : [];
}

/** An address, or one with the length of its prefix. */
function isCidr(cidr: string, version: 4 | 6): boolean {
  const [address, prefix, ...rest] = cidr.split('/');
  const longest = version === 4 ? 32 : 128;
  return rest.length === 0 && isIP(address) === version && (prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= longest));
}

/** In words, for messages and to tell ports apart. Undefined where it is known at deployment only. */
function describe({ Protocol, FromPort, ToPort }: PortProperties): string | undefined {
  if ([FromPort, ToPort].some(port => port !== undefined && !isKnown(port))) return undefined;
  const range = FromPort === undefined ? '' : ` ${FromPort}${ToPort === FromPort ? '' : `-${ToPort}`}`;
  return `${Protocol}${range}`;
}
