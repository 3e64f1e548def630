"""A second opinion on the simulator: another SDK walks through every operation, and its model checks the raw answers.

Reads what it needs from the environment (see run.ts), prints one line for each failed check, and ends with the count.
"""

import json
import os
import time

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

URL = os.environ["SIMULATOR_URL"]
FACTS = json.loads(os.environ["SIMULATOR_FACTS"])
REGION = "us-east-1"

# The enum of operation types has no word for these: the simulator answers the operation's name, which nobody has refuted.
UNLISTED_OPERATION_TYPES = {"CopySnapshot", "ExportSnapshot", "TagResource", "UntagResource", "DeleteAutoSnapshot"}

# Documented as the state of a disk that goes, and in no enum.
UNLISTED_DISK_STATES = {"deleting"}

STATUS = {
    "AccessDeniedException": 403,
    "AccountSetupInProgressException": 428,
    "InvalidInputException": 400,
    "NotFoundException": 404,
    "OperationFailureException": 400,
    "RegionSetupInProgressException": 428,
    "ServiceException": 500,
    "UnauthenticatedException": 401,
}

session = botocore.session.Session()
passed, failed, succeeded = set(), set(), set()


def check(ok, what):
    """Counts each thing once, however often a poll looks at it."""
    if ok:
        passed.add(what)
    elif what not in failed:
        failed.add(what)
        print("FAILED", what)


def client(service, region=REGION):
    made = session.create_client(
        service,
        region_name=region,
        endpoint_url=URL,
        aws_access_key_id="AKIDPYTHON",
        aws_secret_access_key="secret",
        config=Config(retries={"total_max_attempts": 1}),
    )
    if service == "lightsail":
        made.meta.events.register("before-parse.lightsail", check_answer)
    return made


def check_answer(operation_model, response_dict, **_):
    """Holds the raw JSON of an answer against the model: members, types, enums."""
    name = operation_model.name
    body = json.loads(response_dict["body"])
    headers = response_dict["headers"]
    check(headers["content-type"] == "application/x-amz-json-1.1", f"{name}: content type")
    check(bool(headers.get("x-amzn-requestid")), f"{name}: request id")
    if response_dict["status_code"] >= 300:
        check_error(operation_model, body, response_dict["status_code"])
        return
    succeeded.add(name)
    report = ParamValidator().validate(body, operation_model.output_shape)
    check(not report.has_errors(), f"{name}: shape {report.generate_report()}")
    bad = sorted(set(foreign_values(body, operation_model.output_shape, name)))
    check(not bad, f"{name}: not in the enums: {bad}")


def check_error(operation_model, body, status):
    shapes = {shape.name: shape for shape in operation_model.error_shapes}
    shape = shapes.get(body["__type"])
    if shape is None:
        check(set(body) == {"__type", "message"}, f"unmodelled {body}")
        return
    members = {key: value for key, value in body.items() if key != "__type"}
    check(set(members) == {"code", "docs", "message", "tip"}, f"members of {body}")
    check(not ParamValidator().validate(members, shape).has_errors(), f"shape of {body}")
    check(status == STATUS[shape.name], f"status {status} of {body}")


def foreign_values(value, shape, path):
    if shape.type_name == "structure":
        for key, member in value.items():
            yield from foreign_values(member, shape.members[key], f"{path}.{key}")
    elif shape.type_name == "list":
        for item in value:
            yield from foreign_values(item, shape.member, path)
    elif shape.type_name == "string" and shape.enum and value not in shape.enum:
        unlisted = {"OperationType": UNLISTED_OPERATION_TYPES, "DiskState": UNLISTED_DISK_STATES}
        if value not in unlisted.get(shape.name, ()):
            yield f"{path}={value}"


def refused(code, call, **params):
    try:
        call(**params)
    except ClientError as error:
        got = error.response["Error"]["Code"]
        check(got == code, f"{call.__name__} {params}: {got} instead of {code}")
        return error
    check(False, f"{call.__name__} {params}: was not refused with {code}")
    return None


def everything(call, key, **params):
    """All pages of a list."""
    items, token, pages = [], None, 0
    while True:
        answer = call(**params, **({"pageToken": token} if token else {}))
        items += answer[key]
        pages += 1
        token = answer.get("nextPageToken")
        if not token:
            return items, pages


