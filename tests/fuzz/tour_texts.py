"""The services whose input is documents: IAM, CloudFormation, CloudWatch Logs, and tags."""

import json

from helpers.stacks import CORE, create
from helpers.tasks import TRUST

TEMPLATE = """
Parameters:
  Name: {Type: String, Default: a, AllowedPattern: "[a-z]+", MaxLength: 9}
  Days: {Type: Number, Default: 3, AllowedValues: [1, 3]}
Mappings:
  Ranges: {eu-west-1: {Cidr: 10.1.0.0/16}}
Conditions:
  IsA: !Equals [!Ref Name, a]
  IsBoth: !And [!Condition IsA, !Not [!Equals [!Ref Days, 9]]]
Resources:
  Network:
    Type: AWS::EC2::VPC
    Properties:
      CidrBlock: !FindInMap [Ranges, !Ref "AWS::Region", Cidr]
      Tags: [{Key: Name, Value: !Sub "${Name}-${AWS::StackName}"}]
  Subnet:
    Type: AWS::EC2::Subnet
    Condition: IsBoth
    Properties:
      VpcId: !Ref Network
      CidrBlock: !Select [1, !Cidr [!GetAtt Network.CidrBlock, 4, 8]]
      AvailabilityZone: !Select [0, !GetAZs ""]
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: ecs-tasks.amazonaws.com}, Action: sts:AssumeRole}]
      Policies:
        - PolicyName: a
          PolicyDocument: {Statement: [{Effect: Allow, Action: "s3:*", Resource: "*"}]}
  Group:
    Type: AWS::Logs::LogGroup
    DependsOn: Network
    Properties: {LogGroupName: !Join ["-", [tour, !Ref Name]], RetentionInDays: !If [IsA, !Ref Days, 1]}
Outputs:
  Id: {Value: !Ref Network, Export: {Name: !Sub "${AWS::StackName}:Network"}}
  Role: {Value: !GetAtt Role.Arn, Description: !Base64 a}
"""
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "A",
                "Effect": "Allow",
                "Action": ["s3:Get*"],
                "Resource": "*",
                "Condition": {"StringEquals": {"aws:a": "b"}},
            }
        ],
    }
)


def tour(cloud):
    """Calls them."""
    _stacks(cloud.client("cloudformation"))
    _roles(cloud.client("iam"))
    _logs(cloud.client("logs"))
    tags = cloud.client("resourcegroupstaggingapi")
    tags.get_resources(
        TagFilters=[{"Key": "a", "Values": ["b"]}],
        ResourceTypeFilters=["ec2:vpc"],
        ResourcesPerPage=3,
    )
    tags.get_tag_values(Key="a")


def _stacks(stacks):
    capable = {"Capabilities": ["CAPABILITY_IAM"]}
    create(stacks, TEMPLATE, "tour", **capable)
    create(stacks, CORE)
    stacks.validate_template(TemplateBody=TEMPLATE)
    stacks.get_template_summary(TemplateBody=TEMPLATE)
    other = [
        {"ParameterKey": "Days", "UsePreviousValue": True},
        {"ParameterKey": "Name", "ParameterValue": "b"},
    ]
    change = {
        "StackName": "tour",
        "ChangeSetName": "more",
        "UsePreviousTemplate": True,
        "Parameters": other,
    } | capable
    stacks.create_change_set(**change)
    stacks.describe_change_set(StackName="tour", ChangeSetName="more")
    stacks.delete_change_set(StackName="tour", ChangeSetName="more")
    stacks.update_stack(StackName="tour", UsePreviousTemplate=True, Parameters=other, **capable)
    stacks.get_waiter("stack_update_complete").wait(StackName="tour", WaiterConfig={"Delay": 0.1})
    stacks.describe_stack_events(StackName="tour")
    stacks.describe_stack_resource(StackName="tour", LogicalResourceId="Network")
    stacks.update_termination_protection(StackName="tour", EnableTerminationProtection=False)
    stacks.delete_stack(StackName="tour")


def _roles(iam):
    iam.create_role(
        RoleName="tour",
        AssumeRolePolicyDocument=TRUST,
        Tags=[{"Key": "a", "Value": "b"}],
        Path="/a/",
    )
    iam.put_role_policy(RoleName="tour", PolicyName="a", PolicyDocument=POLICY)
    policy = iam.create_policy(PolicyName="tour", PolicyDocument=POLICY)["Policy"]["Arn"]
    iam.attach_role_policy(RoleName="tour", PolicyArn=policy)
    iam.get_role_policy(RoleName="tour", PolicyName="a")
    iam.list_attached_role_policies(RoleName="tour", MaxItems=1)
    iam.get_policy_version(PolicyArn=policy, VersionId="v1")
    iam.update_assume_role_policy(RoleName="tour", PolicyDocument=TRUST)
    iam.update_role(RoleName="tour", Description="a", MaxSessionDuration=3600)
    iam.tag_role(RoleName="tour", Tags=[{"Key": "c", "Value": "d"}])
    iam.list_roles(PathPrefix="/a", MaxItems=2)


def _logs(logs):
    at = {"logGroupName": "/tour/a"}
    logs.create_log_group(**at, tags={"a": "b"})
    logs.put_retention_policy(**at, retentionInDays=7)
    logs.create_log_stream(**at, logStreamName="s/1")
    now = 1_795_000_000_000
    events = [{"timestamp": now + number, "message": f"GET /a {number} é"} for number in range(3)]
    logs.put_log_events(**at, logStreamName="s/1", logEvents=events)
    logs.get_log_events(
        **at, logStreamName="s/1", startTime=now, endTime=now + 9, limit=2, startFromHead=True
    )
    logs.filter_log_events(**at, filterPattern='?GET "a 1" -POST', logStreamNamePrefix="s", limit=2)
    logs.describe_log_streams(**at, orderBy="LastEventTime", descending=True)
