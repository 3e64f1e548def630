/** Ports of an instance that are open to the internet. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';

/**
 * Ports of an instance that are open to the internet.
 *
 * @see https://docs.aws.amazon.com/lightsail/2016-11-28/api-reference/API_PortInfo.html
 */
export interface PublicPort {
  /**
   * The ports, such as `ec2.Port.tcp(443)` or `ec2.Port.tcpRange(8000, 8080)`. Lightsail has TCP, UDP, ICMP, ICMPv6 and all traffic.
   */
  readonly port: ec2.Port;

  /**
   * IPv4 addresses that may connect, such as `192.0.2.44` or `192.0.2.0/24`.
   *
   * @default - all, unless `ipv6Cidrs` or `cidrListAliases` are given
   */
  readonly cidrs?: string[];

  /**
   * IPv6 addresses that may connect, such as `2001:db8::/32`.
   *
   * @default - all, unless `cidrs` or `cidrListAliases` are given
   */
  readonly ipv6Cidrs?: string[];

  /**
   * Names for ranges of addresses. Lightsail knows `lightsail-connect`, which stands for its client in the browser.
   *
   * @default - none
   */
  readonly cidrListAliases?: string[];
}
