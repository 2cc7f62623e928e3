"""A small VPC made by calls: what load balancers and tasks need of EC2, without a stack."""

from dataclasses import dataclass


@dataclass
class Network:
    """Ids. The public subnets are in two zones and lead to the internet gateway."""

    vpc: str
    gateway: str
    table: str
    public: list
    closed: str
    group: str

    def settings(self, *subnets, public="ENABLED"):
        """The network configuration of a service or task in these subnets."""
        return {
            "awsvpcConfiguration": {
                "subnets": list(subnets or self.public),
                "securityGroups": [self.group],
                "assignPublicIp": public,
            }
        }


def make_network(ec2):
    """A VPC, an internet gateway, two public subnets, a closed one, and a group for port 8080."""
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    table = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", GatewayId=gateway)
    public = [make_subnet(ec2, vpc, number, zone) for number, zone in enumerate("ab")]
    for subnet in public:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    group = ec2.create_security_group(GroupName="backend", Description="Backend", VpcId=vpc)
    ec2.authorize_security_group_ingress(
        GroupId=group["GroupId"],
        IpPermissions=[
            {
                "IpProtocol": "tcp",
                "FromPort": 8080,
                "ToPort": 8080,
                "IpRanges": [{"CidrIp": "10.0.0.0/16"}],
            }
        ],
    )
    closed = make_subnet(ec2, vpc, 2, "a")
    return Network(vpc, gateway, table, public, closed, group["GroupId"])


def make_subnet(ec2, vpc, number, zone):
    """A subnet `10.0.NUMBER.0/24`."""
    made = ec2.create_subnet(
        VpcId=vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"eu-west-1{zone}"
    )
    return made["Subnet"]["SubnetId"]


def interfaces(ec2, vpc):
    """The network interfaces in a VPC, by their descriptions."""
    found = ec2.describe_network_interfaces(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    return {each["Description"]: each for each in found["NetworkInterfaces"]}
