package site;

import io.github.example.cdk.lightsail.snapshots.LightsailInstanceSnapshot;
import software.amazon.awscdk.App;
import software.amazon.awscdk.CfnOutput;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.Stack;

public final class SiteApp {
  public static void main(final String[] args) {
    App app = new App();
    Stack stack = Stack.Builder.create(app, "Site").env(Environment.builder().region("us-east-1").build()).build();
    LightsailInstanceSnapshot snapshot = LightsailInstanceSnapshot.Builder.create(stack, "GoldenImage").instanceName("web-1").build();
    CfnOutput.Builder.create(stack, "SnapshotArn").value(snapshot.getInstanceSnapshotArn()).build();
    app.synth();
  }
}
