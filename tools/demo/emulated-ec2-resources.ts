/**
 * `AWS::EC2::Instance` and `AWS::EC2::Volume`, for what is made from an export. The emulator's EC2 has both, and its CloudFormation has not.
 * An instance is a record without a machine, and the image or snapshot must be there.
 */
export const EC2_RESOURCES = `
import re
from ministack.services import ec2
from ministack.services.cloudformation import provisioners

def must_be_there(what, id, known):
    if id not in known:
        raise ValueError(f"The {what} '{id}' does not exist")

def create_instance(logical_id, props, stack_name):
    must_be_there('image', props.get('ImageId'), ec2._images)
    [made] = ec2._launch_instances_internal(props['ImageId'], props.get('InstanceType'), props.get('SubnetId'), 1)
    return made['InstanceId'], {'InstanceId': made['InstanceId'], 'PrivateIp': made['PrivateIpAddress'], 'PublicIp': made['PublicIpAddress']}

def create_volume(logical_id, props, stack_name):
    must_be_there('snapshot', props.get('SnapshotId'), ec2._snapshots)
    answer = ec2._create_volume({key: [str(props[key])] for key in ('AvailabilityZone', 'SnapshotId', 'Size') if key in props})
    id = re.search('vol-[0-9a-f]+', str(answer)).group()
    return id, {'VolumeId': id}

provisioners._RESOURCE_HANDLERS.update({
    'AWS::EC2::Instance': {'create': create_instance, 'delete': lambda id, props: ec2._terminate_instances({'InstanceId.1': [id]})},
    'AWS::EC2::Volume': {'create': create_volume, 'delete': lambda id, props: ec2._delete_volume({'VolumeId': [id]})},
})
`;