def until(what, read, wanted, seconds=10):
    """The durations are milliseconds here."""
    end = time.time() + seconds
    while True:
        try:
            value = read()
        except ClientError as error:
            value = error.response["Error"]["Code"]
        if value == wanted:
            check(True, what)
            return
        if time.time() > end:
            check(False, f"{what}: {value} instead of {wanted}")
            return
        time.sleep(0.01)


def raw(members, **more):
    """Sends what botocore itself would refuse to send."""
    bare = client("lightsail")
    bare.meta.events.register("provide-client-params.lightsail", lambda **_: members)
    bare._serializer = Unchecked(bare._serializer)
    return bare.create_instance_snapshot(**more)


class Unchecked:
    """A serializer that leaves the checking to the other side."""

    def __init__(self, serializer):
        self.serializer = getattr(serializer, "_serializer", serializer)

    def serialize_to_request(self, parameters, operation_model):
        request = self.serializer.serialize_to_request({}, operation_model)
        request["body"] = json.dumps(parameters).encode()
        return request


lightsail = client("lightsail")
other = client("lightsail", "eu-west-1")
ec2 = client("ec2")


def facts():
    """What the simulator was told by hand is what the model says."""
    model = session.get_service_model("lightsail")
    for operation in FACTS["operations"]:
        shape = model.operation_model(operation).input_shape
        check(sorted(FACTS["required"].get(shape.name, [])) == sorted(shape.required_members), f"required members of {shape.name}")
    for key, values in FACTS["enums"].items():
        struct, _, member = key.rpartition(".")
        shapes = [model.shape_for(struct)] if struct else [
            shape for shape in map(model.shape_for, model.shape_names) if shape.type_name == "structure" and member in shape.members
        ]
        found = [leaf(shape.members[member]) for shape in shapes]
        check(any(set(values) == set(shape.enum) for shape in found), f"enum of {key}")


def leaf(shape):
    return leaf(shape.member) if shape.type_name == "list" else shape


def catalogues():
    regions = lightsail.get_regions(includeAvailabilityZones=True, includeRelationalDatabaseAvailabilityZones=True)["regions"]
    check({"us-east-1", "eu-west-1"} <= {region["name"] for region in regions}, "regions")
    bundles, pages = everything(lightsail.get_bundles, "bundles", includeInactive=True)
    check(pages > 1 and any(bundle["publicIpv4AddressCount"] == 0 for bundle in bundles), "bundles")
    blueprints, pages = everything(lightsail.get_blueprints, "blueprints")
    check(pages > 1 and len(blueprints) > 5, "blueprints")
    # botocore's own paginator agrees on the tokens.
    paged = [b["bundleId"] for page in lightsail.get_paginator("get_bundles").paginate(includeInactive=True) for b in page["bundles"]]
    check(paged == [bundle["bundleId"] for bundle in bundles], "botocore's paginator")


def instances():
    lightsail.create_instances(
        instanceNames=["made-1", "made-2"], availabilityZone="us-east-1a", blueprintId="debian_12", bundleId="micro_3_0",
        keyPairName="key-1", userData="echo", tags=[{"key": "a", "value": "b"}, {"key": "bare"}], ipAddressType="dualstack",
        addOns=[{"addOnType": "AutoSnapshot", "autoSnapshotAddOnRequest": {"snapshotTimeOfDay": "04:00"}}],
    )
    until("made-1 runs", lambda: lightsail.get_instance_state(instanceName="made-1")["state"]["name"], "running")
    until("made-1 has an address", lambda: "publicIpAddress" in lightsail.get_instance(instanceName="made-1")["instance"], True)
    all_instances, pages = everything(lightsail.get_instances, "instances")
    check(pages > 1 and {"made-1", "made-2", "web"} <= {i["name"] for i in all_instances}, "instances in pages")
    check("echo" not in json.dumps(all_instances, default=str), "user data is not answered")
    refused("InvalidInputException", lightsail.create_instances,
            instanceNames=["web"], availabilityZone="us-east-1a", blueprintId="debian_12", bundleId="micro_3_0")
    refused("InvalidInputException", lightsail.delete_instance, instanceName="made-2")
    lightsail.delete_instance(instanceName="made-2", forceDeleteAddOns=True)
    until("made-2 goes", lambda: lightsail.get_instance(instanceName="made-2")["instance"]["name"], "NotFoundException")
    for call in (lightsail.get_instance, lightsail.get_instance_state, lightsail.delete_instance, lightsail.get_instance_port_states):
        refused("NotFoundException", call, instanceName="nobody")
    check(len(everything(lightsail.get_key_pairs, "keyPairs", includeDefaultKeyPair=True)[0]) == 1, "key pairs")
    check(lightsail.get_key_pair(keyPairName="key-1")["keyPair"]["name"] == "key-1", "key pair")


