package backup;

import software.amazon.awscdk.App;
import software.amazon.awscdk.Environment;
import software.amazon.awscdk.StackProps;

public final class BackupApp {
  public static void main(final String[] args) {
    App app = new App();
    Environment env = Environment.builder().region("eu-central-1").build();
    new BackupStack(app, "Backup", StackProps.builder().env(env).build(), "eu-west-1");
    app.synth();
  }

  private BackupApp() {
  }
}
