/** Public ports of the instances: those that are given, all others being closed. */
import { Instance, NetworkProtocol, PortInfo, PutInstancePublicPortsCommand } from '@aws-sdk/client-lightsail';
import { InstanceContext } from './instances';
import { toTerminalError } from '../../../aws/errors';
import { InstancesFromSnapshotProperties, PortProperties } from '../../contract';
import { says } from '../from-snapshot';
import { once } from '../once';
import { wholeNumber } from '../values';

/** Throws for what no call could carry. */
export function checkPorts({ PublicPorts }: InstancesFromSnapshotProperties): void {
  PublicPorts?.forEach(portInfo);
}

/** Nobody can say whether the ports are as wanted already: Lightsail writes them in its own way. So once in each request. */
export async function syncPorts(context: InstanceContext, instance: Instance): Promise<void> {
  const portInfos = context.props.PublicPorts?.map(portInfo) ?? withoutDropped(context, instance);
  if (!portInfos) return;
  const instanceName = instance.name!;
  await once(context, 'ports', instanceName, () => context.lightsail.send(new PutInstancePublicPortsCommand({ instanceName, portInfos }))
    .catch(error => toTerminalError(`open ports of instance '${instanceName}'`, error, [[says(/cidr/i), 'write ranges of addresses as 192.0.2.0/24 or 2001:db8::/32']])));
}

/** What stays open when ports are not given any more: what was opened by hand. Nothing where that changes nothing. */
function withoutDropped({ request, oldProps }: InstanceContext, { networking }: Instance): PortInfo[] | undefined {
  const inPlace = request.requestType === 'Update' && request.previousId === request.id;
  const before = inPlace ? oldProps.PublicPorts : undefined;
  if (!before) return undefined;
  const dropped = before.map(portInfo).map(keyOf);
  const open = networking?.ports ?? [];
  const kept = open.filter(port => !dropped.includes(keyOf(port)));
  return kept.length === open.length ? undefined : kept.map(({ protocol, fromPort, toPort, cidrs, ipv6Cidrs, cidrListAliases }) => (
    { protocol, fromPort, toPort, cidrs, ipv6Cidrs, cidrListAliases }
  ));
}

function keyOf({ protocol, fromPort, toPort }: PortInfo): string {
  // all ports of all protocols are given without numbers, and shown with them
  return protocol === 'all' ? 'all' : `${protocol} ${fromPort}-${toPort}`;
}

function portInfo(port: PortProperties): PortInfo {
  const number = (name: string, value: string | number | undefined) => (value === undefined ? undefined : wholeNumber(name, value, -1));
  return {
    protocol: port.Protocol as NetworkProtocol,
    fromPort: number('FromPort', port.FromPort),
    toPort: number('ToPort', port.ToPort),
    cidrs: port.Cidrs && [...port.Cidrs],
    ipv6Cidrs: port.Ipv6Cidrs && [...port.Ipv6Cidrs],
    cidrListAliases: port.CidrListAliases && [...port.CidrListAliases],
  };
}