def instance_snapshots():
    answer = lightsail.create_instance_snapshot(instanceSnapshotName="snap-1", instanceName="web", tags=[{"key": "owner", "value": "me"}])
    check([o["resourceName"] for o in answer["operations"]] == ["snap-1", "web"], "two operations")
    refused("OperationFailureException", lightsail.delete_instance_snapshot, instanceSnapshotName="snap-1")
    read = lambda: lightsail.get_instance_snapshot(instanceSnapshotName="snap-1")["instanceSnapshot"]
    until("snap-1 is available", lambda: read()["state"], "available")
    check(read()["location"]["availabilityZone"] == "all" and "progress" not in read(), "an instance snapshot's location and progress")
    check([disk["path"] for disk in read()["fromAttachedDisks"]] == ["/dev/xvdf"], "attached disks")
    error = refused("InvalidInputException", lightsail.create_instance_snapshot, instanceSnapshotName="data", instanceName="web")
    check(error.response["Error"]["Message"] == "Some names are already in use: data.", "the words of a clash")
    refused("NotFoundException", lightsail.get_instance_snapshot, instanceSnapshotName="web")
    check(len(everything(lightsail.get_instance_snapshots, "instanceSnapshots")[0]) >= 2, "instance snapshots")

    operation = answer["operations"][0]["id"]
    check(lightsail.get_operation(operationId=operation)["operation"]["isTerminal"], "the operation is over")
    refused("NotFoundException", lightsail.get_operation, operationId="00000000-0000-4000-8000-000000000000")
    check(len(everything(lightsail.get_operations, "operations")[0]) > 3, "operations")
    check(lightsail.get_operations_for_resource(resourceName="snap-1")["operations"][-1]["id"] == operation, "operations of a resource")

    lightsail.tag_resource(resourceName="snap-1", resourceArn=read()["arn"], tags=[{"key": "x"}])
    lightsail.untag_resource(resourceName="snap-1", tagKeys=["owner"])
    check(read()["tags"] == [{"key": "x"}], "tags")
    refused("InvalidInputException", lightsail.tag_resource, resourceName="snap-1", tags=[{"key": "aws:x", "value": "y"}])
    refused("NotFoundException", lightsail.untag_resource, resourceName="nobody", tagKeys=["x"])


