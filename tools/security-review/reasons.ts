/** Why each action is needed. An action without a line here, or a line that no template needs, fails the test. */

const LOGS_ITSELF = 'the function writes its own log';
const DELIVERS_LOGS = 'AWS asks for these where a state machine logs and traces';
const TRACES = DELIVERS_LOGS;
const RUNS_ITSELF = 'AWS asks for these where a state machine starts itself for each batch';
const LOOKS = 'sees what is there, and its state';
const TAGS_CHANGE = 'keeps tags in step';
const OWN_KEY = 'with `encryptWith`: encrypts the ledger and the executions';

export const REASONS: Readonly<Record<string, string>> = {
  'dynamodb:GetItem': 'the ledger: who owns a resource, and how far it has come',
  'dynamodb:PutItem': 'the ledger: who owns a resource, and how far it has come',
  'ec2:CreateTags': TAGS_CHANGE,
  'ec2:DeleteSnapshot': 'removes what the export made',
  'ec2:DeleteTags': TAGS_CHANGE,
  'ec2:DeregisterImage': 'removes what the export made',
  'ec2:DescribeImages': LOOKS,
  'ec2:DescribeSnapshots': LOOKS,
  'iam:CreateServiceLinkedRole': "the first export of an account makes Lightsail's role",
  'iam:PassRole': 'gives a start schedule its role',
  'iam:PutRolePolicy': "the first export of an account makes Lightsail's role",
  'kms:Decrypt': OWN_KEY,
  'kms:DescribeKey': OWN_KEY,
  'kms:Encrypt': OWN_KEY,
  'kms:GenerateDataKey*': OWN_KEY,
  'kms:ReEncrypt*': OWN_KEY,
  'lambda:InvokeFunction': 'calls the function',
  'lightsail:AllocateStaticIp': 'makes the static IPs',
  'lightsail:AttachStaticIp': 'gives the instances their static IPs',
  'lightsail:CopySnapshot': 'copies',
  'lightsail:CreateDiskFromSnapshot': 'makes the disks',
  'lightsail:CreateDiskSnapshot': 'takes the snapshot',
  'lightsail:CreateInstancesFromSnapshot': 'makes the instances',
  'lightsail:CreateInstanceSnapshot': 'takes the snapshot',
  'lightsail:DeleteDisk': 'removes it',
  'lightsail:DeleteDiskSnapshot': 'removes it',
  'lightsail:DeleteInstance': 'removes it',
  'lightsail:DeleteInstanceSnapshot': 'removes it',
  'lightsail:DetachStaticIp': 'takes static IPs off before instances go',
  'lightsail:DisableAddOn': 'turns the add-on on and off',
  'lightsail:EnableAddOn': 'turns the add-on on and off',
  'lightsail:ExportSnapshot': 'exports',
  'lightsail:GetAutoSnapshots': 'finds the automatic snapshot',
  'lightsail:GetBundles': "finds the region's bundle that is like the source's",
  'lightsail:GetDisk': LOOKS,
  'lightsail:GetDisks': LOOKS,
  'lightsail:GetDiskSnapshot': LOOKS,
  'lightsail:GetDiskSnapshots': LOOKS,
  'lightsail:GetExportSnapshotRecords': LOOKS,
  'lightsail:GetInstance': LOOKS,
  'lightsail:GetInstances': LOOKS,
  'lightsail:GetInstanceSnapshot': LOOKS,
  'lightsail:GetInstanceSnapshots': LOOKS,
  'lightsail:GetOperationsForResource': 'tells why something failed',
  'lightsail:GetStaticIps': LOOKS,
  'lightsail:PutInstancePublicPorts': 'opens the ports that you give',
  'lightsail:ReleaseStaticIp': 'removes static IPs that it made',
  'lightsail:StartInstance': 'starts an instance again that was stopped for its snapshot',
  'lightsail:StopInstance': 'stops the instance for its snapshot',
  'lightsail:TagResource': TAGS_CHANGE,
  'lightsail:UntagResource': TAGS_CHANGE,
  'logs:CreateLogDelivery': DELIVERS_LOGS,
  'logs:CreateLogStream': LOGS_ITSELF,
  'logs:DeleteLogDelivery': DELIVERS_LOGS,
  'logs:DescribeLogGroups': DELIVERS_LOGS,
  'logs:DescribeResourcePolicies': DELIVERS_LOGS,
  'logs:GetLogDelivery': DELIVERS_LOGS,
  'logs:ListLogDeliveries': DELIVERS_LOGS,
  'logs:PutLogEvents': LOGS_ITSELF,
  'logs:PutResourcePolicy': DELIVERS_LOGS,
  'logs:UpdateLogDelivery': DELIVERS_LOGS,
  'scheduler:CreateSchedule': 'a one-time schedule starts the instance if nothing else does',
  'scheduler:GetSchedule': 'tells since when a plan is there',
  'scheduler:DeleteSchedule': 'a one-time schedule starts the instance if nothing else does',
  'sqs:SendMessage': 'keeps what could not be started',
  'states:DescribeExecution': RUNS_ITSELF,
  'states:RedriveExecution': RUNS_ITSELF,
  'states:StartExecution': 'begins an execution',
  'states:StopExecution': RUNS_ITSELF,
  'xray:GetSamplingRules': TRACES,
  'xray:GetSamplingTargets': TRACES,
  'xray:PutTelemetryRecords': TRACES,
  'xray:PutTraceSegments': TRACES,
};

/** Where the action alone does not say it. */
export function reasonOf(action: string, condition: string): string {
  const tagging = /:(TagResource|UntagResource|CreateTags)$/.test(action);
  if (tagging && /\*\*new/.test(condition)) return 'sets the ownership tags of what it made';
  if (tagging && /plan's own/.test(condition)) return 'notes on it: its slot, and that it could not be deleted yet';
  if (tagging && /tag of a stop/.test(condition)) return 'notes on it which run stopped it';
  const reason = REASONS[action];
  if (!reason) throw new Error(`tools/security-review/reasons.ts does not say why ${action} is needed`);
  return reason;
}
