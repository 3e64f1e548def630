module site

go 1.25

require (
	github.com/aws/aws-cdk-go/awscdk/v2 v2.174.0
	github.com/aws/jsii-runtime-go v1.140.0
	github.com/example/cdk-lightsail-snapshots-go/cdklightsailsnapshots v0.0.0
)