def disks():
    lightsail.create_disk(diskName="disk-1", availabilityZone="us-east-1a", sizeInGb=16, tags=[{"key": "a", "value": "b"}])
    state = lambda name="disk-1": lightsail.get_disk(diskName=name)["disk"]["state"]
    until("disk-1 is available", state, "available")
    lightsail.attach_disk(diskName="disk-1", instanceName="stopped", diskPath="/dev/xvdf")
    until("disk-1 is in use", state, "in-use")
    refused("OperationFailureException", lightsail.delete_disk, diskName="disk-1")
    lightsail.create_disk_snapshot(diskSnapshotName="dsnap-1", diskName="disk-1", tags=[{"key": "a", "value": "b"}])
    lightsail.create_disk_snapshot(diskSnapshotName="dsnap-2", instanceName="stopped")
    refused("InvalidInputException", lightsail.create_disk_snapshot, diskSnapshotName="dsnap-3")
    snapshot = lambda name="dsnap-1": lightsail.get_disk_snapshot(diskSnapshotName=name)["diskSnapshot"]
    until("dsnap-1 is completed", lambda: snapshot()["state"], "completed")
    until("dsnap-2 is completed", lambda: snapshot("dsnap-2")["state"], "completed")
    check(snapshot()["progress"] == "100%" and snapshot()["fromDiskName"] == "disk-1", "a disk snapshot's progress and source")
    check(snapshot("dsnap-2")["fromInstanceName"] == "stopped", "a system disk's snapshot")
    check(len(everything(lightsail.get_disk_snapshots, "diskSnapshots")[0]) >= 2, "disk snapshots")
    lightsail.detach_disk(diskName="disk-1")
    until("disk-1 is free", state, "available")
    refused("InvalidInputException", lightsail.detach_disk, diskName="disk-1")
    lightsail.delete_disk(diskName="disk-1")
    until("disk-1 goes", state, "NotFoundException")
    refused("InvalidInputException", lightsail.create_disk_from_snapshot,
            diskName="disk-2", diskSnapshotName="dsnap-1", availabilityZone="us-east-1a", sizeInGb=8)
    lightsail.create_disk_from_snapshot(diskName="disk-2", diskSnapshotName="dsnap-1", availabilityZone="us-east-1a", sizeInGb=32)
    until("disk-2 is available", lambda: state("disk-2"), "available")
    check(len(everything(lightsail.get_disks, "disks")[0]) >= 2, "disks")
    refused("NotFoundException", lightsail.attach_disk, diskName="nobody", instanceName="web", diskPath="/dev/xvdg")


def from_snapshots():
    lightsail.create_instances_from_snapshot(
        instanceNames=["new-1", "new-2"], availabilityZone="us-east-1b", bundleId="nano_3_0", instanceSnapshotName="snap-1",
        attachedDiskMapping={"new-1": [{"originalDiskPath": "/dev/xvdf", "newDiskName": "new-disk"}]}, userData="echo",
    )
    refused("InvalidInputException", lightsail.create_instances_from_snapshot,
            instanceNames=["new-3"], availabilityZone="eu-west-1a", bundleId="nano_3_0", instanceSnapshotName="snap-1")
    refused("OperationFailureException", lightsail.delete_instance_snapshot, instanceSnapshotName="snap-1")
    for name in ("new-1", "new-2"):
        until(f"{name} runs", lambda: lightsail.get_instance_state(instanceName=name)["state"]["name"], "running")
    running = lambda: lightsail.get_instance_state(instanceName="new-2")["state"]["name"]
    lightsail.stop_instance(instanceName="new-2")
    until("new-2 stops", running, "stopped")
    lightsail.start_instance(instanceName="new-2")
    until("new-2 runs again", running, "running")
    until("new-disk is in use", lambda: lightsail.get_disk(diskName="new-disk")["disk"]["state"], "in-use")

    automatic = lightsail.get_auto_snapshots(resourceName="web")
    check(len(automatic["autoSnapshots"]) == 3 and automatic["resourceType"] == "Instance", "automatic snapshots")
    other.copy_snapshot(targetSnapshotName="copy-1", sourceRegion="us-east-1", sourceResourceName="web", useLatestRestorableAutoSnapshot=True)
    other.copy_snapshot(targetSnapshotName="copy-2", sourceRegion="us-east-1", sourceSnapshotName="dsnap-1")
    refused("InvalidInputException", other.copy_snapshot, targetSnapshotName="copy-3", sourceRegion="us-east-1")
    until("copy-1 is available", lambda: other.get_instance_snapshot(instanceSnapshotName="copy-1")["instanceSnapshot"]["state"], "available")
    until("copy-2 is completed", lambda: other.get_disk_snapshot(diskSnapshotName="copy-2")["diskSnapshot"]["state"], "completed")
    lightsail.delete_auto_snapshot(resourceName="web", date="2026-01-01")
    until("the automatic snapshot goes", lambda: len(lightsail.get_auto_snapshots(resourceName="web")["autoSnapshots"]), 2)
    refused("NotFoundException", lightsail.delete_auto_snapshot, resourceName="web", date="2025-01-01")
    lightsail.enable_add_on(resourceName="new-1", addOnRequest={"addOnType": "AutoSnapshot"})
    lightsail.get_instance(instanceName="new-1")
    lightsail.disable_add_on(resourceName="new-1", addOnType="AutoSnapshot")
    refused("InvalidInputException", lightsail.disable_add_on, resourceName="new-2", addOnType="AutoSnapshot")


def addresses_and_ports():
    lightsail.allocate_static_ip(staticIpName="ip-1")
    lightsail.attach_static_ip(staticIpName="ip-1", instanceName="new-1")
    until("new-1 has the static address", lambda: lightsail.get_instance(instanceName="new-1")["instance"]["isStaticIp"], True)
    check(lightsail.get_static_ip(staticIpName="ip-1")["staticIp"]["attachedTo"] == "new-1", "the static address is attached")
    check(len(everything(lightsail.get_static_ips, "staticIps")[0]) == 1, "static addresses")
    lightsail.detach_static_ip(staticIpName="ip-1")
    refused("InvalidInputException", lightsail.detach_static_ip, staticIpName="ip-1")
    lightsail.release_static_ip(staticIpName="ip-1")
    until("the static address goes", lambda: lightsail.get_static_ip(staticIpName="ip-1")["staticIp"]["name"], "NotFoundException")
    lightsail.put_instance_public_ports(instanceName="new-1", portInfos=[
        {"fromPort": 443, "toPort": 443, "protocol": "tcp", "cidrs": ["203.0.113.0/24"], "cidrListAliases": ["lightsail-connect"]},
        {"fromPort": 8, "toPort": -1, "protocol": "icmp"},
    ])
    lightsail.open_instance_public_ports(instanceName="new-1", portInfo={"fromPort": 53, "toPort": 53, "protocol": "udp"})
    lightsail.close_instance_public_ports(instanceName="new-1", portInfo={"fromPort": 443, "toPort": 443, "protocol": "tcp"})
    check(len(lightsail.get_instance_port_states(instanceName="new-1")["portStates"]) == 2, "port states")
    refused("InvalidInputException", lightsail.open_instance_public_ports, instanceName="new-1", portInfo={"fromPort": 9, "toPort": 8, "protocol": "tcp"})


def exports():
    lightsail.export_snapshot(sourceSnapshotName="snap-1")
    lightsail.export_snapshot(sourceSnapshotName="dsnap-1")
    lightsail.export_snapshot(sourceSnapshotName="snap-1")
    refused("InvalidInputException", lightsail.export_snapshot, sourceSnapshotName="ghost-snap")
    refused("NotFoundException", lightsail.export_snapshot, sourceSnapshotName="web")
    records = lambda: everything(lightsail.get_export_snapshot_records, "exportSnapshotRecords")[0]
    until("all three exports succeed", lambda: [record["state"] for record in records()], ["Succeeded"] * 3)
    by_type = lambda kind: [r["destinationInfo"]["id"] for r in records() if r["sourceInfo"]["resourceType"] == kind]
    images, (snapshot,) = by_type("InstanceSnapshot"), by_type("DiskSnapshot")

    found = ec2.describe_images(ImageIds=images)["Images"]
    check({image["ImageId"] for image in found} == set(images), "images")
    check(found[0]["RootDeviceName"] == "/dev/xvda" and found[0]["State"] == "available", "an image")
    mapped = [mapping["Ebs"]["SnapshotId"] for mapping in found[0]["BlockDeviceMappings"]]
    check(len(mapped) == 2, "mappings of an image")
    check(ec2.describe_snapshots(SnapshotIds=[snapshot])["Snapshots"][0]["State"] == "completed", "an exported disk")
    tag = {"Key": "owner", "Value": "me & you"}
    ec2.create_tags(Resources=[images[0], mapped[0]], Tags=[tag])
    filtered = ec2.describe_images(Owners=["self"], Filters=[{"Name": "tag:owner", "Values": ["me*"]}])["Images"]
    check([image["ImageId"] for image in filtered] == [images[0]] and filtered[0]["Tags"] == [tag], "images by tag")
    ec2.delete_tags(Resources=[images[0]], Tags=[{"Key": "owner"}])
    check("Tags" not in ec2.describe_images(ImageIds=[images[0]])["Images"][0], "deleted tags")
    paged = [i["ImageId"] for page in ec2.get_paginator("describe_images").paginate(PaginationConfig={"PageSize": 5}) for i in page["Images"]]
    check(set(images) <= set(paged), "images in pages")
    refused("InvalidSnapshot.InUse", ec2.delete_snapshot, SnapshotId=mapped[0])
    check(ec2.deregister_image(ImageId=found[0]["ImageId"])["Return"], "an image is deregistered")
    for snapshot_id in mapped:
        ec2.delete_snapshot(SnapshotId=snapshot_id)
    results = ec2.deregister_image(ImageId=found[1]["ImageId"], DeleteAssociatedSnapshots=True)["DeleteSnapshotResults"]
    check([result["ReturnCode"] for result in results] == ["success", "success"], "an image goes with its snapshots")
    refused("InvalidAMIID.Unavailable", ec2.describe_images, ImageIds=[images[0]])
    refused("InvalidAMIID.Malformed", ec2.deregister_image, ImageId="x")
    refused("InvalidSnapshot.NotFound", ec2.describe_snapshots, SnapshotIds=mapped)
    refused("OperationNotPermitted", ec2.deregister_image, ImageId=FACTS["protectedImage"])
    refused("DryRunOperation", ec2.delete_snapshot, SnapshotId=snapshot, DryRun=True)


def deletions():
    lightsail.delete_instance_snapshot(instanceSnapshotName="snap-1")
    refused("OperationFailureException", lightsail.delete_instance_snapshot, instanceSnapshotName="snap-1")
    refused("InvalidInputException", lightsail.create_disk, diskName="snap-1", availabilityZone="us-east-1a", sizeInGb=8)
    until("snap-1 goes", lambda: lightsail.get_instance_snapshot(instanceSnapshotName="snap-1")["instanceSnapshot"]["name"], "NotFoundException")
    lightsail.delete_disk_snapshot(diskSnapshotName="dsnap-1")
    until("dsnap-1 goes", lambda: lightsail.get_disk_snapshot(diskSnapshotName="dsnap-1")["diskSnapshot"]["name"], "NotFoundException")


def faults():
    """The simulator strikes at these names."""
    for name, code, status in (
        ("fault-throttle", "ThrottlingException", 400),
        ("fault-500", "ServiceException", 500),
        ("fault-account", "AccountSetupInProgressException", 428),
        ("fault-region", "RegionSetupInProgressException", 428),
        ("fault-denied", "AccessDeniedException", 403),
    ):
        error = refused(code, lightsail.get_instance, instanceName=name)
        check(error.response["ResponseMetadata"]["HTTPStatusCode"] == status, f"status of {code}")
        check(isinstance(error, getattr(lightsail.exceptions, code, ClientError)), f"class of {code}")


def malformed():
    snapshot = {"instanceSnapshotName": "snap-9", "instanceName": "web"}
    for members, code in (
        ({}, "InvalidInputException"),
        ({"instanceName": "web"}, "InvalidInputException"),
        ({**snapshot, "colour": "red"}, "InvalidInputException"),
        ({**snapshot, "instanceName": 7}, "SerializationException"),
        ({**snapshot, "tags": {"key": "a"}}, "SerializationException"),
        ({**snapshot, "tags": [{"name": "a"}]}, "InvalidInputException"),
        ({**snapshot, "instanceSnapshotName": "s"}, "InvalidInputException"),
        ({**snapshot, "instanceSnapshotName": "under_score_"}, "InvalidInputException"),
        ({**snapshot, "instanceSnapshotName": "x" * 256}, "InvalidInputException"),
    ):
        refused(code, raw, members=members)
    refused("UnrecognizedClientException", client("lightsail", "eu-south-1").get_instances)


def complete():
    missing = sorted(set(FACTS["operations"]) - succeeded)
    check(not missing, f"operations that were never carried out: {missing}")


for part in (
    facts, catalogues, instances, instance_snapshots, disks, from_snapshots, addresses_and_ports, exports, deletions, faults, malformed, complete,
):
    try:
        part()
    except Exception as error:  # One part that breaks off must not hide the others.
        check(False, f"{part.__name__} broke off: {type(error).__name__}: {error}")

print(f"{len(passed)} passed, {len(failed)} failed")
raise SystemExit(1 if failed else 0)
